package match

import (
	"cmp"
	_ "embed" // for the zip code lists
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// ZipCount is the number of voters of a zip code and a city. A zip code of several cities has several.
type ZipCount struct {
	Zip    string `json:"z"`
	City   string `json:"c"`
	Voters int    `json:"n"`
}

// MergeCounts adds up the counts of equal zip codes and cities.
func MergeCounts(counts []ZipCount) []ZipCount {
	sums := map[ZipCount]int{}
	for _, c := range counts {
		sums[ZipCount{Zip: c.Zip, City: c.City}] += c.Voters
	}
	merged := make([]ZipCount, 0, len(sums))
	for c, voters := range sums {
		c.Voters = voters
		merged = append(merged, c)
	}
	slices.SortFunc(merged, func(a, b ZipCount) int {
		return cmp.Or(strings.Compare(a.Zip, b.Zip), strings.Compare(a.City, b.City))
	})
	return merged
}

// Places is how the voters of a state are spread over zip codes and cities. It is safe for concurrent use.
type Places struct {
	voters int
	zips   []zip
	byZip  map[string]int
	cities map[string][]int // indexes of zips, by the city's name in one word, most voters first
	mu     sync.Mutex
	orders map[string][]int // zips by distance from a zip code
}

type zip struct {
	code   string
	city   string  // of most of its voters, as in the file
	share  float64 // of the state's voters
	cities []string
}

// cityShare is the share of a zip code's voters from which on it belongs to a city.
const cityShare = .1

// NewPlaces returns the places of a state with the voters.
func NewPlaces(counts []ZipCount) *Places {
	p := &Places{byZip: map[string]int{}, cities: map[string][]int{}, orders: map[string][]int{}}
	counts = MergeCounts(counts)
	slices.SortFunc(counts, func(a, b ZipCount) int {
		return cmp.Or(strings.Compare(a.Zip, b.Zip), b.Voters-a.Voters, strings.Compare(a.City, b.City))
	})
	for _, c := range counts {
		p.voters += c.Voters
	}
	for start := 0; start < len(counts); {
		end, total := start, 0
		for ; end < len(counts) && counts[end].Zip == counts[start].Zip; end++ {
			total += counts[end].Voters
		}
		z := zip{code: counts[start].Zip, city: counts[start].City, share: float64(total) / float64(max(1, p.voters))}
		if z.code != "" {
			p.byZip[z.code] = len(p.zips)
			for _, c := range counts[start:end] {
				if key := Joined(c.City); key != "" && float64(c.Voters) >= cityShare*float64(total) && !slices.Contains(z.cities, key) {
					z.cities = append(z.cities, key)
					p.cities[key] = append(p.cities[key], len(p.zips))
				}
			}
			p.zips = append(p.zips, z)
		}
		start = end
	}
	for _, of := range p.cities {
		slices.SortStableFunc(of, func(a, b int) int { return cmp.Compare(p.zips[b].share, p.zips[a].share) })
	}
	return p
}

// Voters returns the number of voters.
func (p *Places) Voters() int { return p.voters }

// City returns the city of most voters of a zip code, as the file has it, and empty if the zip code is unknown.
func (p *Places) City(code string) string {
	if i, ok := p.byZip[code]; ok {
		return p.zips[i].city
	}
	return ""
}

// city returns the file's city that is meant by a typed one: the same, or the largest that differs by one slip.
func (p *Places) city(typed string) string {
	key := Joined(typed)
	if key == "" || p.cities[key] != nil {
		return key
	}
	best, most := "", 0.
	for name, zips := range p.cities {
		if !near(key, name) {
			continue
		}
		share := 0.
		for _, i := range zips {
			share += p.zips[i].share
		}
		if share > most || share == most && name < best {
			best, most = name, share
		}
	}
	return best
}

// area returns the first three digits of a zip code.
func area(code string) string { return code[:min(3, len(code))] }

// areas returns the areas of a person's place, the likeliest first, and whether the input names a place. Without one they
// are those around the mobilizer.
func (p *Places) areas(in *Input) ([]string, bool) {
	var found []string
	add := func(a string) {
		if a != "" && !slices.Contains(found, a) {
			found = append(found, a)
		}
	}
	if in.Zip != "" && p.hasArea(area(in.Zip)) {
		add(area(in.Zip))
	}
	if city := p.city(in.City); city != "" {
		shares := map[string]float64{}
		for _, i := range p.cities[city] {
			shares[area(p.zips[i].code)] += p.zips[i].share
		}
		names := make([]string, 0, len(shares))
		for a := range shares {
			names = append(names, a)
		}
		slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(shares[b], shares[a]), cmp.Compare(a, b)) })
		for _, a := range names {
			add(a)
		}
	}
	if len(found) > 0 {
		return found, true
	}
	if p.hasArea(area(in.Near)) {
		add(area(in.Near))
	}
	return found, false
}

