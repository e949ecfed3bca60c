package votertest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/voter/match"
)

func votersOf(w *World) []match.Entry {
	var all []match.Entry
	for _, e := range w.Voters {
		all = append(all, e)
	}
	return all
}

func TestNew_SameArguments_SamePeopleAndQueries(t *testing.T) {
	t.Parallel()
	a, b, other := New(NC, 5, 2000), New(NC, 5, 2000), New(NC, 6, 2000)
	if diff := cmp.Diff(votersOf(a), votersOf(b)); diff != "" {
		t.Errorf("the voters of one seed differ:\n%s", diff)
	}
	if diff := cmp.Diff(a.Queries(5, 300), b.Queries(5, 300)); diff != "" {
		t.Errorf("the queries of one seed differ:\n%s", diff)
	}
	if cmp.Equal(votersOf(a), votersOf(other)) || cmp.Equal(a.Queries(5, 300), a.Queries(6, 300)) {
		t.Error("two seeds give the same people or queries")
	}
	ids := map[string]bool{}
	for _, e := range votersOf(a) {
		ids[e.CanonicalID] = true
	}
	if n := len(ids); n < 1700 || n > 2300 || n != len(votersOf(a)) {
		t.Errorf("2000 voters wanted, %d made", n)
	}
}

// TestQueries_Shares_FollowVariant compares what is typed with the rates of a variant, within four standard deviations.
func TestQueries_Shares_FollowVariant(t *testing.T) {
	t.Parallel()
	const count = 4000
	for _, v := range []Variant{NC, AZ, OH} {
		w := New(v, 8, 20_000)
		cities, zips, years, streets, phones, absent, noLast := 0, 0, 0, 0, 0, 0, 0
		for _, q := range w.Queries(8, count) {
			for n, is := range map[*int]bool{
				&cities: q.Input.City != "", &zips: q.Input.Zip != "", &years: q.Input.BirthYear != 0, &streets: q.Input.Street != "",
				&phones: q.Input.Phone != "", &absent: q.Voter == "", &noLast: len(q.Input.Last) < 2,
			} {
				if is {
					*n++
				}
			}
		}
		for what, share := range map[string]struct {
			n    int
			want float64
		}{
			"city": {cities, v.City}, "zip": {zips, v.Zip}, "birth year": {years, v.BirthYear}, "street": {streets, v.Street},
			"phone": {phones, v.Phone}, "absent": {absent, v.Absent}, "no last name": {noLast, v.NoLast},
		} {
			if got := float64(share.n) / count; got < share.want-.032 || got > share.want+.032 {
				t.Errorf("%s, %s: %.3f, want %.3f", v.Name, what, got, share.want)
			}
		}
	}
}

func TestLoad_WrittenWorld_IsTheSame(t *testing.T) {
	t.Parallel()
	w := New(NC, 9, 1000)
	folder := t.TempDir()
	file := []byte(CSVHeader)
	for i := range w.Voters {
		file = w.AppendCSV(file, i)
	}
	queries := w.Queries(9, 50)
	typed := []string{"first,last,city,zip,birth_year,street,mobilizer_zip,canonical_voter_id"}
	for _, q := range queries {
		typed = append(typed, fmt.Sprintf("%s,%s,%s,%s,%d,%s,%s,%s", q.Input.First, q.Input.Last, q.Input.City, q.Input.Zip, q.Year, q.Street, q.Input.Near, q.Voter))
	}
	for name, content := range map[string][]byte{"voters.csv": file, "queries.csv": []byte(strings.Join(typed, "\n"))} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	entries, counts, loaded, err := Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(votersOf(w), entries); diff != "" {
		t.Errorf("voters:\n%s", diff)
	}
	sum := 0
	for _, c := range counts {
		sum += c.Voters
	}
	if sum != len(entries) || len(loaded) != len(queries) || loaded[7].Voter != queries[7].Voter || loaded[7].As("year").BirthYear != queries[7].Year {
		t.Errorf("%d voters by place, %d queries, the eighth %+v", sum, len(loaded), loaded[7])
	}
	if _, _, _, err := Load(t.TempDir()); err == nil {
		t.Error("an empty folder was loaded")
	}
}

func TestAs_Modes_KeepOnlyTheirFields(t *testing.T) {
	q := Query{Input: match.Input{First: "Ann", BirthYear: 1980, Street: "Elm"}, Year: 1981, Street: "Oak"}
	for mode, want := range map[string]match.Input{
		"names+place": {First: "Ann"}, "as typed": q.Input, "year": {First: "Ann", BirthYear: 1981}, "year+street": {First: "Ann", BirthYear: 1981, Street: "Oak"},
	} {
		if got := q.As(mode); !cmp.Equal(got, want) {
			t.Errorf("%s: %+v", mode, got)
		}
	}
}

func TestFigures_Outcomes_AreCounted(t *testing.T) {
	t.Parallel()
	candidates := func(p float64, ids ...string) []match.Candidate {
		var all []match.Candidate
		for _, id := range ids {
			all = append(all, match.Candidate{Entry: match.Entry{CanonicalID: id}, P: p})
			p /= 100
		}
		return all
	}
	var f, sum Figures
	f.Add(&Query{Voter: "a"}, candidates(.97, "a", "b"))     // accepted and right
	f.Add(&Query{Voter: "b"}, candidates(.92, "a", "b"))     // accepted and wrong, second
	f.Add(&Query{Voter: "d"}, candidates(.6, "a", "b", "c")) // not read
	f.Add(&Query{Voter: ""}, candidates(.95, "a"))           // accepted although absent
	f.Add(&Query{Voter: ""}, nil)                            // absent and not found
	f.Add(&Query{Voter: "d"}, candidates(.2, "a", "b", "d")) // third
	sum.Sum(&f)
	sum.Sum(&f)
	for _, got := range []*Figures{&f, &sum} {
		figures := []float64{got.Precision(), got.Found(), got.AbsentAccepted(), got.FirstShare(), got.Top3Share()}
		if want := []float64{1. / 3, 1. / 4, 1. / 2, 1. / 4, 3. / 4}; !slices.Equal(figures, want) {
			t.Errorf("figures %v, want %v", figures, want)
		}
	}
	if !strings.Contains(sum.Calibration(), "0.95-0.99: 0.500 of 4") || !strings.Contains(sum.Calibration(), "0.50-0.70: 0.000 of 2") {
		t.Error(sum.Calibration())
	}
}

func TestEvaluate_SmallWorld_IsThatOfSearches(t *testing.T) {
	t.Parallel()
	w := New(NC, 10, 3000)
	x, queries := NewIndex(votersOf(w), w.Counts()), w.Queries(10, 200)
	var want Figures
	for i := range queries {
		found, _ := x.Search(match.NewQuery(queries[i].As("year")))
		want.Add(&queries[i], found)
	}
	if got := x.Evaluate(queries, "year", match.DefaultWeights()); got != want || got.Top3Share() < .9 {
		t.Errorf("%v, want %v", &got, &want)
	}
}
