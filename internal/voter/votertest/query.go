package votertest

import (
	"encoding/csv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/kithhq/kith/internal/voter/match"
)

// Query is what a mobilizer typed about a person, with the right answer.
type Query struct {
	Input  match.Input // as typed
	Year   int         // birth year as the mobilizer believes it, typed or not
	Street string      // street as the mobilizer knows it, typed or not
	Voter  string      // canonical id of the person; empty if not in the file
}

// Modes are the query sets: which fields beyond names and place are known.
var Modes = []string{"names+place", "as typed", "year", "year+street"}

// As returns the input of a mode.
func (q *Query) As(mode string) match.Input {
	in := q.Input
	switch mode {
	case "names+place":
		in.BirthYear, in.Street = 0, ""
	case "year":
		in.BirthYear, in.Street = q.Year, ""
	case "year+street":
		in.BirthYear, in.Street = q.Year, q.Street
	}
	return in
}

// Queries returns what mobilizers typed about people of the world. A share of the people, the variant's Absent, is not in
// the file.
func (w *World) Queries(seed uint64, count int) []Query {
	rng := rand.New(rand.NewPCG(seed, 11))
	t := &typist{w: w, rng: rng, nicknames: match.Nicknames()}
	absent := int(float64(count)*w.Variant.Absent + .5)
	var in, out []int
	for _, i := range rng.Perm(len(w.People)) {
		switch {
		case w.People[i].InFile && len(in) < count-absent:
			in = append(in, i)
		case !w.People[i].InFile && len(out) < absent:
			out = append(out, i)
		}
	}
	all := append(in, out...)
	rng.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
	queries := make([]Query, len(all))
	for n, i := range all {
		queries[n] = t.describe(i)
	}
	return queries
}

// typist types what a mobilizer knows of a person.
type typist struct {
	w         *World
	rng       *rand.Rand
	nicknames map[string][]string
}

func (t *typist) chance(p float64) bool { return t.rng.Float64() < p }

func (t *typist) slip(s string) string {
	if t.chance(.6) {
		return t.typo(s)
	}
	return t.mishear(s)
}

func (t *typist) describe(i int) Query {
	w, v, p := t.w, &t.w.Variant, &t.w.People[i]
	first, last := t.firstName(p), t.lastName(p)
	zip, street, number := p.Zip, p.Street, p.Number
	if t.chance(v.Moved) {
		zip = w.weights.draw(t.rng)
		if t.chance(.5) {
			zip = w.near[p.Zip][t.rng.IntN(len(w.near[p.Zip]))]
		}
		street, number = w.streets[t.rng.IntN(len(w.streets))], 1+t.rng.IntN(2399)
	}
	q := Query{}
	in := &q.Input
	in.City, in.Zip = t.place(zip)
	in.Near = w.places[t.mobilizerZip(p.Zip)].zip
	q.Year = p.BirthYear + [...]int{0, -1, 1, -2, 2, -3, 3, -5, 5}[yearSlips.draw(t.rng)]
	if t.chance(.3) {
		street, _, _ = strings.Cut(street, " ")
	}
	if t.chance(.06) {
		street = t.typo(street)
	}
	if t.chance(.3) {
		street = strconv.Itoa(number) + " " + street
	}
	write := t.spelling()
	in.First, in.Last, in.City, q.Street = write(first), write(last), write(in.City), write(street)
	if t.chance(v.BirthYear) {
		in.BirthYear = q.Year
	}
	if t.chance(v.Street) {
		in.Street = q.Street
	}
	if t.chance(v.Phone) {
		at := zip
		if t.chance(v.PhoneMoved) {
			at = t.rng.IntN(len(w.names.places))
			in.Phone = phone(w.names.places[at])
		} else {
			in.Phone = phone(w.places[at])
		}
	}
	home := &w.People[t.rng.IntN(len(w.People))]
	if t.chance(v.MobilizersHouse) {
		home = p
	}
	in.Households = []uint32{match.Household(w.places[home.Zip].zip, strconv.Itoa(home.Number)+" "+home.Street)}
	if p.InFile {
		q.Voter = v.State + StateFileID(i)
	}
	return q
}