func (p *Places) hasArea(a string) bool {
	return a != "" && slices.ContainsFunc(p.zips, func(z zip) bool { return area(z.code) == a })
}

// placeM is the probability of each place level for the person who is meant.
var placeM = [...]float64{
	ZipSame: .92, ZipCity: .035, ZipArea: .02, ZipElsewhere: .025, CitySame: .92, CityArea: .05, CityElsewhere: .03,
	OwnZip: .37, OwnArea: .41, OwnElsewhere: .22,
}

// placeRatios holds the level and the likelihood ratio of every zip code for one input.
type placeRatios struct {
	levels []PlaceLevel
	ratios []float64
}

// compare returns the level and the ratio of each zip code: how much likelier the input's place is for a person of that
// zip code than for anybody. Typed place, distance from the mobilizer and the area code of the phone multiply; the product
// is normalized over the voters.
func (p *Places) compare(in *Input, w *Weights) placeRatios {
	typedZip, known := p.byZip[in.Zip]
	typedCity := p.city(in.City)
	areas, typed := p.areas(in)
	levels := make([]PlaceLevel, len(p.zips))
	for i, z := range p.zips {
		within := slices.Contains(areas, area(z.code))
		city := typedCity
		if city == "" && known && len(p.zips[typedZip].cities) > 0 {
			city = p.zips[typedZip].cities[0]
		}
		inCity := city != "" && slices.Contains(z.cities, city)
		switch {
		case known || typed && typedCity == "":
			levels[i] = pick(known && i == typedZip, ZipSame, pick(inCity, ZipCity, pick(within, ZipArea, ZipElsewhere)))
		case typedCity != "":
			levels[i] = pick(inCity, CitySame, pick(within, CityArea, CityElsewhere))
		default:
			levels[i] = pick(z.code == in.Near, OwnZip, pick(within, OwnArea, OwnElsewhere))
		}
	}
	ratios := p.ratios(len(placeM), func(i int) int { return int(levels[i]) }, placeM[:])
	if w.Neighborhood && in.Near != "" {
		bands := p.distanceBands(in.Near)
		if bands != nil {
			near := p.distanceRatios(bands)
			if !typed {
				ratios = near
			} else {
				multiply(ratios, near)
			}
		}
	}
	if w.AreaCode {
		if zip3s := areaCodes()[areaCode(in.Phone)]; len(zip3s) > 0 {
			byPhone := p.ratios(2, func(i int) int { return pick(slices.Contains(zip3s, area(p.zips[i].code)), 0, 1) }, areaCodeM[:])
			multiply(ratios, byPhone)
		}
	}
	mean := 0.
	for i, z := range p.zips {
		mean += z.share * ratios[i]
	}
	if mean > 0 {
		for i := range ratios {
			ratios[i] /= mean
		}
	}
	return placeRatios{levels, ratios}
}

// ratios returns, for each zip code, the probability of its level over the share of voters at that level.
func (p *Places) ratios(levels int, level func(i int) int, m []float64) []float64 {
	shares := make([]float64, levels)
	for i, z := range p.zips {
		shares[level(i)] += z.share
	}
	ratios := make([]float64, len(p.zips))
	for i := range p.zips {
		ratios[i] = m[level(i)] / max(shares[level(i)], 1e-6)
	}
	return ratios
}

