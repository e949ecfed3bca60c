package text

import (
	"cmp"
	"slices"
)

// zipStart is the first of consecutive three-digit zip prefixes of one state.
type zipStart struct {
	prefix string
	state  string // blank for prefixes of military addresses, of several states and of none
}

// zipStarts has the prefixes in ascending order. A prefix belongs to the state of the last entry that is not greater.
var zipStarts = []zipStart{
	{"005", "NY"},
	{"006", "PR"},
	{"008", "VI"},
	{"009", "PR"},
	{"010", "MA"},
	{"028", "RI"},
	{"030", "NH"},
	{"039", "ME"},
	{"050", "VT"},
	{"055", "MA"},
	{"056", "VT"},
	{"060", "CT"},
	{"063", ""},
	{"064", "CT"},
	{"070", "NJ"},
	{"090", ""},
	{"100", "NY"},
	{"150", "PA"},
	{"197", "DE"},
	{"200", "DC"},
	{"201", "VA"},
	{"202", "DC"},
	{"206", "MD"},
	{"220", "VA"},
	{"247", "WV"},
	{"270", "NC"},
	{"290", "SC"},
	{"300", "GA"},
	{"320", "FL"},
	{"340", ""},
	{"341", "FL"},
	{"350", "AL"},
	{"370", "TN"},
	{"386", "MS"},
	{"398", "GA"},
	{"400", "KY"},
	{"430", "OH"},
	{"460", "IN"},
	{"480", "MI"},
	{"500", "IA"},
	{"530", "WI"},
	{"550", "MN"},
	{"569", "DC"},
	{"570", "SD"},
	{"580", "ND"},
	{"590", "MT"},
	{"600", "IL"},
	{"630", "MO"},
	{"660", "KS"},
	{"680", "NE"},
	{"700", "LA"},
	{"716", "AR"},
	{"730", "OK"},
	{"733", "TX"},
	{"734", "OK"},
	{"750", "TX"},
	{"800", "CO"},
	{"820", "WY"},
	{"832", "ID"},
	{"834", ""},
	{"835", "ID"},
	{"840", "UT"},
	{"850", "AZ"},
	{"870", "NM"},
	{"885", "TX"},
	{"889", "NV"},
	{"900", "CA"},
	{"962", ""},
	{"968", "HI"},
	{"969", ""},
	{"970", "OR"},
	{"980", "WA"},
	{"995", "AK"},
}

// StateOfZip returns the state of a zip code of at least three digits, blank if its prefix does not tell. Some places have the
// prefix of a neighboring state, so a person may know better.
func StateOfZip(zip string) string {
	if len(zip) < 3 {
		return ""
	}
	after, found := slices.BinarySearchFunc(zipStarts, zip[:3], func(s zipStart, prefix string) int {
		return cmp.Compare(s.prefix, prefix)
	})
	if found {
		return zipStarts[after].state
	}
	if after == 0 {
		return ""
	}
	return zipStarts[after-1].state
}