var yearSlips = newSampler([]float64{.5, .12, .12, .06, .06, .04, .04, .03, .03})

func phone(p place) string {
	if len(p.areaCodes) == 0 {
		return ""
	}
	return "+1" + p.areaCodes[0] + "5550123"
}

func (t *typist) firstName(p *Person) string {
	v, first := &t.w.Variant, p.First
	if short := t.nicknames[first]; len(short) > 0 && t.chance(v.Nickname) {
		first = short[t.rng.IntN(len(short))]
	} else if len(p.Middle) > 1 && t.chance(v.Middle) {
		first = p.Middle
	}
	if t.chance(v.TypoFirst) {
		return t.slip(first)
	}
	if t.chance(v.Initial) {
		return first[:1]
	}
	return first
}

func (t *typist) lastName(p *Person) string {
	v, last := &t.w.Variant, p.LastName()
	if p.Last2 != "" && t.chance(v.Half) {
		last = pick(t.chance(.65), p.Last, p.Last2)
	} else if p.Maiden != "" && t.chance(v.Maiden*2.5) {
		last = p.Maiden
	}
	if t.chance(v.TypoLast) {
		last = t.slip(last)
	}
	if t.chance(v.NoLast) {
		return pick(t.chance(.5), last[:1], "")
	}
	return last
}

func (t *typist) place(zip int) (city, code string) {
	w, v, p := t.w, &t.w.Variant, t.w.places[zip]
	neighbor := func() place { return w.places[w.near[zip][t.rng.IntN(min(4, len(w.near[zip])))]] }
	if t.chance(v.City) {
		city = p.city
		if t.chance(v.AltCity) {
			city = neighbor().city
			if len(p.others) > 0 {
				city = p.others[0]
			}
		}
		if t.chance(.03) {
			city = t.typo(city)
		}
	}
	if t.chance(v.Zip) {
		code = p.zip
		if t.chance(.05) {
			code = neighbor().zip
		}
	}
	return city, code
}

func (t *typist) mobilizerZip(zip int) int {
	switch r := t.rng.Float64(); {
	case r < .35:
		return zip
	case r < .7:
		return t.w.near[zip][t.rng.IntN(len(t.w.near[zip]))]
	}
	return t.w.weights.draw(t.rng)
}

func (t *typist) spelling() func(string) string {
	switch r := t.rng.Float64(); {
	case r < .8:
		return title
	case r < .95:
		return strings.ToLower
	}
	return func(s string) string { return s }
}

func title(s string) string {
	out := []byte(strings.ToLower(s))
	for i := range out {
		if out[i] >= 'a' && out[i] <= 'z' && (i == 0 || out[i-1] < 'a' || out[i-1] > 'z') {
			out[i] -= 'a' - 'A'
		}
	}
	return string(out)
}

// neighbors holds the keys around each letter.
var neighbors = map[byte]string{
	'Q': "WA", 'W': "QES", 'E': "WRD", 'R': "ETF", 'T': "RYG", 'Y': "TUH", 'U': "YIJ", 'I': "UOK", 'O': "IPL", 'P': "OL",
	'A': "QSZ", 'S': "AWDX", 'D': "SEFC", 'F': "DRGV", 'G': "FTHB", 'H': "GYJN", 'J': "HUKM", 'K': "JIL", 'L': "KOP",
	'Z': "ASX", 'X': "ZSC", 'C': "XDV", 'V': "CFB", 'B': "VGN", 'N': "BHM", 'M': "NJK",
}

func (t *typist) typo(s string) string {
	if len(s) < 3 {
		return s
	}
	from := pick(t.chance(.08), 0, 1)
	at, kind := from+t.rng.IntN(len(s)-1-from), t.rng.Float64()
	keys := neighbors[s[at]]
	if keys == "" {
		keys = "E"
	}
	key := string(keys[t.rng.IntN(len(keys))])
	switch {
	case kind < .25:
		return s[:at] + s[at+1:at+2] + s[at:at+1] + s[at+2:]
	case kind < .5:
		return s[:at] + s[at+1:]
	case kind < .7:
		return s[:at+1] + s[at:]
	case kind < .9:
		return s[:at] + key + s[at+1:]
	}
	return s[:at] + key + s[at:]
}

