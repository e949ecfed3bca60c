package votertest

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// The lists of names and zip codes; data/README.md names their sources.
//
//go:embed data/*.csv.gz
var data embed.FS

func lines(name string) []string {
	file, err := data.ReadFile("data/" + name)
	if err != nil {
		panic(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		panic(err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		panic(err)
	}
	return strings.Split(strings.TrimSpace(string(content)), "\n")
}

func number(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(err)
	}
	return f
}

type place struct {
	state, zip, city string
	north, east      float64
	others           []string // other names of the city
	areaCodes        []string
}

type nameTables struct {
	lasts       []string
	firsts      [2][]string // male, female
	lastWeights [2]*sampler // not Spanish, Spanish
	firstChance [2][2]*sampler
	places      []place
}

// tables returns the lists, read once.
var tables = sync.OnceValue(func() *nameTables {
	spanishLast, spanishFirst := map[string]bool{}, map[string]float64{}
	for _, line := range lines("spanish.csv.gz")[1:] {
		fields := strings.Split(line, ",")
		if fields[0] == "last" {
			spanishLast[fields[1]] = true
		} else {
			spanishFirst[fields[1]] = number(fields[2])
		}
	}
	t := &nameTables{}
	var weights [2][]float64
	for _, line := range lines("surnames.csv.gz") {
		name, share, _ := strings.Cut(line, ",")
		weight := max(number(share), .0003)
		t.lasts = append(t.lasts, name)
		spanish := spanishLast[name]
		weights[0], weights[1] = append(weights[0], pick(spanish, 0, weight)), append(weights[1], pick(spanish, weight, 0))
	}
	t.lastWeights = [2]*sampler{newSampler(weights[0]), newSampler(weights[1])}
	var chances [2][2][]float64
	for _, line := range lines("firstnames.csv.gz") {
		fields := strings.Split(line, ",")
		sex := pick(fields[0] == "F", 1, 0)
		weight := max(number(fields[2]), .0003)
		share, known := spanishFirst[fields[1]]
		if !known {
			share = .03
		}
		t.firsts[sex] = append(t.firsts[sex], fields[1])
		chances[sex][0] = append(chances[sex][0], weight*(1-share))
		chances[sex][1] = append(chances[sex][1], weight*math.Pow(share, 1.5))
	}
	for sex := range chances {
		t.firstChance[sex] = [2]*sampler{newSampler(chances[sex][0]), newSampler(chances[sex][1])}
	}
	for _, line := range lines("zips.csv.gz") {
		f := strings.Split(line, ",")
		t.places = append(t.places, place{f[0], f[1], f[2], number(f[3]), number(f[4]), split(f[5]), split(f[6])})
	}
	return t
})

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == '|' })
}

func pick[T any](condition bool, yes, no T) T {
	if condition {
		return yes
	}
	return no
}

func (t *nameTables) last(rng *rand.Rand, spanish bool) string {
	return t.lasts[t.lastWeights[pick(spanish, 1, 0)].draw(rng)]
}

func (t *nameTables) first(rng *rand.Rand, female, spanish bool) string {
	sex := pick(female, 1, 0)
	return t.firsts[sex][t.firstChance[sex][pick(spanish, 1, 0)].draw(rng)]
}

func (t *nameTables) commonLasts(n int) []string { return slices.Clone(t.lasts[:n]) }

// sampler draws indexes by weight.
type sampler struct{ sums []float64 }

func newSampler(weights []float64) *sampler {
	s := &sampler{make([]float64, len(weights))}
	total := 0.
	for i, w := range weights {
		total += w
		s.sums[i] = total
	}
	return s
}

func (s *sampler) draw(rng *rand.Rand) int {
	at := rng.Float64() * s.sums[len(s.sums)-1]
	return min(len(s.sums)-1, sort.Search(len(s.sums), func(i int) bool { return s.sums[i] > at }))
}

// gamma draws from the gamma distribution of a shape, by Marsaglia and Tsang.
func gamma(rng *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gamma(rng, shape+1) * math.Pow(rng.Float64(), 1/shape)
	}
	d := shape - 1./3
	c := 1 / math.Sqrt(9*d)
	for {
		x := rng.NormFloat64()
		v := (1 + c*x) * (1 + c*x) * (1 + c*x)
		if v > 0 && math.Log(rng.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// beta draws from a beta distribution.
func beta(rng *rand.Rand, a, b float64) float64 {
	x, y := gamma(rng, a), gamma(rng, b)
	return x / (x + y)
}
