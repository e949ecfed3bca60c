package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// exported is an export in the API.
type exported struct {
	ID          string
	Status      string
	Compression string
	Error       string
	Rows        int
	Percent     int
	Bytes       int64
	SHA256      string
	FinishedAt  time.Time `json:"finished_at"`
}

// addMobilizers adds mobilizers with contacts concurrently, and returns the number of contacts.
func (fx *fixture) addMobilizers(mobilizers, contacts int) int {
	fx.t.Helper()
	var all sync.WaitGroup
	failed := make(chan error, mobilizers)
	for m := range mobilizers {
		who, _ := fx.join(fmt.Sprintf("Member %d", m), nil)
		all.Go(func() {
			for from := 0; from < contacts; from += 500 {
				var rows []body
				for n := from; n < min(contacts, from+500); n++ {
					rows = append(rows, body{"first_name": fmt.Sprint("Number ", n), "last_name": strings.Repeat("Long ", 19) + "Name"})
				}
				if err := addMany(fx.t.Context(), who, fx.mine()+"/contacts/bulk", rows); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	all.Wait()
	close(failed)
	for err := range failed {
		fx.ok(err)
	}
	return mobilizers * contacts
}

func requestExport(t *testing.T, fx *fixture, request body) exported {
	t.Helper()
	var made exported
	fx.post(fx.owner, fx.admin()+"/exports", request, &made)
	return made
}

func ended(state string) bool { return state != "queued" && state != "running" }

// TestExport_SmallBesideLarge_IsReadyFirst also cancels and retries the large export.
func TestExport_SmallBesideLarge_IsReadyFirst(t *testing.T) {
	small, large := newFixture(t), newFixture(t)
	small.startCampaign()
	large.startCampaign()
	few, many := small.addMobilizers(1, 100), large.addMobilizers(16, 1_000)
	awaitIdle(t)
	requestExport(t, small, body{"type": "mobilizers"}) // starts the function's first process
	awaitIdle(t)

	const rounds = 4
	first := 0 // rounds in which the small export, requested later, was ready before the large one, on a machine of any speed
	for n := range rounds {
		behind := large.admin() + "/exports/" + requestExport(t, large, body{
			"type": "contacts", "dialect": []string{"data", "spreadsheet"}[n%2], "profile": []string{"standard", "extended"}[n/2%2],
		}).ID
		var long exported
		large.ok(Until(t.Context(), 30*time.Second, func(context.Context) (bool, error) {
			large.get(large.owner, behind, &long)
			return long.Status != "queued", nil
		}))
		var record json.RawMessage
		made := requestExport(t, small, body{"type": "contacts"})
		err := Until(t.Context(), 2*time.Minute, untilReady(small.owner, small.admin()+"/exports/"+made.ID, &record))
		if err != nil {
			t.Fatalf("%v: %s", err, record)
		}
		var short exported
		small.ok(json.Unmarshal(record, &short))
		err = Until(t.Context(), 2*time.Minute, withSweeps(untilReady(large.owner, behind, &record)))
		if err != nil {
			t.Fatalf("%v: %s", err, record)
		}
		large.ok(json.Unmarshal(record, &long))
		t.Logf("%d contacts were ready %s before the large export", few, long.FinishedAt.Sub(short.FinishedAt))
		if short.FinishedAt.Before(long.FinishedAt) { // polling would see it late on a busy machine
			first++
		}
		if long.Rows != many || long.Percent != 100 {
			t.Errorf("a large export: %s, want %d rows", record, many)
		}
	}
	if first < rounds-1 { // a large export may end while the small one is asked for
		t.Errorf("in %d of %d rounds a small export was ready first", first, rounds)
	}
	cancelAndRetry(t, large, many)
}

func awaitIdle(t *testing.T) {
	t.Helper()
	if err := kith.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// cancelAndRetry cancels an export while it is written, retries it, and verifies the download with `kith verify-export`.
func cancelAndRetry(t *testing.T, fx *fixture, contacts int) {
	t.Helper()
	request := body{"type": "contacts", "compression": "gzip"}
	made := requestExport(t, fx, request)
	if again := requestExport(t, fx, request); again.ID != made.ID {
		t.Errorf("the same request while one is under way: %+v, want %s", again, made.ID)
	}
	path := fx.admin() + "/exports/" + made.ID
	var e exported
	fx.post(fx.owner, path+"/cancel", nil, &e)
	if e.Status != "cancelled" {
		t.Errorf("cancelled: %+v", e)
	}
	awaitIdle(t)
	fx.get(fx.owner, path, &e)
	if e.Status != "cancelled" {
		t.Errorf("a cancelled export, after its worker had time: %+v", e)
	}
	fx.expectRefused(fx.owner, http.MethodPost, path+"/download-link", nil, http.StatusConflict, "cancelled")
	fx.post(fx.owner, path+"/retry", nil, &e)
	var record json.RawMessage
	if err := Until(t.Context(), 2*time.Minute, withSweeps(untilReady(fx.owner, path, &record))); err != nil {
		t.Fatalf("tried again: %v: %s", err, record)
	}
	fx.ok(json.Unmarshal(record, &e))
	if e.Rows != contacts || e.Compression != "gzip" {
		t.Errorf("tried again: %s", record)
	}
	link, err := kith.DownloadLink(t.Context(), fx.owner, fx.campaign, made.ID)
	fx.ok(err)
	file, err := fetch(t.Context(), http.MethodGet, link, nil)
	fx.ok(err)
	var manifest json.RawMessage
	fx.get(fx.owner, path+"/manifest", &manifest)
	whole, said := verifyExport(t, file, manifest)
	if !whole || !strings.Contains(said, fmt.Sprintf("%d rows, %d bytes, SHA-256 %s", contacts, len(file), e.SHA256)) {
		t.Errorf("verify-export: %s", said)
	}
	file[len(file)/2] ^= 1
	if whole, said := verifyExport(t, file, manifest); whole {
		t.Errorf("verify-export of a damaged file: %s", said)
	}
}

// verifyExport runs `kith verify-export` on a file and its manifest.
func verifyExport(t *testing.T, file, manifest []byte) (bool, string) {
	t.Helper()
	folder := t.TempDir()
	download, about := filepath.Join(folder, "export"), filepath.Join(folder, "manifest.json")
	for path, content := range map[string][]byte{download: file, about: manifest} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), "go", "run", "./cmd/kith", "verify-export", download, about)
	command.Dir = Root()
	said, err := command.CombinedOutput()
	return err == nil, string(said)
}
