package match

import (
	"cmp"
	"hash/fnv"
	"slices"
)

// Kind is a search key.
type Kind string

// The search keys of a voter. A voter of two surnames has keys A and C of both.
const (
	KindA Kind = "A" // sound of the surname and first initial, in the whole state
	KindB Kind = "B" // area and start of the first name: finds other surnames, such as typos and marriage
	KindC Kind = "C" // area and sound of the surname: finds other first names, such as middle and odd nicknames
)

// Numbers of buckets: of key A, and of keys B and C in each area.
const (
	bucketsOfState = 4096
	bucketsOfArea  = 64
)

// Bucket names one group of voters in the search blocks.
type Bucket struct {
	Kind   Kind
	Area   string // first three digits of the zip code; empty for key A and for voters without a zip code
	Number int
}

func digest(parts ...string) []byte {
	h := fnv.New32a()
	for _, part := range parts {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return h.Sum(nil)
}

func hashOf(buckets int, parts ...string) int {
	h := fnv.New32a()
	for _, part := range parts {
		h.Write([]byte(part))
	}
	return int(h.Sum32() % uint32(buckets))
}

func bucketA(surname, first string) Bucket {
	return Bucket{Kind: KindA, Number: hashOf(bucketsOfState, soundex(surname), first[:min(1, len(first))])}
}

func bucketB(area, first string) Bucket {
	return Bucket{Kind: KindB, Area: area, Number: hashOf(bucketsOfArea, first[:min(3, len(first))])}
}

func bucketC(area, surname string) Bucket {
	return Bucket{Kind: KindC, Area: area, Number: hashOf(bucketsOfArea, soundex(surname))}
}

// Buckets returns the buckets that hold a voter.
func (e *Entry) Buckets() []Bucket {
	first, surnames := Joined(e.First), parts(Surnames(e.Last))
	var buckets []Bucket
	for _, surname := range surnames {
		buckets = append(buckets, bucketA(surname, first), bucketC(area(e.Zip), surname))
	}
	if first != "" {
		buckets = append(buckets, bucketB(area(e.Zip), first))
	}
	slices.SortFunc(buckets, func(a, b Bucket) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Area, b.Area), cmp.Compare(a.Number, b.Number))
	})
	return slices.Compact(buckets)
}

// parts returns the halves of a double surname, or the only surname.
func parts(surnames []string) []string {
	if len(surnames) > 1 {
		return surnames[1:]
	}
	return surnames
}

// AllBuckets returns every bucket that voters of the areas can be in.
func AllBuckets(areas []string) []Bucket {
	var all []Bucket
	for n := range bucketsOfState {
		all = append(all, Bucket{Kind: KindA, Number: n})
	}
	for _, a := range areas {
		for n := range bucketsOfArea {
			all = append(all, Bucket{Kind: KindB, Area: a, Number: n}, Bucket{Kind: KindC, Area: a, Number: n})
		}
	}
	return all
}

// Areas returns the areas of the voters, in order.
func (p *Places) Areas() []string {
	var areas []string
	for _, z := range p.zips {
		areas = append(areas, area(z.code))
	}
	slices.Sort(areas)
	return append(slices.Compact(areas), "")
}

// Query is a normalized input.
type Query struct {
	input    Input
	firsts   []string // first and preferred name, each one word
	surnames []string
	weights  Weights
}

// NewQuery returns the query for an input.
func NewQuery(in Input) *Query { return NewWeightedQuery(in, DefaultWeights()) }

// NewWeightedQuery returns the query for an input that is scored with other weights.
func NewWeightedQuery(in Input, w Weights) *Query {
	q := &Query{input: in, surnames: Surnames(in.Last), weights: w}
	for _, name := range []string{in.First, in.Preferred} {
		if first := Joined(name); first != "" && !slices.Contains(q.firsts, first) {
			q.firsts = append(q.firsts, first)
		}
	}
	return q
}

// Plan returns the buckets to read, the most useful first, at most MaxQueries. Of a last name of one letter, nothing is
// known.
func (q *Query) Plan(p *Places) []Bucket { return q.plan(p, MaxQueries) }

func (q *Query) plan(p *Places, limit int) []Bucket {
	n := names()
	var firsts []string
	for _, first := range q.firsts {
		formal := slices.Sorted(slices.Values(n.formal[first]))
		all := append([]string{first}, formal...)
		slices.SortStableFunc(all, func(a, b string) int { return cmp.Compare(n.meant(first, b), n.meant(first, a)) })
		firsts = append(firsts, all...)
	}
	surnames := slices.DeleteFunc(slices.Clone(parts(q.surnames)), func(s string) bool { return len(s) < 2 })
	areas, typed := p.areas(&q.input)
	if near := area(q.input.Near); typed && p.hasArea(near) && !slices.Contains(areas, near) {
		areas = append(areas, near) // friends who moved, or who are said to live in the next city, often live near the mobilizer
	}

	var a, b, c []Bucket
	for _, first := range firsts {
		for _, surname := range surnames {
			a = append(a, bucketA(surname, first))
		}
		if len(areas) > 0 && len(first) > 1 {
			b = append(b, bucketB(areas[0], first))
		}
	}
	for _, in := range areas[:min(2, len(areas))] {
		for _, surname := range surnames {
			c = append(c, bucketC(in, surname))
		}
	}
	a, b, c = distinct(a), distinct(b), distinct(c)
	at := func(list []Bucket, from, to int) []Bucket { return list[min(from, len(list)):min(to, len(list))] }
	order := slices.Concat(at(a, 0, 1), at(c, 0, 1), at(b, 0, 1))
	if typed { // most who have another surname than typed live in the typed place
		order = slices.Concat(order, at(b, 1, 2), at(a, 1, 2))
	} else {
		order = slices.Concat(order, at(a, 1, 2), at(b, 1, 2))
	}
	order = slices.Concat(order, at(c, 1, 2), at(a, 2, len(a)), at(b, 2, len(b)))
	return order[:min(limit, len(order))]
}

func distinct(buckets []Bucket) []Bucket {
	var out []Bucket
	for _, b := range buckets {
		if !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	return out
}
