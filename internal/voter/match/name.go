package match

import (
	"slices"
	"strings"
	"unicode"

	"github.com/kithhq/kith/internal/text"
)

// suffixes are the words of a name that tell father and son apart. They are no part of a surname.
var suffixes = []string{"JR", "SR", "II", "III", "IV", "2ND", "3RD"}

// particles are the words of a surname that belong to the word after them.
var particles = map[string]bool{
	"DE": true, "LA": true, "LAS": true, "LOS": true, "DEL": true, "DA": true, "DOS": true, "DI": true, "DU": true,
	"LE": true, "VAN": true, "VON": true, "DER": true, "DEN": true, "ST": true, "SAN": true, "MC": true, "MAC": true,
	"O": true, "AL": true, "EL": true, "BIN": true,
}

// Words returns the words of a name in capitals, without accents and suffixes. Apostrophes and full stops are dropped,
// so O'Brien is one word; other signs separate words.
func Words(name string) []string {
	if !capitals(name) {
		name = strings.ToUpper(text.FoldName(name))
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case r == '\'' || r == '’' || r == '.':
			return -1
		case r >= 'A' && r <= 'Z' || r > unicode.MaxASCII && unicode.IsLetter(r):
			return r
		}
		return ' '
	}, name)
	all := strings.Fields(name)
	words := slices.DeleteFunc(slices.Clone(all), func(w string) bool { return slices.Contains(suffixes, w) })
	if len(words) == 0 {
		return all
	}
	return words
}

// capitals reports whether a name is written in ASCII without small letters, as most voter files write it.
func capitals(name string) bool {
	for i := range len(name) {
		if c := name[i]; c > unicode.MaxASCII || c >= 'a' && c <= 'z' {
			return false
		}
	}
	return true
}

// oneWord reports whether a name is one word in capitals without accents, as most names in voter files are.
func oneWord(name string) bool {
	for i := range len(name) {
		if name[i] < 'A' || name[i] > 'Z' {
			return false
		}
	}
	return name != ""
}

// Joined returns the words of a name as one word.
func Joined(name string) string {
	if oneWord(name) {
		return name
	}
	return strings.Join(Words(name), "")
}

// Surnames returns the surnames that a last name contains: all of it as one word, then each half of a double name.
func Surnames(name string) []string {
	if oneWord(name) {
		return []string{name}
	}
	var parts []string
	prefix := ""
	for _, word := range Words(name) {
		prefix += word
		if !particles[word] {
			parts = append(parts, prefix)
			prefix = ""
		}
	}
	if prefix != "" {
		parts = append(parts, prefix)
	}
	if len(parts) < 2 {
		return parts
	}
	surnames := []string{strings.Join(parts, "")}
	for _, part := range parts {
		if !slices.Contains(surnames, part) {
			surnames = append(surnames, part)
		}
	}
	return surnames
}

// soundex returns the American Soundex code of a word in capitals.
func soundex(word string) string {
	if word == "" {
		return ""
	}
	const codes = "01230120022455012623010202" // of A to Z; 0 for vowels, H and W
	code := func(c byte) byte {
		if c < 'A' || c > 'Z' {
			return '0'
		}
		return codes[c-'A']
	}
	out := []byte{word[0]}
	last := code(word[0])
	for i := 1; i < len(word) && len(out) < 4; i++ {
		c := word[i]
		if c == 'H' || c == 'W' { // letters around them count as neighbors
			continue
		}
		digit := code(c)
		if digit != '0' && digit != last {
			out = append(out, digit)
		}
		last = digit
	}
	for len(out) < 4 {
		out = append(out, '0')
	}
	return string(out)
}

// near reports whether two words differ by a slip of typing.
func near(a, b string) bool {
	switch shorter := min(len(a), len(b)); {
	case shorter >= 4:
		return oneSlip(a, b) || maySimilar(a, b, .93) && jaroWinkler(a, b) >= .93
	case shorter == 3:
		return a[0] == b[0] && oneSlip(a, b)
	}
	return false
}

// maySimilar reports whether the Jaro-Winkler similarity of two words can reach a limit, from the letters that they share.
// It is much faster than computing the similarity.
func maySimilar(a, b string, limit float64) bool {
	var letters [32]int8
	for i := range len(a) {
		letters[a[i]&31]++
	}
	shared := 0
	for i := range len(b) {
		if c := &letters[b[i]&31]; *c > 0 {
			*c--
			shared++
		}
	}
	m := float64(shared)
	similarity := (m/float64(len(a)) + m/float64(len(b)) + 1) / 3
	return similarity+.4*(1-similarity) >= limit && (a[0] == b[0] || similarity >= limit)
}

// oneSlip reports whether at most one letter is inserted, deleted or replaced, or two neighbors are swapped.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i == len(a) || a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// jaroWinkler returns the Jaro-Winkler similarity of two words, with a prefix weight of .1 above a similarity of .7.
func jaroWinkler(a, b string) float64 {
	if a == b {
		return 1
	}
	if a == "" || b == "" {
		return 0
	}
	window := max(0, max(len(a), len(b))/2-1)
	var matchedBuffer [64]bool
	var leftBuffer [64]byte
	matched, left := matchedBuffer[:], leftBuffer[:0]
	if len(b) > len(matched) {
		matched = make([]bool, len(b))
	}
	for i := range len(a) {
		for k := max(0, i-window); k < min(len(b), i+window+1); k++ {
			if !matched[k] && a[i] == b[k] {
				matched[k] = true
				left = append(left, a[i])
				break
			}
		}
	}
	if len(left) == 0 {
		return 0
	}
	swapped, n := 0, 0
	for k := range len(b) {
		if matched[k] {
			if b[k] != left[n] {
				swapped++
			}
			n++
		}
	}
	m := float64(len(left))
	similarity := (m/float64(len(a)) + m/float64(len(b)) + (m-float64(swapped/2))/m) / 3
	if similarity > .7 {
		prefix := 0
		for prefix < min(4, len(a), len(b)) && a[prefix] == b[prefix] {
			prefix++
		}
		similarity += .1 * float64(prefix) * (1 - similarity)
	}
	return similarity
}
