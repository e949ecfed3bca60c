package bench

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/voter/match"
	"github.com/kithhq/kith/internal/voter/votertest"
)

// Variables of the voter measures: the numbers of generated voters and of queries, the seed, and a folder with voters.csv and queries.csv
// of another data set.
const (
	votersVariable = "KITH_BENCH_VOTERS"
	queryVariable  = "KITH_BENCH_QUERIES"
	seedVariable   = "KITH_BENCH_SEED"
	dataVariable   = "KITH_VOTER_DATA"
)

func variable(t *testing.T, name string, value int) int {
	t.Helper()
	given := os.Getenv(name)
	if given == "" {
		return value
	}
	n, err := strconv.Atoi(given)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// designFigures are precision, found, F1, absent accepted, first and top 3 of the prototype that the weights were learnt
// with, at about a million voters. The search must reach them within .01, without the priors that were added since.
var designFigures = map[string][6]float64{
	"names+place": {.981, .653, .784, .036, .863, .926},
	"as typed":    {.991, .753, .856, .021, .909, .946},
	"year":        {.993, .811, .893, .017, .934, .960},
	"year+street": {.998, .896, .944, .004, .970, .977},
}

// Sizes of the measures of matches: each query set is drawn for several seeds, and the figures are of all of them.
const (
	matchSeeds   = 3
	matchQueries = 2000 // a seed
)

// voterMatches measures how well the search finds voters, with generated people whose seeds the weights were not learnt
// with, and people of other states and habits.
func voterMatches(t *testing.T) []line {
	t.Helper()
	if folder := os.Getenv(dataVariable); folder != "" {
		return otherData(t, folder)
	}
	voters, count := variable(t, votersVariable, 200_000), variable(t, queryVariable, matchQueries)
	seed := uint64(variable(t, seedVariable, 4711))
	m := matchMeasure{figures: map[string]*votertest.Figures{}}
	var costs []line
	for n := range uint64(matchSeeds) {
		for _, v := range []votertest.Variant{votertest.NC, votertest.AZ, votertest.OH} {
			w := votertest.New(v, seed+n, voters)
			x := votertest.NewIndex(slices.Collect(entriesOf(w)), w.Counts())
			queries := w.Queries(seed+n, count)
			if v.Name != votertest.NC.Name {
				m.add(x, queries, otherState(v.Name), "names+place", match.DefaultWeights())
				continue
			}
			m.addOwn(x, queries)
			if n == 0 {
				costs = searchCosts(w, x, queries)
			}
		}
	}
	return append(m.lines(), costs...)
}

// otherData measures the search with the voters and queries of a folder.
func otherData(t *testing.T, folder string) []line {
	t.Helper()
	entries, counts, queries, err := votertest.Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	x := votertest.NewIndex(entries, counts)
	var lines []line
	for _, mode := range votertest.Modes[:2] {
		f := x.Evaluate(queries, mode, match.DefaultWeights())
		lines = append(lines, figureLine("other data, "+mode, f, nil), line{"  right by band of P", f.Calibration(), "", true})
	}
	return lines
}

func entriesOf(w *votertest.World) func(func(match.Entry) bool) {
	return func(yield func(match.Entry) bool) {
		for _, e := range w.Voters {
			if !yield(e) {
				return
			}
		}
	}
}

// matchMeasure adds up the figures of several seeds, by what was measured.
type matchMeasure struct {
	names   []string // in the order of the table
	figures map[string]*votertest.Figures
}

func (m *matchMeasure) add(x *votertest.Index, queries []votertest.Query, name, mode string, w match.Weights) {
	f := x.Evaluate(queries, mode, w)
	if m.figures[name] == nil {
		m.names, m.figures[name] = append(m.names, name), &votertest.Figures{}
	}
	m.figures[name].Sum(&f)
}

// Names of the rows.
func designRow(mode string) string   { return "design's weights, " + mode }
func allPriors(mode string) string   { return "all priors, " + mode }
func otherState(state string) string { return "voters of " + state + " (not learnt with), names+place" }

// addOwn measures the query sets, and what each prior gains with names and place only: alone, and left out.
func (m *matchMeasure) addOwn(x *votertest.Index, queries []votertest.Query) {
	for _, mode := range votertest.Modes {
		m.add(x, queries, designRow(mode), mode, match.Weights{})
		m.add(x, queries, allPriors(mode), mode, match.DefaultWeights())
	}
	for _, prior := range []struct {
		name  string
		field func(*match.Weights) *bool
	}{
		{"neighborhood", func(w *match.Weights) *bool { return &w.Neighborhood }},
		{"household", func(w *match.Weights) *bool { return &w.Household }},
		{"area code", func(w *match.Weights) *bool { return &w.AreaCode }},
		{"surname by area", func(w *match.Weights) *bool { return &w.LocalNames }},
	} {
		alone, without := match.Weights{}, match.DefaultWeights()
		*prior.field(&alone), *prior.field(&without) = true, false
		m.add(x, queries, "names+place, "+prior.name+" alone", "names+place", alone)
		m.add(x, queries, "names+place, all but "+prior.name, "names+place", without)
	}
}

func (m *matchMeasure) lines() []line {
	var lines []line
	for _, name := range m.names {
		var design *[6]float64
		for mode, figures := range designFigures {
			if name == designRow(mode) {
				design = &figures
			}
		}
		lines = append(lines, figureLine(name, *m.figures[name], design))
		if strings.HasPrefix(name, "all priors") {
			lines = append(lines, line{"  right by band of P", m.figures[name].Calibration(), "", true})
		}
	}
	return lines
}

func figureLine(what string, f votertest.Figures, design *[6]float64) line {
	measured := [6]float64{f.Precision(), f.Found(), f.F1(), f.AbsentAccepted(), f.FirstShare(), f.Top3Share()}
	l := line{what: "precision, found, F1, absent, first, top 3: " + what, met: true}
	for i, value := range measured {
		l.measured += fmt.Sprintf("%.3f ", value)
		if design != nil {
			l.target += fmt.Sprintf("%.3f ", design[i])
			worse := design[i] - value
			if i == 3 {
				worse = -worse // the fewer absent people are accepted, the better
			}
			l.met = l.met && worse <= .01
		}
	}
	return l
}

// searchCosts measures what one search reads and how long decoding and comparing takes, of blocks as they are stored.
func searchCosts(w *votertest.World, x *votertest.Index, queries []votertest.Query) []line {
	blocks := map[match.Bucket][][]byte{}
	for part := range slices.Chunk(slices.Collect(entriesOf(w)), 100_000) {
		for _, b := range match.Pack(part) {
			blocks[b.Bucket] = append(blocks[b.Bucket], b.Data)
		}
	}
	var calls, read []int
	var times []time.Duration
	for i := range queries[:1000] {
		start := time.Now()
		q := match.NewQuery(queries[i].Input)
		plan, size := q.Plan(x.Places), 0
		var entries []match.Entry
		for _, bucket := range plan {
			for _, data := range blocks[bucket] {
				decoded, err := match.Decode(data)
				if err != nil {
					panic(err)
				}
				entries, size = append(entries, decoded...), size+len(data)
			}
		}
		q.Rank(x.Places, entries)
		calls, read, times = append(calls, len(plan)), append(read, size), append(times, time.Since(start))
	}
	units := func(bytes int) int { return (bytes + 8191) / 8192 } // eventually consistent reads
	p := func(of []int, share float64) int { slices.Sort(of); return of[int(share*float64(len(of)-1))] }
	slices.Sort(times)
	return []line{
		{"store queries a search, most", fmt.Sprint(p(calls, 1)), "<= 4", p(calls, 1) <= match.MaxQueries},
		{"KB read a search, p50 and p99", fmt.Sprintf("%d, %d", p(read, .5)/1024, p(read, .99)/1024), "", true},
		{"read units a search, p50", fmt.Sprint(units(p(read, .5))), "<= 60", units(p(read, .5)) <= 60},
		{"decode and compare, p50 and p99", fmt.Sprintf("%v, %v", times[len(times)/2].Round(10*time.Microsecond), times[len(times)*99/100].Round(10*time.Microsecond)), "", true},
	}
}
