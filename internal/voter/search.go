package voter

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/voter/match"
)

// Found is voters of search buckets that one file holds.
type Found struct {
	File    *File
	Entries []match.Entry
}

// Ref names one voter of one file.
type Ref struct {
	File        FileID
	CanonicalID string
}

// SearchStore reads what a search needs.
type SearchStore interface {
	VoterFiles(ctx context.Context, o organization.ID) ([]*File, error)
	VoterPlaces(ctx context.Context, files []*File) ([]match.ZipCount, error)
	// VoterBlocks returns the voters of buckets, the latest file's first, and the number of bytes read.
	VoterBlocks(ctx context.Context, files []*File, buckets []match.Bucket) ([]Found, int, error)
	VotersByRef(ctx context.Context, o organization.ID, refs []Ref) (map[Ref]*Voter, error)
}

// Searcher finds voters in an organization's voter files. It keeps the places of the files it searched last, which never
// change. It is safe for concurrent use.
type Searcher struct {
	store SearchStore

	mu     sync.Mutex
	places map[FileID]*cachedPlaces // by the latest file of a state
}

type cachedPlaces struct {
	files  []FileID
	places *match.Places
}

// NewSearcher returns a searcher of the store.
func NewSearcher(store SearchStore) *Searcher {
	return &Searcher{store: store, places: map[FileID]*cachedPlaces{}}
}

// maxCachedStates limits how many states' places are kept: at most some 10 MB.
const maxCachedStates = 16

// Candidate is a voter who may be the person sought.
type Candidate struct {
	Voter   Voter
	File    FileID
	P       float64
	Levels  match.Levels
	Reasons []match.Reason
	Rank    int // from 1
}

// Result is the outcome of a search.
type Result struct {
	Candidates []Candidate
	Questions  []match.Question
	Queries    int // store queries
	Bytes      int // compressed bytes read
}

// ReadyFiles returns the files that a state's voters are searched in, the latest first.
func ReadyFiles(files []*File, state string) []*File {
	var ready []*File
	for _, f := range files {
		if f.Status == FileReady && f.State == state {
			ready = append(ready, f)
		}
	}
	slices.SortFunc(ready, func(a, b *File) int { return strings.Compare(string(b.ID), string(a.ID)) })
	return ready
}

// States returns the states that have ready files.
func States(files []*File) []string {
	var states []string
	for _, f := range files {
		if f.Status == FileReady && !slices.Contains(states, f.State) {
			states = append(states, f.State)
		}
	}
	slices.Sort(states)
	return states
}

// Search finds the voters of a state whom an input most likely means, at most limit. It costs at most match.MaxQueries
// queries, one batch read of the voters found, and, when the state's files have changed, one of their places. Without
// ready files of the state, the result is empty.
func (s *Searcher) Search(ctx context.Context, o organization.ID, files []*File, state string, in match.Input, limit int) (*Result, error) {
	ready := ReadyFiles(files, state)
	if len(ready) == 0 {
		return &Result{}, nil
	}
	places, err := s.placesOf(ctx, ready)
	if err != nil {
		return nil, err
	}
	q := match.NewQuery(in)
	plan := q.Plan(places)
	found, bytes, err := s.store.VoterBlocks(ctx, ready, plan)
	if err != nil {
		return nil, err
	}
	result := &Result{Queries: len(plan), Bytes: bytes}
	var entries []match.Entry
	fileOf := map[string]FileID{}
	for _, part := range found {
		for i := range part.Entries {
			id := part.Entries[i].CanonicalID
			if latest, seen := fileOf[id]; seen && latest != part.File.ID {
				continue // a later file has the voter
			}
			fileOf[id] = part.File.ID
			entries = append(entries, part.Entries[i])
		}
	}
	ranked := q.Rank(places, entries)
	offered := match.Offer(ranked, limit)
	refs := make([]Ref, len(offered))
	for i := range offered {
		refs[i] = Ref{fileOf[offered[i].CanonicalID], offered[i].CanonicalID}
	}
	if len(refs) > 0 {
		voters, err := s.store.VotersByRef(ctx, o, refs)
		if err != nil {
			return nil, err
		}
		for i, ref := range refs {
			if v := voters[ref]; v != nil {
				result.Candidates = append(result.Candidates, Candidate{
					Voter: *v, File: ref.File, P: offered[i].P, Levels: offered[i].Levels, Reasons: q.Reasons(&offered[i]),
					Rank: len(result.Candidates) + 1,
				})
			}
		}
	}
	result.Questions = q.Questions(ranked[:min(len(ranked), 10)])
	return result, nil
}

func (s *Searcher) placesOf(ctx context.Context, ready []*File) (*match.Places, error) {
	ids := make([]FileID, len(ready))
	for i, f := range ready {
		ids[i] = f.ID
	}
	s.mu.Lock()
	cached := s.places[ids[0]]
	s.mu.Unlock()
	if cached != nil && slices.Equal(cached.files, ids) {
		return cached.places, nil
	}
	counts, err := s.store.VoterPlaces(ctx, ready)
	if err != nil {
		return nil, err
	}
	places := match.NewPlaces(counts)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.places) >= maxCachedStates {
		clear(s.places)
	}
	s.places[ids[0]] = &cachedPlaces{ids, places}
	return places, nil
}
