package suggest_test

import (
	"context"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign/campaigntest"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/match"
	"github.com/kithhq/kith/internal/voter/suggest"
)

// runFixture is a campaign of an organization with one voter file, and a mobilizer.
type runFixture struct {
	*campaigntest.Fixture
	ana      *mobilizer.Mobilizer
	handedOn int // version of the job that the last slice handed on, 0 if it handed on none
}

func newRunFixture(t *testing.T) *runFixture {
	t.Parallel()
	f := &runFixture{Fixture: campaigntest.New(t)}
	f.ana = f.NewMobilizer("Ana", true)
	file := &voter.File{ID: voter.FileID(id.At(f.Now)), Organization: f.Organization.ID, State: "MA", Status: voter.FileReady, Mode: voter.Add, Version: 1}
	f.Commit(f.Store.CreateVoterFile(file))
	bill := voter.Voter{CanonicalID: "MA22", StateFileID: "22", FirstName: "WILLIAM", LastName: "THISTLEWOOD", City: "SALEM", State: "MA", Zip: "01970"}
	places := []match.ZipCount{{Zip: "01970", City: "SALEM", Voters: 5000}, {Zip: "02139", City: "CAMBRIDGE", Voters: 90_000}}
	f.Must(f.Store.WriteVoters(t.Context(), f.Organization.ID, file.ID, []voter.Row{{Voter: &bill, Line: 2}}))
	f.Must(f.Store.WriteBlocks(t.Context(), file, 0, match.Pack([]match.Entry{bill.Entry()}), places))
	f.Must(f.Store.MergePlaces(t.Context(), file))
	return f
}

// addContact stores a contact of the mobilizer, after those before it.
func (f *runFixture) addContact(d contact.Details) *contact.Contact {
	f.Helper()
	f.Now = f.Now.Add(time.Second)
	e := contact.NewEntry(f.ana, d, contact.PrivateDetails{}, contact.NewIDs(f.Now), f.Now)
	c, err := e.AddToCampaign(f.ana, contact.NewIDs(f.Now).Contact, f.Campaign.Moment(f.Now))
	f.Must(err)
	f.Commit(f.Store.CreateContact(c, e))
	return c
}

// start stores a run and its job, which was attempted some times without progress.
func (f *runFixture) start(attempts int) *job.Job {
	f.Helper()
	j := job.New(job.SuggestVoters, string(f.Organization.ID), string(f.Campaign.ID), string(f.Campaign.ID), f.Now, time.Now())
	j.Attempts = attempts
	before, err := f.Store.SuggestionRun(f.Context(), f.Campaign.ID)
	if !fault.Is(err, fault.KindNotFound) {
		f.Must(err)
	}
	writes, err := f.Store.StartSuggestions(f.Campaign.ID, before, &suggest.Run{Status: suggest.Running, Job: j.ID, StartedAt: f.Now}, j)
	f.Must(err)
	f.Commit(writes)
	return j
}

// work does one slice of a job.
func (f *runFixture) work(j *job.Job, version int, duration time.Duration) *suggest.Run {
	f.Helper()
	worker := &suggest.Worker{Store: f.Store, Searcher: voter.NewSearcher(f.Store), Parallel: dynamo.InParallel}
	f.handedOn = 0
	runner := job.Runner{Store: f.Store, Handle: worker.Handle, HandOn: func(_ context.Context, _ string, version int, _ time.Time) error {
		f.handedOn = version
		return nil
	}}
	f.Must(runner.Work(f.Context(), j.ID, version, f.Now, duration))
	run, err := f.Store.SuggestionRun(f.Context(), f.Campaign.ID)
	f.Must(err)
	return run
}

var bill = contact.Details{FirstName: "Bill", LastName: "Thistlewood", City: "Salem", State: "MA"}

func TestHandle_SliceOver_ResumesAfterItsCheckpoint(t *testing.T) {
	f := newRunFixture(t)
	for range 250 { // a batch of contacts that nobody can be searched for
		f.addContact(contact.Details{FirstName: "Ann"})
	}
	last := f.addContact(bill)
	j := f.start(0)
	if run := f.work(j, 0, 0); run.Status != suggest.Running || run.Searched != 0 || f.handedOn == 0 {
		t.Fatalf("after a slice of no time: %+v, handed on at version %d", run, f.handedOn)
	}
	if run := f.work(j, f.handedOn, time.Minute); run.Status != suggest.Ready || run.Searched != 1 || run.Suggested != 1 || f.handedOn != 0 {
		t.Fatalf("after the last slice: %+v", run)
	}
	found, err := f.Store.Suggestions(t.Context(), f.Campaign.ID, []contact.ID{last.ID})
	f.Must(err)
	s := found[last.ID]
	if s == nil || !s.Current(last) || s.Find("MA22") == nil || s.Candidates[0].P < .5 || s.Find("MA21") != nil {
		t.Fatalf("the suggestion is %+v", s)
	}

	moved := *last
	moved.Details.City = "Boston"
	if s.Current(&moved) {
		t.Error("a suggestion for other details is current")
	}
	if s.Decline("MA21") || !s.Decline("MA22") || s.Current(last) {
		t.Errorf("after declining its voter: %+v", s)
	}
	f.Must(f.Store.SaveSuggestions(t.Context(), f.Campaign.ID, []*suggest.Suggestion{s}))
	if run := f.work(f.start(0), 0, time.Minute); run.Searched != 1 || run.Suggested != 0 {
		t.Errorf("a declined voter is suggested again: %+v", run)
	}
}

func TestHandle_LaterRun_EndsEarlierJob(t *testing.T) {
	f := newRunFixture(t)
	f.addContact(bill)
	earlier := f.start(0)
	f.Now = f.Now.Add(time.Second)
	later := f.start(0)
	if run := f.work(earlier, 0, time.Minute); run.Job != later.ID || run.Status != suggest.Running || run.Searched != 0 {
		t.Errorf("the earlier job changed the later run: %+v", run)
	}
	if jobs := f.Jobs(); len(jobs) != 1 || jobs[0].ID != later.ID {
		t.Errorf("the unfinished jobs are %v", jobs)
	}
}

func TestHandle_MaximumAttempts_FailsRunWithAdvice(t *testing.T) {
	f := newRunFixture(t)
	j := f.start(job.MaxAttempts)
	if run := f.work(j, 0, time.Minute); run.Status != suggest.Failed || run.Error != "A service was unavailable several times. Start again." || run.FinishedAt.IsZero() {
		t.Errorf("the run is %+v", run)
	}
	if jobs := f.Jobs(); len(jobs) > 0 {
		t.Errorf("the unfinished jobs are %v", jobs)
	}
}
