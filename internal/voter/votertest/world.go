// Package votertest generates the registered voters of a state and what mobilizers type about people they know. It serves
// tests, benchmarks and the demo. The same arguments give the same people; all of them are made up.
//
// It is a port of the generator that the weights of package match were learnt with. Names follow the census, places are real
// zip codes, and people live in households of relatives.
package votertest

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/kithhq/kith/internal/voter/match"
)

// Variant is a state and the rates at which people differ from its voter file.
type Variant struct {
	Name    string
	State   string
	Center  string  // zip code around which the voters live
	Spanish float64 // share of people with Spanish names

	TypoFirst, TypoLast                float64 // a slip in the name
	Nickname, Middle, Initial          float64 // another first name is typed
	Maiden, Half, NoLast               float64 // another last name, half of a double one, or none is typed
	Moved                              float64 // the file has an old address
	City, AltCity, Zip                 float64 // the city, another name of it, and the zip code are typed
	BirthYear, Street                  float64 // they are typed
	Absent                             float64 // the person is not in the file
	Phone, PhoneMoved, MobilizersHouse float64 // the phone is known; has the area code of another place; lives with the mobilizer
}

// NC, AZ and OH are variants. The weights were learnt on NC alone; the others differ in names and in habits of typing.
var (
	NC = Variant{
		Name: "NC", State: "NC", Center: "27601", Spanish: .12, TypoFirst: .05, TypoLast: .07, Nickname: .40, Middle: .05,
		Initial: .02, Maiden: .05, Moved: .07, Half: .5, AltCity: .10, City: .70, Zip: .50, BirthYear: .45, Street: .20,
		Absent: .20, NoLast: .01, Phone: .60, PhoneMoved: .25, MobilizersHouse: .06,
	}
	AZ = Variant{
		Name: "AZ", State: "AZ", Center: "85004", Spanish: .35, TypoFirst: .07, TypoLast: .09, Nickname: .30, Middle: .08,
		Initial: .03, Maiden: .07, Moved: .11, Half: .6, AltCity: .08, City: .80, Zip: .35, BirthYear: .35, Street: .15,
		Absent: .25, NoLast: .02, Phone: .75, PhoneMoved: .35, MobilizersHouse: .08,
	}
	OH = Variant{
		Name: "OH", State: "OH", Center: "43215", Spanish: .04, TypoFirst: .03, TypoLast: .05, Nickname: .45, Middle: .03,
		Initial: .01, Maiden: .04, Moved: .05, Half: .5, AltCity: .12, City: .60, Zip: .60, BirthYear: .50, Street: .25,
		Absent: .15, NoLast: .01, Phone: .50, PhoneMoved: .20, MobilizersHouse: .04,
	}
)

// Person is a grown person, registered or not.
type Person struct {
	First, Middle     string
	Last, Last2       string // a double surname has both
	Maiden            string // an earlier surname
	Suffix            string
	BirthYear         int
	Zip               int // index in the world's places
	Number            int
	Street            string
	Hyphen            bool
	InFile            bool
	YearInFile, ZipIn bool // whether the file has them
	female            bool
	role              int
	household         int
}

// World is the people of a state.
type World struct {
	Variant Variant
	People  []Person
	rng     *rand.Rand
	places  []place
	streets []string
	near    [][]int
	weights *sampler // of places
	names   *nameTables
}

// year is the present year of all worlds.
const year = 2026

// New returns the world of a variant with about the number of voters.
func New(v Variant, seed uint64, voters int) *World {
	w := &World{Variant: v, rng: rand.New(rand.NewPCG(seed, 7)), names: tables()}
	w.choosePlaces(voters)
	w.populate(voters)
	return w
}

