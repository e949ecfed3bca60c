package match

import (
	"bytes"
	"compress/gzip"
	_ "embed" // for the name lists
	"encoding/binary"
	"io"
	"strconv"
	"strings"
	"sync"
)

// data/README.md names the source and the license of each list.
var (
	//go:embed data/firstnames.csv
	firstNamesCSV string
	//go:embed data/surnames.csv.gz
	surnamesCSV []byte
	//go:embed data/nicknames.csv
	nicknamesCSV string
	//go:embed data/nicknames-es.csv
	spanishNicknamesCSV string
)

// frequencies are shares of the population, by name in capitals.
type frequencies map[string]float64

// names holds the compiled-in lists. They are parsed at the first search: parsing takes some milliseconds, which a
// function that never searches must not pay at its start.
var names = sync.OnceValue(func() *nameLists {
	lists := &nameLists{
		first: parseFrequencies(firstNamesCSV), last: parseFrequencies(inflate(surnamesCSV)),
		initials: map[byte]float64{}, lastInitials: map[byte]float64{}, formal: map[string][]string{}, short: map[string][]string{},
	}
	for name, share := range lists.first {
		lists.initials[name[0]] += share
	}
	for name, share := range lists.last {
		lists.lastInitials[name[0]] += share
	}
	for line := range strings.Lines(nicknamesCSV + spanishNicknamesCSV) {
		nickname, formal, _ := strings.Cut(strings.TrimSpace(line), ",")
		for name := range strings.FieldsSeq(formal) {
			lists.formal[nickname] = append(lists.formal[nickname], name)
			lists.short[name] = append(lists.short[name], nickname)
		}
	}
	return lists
})

type nameLists struct {
	first, last  frequencies
	initials     map[byte]float64    // share of first names by first letter
	lastInitials map[byte]float64    // share of last names by first letter
	formal       map[string][]string // formal names by nickname
	short        map[string][]string // nicknames by formal name
}

// parseFrequencies reads lines of a name and its share in parts per million.
func parseFrequencies(csv string) frequencies {
	shares := make(frequencies, strings.Count(csv, "\n"))
	for line := range strings.Lines(csv) {
		name, share, _ := strings.Cut(strings.TrimSpace(line), ",")
		parts, err := strconv.ParseFloat(share, 64)
		if err == nil {
			shares[name] = parts / 1e6
		}
	}
	return shares
}

// inflate returns the content of an embedded gzip file.
func inflate(compressed []byte) string {
	r, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		panic("match: embedded list: " + err.Error())
	}
	content, err := io.ReadAll(r)
	if err != nil {
		panic("match: embedded list: " + err.Error())
	}
	return string(content)
}

// Shares of names that are missing in the lists, and of ways to misspell a name.
const (
	rareFirst      = 8e-6
	rareLast       = 4e-6
	firstSpellings = 40
	lastSpellings  = 60
)

// typedFirst returns how common it is that anybody types the first name: people of that name, and people of a name that
// it is short for.
func (n *nameLists) typedFirst(first string) float64 {
	if len(first) == 1 {
		return .02 * max(n.initials[first[0]], 1e-3)
	}
	return n.typedFirstAmong(first, func(name string) float64 { return n.first[name] })
}

// typedFirstAmong is typedFirst, among people whose first names have a frequency of their own.
func (n *nameLists) typedFirstAmong(first string, frequency func(name string) float64) float64 {
	p := .65 * frequency(first)
	for _, formal := range n.formal[first] {
		p += .27 * frequency(formal) / float64(len(n.short[formal]))
	}
	return p + rareFirst
}

// meant returns how common it is that anybody types the first name for a person of a name: the same, or a formal one.
func (n *nameLists) meant(typed, name string) float64 {
	if typed == name {
		return .65 * n.first[name]
	}
	return .27 * n.first[name] / float64(len(n.short[name]))
}

// typedLast returns how common it is that anybody types the last name, whose surnames are given.
func (n *nameLists) typedLast(surnames []string) float64 {
	if len(surnames) == 1 {
		return n.last[surnames[0]] + rareLast
	}
	least := 1.
	for _, part := range surnames[1:] {
		share, ok := n.last[part]
		if !ok {
			share = 1e-5
		}
		least = min(least, share)
	}
	return .05*least + rareLast
}

// Household returns the key of a household: voters of one zip code and one address share it. It is 0 if either is
// unknown or the address has no house number. Matches keep it, so that the address itself need not be kept.
func Household(zip, street string) uint32 {
	number, name := streetParts(street)
	if zip == "" || number == "" || name == "" {
		return 0
	}
	return binary.BigEndian.Uint32(digest(zip, number, name))
}

// Nicknames returns the nicknames of each formal name.
func Nicknames() map[string][]string { return names().short }
