package e2e

import (
	"net/http"
	"testing"
)

// TestVoterFile_Newer_ReplacesOlder imports a state's voters twice. Voters who are missing in the newer file cannot be matched
// anymore. Existing matches keep the copied fields. Another state's voters do not change.
func TestVoterFile_Newer_ReplacesOlder(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	const header = "state_file_id,canonical_voter_id,first_name,last_name,city,state,zip"
	older := fx.importVoters("ME", header, "0001,ME0001,HELEN,NGUYEN,PORTLAND,ME,04101", "0002,ME0002,ROBERT,O'BRIEN,AUGUSTA,ME,04330")
	fx.importVoters("NH", "state_file_id,first_name,last_name,city,state,zip", "0001,GRACE,HILL,KEENE,NH,03431")
	ann, _ := fx.join("Ann Stone", nil)
	helen := fx.add(ann, body{"first_name": "Helen", "last_name": "Nguyen"})
	bob := fx.add(ann, body{"first_name": "Bob", "last_name": "O'Brien"})
	grace := fx.add(ann, body{"first_name": "Grace", "last_name": "Hill"})
	fx.put(ann, fx.contact(helen)+"/match", body{"canonical_voter_id": "ME0001"}, nil)

	fx.importVoters("ME", header, "0002,ME0002,ROBERT,O'BRIEN-MOSS,BANGOR,ME,04401")
	var record voterFile
	fx.get(fx.owner, "/v1/admin/organizations/"+fx.organization+"/voter-files/"+older.ID, &record)
	if record.Status != "replaced" {
		t.Errorf("the older file is %q, want replaced", record.Status)
	}
	fx.expectRefused(ann, http.MethodPut, fx.contact(grace)+"/match", body{"canonical_voter_id": "ME0001"}, http.StatusUnprocessableEntity, "voter")
	fx.put(ann, fx.contact(bob)+"/match", body{"canonical_voter_id": "ME0002"}, nil)
	fx.put(ann, fx.contact(grace)+"/match", body{"canonical_voter_id": "NH0001"}, nil)

	file := fx.export("contacts")
	want := []map[string]string{
		{"match_status": "CONFIRMED", "canonical_voter_id": "ME0001", "voterfile_provided_city": "PORTLAND"},
		{"match_status": "CONFIRMED", "canonical_voter_id": "ME0002", "voterfile_provided_last_name": "O'BRIEN-MOSS", "voterfile_provided_city": "BANGOR"},
		{"match_status": "CONFIRMED", "canonical_voter_id": "NH0001", "state_file_id": "0001", "voterfile_provided_state": "NH"},
	}
	fx.sameCells("contacts export", file, want)
}
