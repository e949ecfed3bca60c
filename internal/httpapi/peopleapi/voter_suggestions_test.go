package peopleapi_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/match"
	"github.com/kithhq/kith/internal/voter/suggest"
)

// runSuggestions does the work of the campaign's latest run, as import-voters does.
func runSuggestions(s *httpapitest.CampaignFixture) {
	s.T.Helper()
	ctx := s.T.Context()
	run, err := s.Store.SuggestionRun(ctx, s.Campaign.ID)
	if err != nil {
		s.T.Fatal(err)
	}
	worker := &suggest.Worker{Store: s.Store, Searcher: voter.NewSearcher(s.Store), Parallel: dynamo.InParallel}
	runner := job.Runner{
		Store: s.Store, Handle: worker.Handle, Now: time.Now,
		HandOn: func(context.Context, string, int, time.Time) error { return nil },
	}
	if err := runner.Work(ctx, run.Job, 0, s.Now, time.Minute); err != nil {
		s.T.Fatal(err)
	}
}

func TestVoterSuggestions_UnmatchedContacts_AreAcceptedAndDeclinedOneByOne(t *testing.T) {
	s, olive, path := httpapitest.NewAdmin(t)
	path += "/voter-suggestions"
	ctx := t.Context()
	file := &voter.File{
		ID: voter.FileID(id.At(s.Now.Add(time.Second))), Organization: s.Organization.ID, State: "MA", Status: voter.FileReady, Mode: voter.Add,
		CreatedAt: s.Now, Version: 1,
	}
	s.Commit(s.Store.CreateVoterFile(file)...)
	voters := []voter.Voter{
		{CanonicalID: "MA21", StateFileID: "21", FirstName: "MARGARET", LastName: "QUIMBY", City: "SALEM", State: "MA", Zip: "01970"},
		{CanonicalID: "MA22", StateFileID: "22", FirstName: "WILLIAM", LastName: "THISTLEWOOD", City: "SALEM", State: "MA", Zip: "01970"},
	}
	var rows []voter.Row
	var entries []match.Entry
	for i := range voters {
		rows, entries = append(rows, voter.Row{Voter: &voters[i], Line: i + 2}), append(entries, voters[i].Entry())
	}
	places := []match.ZipCount{{Zip: "01970", City: "SALEM", Voters: 5000}, {Zip: "02139", City: "CAMBRIDGE", Voters: 90_000}}
	for _, err := range []error{
		s.Store.WriteVoters(ctx, s.Organization.ID, file.ID, rows), s.Store.WriteBlocks(ctx, file, 0, match.Pack(entries), places), s.Store.MergePlaces(ctx, file),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	ana := s.NewMobilizer("Ana")
	add := func(first, last string) string {
		s.Advance(time.Second) // ids are in order of time
		return ana.Post(ana.Path("contacts"), map[string]any{"first_name": first, "last_name": last, "city": "Salem", "state": "MA"}).ExpectStatus(http.StatusCreated).Text("id")
	}
	peggy, bill, nobody := add("Peggy", "Quimby"), add("Bill", "Thistlewood"), add("Nobody", "Atall")
	if none := olive.Get(path).ExpectStatus(http.StatusOK); none.Text("run", "status") != "none" {
		t.Errorf("before a run: %s", none.Raw)
	}
	olive.Post(path, nil).ExpectStatus(http.StatusCreated)
	olive.Post(path, nil).ExpectProblem(http.StatusConflict, "suggestions_running", "in progress")
	runSuggestions(s)
	list := olive.Get(path).ExpectStatus(http.StatusOK)
	if items := list.List("items"); len(items) != 2 || items[0]["contact_id"] != peggy || items[1]["contact_id"] != bill || list.Number("run", "searched") != 3 || list.Number("run", "suggested") != 2 {
		t.Fatalf("suggestions: %s", list.Raw)
	}
	choose := func(contactID, decision, voterID string) *httpapitest.Reply {
		return olive.Post(path+"/"+contactID+"/"+decision, map[string]any{"canonical_voter_id": voterID})
	}
	choose(peggy, "accept", "MA22").ExpectStatus(http.StatusConflict)
	choose(nobody, "accept", "MA21").ExpectStatus(http.StatusConflict)
	choose(peggy, "accept", "MA21").ExpectStatus(http.StatusNoContent)
	choose(bill, "decline", "MA22").ExpectStatus(http.StatusNoContent)
	c, err := s.Store.ContactByID(ctx, s.Campaign.ID, contact.ID(peggy))
	if err != nil || c.Match.Voter.CanonicalID != "MA21" || c.Match.Method != voter.BySuggestion || len(c.MatchLog) != 1 || c.MatchLog[0].P == 0 {
		t.Errorf("accepted: %+v, %v", c, err)
	}
	if left := olive.Get(path).ExpectStatus(http.StatusOK); len(left.List("items")) != 0 {
		t.Errorf("after both decisions: %s", left.Raw)
	}
	olive.Post(path, nil).ExpectStatus(http.StatusCreated)
	runSuggestions(s)
	if again := olive.Get(path).ExpectStatus(http.StatusOK); len(again.List("items")) != 0 || again.Text("run", "status") != "ready" {
		t.Errorf("a declined voter is suggested again: %s", again.Raw)
	}
}

func TestVoterSuggestions_ConcurrentStarts_CreateOneJob(t *testing.T) {
	s, olive, path := httpapitest.NewAdmin(t)
	path += "/voter-suggestions"
	for round := range 2 { // without a run before, and after a finished one
		replies := httpapitest.Concurrently(6, func(int) *httpapitest.Reply { return olive.Post(path, nil) })
		started := 0
		for _, reply := range replies {
			if reply.Status == http.StatusCreated {
				started++
				continue
			}
			reply.ExpectProblem(http.StatusConflict, "suggestions_running", "in progress")
		}
		jobs, err := s.Store.OverdueJobs(t.Context(), time.Now().AddDate(1, 0, 0), 100)
		if err != nil {
			t.Fatal(err)
		}
		if started != 1 || len(jobs) != 1 {
			t.Errorf("round %d: %d searches were started, with the jobs %v", round+1, started, jobs)
		}
		runSuggestions(s)
	}
}
