// Package suggest finds voters for the contacts of a campaign that have no match. It owns the job, its progress and the
// suggestions. It confirms nothing: administrators accept suggestions one by one.
package suggest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/match"
)

// Limits of a run.
const (
	batchSize     = 250 // contacts searched between two checkpoints
	parallel      = 8   // searches
	maxCandidates = 3   // of a contact
	saveEvery     = 1500 * time.Millisecond
)

// Status is the state of a run.
type Status string

// The states of a run.
const (
	Running Status = "running"
	Ready   Status = "ready"
	Failed  Status = "failed"
)

// Run is the search for all unmatched contacts of a campaign. A later run replaces an earlier one.
type Run struct {
	Status     Status    `json:"status"`
	Job        string    `json:"job"`
	By         string    `json:"by"` // name of the administrator
	Searched   int       `json:"searched"`
	Suggested  int       `json:"suggested"`       // contacts with candidates
	Error      string    `json:"error,omitempty"` // a message without arguments
	StartedAt  time.Time `json:"started_at"`
	FinishedAt time.Time `json:"finished_at,omitzero"`
}

// Candidate is a voter who may be a contact.
type Candidate struct {
	Ref    voter.Ref `json:"ref"`
	P      float64   `json:"p"`
	Levels string    `json:"levels"`
	Rank   int       `json:"rank"`
}

// Suggestion is the voters who may be one contact.
type Suggestion struct {
	Contact    contact.ID   `json:"contact"`
	Mobilizer  mobilizer.ID `json:"mobilizer"`
	Key        uint32       `json:"key"` // of the contact's names and place: the suggestion is stale when they change
	Candidates []Candidate  `json:"candidates"`
	Declined   []string     `json:"declined,omitempty"` // canonical ids that an administrator declined, which are not offered again
}

// Key returns the key of a contact's names and place.
func Key(c *contact.Contact) uint32 {
	d := c.Details
	return voter.SearchKey(d.FirstName, d.PreferredName, d.LastName, d.City, d.State, d.Zip)
}

// Current reports whether the suggestion still applies to its contact, as it is now.
func (s *Suggestion) Current(c *contact.Contact) bool {
	return c.Match.State() == voter.Pending && s.Key == Key(c) && len(s.Candidates) > 0
}

// Find returns the candidate with the canonical id, nil if it is not offered.
func (s *Suggestion) Find(canonicalID string) *Candidate {
	for i := range s.Candidates {
		if s.Candidates[i].Ref.CanonicalID == canonicalID {
			return &s.Candidates[i]
		}
	}
	return nil
}

// Decline removes a candidate, who is not offered again. It reports false if the candidate is not offered.
func (s *Suggestion) Decline(canonicalID string) bool {
	before := len(s.Candidates)
	s.Candidates = slices.DeleteFunc(s.Candidates, func(c Candidate) bool { return c.Ref.CanonicalID == canonicalID })
	if len(s.Candidates) == before {
		return false
	}
	s.Declined = append(s.Declined, canonicalID)
	return true
}

// Store reads contacts and keeps suggestions.
type Store interface {
	voter.SearchStore
	EachContact(ctx context.Context, c campaign.ID, after contact.ID, yield func(*contact.Contact) error) error
	MobilizersByID(ctx context.Context, c campaign.ID, ids []mobilizer.ID) (map[mobilizer.ID]*mobilizer.Mobilizer, error)
	SuggestionRun(ctx context.Context, c campaign.ID) (*Run, error)
	SaveSuggestionRun(ctx context.Context, c campaign.ID, r *Run) error
	// Suggestions returns those of the contacts that exist, by contact.
	Suggestions(ctx context.Context, c campaign.ID, ids []contact.ID) (map[contact.ID]*Suggestion, error)
	SaveSuggestions(ctx context.Context, c campaign.ID, suggestions []*Suggestion) error
}

// Worker works on the jobs of kind job.SuggestVoters.
type Worker struct {
	Store    Store
	Searcher *voter.Searcher
	Parallel func(ctx context.Context, limit, count int, do func(context.Context, int) error) error
}

// checkpoint is the state from which a run resumes.
type checkpoint struct {
	After     contact.ID `json:"after,omitempty"`
	Searched  int        `json:"searched,omitempty"`
	Suggested int        `json:"suggested,omitempty"`
}

// slice is one slice of a run.
type slice struct {
	*Worker
	job      *job.Slice
	campaign campaign.ID
	files    []*voter.File
	run      *Run
	at       checkpoint
	batch    []*contact.Contact
}

var errOver = errors.New("the slice is over")