func (w *World) choosePlaces(voters int) {
	var all []place
	var center place
	for _, p := range w.names.places {
		if p.state == w.Variant.State {
			all = append(all, p)
		}
		if p.zip == w.Variant.Center {
			center = p
		}
	}
	distance := func(a, b place) float64 { return math.Hypot(a.north-b.north, a.east-b.east) }
	slices.SortStableFunc(all, func(a, b place) int { return cmp.Compare(distance(a, center), distance(b, center)) })
	w.places = all[:min(len(all), max(9, int(math.Round(float64(voters)/10600))))]
	shares := make([]float64, len(w.places))
	for i := range shares {
		shares[i] = math.Exp(.8 * w.rng.NormFloat64())
	}
	w.weights = newSampler(shares)
	for _, p := range w.places {
		order := make([]int, len(w.places))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(distance(w.places[a], p), distance(w.places[b], p)) })
		w.near = append(w.near, order[1:min(9, len(order))])
	}
	for _, name := range append(strings.Fields(treeNames), w.names.commonLasts(500)...) {
		for _, kind := range []string{"ST", "AVE", "RD", "DR", "LN", "CT"} {
			w.streets = append(w.streets, name+" "+kind)
		}
	}
}

const treeNames = "MAIN OAK MAPLE ELM PARK CEDAR PINE WASHINGTON LAKE HILL WALNUT SPRING NORTH RIDGE CHURCH WILLOW MILL RIVER SUNSET " +
	"RAILROAD JACKSON CHERRY HIGHLAND FRANKLIN FOREST HICKORY DOGWOOD MEADOW COLLEGE POPLAR LAUREL COUNTRY CLUB SCHOOL " +
	"BROAD MARKET CHESTNUT LOCUST MAGNOLIA HOLLY CREEK VALLEY VIEW GREEN ORCHARD PROSPECT UNION CENTER STATE ACADEMY"

// Kinds of households and their shares.
var householdKinds = newSampler([]float64{.42, .33, .11, .06, .08})

const (
	alone = iota
	couple
	coupleWithChild
	coupleWithChildren
	parentWithChild
)

func (w *World) chance(p float64) bool { return w.rng.Float64() < p }

func (w *World) normalAge(mean, spread, least, most float64) int {
	return int(min(most, max(least, mean+spread*w.rng.NormFloat64())))
}

// populate makes households of 1.93 grown people on average, of whom 9 in 10 are in the file.
func (w *World) populate(voters int) {
	spanishShare := make([]float64, len(w.places))
	for i := range spanishShare {
		spanishShare[i] = min(.9, beta(w.rng, 1.2, 1.2/w.Variant.Spanish-1.2))
	}
	households := int(float64(voters) / .9 / 1.93)
	w.People = make([]Person, 0, households*2)
	for h := range households {
		w.addHousehold(h, spanishShare)
	}
	for i := range w.People {
		p := &w.People[i]
		if w.chance(.85) {
			p.Middle = w.names.first(w.rng, p.female, w.chance(w.Variant.Spanish))
			if w.chance(.25) {
				p.Middle = p.Middle[:1]
			}
		}
		p.Hyphen = w.chance(.5)
		p.YearInFile, p.ZipIn, p.InFile = !w.chance(.01), !w.chance(.004), w.chance(.9)
	}
	w.rng.Shuffle(len(w.People), func(i, k int) { w.People[i], w.People[k] = w.People[k], w.People[i] })
	slices.SortStableFunc(w.People, func(a, b Person) int { return cmp.Compare(a.Zip, b.Zip) })
}

func (w *World) addHousehold(h int, spanishShare []float64) {
	kind, zip := householdKinds.draw(w.rng), w.weights.draw(w.rng)
	spanish := w.chance(spanishShare[zip])
	home := Person{
		Zip: zip, Number: 1 + w.rng.IntN(2399), household: h,
		Street: w.streets[(w.rng.IntN(150)*7+zip*131)%len(w.streets)],
		Last:   w.names.last(w.rng, spanish),
	}
	if spanish && w.chance(.22) {
		home.Last2 = w.names.last(w.rng, true)
	}
	age := w.normalAge(50, 18, 18, 97)
	if kind >= coupleWithChild {
		age = min(80, max(40, age))
	}
	head := home
	head.female = kind == parentWithChild && w.chance(.5) || kind == alone && w.chance(.5)
	head.First, head.BirthYear = w.names.first(w.rng, head.female, spanish), year-age
	if head.female && w.chance(.5) {
		head.Maiden = w.names.last(w.rng, spanish)
	}
	w.People = append(w.People, head)
	if kind == couple || kind == coupleWithChild || kind == coupleWithChildren {
		w.addSpouse(home, spanish, age)
	}
	children := [...]int{coupleWithChild: 1, coupleWithChildren: 2, parentWithChild: 1}
	if kind < len(children) && kind >= coupleWithChild {
		w.addChildren(head, home, spanish, age, children[kind], kind == parentWithChild)
	}
}

