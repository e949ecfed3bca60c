package match

import (
	"cmp"
	"slices"
	"strings"
)

// Weights selects what the score uses beyond the fields of names, place, year and street. Comparing them shows what each
// gains.
type Weights struct {
	Neighborhood bool // distance from the mobilizer, also when a place is typed
	AreaCode     bool // telephone area code
	Household    bool // members of known households
	LocalNames   bool // surnames as common as the read blocks show, not as in the census
}

// DefaultWeights returns the weights of Version.
func DefaultWeights() Weights {
	return Weights{Neighborhood: true, AreaCode: true, Household: true, LocalNames: true}
}

// The probability of each level for the person who is meant, and, of birth years and streets, for anybody. They were
// learnt by expectation maximization without labels and rounded.
var (
	firstM  = [...]float64{FirstSame: .64, FirstNickname: .25, FirstInitial: .02, FirstNear: .04, FirstMiddle: .025, FirstDiffers: .025}
	lastM   = [...]float64{LastSame: .88, LastHalf: .02, LastNear: .055, LastSound: .005, LastDiffers: .04}
	yearM   = [...]float64{YearSame: .50, YearOff1: .25, YearOff3: .19, YearOff6: .055, YearFar: .005}
	yearU   = [...]float64{YearSame: .018, YearOff1: .035, YearOff3: .066, YearOff6: .092, YearFar: .789}
	streetM = [...]float64{StreetNumber: .27, StreetName: .68, StreetDiffers: .05}
	streetU = [...]float64{StreetNumber: .0005, StreetName: 1. / 150, StreetDiffers: 1}
)

const (
	inFile       = .77           // share of the people sought who are in the file
	relatives    = .9            // expected people per voter who are not in the file and live with the voter
	namesakes    = .03           // of them, with the voter's first name: parents and children
	householdM   = .06           // share of contacts who live in a known household
	inactiveM    = .35           // likelihood ratio of an inactive voter
	lastInitialM = .95           // probability of the first letter of a voter's last name, if only a letter is typed
	leastVoters  = 10_000        // of a file: in one of fewer voters, the person sought is less likely than inFile
	weakP        = strongP - .01 // most for a candidate who is never strong
	maxRatio     = 1 << 50
	firstWeight  = 100. // voters of a surname that the census's frequency of first names counts for
	localWeight  = 40.  // voters that the census's frequency of a surname counts for, against those of the area
)

// scored is a candidate with its likelihood ratios.
type scored struct {
	Candidate
	first, last, place, year, street, household float64
}

// comparer compares one query with many entries. Names repeat, so their levels are kept.
type comparer struct {
	query      *Query
	names      *nameLists
	places     *Places
	ratios     placeRatios
	firsts     map[string]firstResult
	middles    map[string]firstResult
	lasts      map[string]lastResult
	before     string // last name compared before
	beforeLast lastResult
	typedLast  float64
	typedFirst []float64
}

type firstResult struct {
	level FirstLevel
	ratio float64
}

type lastResult struct {
	level  LastLevel
	double bool // the voter has two surnames
}

func (q *Query) newComparer(p *Places) *comparer {
	c := &comparer{
		query: q, names: names(), places: p, ratios: p.compare(&q.input, &q.weights),
		firsts: map[string]firstResult{}, middles: map[string]firstResult{}, lasts: map[string]lastResult{},
	}
	c.beforeLast = lastResult{level: CompareLast(q.surnames, nil)}
	if len(q.surnames) > 0 {
		c.typedLast = c.names.typedLast(q.surnames)
	}
	for _, first := range q.firsts {
		c.typedFirst = append(c.typedFirst, c.names.typedFirst(first))
	}
	return c
}

// first compares the typed first and preferred names with a voter's; the better level counts.
func (c *comparer) first(e *Entry) firstResult {
	best, ok := c.firsts[e.First]
	if !ok {
		best = c.bestFirst(Joined(e.First), "")
		c.firsts[e.First] = best
	}
	if best.level != FirstDiffers || len(e.Middle) < 2 {
		return best
	}
	middle, ok := c.middles[e.Middle]
	if !ok {
		middle = c.bestFirst("", Joined(e.Middle))
		c.middles[e.Middle] = middle
	}
	if middle.level == FirstMiddle {
		return middle
	}
	return best
}

