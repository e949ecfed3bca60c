package match

import "strings"

// Reason is why a candidate agrees or disagrees with the input. Texts for people belong to the pages.
type Reason struct {
	Code  string // one of the Reason codes
	Typed string // the input's value, if the text names it
	Voter string // the voter's value, if the text names it
}

// The codes of reasons.
const (
	ReasonSameName      = "same_name"
	ReasonNickname      = "nickname"       // Typed is short for Voter
	ReasonInitial       = "initial"        // the first letter agrees
	ReasonFirstNear     = "first_near"     // the first name is one letter off
	ReasonMiddle        = "middle_name"    // the middle name was typed
	ReasonFirstDiffers  = "first_differs"  // perhaps a relative
	ReasonHalf          = "half_last_name" // one of two surnames
	ReasonLastNear      = "last_near"      // the last name is one letter off
	ReasonLastSound     = "last_sound"     // the last name sounds alike
	ReasonLastDiffers   = "last_differs"   // perhaps another married name
	ReasonSameZip       = "same_zip"
	ReasonSameCity      = "same_city"
	ReasonNearby        = "nearby"    // another place of the area
	ReasonElsewhere     = "elsewhere" // another area
	ReasonYourZip       = "your_zip"  // the mobilizer's own zip code
	ReasonAgeClose      = "age_close"
	ReasonAgeDiffers    = "age_differs"
	ReasonSameAddress   = "same_address"
	ReasonSameStreet    = "same_street"
	ReasonStreetDiffers = "street_differs"
	ReasonHousehold     = "same_household" // lives with the mobilizer or with a matched contact
	ReasonNamesakes     = "more_of_this_name"
)

var (
	firstReasons  = [...]string{FirstNickname: ReasonNickname, FirstInitial: ReasonInitial, FirstNear: ReasonFirstNear, FirstMiddle: ReasonMiddle, FirstDiffers: ReasonFirstDiffers}
	lastReasons   = [...]string{LastHalf: ReasonHalf, LastNear: ReasonLastNear, LastSound: ReasonLastSound, LastDiffers: ReasonLastDiffers}
	placeReasons  = [...]string{ZipSame: ReasonSameZip, ZipCity: ReasonSameCity, ZipArea: ReasonNearby, ZipElsewhere: ReasonElsewhere, CitySame: ReasonSameCity, CityArea: ReasonNearby, CityElsewhere: ReasonElsewhere, OwnZip: ReasonYourZip, OwnArea: ReasonNearby, OwnElsewhere: ""}
	yearReasons   = [...]string{YearSame: ReasonAgeClose, YearOff1: ReasonAgeClose, YearOff3: ReasonAgeClose, YearOff6: "", YearFar: ReasonAgeDiffers}
	streetReasons = [...]string{StreetNumber: ReasonSameAddress, StreetName: ReasonSameStreet, StreetDiffers: ReasonStreetDiffers}
)

// Reasons returns why a candidate was found, and what speaks against it.
func (q *Query) Reasons(c *Candidate) []Reason {
	var out []Reason
	add := func(code string) {
		if code != "" {
			out = append(out, Reason{Code: code})
		}
	}
	l := c.Levels
	if l.First == FirstSame && l.Last == LastSame {
		add(ReasonSameName)
	}
	if code := firstReasons[l.First]; code == ReasonNickname {
		out = append(out, Reason{code, q.input.First, c.First})
	} else {
		add(code)
	}
	add(lastReasons[l.Last])
	add(placeReasons[l.Place])
	add(yearReasons[l.Year])
	add(streetReasons[l.Street])
	if l.Household {
		add(ReasonHousehold)
	}
	if c.Namesakes > 0 {
		add(ReasonNamesakes)
	}
	return out
}

// Question is a field whose value would tell the candidates apart.
type Question string

// The questions, in the order in which people answer them most easily.
const (
	AskAge    Question = "birth_year"
	AskStreet Question = "street"
	AskPlace  Question = "place"
)

// Questions returns the fields to ask for when no candidate is strong: those that are not typed and that differ among the
// candidates.
func (q *Query) Questions(candidates []Candidate) []Question {
	if len(candidates) == 0 || candidates[0].P >= strongP {
		return nil
	}
	years, streets, zips := map[int]bool{}, map[string]bool{}, map[string]bool{}
	for _, c := range candidates {
		_, street := streetParts(c.Street)
		years[c.BirthYear], streets[street], zips[c.Zip] = true, true, true
	}
	var ask []Question
	if q.input.Zip == "" && q.input.City == "" && len(zips) > 1 {
		ask = append(ask, AskPlace)
	}
	if q.input.BirthYear == 0 && (len(years) > 1 || !years[0]) {
		ask = append(ask, AskAge)
	}
	if q.input.Street == "" && (len(streets) > 1 || !streets[""]) {
		ask = append(ask, AskStreet)
	}
	return ask
}

// Plausible reports whether a voter of a city may be the person of an input: each name that is known agrees, or one of the
// two does and the place is the same.
func Plausible(in Input, e Entry, city string) bool {
	q := NewQuery(in)
	first := FirstDiffers
	for _, typed := range q.firsts {
		first = min(first, CompareFirst(typed, Joined(e.First), Joined(e.Middle)))
	}
	last := CompareLast(q.surnames, Surnames(e.Last))
	if last == 0 && len(q.surnames) > 0 && strings.HasPrefix(Joined(e.Last), q.surnames[0]) {
		last = LastSame // an initial
	}
	sameFirst, sameLast := len(q.firsts) > 0 && first < FirstDiffers, last > 0 && last < LastDiffers
	samePlace := in.Zip != "" && in.Zip == e.Zip || in.City != "" && Joined(in.City) == Joined(city)
	if sameFirst || sameLast {
		return samePlace || (sameFirst || len(q.firsts) == 0) && (sameLast || len(q.surnames) == 0)
	}
	return false
}

// Offer returns the candidates to show: the most probable ones that are at least possible, at most limit.
func Offer(candidates []Candidate, limit int) []Candidate {
	n := 0
	for n < min(limit, len(candidates)) && candidates[n].P >= possibleP {
		n++
	}
	return candidates[:n]
}

var reasonTexts = map[string]string{
	ReasonSameName: "same name", ReasonInitial: "same initial", ReasonFirstNear: "first name is one letter off",
	ReasonMiddle: "middle name", ReasonFirstDiffers: "another first name: perhaps a relative", ReasonHalf: "one of two last names",
	ReasonLastNear: "last name is one letter off", ReasonLastSound: "last name sounds alike",
	ReasonLastDiffers: "another last name: perhaps a name before or after marriage", ReasonSameZip: "same zip code",
	ReasonSameCity: "same city", ReasonNearby: "nearby", ReasonElsewhere: "another area", ReasonYourZip: "your zip code",
	ReasonAgeClose: "age is close", ReasonAgeDiffers: "age differs", ReasonSameAddress: "same address", ReasonSameStreet: "same street",
	ReasonStreetDiffers: "another street", ReasonHousehold: "same household", ReasonNamesakes: "others have the same name",
}

// Text returns the reason in English.
func (r Reason) Text() string {
	if r.Code == ReasonNickname {
		return r.Typed + " is short for " + capitalize(r.Voter)
	}
	return reasonTexts[r.Code]
}

// capitalize returns a name with one capital.
func capitalize(name string) string {
	if name == "" {
		return ""
	}
	return name[:1] + strings.ToLower(name[1:])
}