func (w *World) addSpouse(home Person, spanish bool, age int) {
	spouse := home
	spouse.role, spouse.female = 1, true
	spouse.First = w.names.first(w.rng, true, spanish)
	spouse.BirthYear = year - min(97, max(18, age+w.rng.IntN(11)-6))
	own := w.names.last(w.rng, spanish)
	switch r := w.rng.Float64(); {
	case r < .20:
		spouse.Last, spouse.Last2 = own, ""
	case r < .28:
		spouse.Last, spouse.Last2, spouse.Maiden = own, home.Last, own
	default:
		spouse.Maiden = own
	}
	w.People = append(w.People, spouse)
}

func (w *World) addChildren(head, home Person, spanish bool, age, count int, oneParent bool) {
	born := 0
	for n := range count {
		child := home
		child.role, child.female = 2+n, w.chance(.5)
		child.First = w.names.first(w.rng, child.female, spanish)
		child.BirthYear = year - min(60, max(18, age-20-w.rng.IntN(18)))
		if n == 0 && !child.female && !head.female && w.chance(.12) {
			child.First = head.First
			if w.chance(.7) {
				child.Suffix = "JR"
			}
		}
		if oneParent && w.chance(.3) { // roommates
			child.Last, child.Last2 = w.names.last(w.rng, spanish), ""
		}
		if n == 1 && w.chance(.06) { // twins
			child.BirthYear = born
		}
		born = child.BirthYear
		w.People = append(w.People, child)
	}
}

// LastName returns a person's whole last name.
func (p *Person) LastName() string {
	switch {
	case p.Last2 == "":
		return p.Last
	case p.Hyphen:
		return p.Last + "-" + p.Last2
	}
	return p.Last + " " + p.Last2
}

// StateFileID returns the state's id of person i.
func StateFileID(i int) string { return fmt.Sprintf("%09d", i) }

// City returns the city of a person, as the file has it.
func (w *World) City(i int) string { return w.places[w.People[i].Zip].city }

// Zip returns the zip code of a person.
func (w *World) Zip(i int) string { return w.places[w.People[i].Zip].zip }

// Entry returns the voter that person i is in the file.
func (w *World) Entry(i int) match.Entry {
	p := &w.People[i]
	e := match.Entry{
		CanonicalID: w.Variant.State + StateFileID(i), First: p.First, Middle: p.Middle, Last: p.LastName(), Suffix: p.Suffix,
		Street: strconv.Itoa(p.Number) + " " + p.Street,
	}
	if p.YearInFile {
		e.BirthYear = p.BirthYear
	}
	if p.ZipIn {
		e.Zip = w.Zip(i)
	}
	return e
}

// Voters calls yield with each voter of the file.
func (w *World) Voters(yield func(i int, e match.Entry) bool) {
	for i := range w.People {
		if w.People[i].InFile && !yield(i, w.Entry(i)) {
			return
		}
	}
}

// CSVHeader is the header of a generated voter file.
const CSVHeader = "state_file_id,first_name,middle_name,last_name,suffix,city,state,zip,birth_year,street,canonical_voter_id\n"

// AppendCSV appends the row of person i in a voter file. No value needs quotes.
func (w *World) AppendCSV(line []byte, i int) []byte {
	e := w.Entry(i)
	birth := ""
	if e.BirthYear > 0 {
		birth = strconv.Itoa(e.BirthYear)
	}
	for _, value := range []string{StateFileID(i), e.First, e.Middle, e.Last, e.Suffix, w.City(i), w.Variant.State, e.Zip, birth, e.Street} {
		line = append(append(line, value...), ',')
	}
	return append(append(line, e.CanonicalID...), '\n')
}