func (c *comparer) bestFirst(first, middle string) firstResult {
	best := firstResult{0, 1}
	for i, typed := range c.query.firsts {
		level := CompareFirst(typed, first, middle)
		p := c.typedFirst[i]
		ratio := firstM[level]
		switch level {
		case FirstSame, FirstMiddle:
			ratio /= p
		case FirstNickname:
			ratio /= p * float64(max(1, len(c.names.short[first])))
		case FirstInitial:
			ratio /= pick(len(typed) == 1, p, .07)
		case FirstNear:
			ratio /= p * firstSpellings
		}
		if best.level == 0 || level < best.level {
			best = firstResult{level, ratio}
		}
	}
	return best
}

// last compares the typed last name with a voter's.
func (c *comparer) last(e *Entry) (LastLevel, float64) {
	last := c.compareLast(e)
	level := last.level
	if level == 0 && len(c.query.surnames) > 0 && len(c.query.surnames[0]) == 1 {
		return level, c.initialRatio(e)
	}
	return level, c.lastRatio(last)
}

// initialRatio returns the likelihood ratio of a last name of which only the first letter was typed.
func (c *comparer) initialRatio(e *Entry) float64 {
	initial := c.query.surnames[0][0]
	for _, surname := range Surnames(e.Last) {
		if surname[0] == initial {
			return lastInitialM / max(c.names.lastInitials[initial], 1e-3)
		}
	}
	return 1 - lastInitialM
}

// compareLast compares the typed last name with a voter's. Blocks are sorted by name, so that most names repeat the one before.
func (c *comparer) compareLast(e *Entry) lastResult {
	if e.Last == c.before {
		return c.beforeLast
	}
	last, ok := c.lasts[e.Last]
	if !ok {
		surnames := Surnames(e.Last)
		last = lastResult{CompareLast(c.query.surnames, surnames), len(surnames) > 1}
		c.lasts[e.Last] = last
	}
	c.before, c.beforeLast = e.Last, last
	return last
}

func (c *comparer) lastRatio(last lastResult) float64 {
	m := lastM[last.level]
	switch last.level {
	case 0:
		return 1
	case LastSame:
		return pick(last.double, m/2, m) / c.typedLast
	case LastHalf:
		if last.double && len(c.query.surnames) == 1 {
			m = lastM[LastSame] / 2 // most call a person of two surnames by one of them
		}
		return m / (2 * c.typedLast)
	case LastNear, LastSound:
		return m / (lastSpellings * c.typedLast)
	}
	return m
}

// compare returns an entry with its levels and ratios, and whether it is worth scoring: a name that differs needs the
// place to agree.
func (c *comparer) compare(e *Entry) (*scored, bool) {
	lastLevel, last := c.last(e)
	placeLevel, place := PlaceLevel(0), 1.
	if i, ok := c.places.byZip[e.Zip]; ok {
		placeLevel, place = c.ratios.levels[i], c.ratios.ratios[i]
	}
	lastDiffers := lastLevel == LastDiffers
	if lastDiffers && placeLevel != ZipSame && placeLevel != ZipCity && placeLevel != CitySame && placeLevel != OwnZip {
		return nil, false
	}
	first := c.first(e)
	if first.level == FirstDiffers && (lastDiffers || placeLevel == ZipElsewhere || placeLevel == CityElsewhere || placeLevel == OwnElsewhere) {
		return nil, false
	}
	if first.ratio*last*place < 1 {
		return nil, false
	}
	s := &scored{Candidate: Candidate{Entry: *e}, first: first.ratio, last: last, place: place, year: 1, street: 1, household: 1}
	levels := &s.Levels
	levels.First, levels.Last, levels.Place = first.level, lastLevel, placeLevel
	in := &c.query.input
	if levels.Year = CompareYear(in.BirthYear, e.BirthYear); levels.Year > 0 {
		s.year = yearM[levels.Year] / yearU[levels.Year]
	}
	if levels.Street = CompareStreet(in.Street, e.Street); levels.Street > 0 {
		s.street = streetM[levels.Street] / streetU[levels.Street]
	}
	if c.query.weights.Household && len(in.Households) > 0 {
		key := Household(e.Zip, e.Street)
		levels.Household = key != 0 && slices.Contains(in.Households, key)
		s.household = 1 - householdM
		if levels.Household {
			s.household = householdM * float64(max(c.places.voters, leastVoters)) / float64(2*len(in.Households))
		}
	}
	return s, true
}

