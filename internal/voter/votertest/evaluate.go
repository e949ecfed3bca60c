package votertest

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/kithhq/kith/internal/voter/match"
)

// Index holds a voter file by search bucket, in memory.
type Index struct {
	Places  *match.Places
	entries []match.Entry
	buckets map[match.Bucket][]int32
}

// NewIndex returns the index of voters. It sorts them by name, as search blocks are.
func NewIndex(entries []match.Entry, counts []match.ZipCount) *Index {
	slices.SortFunc(entries, func(a, b match.Entry) int {
		return cmp.Or(cmp.Compare(a.Last, b.Last), cmp.Compare(a.First, b.First), cmp.Compare(a.CanonicalID, b.CanonicalID))
	})
	x := &Index{Places: match.NewPlaces(counts), entries: entries, buckets: map[match.Bucket][]int32{}}
	for i := range entries {
		for _, bucket := range entries[i].Buckets() {
			x.buckets[bucket] = append(x.buckets[bucket], int32(i))
		}
	}
	return x
}

// Search returns the candidates for an input, and the number of voters read.
func (x *Index) Search(q *match.Query) ([]match.Candidate, int) {
	plan, size := q.Plan(x.Places), 0
	for _, bucket := range plan {
		size += len(x.buckets[bucket])
	}
	read := make([]match.Entry, 0, size)
	for _, bucket := range plan {
		for _, i := range x.buckets[bucket] {
			read = append(read, x.entries[i])
		}
	}
	return q.Rank(x.Places, read), len(read)
}

// Figures measures the search for a set of queries. A candidate is accepted if it is strong.
type Figures struct {
	Queries, InFile              int
	Accepted, Right, AbsentTaken int // accepted, right among them, accepted although the person is not in the file
	First, Top3, Blocks          int // the person came first, among the first three, was read at all
	Bands                        [len(bandLimits)]struct{ N, Right int }
}

var bandLimits = [...]float64{.1, .3, .5, .7, .85, .95, .99, 2}

// Add counts one query.
func (f *Figures) Add(q *Query, candidates []match.Candidate) {
	f.Queries++
	rank := -1
	for i := range candidates {
		if candidates[i].CanonicalID == q.Voter {
			rank = i
			break
		}
	}
	if q.Voter != "" {
		f.InFile++
		if rank == 0 {
			f.First++
		}
		if rank >= 0 && rank < 3 {
			f.Top3++
		}
		if rank >= 0 {
			f.Blocks++
		}
	}
	if len(candidates) == 0 {
		return
	}
	p := candidates[0].P
	for i, limit := range bandLimits {
		if p < limit {
			f.Bands[i].N++
			if rank == 0 {
				f.Bands[i].Right++
			}
			break
		}
	}
	if match.BandOf(p) != match.Strong {
		return
	}
	f.Accepted++
	if rank == 0 {
		f.Right++
	}
	if q.Voter == "" {
		f.AbsentTaken++
	}
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// Precision is the share of accepted candidates who are right.
func (f *Figures) Precision() float64 { return ratio(f.Right, f.Accepted) }

// Found is the share of people in the file who are accepted and right.
func (f *Figures) Found() float64 { return ratio(f.Right, f.InFile) }

// F1 is the harmonic mean of precision and found.
func (f *Figures) F1() float64 {
	return 2 * f.Precision() * f.Found() / max(1e-9, f.Precision()+f.Found())
}

// AbsentAccepted is the share of people not in the file for whom a candidate is accepted.
func (f *Figures) AbsentAccepted() float64 { return ratio(f.AbsentTaken, f.Queries-f.InFile) }

// FirstShare is the share of people in the file who come first.
func (f *Figures) FirstShare() float64 { return ratio(f.First, f.InFile) }

// Top3Share is the share of people in the file who are among the first three.
func (f *Figures) Top3Share() float64 { return ratio(f.Top3, f.InFile) }

// String returns the figures in one line.
func (f *Figures) String() string {
	return fmt.Sprintf("precision %.3f found %.3f F1 %.3f absent %.3f first %.3f top3 %.3f scored %.3f",
		f.Precision(), f.Found(), f.F1(), f.AbsentAccepted(), f.FirstShare(), f.Top3Share(), ratio(f.Blocks, f.InFile))
}

// Calibration returns, for each band of the first candidate's probability, the share of right ones.
func (f *Figures) Calibration() string {
	var out []string
	from := 0.
	for i, band := range f.Bands {
		out = append(out, fmt.Sprintf("%.2f-%.2f: %.3f of %d", from, min(1, bandLimits[i]), ratio(band.Right, band.N), band.N))
		from = bandLimits[i]
	}
	return strings.Join(out, "  ")
}

// Evaluate measures the search for the queries in a mode.
func (x *Index) Evaluate(queries []Query, mode string, w match.Weights) Figures {
	found := make([][]match.Candidate, len(queries))
	var wait sync.WaitGroup
	var next atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(queries); i = int(next.Add(1)) - 1 {
				found[i], _ = x.Search(match.NewWeightedQuery(queries[i].As(mode), w))
			}
		})
	}
	wait.Wait()
	var f Figures
	for i := range queries {
		f.Add(&queries[i], found[i])
	}
	return f
}

// Sum adds the counts of other figures.
func (f *Figures) Sum(other *Figures) {
	f.Queries, f.InFile = f.Queries+other.Queries, f.InFile+other.InFile
	f.Accepted, f.Right, f.AbsentTaken = f.Accepted+other.Accepted, f.Right+other.Right, f.AbsentTaken+other.AbsentTaken
	f.First, f.Top3, f.Blocks = f.First+other.First, f.Top3+other.Top3, f.Blocks+other.Blocks
	for i := range f.Bands {
		f.Bands[i].N += other.Bands[i].N
		f.Bands[i].Right += other.Bands[i].Right
	}
}
