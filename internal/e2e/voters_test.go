package e2e

import (
	"net/http"
	"testing"
)

// TestNewerVoterFileTakesThePlaceOfTheOlder imports a state's voters twice. Whoever is not on the newer list can't be
// matched any more, but those who were matched keep what was copied; another state's voters stay as they are.
func TestNewerVoterFileTakesThePlaceOfTheOlder(t *testing.T) {
	tm := newTeam(t)
	tm.running()
	const header = "state_file_id,canonical_voter_id,first_name,last_name,city,state,zip"
	older := tm.importVoters("ME", header, "0001,ME0001,HELEN,NGUYEN,PORTLAND,ME,04101", "0002,ME0002,ROBERT,O'BRIEN,AUGUSTA,ME,04330")
	tm.importVoters("NH", "state_file_id,first_name,last_name,city,state,zip", "0001,GRACE,HILL,KEENE,NH,03431")
	ann, _ := tm.join("Ann Stone", nil)
	helen := tm.add(ann, body{"first_name": "Helen", "last_name": "Nguyen"})
	bob := tm.add(ann, body{"first_name": "Bob", "last_name": "O'Brien"})
	grace := tm.add(ann, body{"first_name": "Grace", "last_name": "Hill"})
	tm.put(ann, tm.contact(helen)+"/match", body{"canonical_voter_id": "ME0001"}, nil)

	tm.importVoters("ME", header, "0002,ME0002,ROBERT,O'BRIEN-MOSS,BANGOR,ME,04401")
	var record voterFile
	tm.get(tm.owner, "/v1/admin/organizations/"+tm.organization+"/voter-files/"+older.ID, &record)
	if record.Status != "replaced" {
		t.Errorf("the older file is %q, want replaced", record.Status)
	}
	tm.refused(ann, http.MethodPut, tm.contact(grace)+"/match", body{"canonical_voter_id": "ME0001"}, http.StatusUnprocessableEntity, "voter")
	tm.put(ann, tm.contact(bob)+"/match", body{"canonical_voter_id": "ME0002"}, nil)
	tm.put(ann, tm.contact(grace)+"/match", body{"canonical_voter_id": "NH0001"}, nil)

	file := tm.export("contacts")
	want := []map[string]string{
		{"match_status": "CONFIRMED", "canonical_voter_id": "ME0001", "voterfile_provided_city": "PORTLAND"},
		{"match_status": "CONFIRMED", "canonical_voter_id": "ME0002", "voterfile_provided_last_name": "O'BRIEN-MOSS", "voterfile_provided_city": "BANGOR"},
		{"match_status": "CONFIRMED", "canonical_voter_id": "NH0001", "state_file_id": "0001", "voterfile_provided_state": "NH"},
	}
	tm.sameCells("contacts export", file, want)
}