// distanceRatios returns the ratio of each zip code's distance band. Farther bands never have a higher one, which the shares
// of a small file could give them.
func (p *Places) distanceRatios(bands []int) []float64 {
	ratios := p.ratios(len(distanceM), func(i int) int { return bands[i] }, distanceM[:])
	var most [len(distanceM)]float64
	for i, band := range bands {
		most[band] = ratios[i]
	}
	least := math.MaxFloat64
	for band, ratio := range most {
		if ratio > 0 {
			least = min(least, ratio)
			most[band] = least
		}
	}
	for i, band := range bands {
		ratios[i] = most[band]
	}
	return ratios
}

func multiply(ratios, by []float64) {
	for i := range ratios {
		ratios[i] *= by[i]
	}
}

func pick[T any](condition bool, yes, no T) T {
	if condition {
		return yes
	}
	return no
}

// Friends live near one another: the chance to know a person falls with the number of people who live nearer. distanceM is
// the probability that a contact lives in the mobilizer's own zip code, or among the nearest voters up to each limit.
var (
	distanceLimits = [...]float64{30_000, 100_000, 300_000, math.MaxFloat64}
	distanceM      = [...]float64{.36, .18, .17, .08, .21}
)

// distanceBands returns the distance band of each zip code around a zip code, nil if its position is unknown.
func (p *Places) distanceBands(from string) []int {
	order := p.byDistance(from)
	if order == nil {
		return nil
	}
	bands := make([]int, len(p.zips))
	nearer := 0.
	for _, i := range order {
		if p.zips[i].code == from {
			continue
		}
		band := 0
		for nearer >= distanceLimits[band] {
			band++
		}
		bands[i] = band + 1
		nearer += p.zips[i].share * float64(p.voters)
	}
	return bands
}

// byDistance returns the zip codes by their distance from another.
func (p *Places) byDistance(from string) []int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if order, ok := p.orders[from]; ok {
		return order
	}
	origin, ok := positions()[from]
	if !ok {
		return nil
	}
	distances := make([]float64, len(p.zips))
	order := make([]int, len(p.zips))
	for i, z := range p.zips {
		order[i] = i
		at, known := positions()[z.code]
		if !known {
			distances[i] = math.MaxFloat64
			continue
		}
		north := float64(at[0] - origin[0])
		east := float64(at[1]-origin[1]) * math.Cos(float64(origin[0])/50*math.Pi/180)
		distances[i] = math.Hypot(north, east)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(distances[a], distances[b]) })
	p.orders[from] = order
	return order
}

var (
	//go:embed data/zips.csv.gz
	zipsCSV []byte
	//go:embed data/areacodes.csv
	areaCodesCSV string
)

// positions holds latitude and longitude of each zip code in fiftieths of a degree.
var positions = sync.OnceValue(func() map[string][2]int16 {
	csv := inflate(zipsCSV)
	at := make(map[string][2]int16, strings.Count(csv, "\n"))
	for line := range strings.Lines(csv) {
		fields := strings.Split(strings.TrimSpace(line), ",")
		north, err1 := strconv.ParseInt(fields[1], 10, 16)
		east, err2 := strconv.ParseInt(fields[2], 10, 16)
		if err1 == nil && err2 == nil {
			at[fields[0]] = [2]int16{int16(north), int16(east)}
		}
	}
	return at
})

// areaCodeM is the probability that a person's telephone area code serves the area of their zip code, and that it does
// not: people keep their mobile number when they move.
var areaCodeM = [...]float64{.75, .25}

// areaCodes holds the first three digits of zip codes that each telephone area code serves.
var areaCodes = sync.OnceValue(func() map[string][]string {
	codes := map[string][]string{}
	for line := range strings.Lines(areaCodesCSV) {
		code, zip3s, _ := strings.Cut(strings.TrimSpace(line), ",")
		codes[code] = strings.Fields(zip3s)
	}
	return codes
})

// areaCode returns the area code of a North American phone number in E.164, else empty.
func areaCode(phone string) string {
	if len(phone) == 12 && strings.HasPrefix(phone, "+1") {
		return phone[2:5]
	}
	return ""
}