// Rank returns the candidates among the entries of a search, the most probable first. A voter of several blocks counts
// once. The candidates compete with one another, with relatives of theirs, and with everybody who is not in the file.
func (q *Query) Rank(p *Places, entries []Entry) []Candidate {
	if p.voters == 0 || len(q.firsts) == 0 && len(q.surnames) == 0 {
		return nil
	}
	c := q.newComparer(p)
	if q.weights.LocalNames {
		c.countLocalNames(entries)
	}
	seen := map[string]bool{}
	var all []*scored
	for i := range entries {
		e := &entries[i]
		s, ok := c.compare(e)
		if !ok || seen[e.CanonicalID] {
			continue
		}
		seen[e.CanonicalID] = true
		all = append(all, s)
	}
	n := float64(max(p.voters, leastVoters))
	total := 1.
	for _, s := range all {
		home := min(maxRatio, s.last*s.place*s.street*s.household)
		s.P = inFile / (n * (1 - inFile)) * min(maxRatio, home*s.first*s.year)
		if s.Inactive {
			s.P *= inactiveM
		}
		total += s.P + relatives/n*home
		if s.Levels.Year == YearFar {
			total += namesakes / n * min(maxRatio, home*s.first)
		}
	}
	candidates := make([]Candidate, len(all))
	ofName := map[namesake]int{}
	for _, s := range all {
		ofName[s.namesake()]++
	}
	for i, s := range all {
		s.Namesakes = ofName[s.namesake()] - 1
		s.P /= total
		if s.Levels.otherPerson() {
			s.P = min(s.P, weakP)
		}
		candidates[i] = s.Candidate
	}
	slices.SortFunc(candidates, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.P, a.P), strings.Compare(a.CanonicalID, b.CanonicalID))
	})
	return candidates
}

// namesake is what namesakes share.
type namesake struct {
	first, last string
	place       PlaceLevel
}

func (c *Candidate) namesake() namesake { return namesake{c.First, c.Last, c.Levels.Place} }

// otherPerson reports whether a person must look before the voter is chosen, however improbable others are: another first name may
// be a relative's, and another last name needs an age and a street that agree.
func (l *Levels) otherPerson() bool {
	if l.Last != LastDiffers {
		return l.First == FirstDiffers
	}
	return l.Year == 0 || l.Year > YearOff1 || l.Street == 0 || l.Street == StreetDiffers
}

// countLocalNames replaces the census's frequency of the typed surname by its frequency around the typed place, which the
// blocks of key C show: a name that is rare in the country may be common in a town. The census counts as localWeight voters.
func (c *comparer) countLocalNames(entries []Entry) {
	areas, _ := c.places.areas(&c.query.input)
	if len(areas) == 0 || len(c.query.surnames) != 1 {
		return
	}
	voters := 0.
	for _, z := range c.places.zips {
		if area(z.code) == areas[0] {
			voters += z.share * float64(c.places.voters)
		}
	}
	of := map[string]string{} // first names by canonical id
	for i := range entries {
		e := &entries[i]
		if area(e.Zip) == areas[0] && c.compareLast(e).level == LastSame {
			of[e.CanonicalID] = Joined(e.First)
		}
	}
	census := c.names.last[c.query.surnames[0]]
	weight := localWeight / max(census, rareLast) // voters of whom localWeight would have the name
	local := (float64(max(0, len(of)-1)) + weight*census) / (voters + weight)
	c.typedLast = local + rareLast
	c.countFirstNames(of)
}

// countFirstNames replaces the census's frequency of the typed first names by their frequency among the voters of the typed surname
// around the typed place: first names and surnames come from the same languages. One voter of a name may be the one who is meant,
// and does not count.
func (c *comparer) countFirstNames(of map[string]string) {
	counts := map[string]int{}
	for _, first := range of {
		counts[first]++
	}
	local := func(name string) float64 {
		return (float64(max(0, counts[name]-1)) + firstWeight*c.names.first[name]) / (float64(max(0, len(of)-1)) + firstWeight)
	}
	for i, typed := range c.query.firsts {
		if len(typed) > 1 {
			c.typedFirst[i] = c.names.typedFirstAmong(typed, local)
		}
	}
}
