// Package match finds the registered voter whom a mobilizer means. It owns the comparison of names, places, ages and
// streets, the search keys of a voter file, the plan of a search, and the probability of each candidate. It is pure: it
// reads and writes no table, and it decides nothing; a person always confirms.
//
// A search takes these steps:
//
//	query := match.NewQuery(input)          normalize the input
//	plan := query.Plan(places)              at most 4 buckets to read
//	entries, err := match.Decode(block)     for each item of each bucket
//	result := query.Rank(places, entries)   candidates by probability, with levels and reasons
package match

// Version identifies the weights. The match audit records it.
const Version = "2026-11-29"

// MaxQueries is the maximum number of buckets a search reads.
const MaxQueries = 4

// Entry is one voter as the search blocks hold it.
type Entry struct {
	CanonicalID string
	First       string
	Middle      string
	Last        string
	Suffix      string
	Zip         string // five digits, or empty
	Street      string // house number and street, as in the file
	BirthYear   int    // 0 if unknown
	Inactive    bool   // the state lists the voter as inactive
}

// Input is what is known of the person to find. Every field is optional.
type Input struct {
	First      string
	Preferred  string
	Last       string
	City       string
	Zip        string
	BirthYear  int
	Street     string
	Phone      string   // E.164; only its area code is used
	Near       string   // zip code of the mobilizer who knows the person
	Households []uint32 // of the mobilizer and of the contacts already matched, by Household
}

// Band is how sure a candidate is.
type Band string

// The bands. A candidate below Possible is not shown.
const (
	Strong   Band = "strong"   // P of at least .90
	Likely   Band = "likely"   // P of at least .50
	Possible Band = "possible" // P of at least .10
)

// Limits of the bands.
const (
	strongP   = .90
	likelyP   = .50
	possibleP = .10
)

// BandOf returns the band of a probability, empty if it is too low to show.
func BandOf(p float64) Band {
	switch {
	case p >= strongP:
		return Strong
	case p >= likelyP:
		return Likely
	case p >= possibleP:
		return Possible
	}
	return ""
}

// Candidate is a voter who may be the person.
type Candidate struct {
	Entry
	P         float64
	Levels    Levels
	Namesakes int // other candidates of the same name whose place agrees as well
}

// Levels is how well each field of a candidate agrees with the input.
type Levels struct {
	First     FirstLevel
	Last      LastLevel
	Place     PlaceLevel
	Year      YearLevel
	Street    StreetLevel
	Household bool // lives in one of the input's households
}