// Handle works on one slice of a run.
func (w *Worker) Handle(ctx context.Context, s *job.Slice) (job.Next, error) {
	r := &slice{Worker: w, job: s, campaign: campaign.ID(s.Job.Campaign)}
	if err := s.Resume(&r.at); err != nil {
		return job.Done(), err
	}
	var err error
	if r.run, err = w.Store.SuggestionRun(ctx, r.campaign); err != nil {
		return job.Done(), err
	}
	if r.run.Job != s.Job.ID {
		return job.Done(), nil // a later run replaces this one
	}
	if s.Job.Exhausted() {
		r.run.Status, r.run.Error, r.run.FinishedAt = Failed, fault.NewMessage("A service was unavailable several times. Start again.").String(), s.Time()
		return job.Done(), w.Store.SaveSuggestionRun(ctx, r.campaign, r.run)
	}
	if r.files, err = w.Store.VoterFiles(ctx, organization.ID(s.Job.Organization)); err != nil {
		return job.Done(), err
	}
	err = w.Store.EachContact(ctx, r.campaign, r.at.After, func(c *contact.Contact) error {
		r.batch = append(r.batch, c)
		if len(r.batch) < batchSize {
			return nil
		}
		return r.searchBatch(ctx)
	})
	if errors.Is(err, errOver) {
		return job.HandOn(), nil
	}
	if err == nil {
		err = r.searchBatch(ctx)
	}
	if err != nil && !errors.Is(err, errOver) {
		return job.Done(), err
	}
	r.run.Status, r.run.FinishedAt = Ready, s.Time()
	return job.Done(), w.Store.SaveSuggestionRun(ctx, r.campaign, r.run)
}

// searchBatch searches for the pending contacts of the batch, stores the suggestions and moves the checkpoint. It fails with
// errOver when the slice has used up its time.
func (r *slice) searchBatch(ctx context.Context) error {
	if len(r.batch) == 0 {
		return nil
	}
	last := r.batch[len(r.batch)-1].ID
	pending := slices.DeleteFunc(r.batch, func(c *contact.Contact) bool {
		return c.Match.State() != voter.Pending || match.Joined(c.Details.LastName) == "" || match.Joined(c.Details.FirstName+c.Details.PreferredName) == ""
	})
	r.batch = nil
	ids, of := make([]contact.ID, len(pending)), make([]mobilizer.ID, len(pending))
	for i, c := range pending {
		ids[i], of[i] = c.ID, c.Mobilizer
	}
	mobilizers, err := r.Store.MobilizersByID(ctx, r.campaign, of)
	if err != nil {
		return err
	}
	stored, err := r.Store.Suggestions(ctx, r.campaign, ids)
	if err != nil {
		return err
	}
	found := make([]*Suggestion, len(pending))
	err = r.Parallel(ctx, parallel, len(pending), func(ctx context.Context, n int) error {
		var err error
		found[n], err = r.search(ctx, pending[n], mobilizers[pending[n].Mobilizer], stored[pending[n].ID])
		return err
	})
	if err != nil {
		return err
	}
	if err := r.Store.SaveSuggestions(ctx, r.campaign, found); err != nil {
		return err
	}
	for _, s := range found {
		if len(s.Candidates) > 0 {
			r.at.Suggested++
		}
	}
	r.at.After, r.at.Searched = last, r.at.Searched+len(pending)
	r.run.Searched, r.run.Suggested = r.at.Searched, r.at.Suggested
	if err := r.Store.SaveSuggestionRun(ctx, r.campaign, r.run); err != nil {
		return err
	}
	if err := r.job.SaveCheckpoint(ctx, r.at); err != nil {
		return err
	}
	if r.job.Over() {
		return errOver
	}
	return nil
}

// search returns the suggestion for a contact, without the voters that were declined.
func (r *slice) search(ctx context.Context, c *contact.Contact, m *mobilizer.Mobilizer, before *Suggestion) (*Suggestion, error) {
	s := &Suggestion{Contact: c.ID, Mobilizer: c.Mobilizer, Key: Key(c)}
	if before != nil {
		s.Declined = before.Declined
	}
	in, state := InputOf(c, m), c.Details.State
	if state == "" && m != nil {
		state = m.Profile.State
	}
	if states := voter.States(r.files); state == "" && len(states) == 1 {
		state = states[0]
	}
	result, err := r.Searcher.Search(ctx, c.Organization, r.files, state, in, maxCandidates+len(s.Declined))
	if err != nil {
		return nil, fmt.Errorf("search for contact %s: %w", c.ID, err)
	}
	for _, found := range result.Candidates {
		if len(s.Candidates) < maxCandidates && !slices.Contains(s.Declined, found.Voter.CanonicalID) {
			s.Candidates = append(s.Candidates, Candidate{
				Ref: voter.Ref{File: found.File, CanonicalID: found.Voter.CanonicalID}, P: found.P, Levels: found.Levels.String(), Rank: found.Rank,
			})
		}
	}
	return s, nil
}

// InputOf returns what is known of a contact of a mobilizer, who may be nil.
func InputOf(c *contact.Contact, m *mobilizer.Mobilizer) match.Input {
	d := c.Details
	in := match.Input{First: d.FirstName, Preferred: d.PreferredName, Last: d.LastName, City: d.City, Zip: d.Zip}
	if m != nil {
		in.Near = m.Profile.Zip
		if m.Match.Household != 0 {
			in.Households = []uint32{m.Match.Household}
		}
	}
	return in
}
