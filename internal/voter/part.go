package voter

import (
	"strings"

	"github.com/kithhq/kith/internal/voter/match"
)

// partSize is the number of rows from which on a part of a file is finished. The larger a part, the fewer and better
// compressed its blocks; the smaller, the less is read again after a crash.
const partSize = 100_000

// part is the rows since the last checkpoint, as search blocks need them.
type part struct {
	entries []match.Entry
	counts  map[match.ZipCount]int
}

func (p *part) add(rows []Row) {
	if p.counts == nil {
		p.counts = map[match.ZipCount]int{}
	}
	for _, row := range rows {
		e := row.Voter.Entry()
		p.entries = append(p.entries, e)
		p.counts[match.ZipCount{Zip: e.Zip, City: row.Voter.City}]++
	}
}

// places returns the number of voters of each zip code and city.
func (p *part) places() []match.ZipCount {
	counts := make([]match.ZipCount, 0, len(p.counts))
	for place, voters := range p.counts {
		place.Voters = voters
		counts = append(counts, place)
	}
	return match.MergeCounts(counts)
}

// Entry returns the voter as the search blocks hold it.
func (v *Voter) Entry() match.Entry {
	return match.Entry{
		CanonicalID: v.CanonicalID, First: v.FirstName, Middle: v.MiddleName, Last: v.LastName, Suffix: v.Suffix,
		Zip: fiveDigits(v.Zip), Street: v.Street, BirthYear: v.BirthYear, Inactive: v.Inactive,
	}
}

// fiveDigits returns the first five digits of a zip code, and empty if it does not begin with five.
func fiveDigits(zip string) string {
	if len(zip) < 5 || strings.ContainsFunc(zip[:5], func(r rune) bool { return r < '0' || r > '9' }) {
		return ""
	}
	return zip[:5]
}
