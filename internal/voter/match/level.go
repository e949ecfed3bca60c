package match

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// The levels of each field, from best to worst. Zero means that one side is blank.
type (
	// FirstLevel is how a first name agrees.
	FirstLevel uint8
	// LastLevel is how a last name agrees.
	LastLevel uint8
	// PlaceLevel is how the place agrees.
	PlaceLevel uint8
	// YearLevel is how far apart the birth years are.
	YearLevel uint8
	// StreetLevel is how the street agrees.
	StreetLevel uint8
)

// Levels of first names.
const (
	FirstSame FirstLevel = 1 + iota
	FirstNickname
	FirstInitial
	FirstNear
	FirstMiddle // the voter's middle name was typed
	FirstDiffers
)

// Levels of last names.
const (
	LastSame LastLevel = 1 + iota
	LastHalf           // one of two surnames
	LastNear
	LastSound
	LastDiffers
)

// Levels of places. Without a typed place, the zip code of the mobilizer is compared.
const (
	ZipSame PlaceLevel = 1 + iota
	ZipCity            // another zip code of the city
	ZipArea            // the same first three digits
	ZipElsewhere
	CitySame
	CityArea
	CityElsewhere
	OwnZip
	OwnArea
	OwnElsewhere
)

// Levels of birth years.
const (
	YearSame      YearLevel = 1 + iota
	YearOff1                // one year apart
	YearOff3                // 2 or 3 years
	YearOff6                // 4 to 6 years
	YearFar                 // more than 6 years
	yearLevelsEnd = YearFar
)

// Levels of streets.
const (
	StreetNumber StreetLevel = 1 + iota // house number and name
	StreetName
	StreetDiffers
)

var (
	firstLevels  = []string{"", "same", "nickname", "initial", "near", "middle", "differs"}
	lastLevels   = []string{"", "same", "half", "near", "sound", "differs"}
	placeLevels  = []string{"", "zip", "zip:same city", "zip:area", "zip:elsewhere", "city", "city:area", "city:elsewhere", "own zip", "own area", "elsewhere"}
	yearLevels   = []string{"", "0", "1", "2-3", "4-6", "more"}
	streetLevels = []string{"", "number", "name", "differs"}
)

func (l FirstLevel) String() string  { return firstLevels[l] }
func (l LastLevel) String() string   { return lastLevels[l] }
func (l PlaceLevel) String() string  { return placeLevels[l] }
func (l YearLevel) String() string   { return yearLevels[l] }
func (l StreetLevel) String() string { return streetLevels[l] }

// String returns the levels in one line, as the match audit keeps them.
func (l Levels) String() string {
	fields := []string{l.First.String(), l.Last.String(), l.Place.String(), l.Year.String(), l.Street.String()}
	for i, field := range fields {
		if field == "" {
			fields[i] = "-"
		}
	}
	if l.Household {
		fields = append(fields, "household")
	}
	return strings.Join(fields, ",")
}

// sameName reports whether one first name is a nickname of the other, both are nicknames of a third, or one begins with
// the other.
func (n *nameLists) sameName(a, b string) bool {
	if slices.Contains(n.formal[a], b) || slices.Contains(n.formal[b], a) {
		return true
	}
	if min(len(a), len(b)) >= 3 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a)) {
		return true
	}
	return slices.ContainsFunc(n.formal[a], func(name string) bool { return slices.Contains(n.formal[b], name) })
}

// CompareFirst compares a typed first name with a voter's first and middle names. All are one word in capitals.
func CompareFirst(typed, first, middle string) FirstLevel {
	n := names()
	switch {
	case typed == "":
		return 0
	case typed == first:
		return FirstSame
	case first == "":
	case len(typed) == 1 || len(first) == 1 && !n.sameName(typed, first):
		if typed[0] == first[0] {
			return FirstInitial
		}
	case n.sameName(typed, first):
		return FirstNickname
	case near(typed, first),
		slices.ContainsFunc(n.formal[typed], func(name string) bool { return near(name, first) }),
		slices.ContainsFunc(n.short[first], func(name string) bool { return len(name) > 4 && near(typed, name) }):
		return FirstNear
	}
	if len(typed) > 1 && len(middle) > 1 && (typed == middle || n.sameName(typed, middle)) {
		return FirstMiddle
	}
	return FirstDiffers
}

// CompareLast compares the surnames of a typed last name with those of a voter, as Surnames returns them.
func CompareLast(typed, last []string) LastLevel {
	if len(typed) == 0 || len(last) == 0 || len(typed[0]) == 1 {
		return 0
	}
	if typed[0] == last[0] {
		return LastSame
	}
	level := LastDiffers
	for _, a := range typed {
		for _, b := range last {
			switch {
			case a == b:
				return LastHalf
			case level > LastNear && near(a, b):
				level = LastNear
			case level > LastSound && a[0] == b[0] && maySimilar(a, b, .85) && soundex(a) == soundex(b) && jaroWinkler(a, b) >= .85:
				level = LastSound
			}
		}
	}
	return level
}

// CompareYear compares birth years; 0 is unknown.
func CompareYear(typed, year int) YearLevel {
	if typed == 0 || year == 0 {
		return 0
	}
	apart := max(typed-year, year-typed)
	switch {
	case apart == 0:
		return YearSame
	case apart == 1:
		return YearOff1
	case apart <= 3:
		return YearOff3
	case apart <= 6:
		return YearOff6
	}
	return yearLevelsEnd
}

var streetTypes = map[string]string{
	"STREET": "ST", "AVENUE": "AVE", "ROAD": "RD", "DRIVE": "DR", "LANE": "LN", "COURT": "CT", "BOULEVARD": "BLVD",
	"PLACE": "PL", "ST": "ST", "AVE": "AVE", "RD": "RD", "DR": "DR", "LN": "LN", "CT": "CT", "BLVD": "BLVD", "PL": "PL",
}

// streetParts returns the house number of an address and its street, without the type of street and in one word.
func streetParts(address string) (number, street string) {
	words := strings.FieldsFunc(strings.ToUpper(address), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) > 0 {
		if _, err := strconv.ParseUint(words[0], 10, 64); err == nil {
			number, words = words[0], words[1:]
		}
	}
	if last := len(words) - 1; last > 0 && streetTypes[words[last]] != "" {
		words = words[:last]
	}
	for i, word := range words {
		if short := streetTypes[word]; short != "" {
			words[i] = short
		}
	}
	return number, strings.Join(words, "")
}

// CompareStreet compares two addresses.
func CompareStreet(typed, address string) StreetLevel {
	if typed == "" || address == "" {
		return 0
	}
	number1, street1 := streetParts(typed)
	number2, street2 := streetParts(address)
	switch {
	case street1 != street2 && !near(street1, street2):
		return StreetDiffers
	case number1 != "" && number1 == number2:
		return StreetNumber
	}
	return StreetName
}
