// Package suggesting starts the search for the voters of a campaign's contacts, and accepts and declines the voters that it
// suggests. Writes are returned for the transaction of the caller. The search is in voter/suggest.
package suggesting

import (
	"context"
	"log/slog"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/match"
	"github.com/kithhq/kith/internal/voter/suggest"
)

// Service starts searches and decides about suggested voters.
type Service struct {
	store    *dynamo.Store
	dispatch job.Invoke
}

// NewService returns a service. Dispatch invokes import-voters for a job; without it, the sweep does.
func NewService(store *dynamo.Store, dispatch job.Invoke) *Service {
	return &Service{store, dispatch}
}

// Caller is the administrator who makes a request, and its time.
type Caller struct {
	User *user.User
	At   time.Time
}

// Start returns a new search for the voters of all contacts without a match, and the writes that store it with its job. Of
// several starts at an instant, the writes of one succeed.
//
// Conflict: a search is in progress.
func (s *Service) Start(ctx context.Context, by Caller, c *campaign.Campaign) (*suggest.Run, []dynamo.Write, error) {
	before, err := s.store.SuggestionRun(ctx, c.ID)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return nil, nil, err
	}
	if err == nil && before.Status == suggest.Running {
		return nil, nil, fault.Conflict("suggestions_running", "A search for voters is in progress. Wait until it has finished.")
	}
	j := job.New(job.SuggestVoters, string(c.Organization), string(c.ID), string(c.ID), by.At, time.Now())
	run := &suggest.Run{Status: suggest.Running, Job: j.ID, By: by.User.Name, StartedAt: by.At}
	writes, err := s.store.StartSuggestions(c.ID, before, run, j)
	return run, writes, err
}

// Dispatch starts the job of a committed search. If that fails, the sweep starts it.
func (s *Service) Dispatch(ctx context.Context, run *suggest.Run) {
	if s.dispatch == nil {
		return
	}
	if err := s.dispatch(ctx, run.Job, 0, run.StartedAt); err != nil {
		slog.WarnContext(ctx, "voter job not dispatched; the sweep requeues it", "job", run.Job, "error", err)
	}
}

// Choice names a contact, as in the path of a request, and a voter that is suggested for it.
type Choice struct {
	Contact          string
	CanonicalVoterID string
}

// Accept returns the writes that match a contact to a suggested voter.
//
// Not found: there is no such contact. Conflict: the voter is not suggested, the contact was matched or edited since, or no
// voter file has the voter any more.
func (s *Service) Accept(ctx context.Context, by Caller, c *campaign.Campaign, choice Choice) ([]dynamo.Write, error) {
	matched, suggestion, candidate, err := s.read(ctx, c, choice)
	if err != nil {
		return nil, err
	}
	voters, err := s.store.VotersByRef(ctx, c.Organization, []voter.Ref{candidate.Ref})
	if err != nil {
		return nil, err
	}
	v := voters[candidate.Ref]
	if v == nil {
		return nil, fault.Conflict("not_suggested", "This voter is no longer in the voter file. Search again.")
	}
	matched.AcceptSuggestion(*v, voter.Evidence{
		By: by.User.ID, Method: voter.BySuggestion, File: candidate.Ref.File, Weights: match.Version, P: candidate.P,
		Levels: candidate.Levels, Rank: candidate.Rank, Offered: len(suggestion.Candidates),
	}, by.At)
	return s.store.UpdateContact(matched), nil
}

// Decline records at once that a voter is not to be suggested for a contact again.
//
// Not found: there is no such contact. Conflict: the voter is not suggested, or the contact was matched or edited since.
func (s *Service) Decline(ctx context.Context, c *campaign.Campaign, choice Choice) error {
	_, suggestion, _, err := s.read(ctx, c, choice)
	if err != nil {
		return err
	}
	suggestion.Decline(choice.CanonicalVoterID)
	return s.store.SaveSuggestions(ctx, c.ID, []*suggest.Suggestion{suggestion})
}

// read returns a contact, its suggestion, and the suggested voter.
func (s *Service) read(ctx context.Context, c *campaign.Campaign, choice Choice) (*contact.Contact, *suggest.Suggestion, *suggest.Candidate, error) {
	if !id.Valid(choice.Contact) {
		return nil, nil, nil, fault.NotFound("contact")
	}
	suggested, err := s.store.ContactByID(ctx, c.ID, contact.ID(choice.Contact))
	if err != nil {
		return nil, nil, nil, err
	}
	found, err := s.store.Suggestions(ctx, c.ID, []contact.ID{suggested.ID})
	if err != nil {
		return nil, nil, nil, err
	}
	if suggestion := found[suggested.ID]; suggestion != nil && suggestion.Current(suggested) {
		if candidate := suggestion.Find(choice.CanonicalVoterID); candidate != nil {
			return suggested, suggestion, candidate, nil
		}
	}
	return nil, nil, nil, fault.Conflict("not_suggested", "This voter is not suggested for the contact, or the contact has changed. Reload the suggestions.")
}

// Suggested is a contact without a match, with the voters who may be the contact.
type Suggested struct {
	*contact.Contact
	Voters []SuggestedVoter // the most probable first
}

// SuggestedVoter is a voter who may be a contact.
type SuggestedVoter struct {
	*voter.Voter
	suggest.Candidate
	Repeated bool // also suggested for another contact of the mobilizer on the page
}

// Page returns up to limit contacts with suggested voters in order of adding, after a contact, and the contact after which the
// next page begins, empty after the last. Contacts that were matched or edited since are left out.
func (s *Service) Page(ctx context.Context, c *campaign.Campaign, after contact.ID, limit int) ([]Suggested, contact.ID, error) {
	found, next, err := s.store.SuggestionsPage(ctx, c.ID, after, limit)
	if err != nil {
		return nil, "", err
	}
	contacts, err := s.store.SuggestedContacts(ctx, c.ID, found)
	if err != nil {
		return nil, "", err
	}
	var refs []voter.Ref
	for _, suggestion := range found {
		for _, candidate := range suggestion.Candidates {
			refs = append(refs, candidate.Ref)
		}
	}
	voters, err := s.store.VotersByRef(ctx, c.Organization, refs)
	if err != nil {
		return nil, "", err
	}
	var page []Suggested
	for _, suggestion := range found {
		suggested := Suggested{Contact: contacts[suggestion.Contact]}
		if suggested.Contact == nil || !suggestion.Current(suggested.Contact) {
			continue
		}
		for _, candidate := range suggestion.Candidates {
			if v := voters[candidate.Ref]; v != nil {
				suggested.Voters = append(suggested.Voters, SuggestedVoter{Voter: v, Candidate: candidate})
			}
		}
		if len(suggested.Voters) > 0 {
			page = append(page, suggested)
		}
	}
	markRepeated(page)
	return page, next, nil
}

// markRepeated marks the voters that are suggested for several contacts of a mobilizer.
func markRepeated(page []Suggested) {
	type pair struct{ mobilizer, voter string }
	count := map[pair]int{}
	for _, suggested := range page {
		for _, v := range suggested.Voters {
			count[pair{string(suggested.Mobilizer), v.CanonicalID}]++
		}
	}
	for _, suggested := range page {
		for i := range suggested.Voters {
			v := &suggested.Voters[i]
			v.Repeated = count[pair{string(suggested.Mobilizer), v.CanonicalID}] > 1
		}
	}
}