// soundsAlike holds spellings that are heard alike.
var soundsAlike = [][2]string{
	{"PH", "F"},
	{"CK", "K"},
	{"IE", "Y"},
	{"EY", "Y"},
	{"SCH", "SH"},
	{"TH", "T"},
	{"AU", "AW"},
	{"SEN", "SON"},
	{"EI", "IE"},
	{"OU", "O"},
	{"LL", "L"},
	{"TT", "T"},
	{"NN", "N"},
	{"RR", "R"},
	{"Z", "S"},
	{"C", "K"},
	{"Y", "I"},
	{"EA", "EE"},
	{"MAN", "MANN"},
	{"ER", "OR"},
	{"A", "E"},
	{"I", "Y"},
}

func (t *typist) mishear(s string) string {
	var possible [][2]string
	for _, pair := range soundsAlike {
		if s != "" && strings.Contains(s[1:], pair[0]) {
			possible = append(possible, pair)
		}
	}
	if len(possible) == 0 {
		return t.typo(s)
	}
	pair := possible[t.rng.IntN(len(possible))]
	return s[:1] + strings.Replace(s[1:], pair[0], pair[1], 1)
}

// Load returns the voters and queries of a folder with voters.csv and queries.csv, as the reference generator writes them,
// with the number of voters of each zip code and city.
func Load(folder string) ([]match.Entry, []match.ZipCount, []Query, error) {
	rows, err := readCSV(filepath.Join(folder, "voters.csv"))
	if err != nil {
		return nil, nil, nil, err
	}
	entries := make([]match.Entry, len(rows))
	counts := map[match.ZipCount]int{}
	for i, r := range rows {
		birth, _ := strconv.Atoi(r["birth_year"]) // 0 if empty
		entries[i] = match.Entry{
			CanonicalID: r["canonical_voter_id"], First: r["first_name"], Middle: r["middle_name"], Last: r["last_name"],
			Suffix: r["suffix"], Zip: r["zip"], Street: r["street"], BirthYear: birth,
		}
		counts[match.ZipCount{Zip: r["zip"], City: r["city"]}]++
	}
	rows, err = readCSV(filepath.Join(folder, "queries.csv"))
	if err != nil {
		return nil, nil, nil, err
	}
	queries := make([]Query, len(rows))
	for i, r := range rows {
		birth, _ := strconv.Atoi(r["birth_year"]) // 0 if empty
		queries[i] = Query{
			Input: match.Input{
				First: r["first"], Last: r["last"], City: r["city"], Zip: r["zip"], BirthYear: birth, Street: r["street"],
				Near: r["mobilizer_zip"], Phone: r["phone"],
			},
			Year: birth, Street: r["street"], Voter: r["canonical_voter_id"],
		}
	}
	return entries, zipCounts(counts), queries, nil
}

func zipCounts(counts map[match.ZipCount]int) []match.ZipCount {
	var list []match.ZipCount
	for c, n := range counts {
		c.Voters = n
		list = append(list, c)
	}
	return list
}

func readCSV(path string) ([]map[string]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	all, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, err
	}
	rows := make([]map[string]string, len(all)-1)
	for i, cells := range all[1:] {
		rows[i] = make(map[string]string, len(cells))
		for k, name := range all[0] {
			rows[i][name] = cells[k]
		}
	}
	return rows, nil
}

// Counts returns the number of voters of each zip code and city.
func (w *World) Counts() []match.ZipCount {
	counts := map[match.ZipCount]int{}
	for i, e := range w.Voters {
		counts[match.ZipCount{Zip: e.Zip, City: w.City(i)}]++
	}
	return zipCounts(counts)
}
