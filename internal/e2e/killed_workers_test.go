package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
)

// withSweeps returns a condition that also runs sweep-jobs, whose schedule runs only once a minute.
func withSweeps(ask func(context.Context) (bool, error)) func(context.Context) (bool, error) {
	last := time.Now()
	return func(ctx context.Context) (bool, error) {
		done, err := ask(ctx)
		if done || err != nil || time.Since(last) < 5*time.Second {
			return done, err
		}
		last = time.Now()
		return false, kith.Fire(ctx, "sweep-jobs")
	}
}

// TestJobs_KilledWorkers_Finish kills the workers of exports and voter files repeatedly.
func TestJobs_KilledWorkers_Finish(t *testing.T) {
	t.Parallel() // with TestSendInvitation_Killed_LosesNoEmail
	fx := newFixture(t)
	fx.startCampaign()
	ann, _ := fx.join("Ann Ames", nil)
	const contacts = 120
	for range contacts / 40 {
		var rows []body
		for n := range 40 {
			rows = append(rows, body{"first_name": "Number", "last_name": fmt.Sprint(n)})
		}
		fx.ok(addMany(t.Context(), ann, fx.mine()+"/contacts/bulk", rows))
	}
	files := "/v1/admin/organizations/" + fx.organization + "/voter-files"
	const voters = 6_000
	file := uploadVoters(t, fx, files, voters)
	var exports []string
	for n := range 12 {
		var made struct{ ID string }
		fx.post(fx.owner, fx.admin()+"/exports", body{
			"type": "contacts", "dialect": []string{"data", "spreadsheet"}[n%2], "profile": []string{"standard", "extended"}[n/2%2],
		}, &made)
		exports = append(exports, made.ID)
		fx.ok(kith.Kill(t.Context(), "write-export"))
		fx.ok(kith.Kill(t.Context(), "import-voters"))
	}
	for _, id := range exports {
		path := fx.admin() + "/exports/" + id
		var record json.RawMessage
		err := Until(t.Context(), 3*time.Minute, withSweeps(untilReady(fx.owner, path, &record)))
		if err != nil {
			t.Fatalf("an export whose worker was killed: %v: %s", err, record)
		}
		var e struct {
			Rows  int
			Bytes int
		}
		fx.ok(json.Unmarshal(record, &e))
		link, err := kith.DownloadLink(t.Context(), fx.owner, fx.campaign, id)
		fx.ok(err)
		raw, err := fetch(t.Context(), "GET", link, nil)
		fx.ok(err)
		if lines := strings.Count(string(raw), "\n"); e.Rows != contacts || lines != contacts+1 || e.Bytes != len(raw) {
			t.Errorf("%d rows and %d bytes recorded, %d lines and %d bytes downloaded, want %d contacts", e.Rows, e.Bytes, lines, len(raw), contacts)
		}
	}
	var record json.RawMessage
	err := Until(t.Context(), 3*time.Minute, withSweeps(untilReady(fx.owner, files+"/"+file, &record)))
	if err != nil {
		t.Fatalf("a voter file whose importer was killed: %v: %s", err, record)
	}
	var got voterFile
	fx.ok(json.Unmarshal(record, &got))
	if got.Rows != voters+2 || got.Imported != voters || got.Rejected != 2 {
		t.Errorf("the voter file: %s", record)
	}
	fx.put(ann, fx.mine()+"/match", body{"canonical_voter_id": fmt.Sprintf("NH%07d", voters-1)}, nil)
}

func addMany(ctx context.Context, who *apiclient.Person, path string, rows []body) error {
	return who.Post(ctx, path, body{"contacts": rows}, nil)
}

// uploadVoters uploads a file of n voters of New Hampshire and two invalid rows, and returns its id.
func uploadVoters(t *testing.T, fx *fixture, files string, voters int) string {
	t.Helper()
	var made struct {
		ID     string
		Upload struct {
			URL     string
			Headers map[string]string
		}
	}
	fx.post(fx.owner, files, body{"state": "NH"}, &made)
	var csv strings.Builder
	csv.WriteString("state_file_id,first_name,last_name,city,state,zip\n")
	fmt.Fprintf(&csv, "%07d,ANN,AMES,DOVER,NH,03820\n", voters-1)
	for n := range voters - 1 {
		fmt.Fprintf(&csv, "%07d,FIRST %d,\"LAST, JR\",DOVER,NH,03820\n", n, n)
	}
	csv.WriteString("0000005,TWICE,TWICE,DOVER,NH,03820\n9999999,ELSE,WHERE,BOSTON,MA,02139\n")
	fx.ok(upload(t.Context(), made.Upload.URL, made.Upload.Headers, []byte(csv.String())))
	return made.ID
}
