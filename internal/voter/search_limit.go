package voter

import (
	"hash/fnv"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/text"
)

// Limits of searches of one mobilizer. They count people sought, not requests, and keep voters from being read one by one.
const (
	MaxRecentSearches = 60 // in recentSearches
	MaxDailySearches  = 300
	recentSearches    = 10 * time.Minute
	dailySearches     = 24 * time.Hour
)

// SearchKey identifies the person that a search is about: the same unchanged person is counted once a day.
func SearchKey(parts ...string) uint32 {
	h := fnv.New32a()
	for _, part := range parts {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return h.Sum32()
}

// CountedSearch is a person that a mobilizer searched for.
type CountedSearch struct {
	Key uint32
	At  time.Time
}

// SearchCount holds the searches of one mobilizer in the last day. The zero value has none.
type SearchCount []CountedSearch

// Add counts the people with the keys who were not counted in the last day, and reports whether there are any. The caller
// must store the result before it searches. A refusal names the time in the location of at.
//
// Rate limited: there are too many in ten minutes or in a day.
func (c *SearchCount) Add(keys []uint32, at time.Time) (bool, error) {
	*c = slices.DeleteFunc(*c, func(s CountedSearch) bool { return !at.Before(s.At.Add(dailySearches)) })
	before := len(*c)
	for _, key := range keys {
		if !slices.ContainsFunc(*c, func(s CountedSearch) bool { return s.Key == key }) {
			*c = append(*c, CountedSearch{key, at})
		}
	}
	if len(*c) == before {
		return false, nil
	}
	if over := len(*c) - MaxDailySearches; over > 0 {
		return true, searchesLimited((*c)[over-1].At.Add(dailySearches), at, "You have searched for 300 people in one day. Search again from %s on.")
	}
	if over := len(*c) - MaxRecentSearches; over > 0 {
		if until := (*c)[over-1].At.Add(recentSearches); at.Before(until) {
			return true, searchesLimited(until, at, "You have searched for 60 people in ten minutes. Search again from %s on.")
		}
	}
	return true, nil
}

// searchesLimited returns the refusal of a search. The format takes the time from which the next one is possible.
func searchesLimited(until, at time.Time, format string) error {
	return fault.RateLimited("voter_searches", until.Sub(at), format, text.LocalTime(until.In(at.Location()))).WithTime(until)
}
