package dynamo_test

import (
	"testing"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/match"
	"github.com/kithhq/kith/internal/voter/votertest"
)

// writeVoters stores the voters of a world as an import does, in parts.
func writeVoters(t *testing.T, s *dynamo.Store, f *voter.File, w *votertest.World, of func(i int) bool) {
	t.Helper()
	ctx := t.Context()
	if err := s.Commit(ctx, s.CreateVoterFile(f)...); err != nil {
		t.Fatal(err)
	}
	var rows []voter.Row
	flush := func(part int) {
		var entries []match.Entry
		var places []match.ZipCount
		for _, row := range rows {
			e := row.Voter.Entry()
			entries = append(entries, e)
			places = append(places, match.ZipCount{Zip: e.Zip, City: row.Voter.City, Voters: 1})
		}
		if err := s.WriteVoters(ctx, f.Organization, f.ID, rows); err != nil {
			t.Fatal(err)
		}
		if err := s.WriteBlocks(ctx, f, part, match.Pack(entries), match.MergeCounts(places)); err != nil {
			t.Fatal(err)
		}
		rows = nil
	}
	part := 0
	for i, e := range w.Voters {
		if !of(i) {
			continue
		}
		rows = append(rows, voter.Row{Line: i + 2, Voter: &voter.Voter{
			CanonicalID: e.CanonicalID, StateFileID: votertest.StateFileID(i), FirstName: e.First, MiddleName: e.Middle, LastName: e.Last,
			Suffix: e.Suffix, City: w.City(i), State: f.State, Zip: e.Zip, Street: e.Street, BirthYear: e.BirthYear,
		}})
		if len(rows) == 1500 {
			flush(part)
			part++
		}
	}
	flush(part)
	if err := s.MergePlaces(ctx, f); err != nil {
		t.Fatal(err)
	}
}

func TestSearch_StoredFiles_FindsAsInMemoryAndDeletesAll(t *testing.T) {
	s := newStore(t)
	ctx := t.Context()
	org := organization.ID(id.At(noon))
	w := votertest.New(votertest.NC, 3, 4000)
	file := func(n int, status voter.FileState) *voter.File {
		return &voter.File{ID: voter.FileID(id.At(noon.Add(time.Duration(n) * time.Second))), Organization: org, State: "NC", Status: status, Mode: voter.Add}
	}
	first, second, undone := file(1, voter.FileReady), file(2, voter.FileReady), file(3, voter.FileFailed)
	writeVoters(t, s, first, w, func(i int) bool { return i%2 == 0 })
	writeVoters(t, s, second, w, func(i int) bool { return i%2 == 1 })
	writeVoters(t, s, undone, w, func(i int) bool { return i%50 == 0 })

	var entries []match.Entry
	for _, e := range w.Voters {
		entries = append(entries, e)
	}
	memory := votertest.NewIndex(entries, w.Counts())
	searcher := voter.NewSearcher(s)
	files, err := s.VoterFiles(ctx, org)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, q := range w.Queries(3, 60) {
		want, _ := memory.Search(match.NewQuery(q.Input))
		want = match.Offer(want, 5)
		got, err := searcher.Search(ctx, org, files, "NC", q.Input, 5)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Candidates) != len(want) || got.Queries > match.MaxQueries {
			t.Fatalf("%+v: %d candidates, want %d; %d queries", q.Input, len(got.Candidates), len(want), got.Queries)
		}
		for i, c := range got.Candidates {
			if c.Voter.CanonicalID != want[i].CanonicalID || c.P < want[i].P-1e-9 || c.P > want[i].P+1e-9 || c.File == undone.ID {
				t.Errorf("%+v: candidate %d is %s (%v) of %s, want %s (%v)", q.Input, i, c.Voter.CanonicalID, c.P, c.File, want[i].CanonicalID, want[i].P)
			}
			found++
		}
	}
	if found < 30 {
		t.Errorf("%d candidates in 60 searches", found)
	}
	if got, err := searcher.Search(ctx, org, files, "OH", match.Input{First: "JOHN", Last: "SMITH"}, 5); err != nil || len(got.Candidates) > 0 {
		t.Errorf("a state without a file: %+v, %v", got, err)
	}

	for place := 0; place >= 0; {
		if place, err = s.DeleteVoters(ctx, second, place); err != nil {
			t.Fatal(err)
		}
	}
	left, _, err := s.VoterBlocks(ctx, []*voter.File{second}, match.AllBuckets([]string{"276", "275"}))
	if err != nil || len(left) > 0 {
		t.Errorf("%d blocks of a deleted file are left, %v", len(left), err)
	}
	if counts, err := s.VoterPlaces(ctx, []*voter.File{second}); err != nil || len(counts) > 0 {
		t.Errorf("%d places of a deleted file are left, %v", len(counts), err)
	}
	if counts, err := s.VoterPlaces(ctx, []*voter.File{first}); err != nil || len(counts) == 0 {
		t.Errorf("%d places of the other file, %v", len(counts), err)
	}
}
