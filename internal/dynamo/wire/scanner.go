package wire

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner reads JSON from the front. Each method reports whether it read what it is for; after false, the position is
// undefined. It accepts less than the SDK: rare forms are left to the SDK.
type scanner struct {
	b []byte
	i int
}

// accept reads a character, after any white space.
func (s *scanner) accept(c byte) bool {
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return s.skipSpace() && s.accept(c)
}

// peek returns the next character, after any white space, 0 at the end.
func (s *scanner) peek() byte {
	s.skipSpace()
	if s.i < len(s.b) {
		return s.b[s.i]
	}
	return 0
}

// skipSpace skips white space and reports whether there was any.
func (s *scanner) skipSpace() bool {
	start := s.i
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\t', '\n', '\r':
			s.i++
			continue
		}
		break
	}
	return s.i > start
}

// literal reads true or false.
func (s *scanner) literal(word string) bool {
	s.skipSpace()
	if len(s.b)-s.i < len(word) || string(s.b[s.i:s.i+len(word)]) != word {
		return false
	}
	s.i += len(word)
	return true
}

// count reads a number of at most nine digits.
func (s *scanner) count() bool {
	s.skipSpace()
	start := s.i
	for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		s.i++
	}
	digits := s.i - start
	return digits > 0 && digits < 10 && (digits == 1 || s.b[start] != '0')
}

// quoted is a string between its quotes, as written.
type quoted struct {
	start, end int
	escaped    bool // it contains escapes
}

const (
	ones  = uint64(0x0101010101010101)
	highs = uint64(0x8080808080808080)
)

// text reads a string.
func (s *scanner) text() (quoted, bool) {
	if !s.accept('"') {
		return quoted{}, false
	}
	return s.textAfterQuote()
}

// textAfterQuote reads a string after its first quote. It tests eight bytes at a time for quotes, backslashes and control
// characters; the lowest mark of each test is exact.
func (s *scanner) textAfterQuote() (quoted, bool) {
	b, i := s.b, s.i
	t := quoted{start: i}
	for {
		for i+8 <= len(b) {
			v := binary.LittleEndian.Uint64(b[i:])
			quote, slash := v^(ones*'"'), v^(ones*'\\')
			marks := (quote-ones)&^quote | (slash-ones)&^slash | (v-ones*' ')&^v
			marks &= highs
			if marks != 0 {
				i += bits.TrailingZeros64(marks) / 8
				break
			}
			i += 8
		}
		for i < len(b) && b[i] != '"' && b[i] != '\\' && b[i] >= ' ' {
			i++
		}
		if i >= len(b) || b[i] < ' ' {
			return t, false
		}
		if b[i] == '"' {
			t.end, s.i = i, i+1
			return t, true
		}
		t.escaped = true
		length := escapeLength(b[i:])
		if length == 0 {
			return t, false
		}
		i += length
	}
}

// escapeLength returns the length of the escape at the beginning of b, 0 when it is invalid.
func escapeLength(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := unicodeEscape(b); ok {
			return 6
		}
	}
	return 0
}

// unicodeEscape parses \uXXXX.
func unicodeEscape(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range b[2:6] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// raw returns a string as written.
func (s *scanner) raw(t quoted) []byte { return s.b[t.start:t.end] }

// appendText appends the value of a string. Half a surrogate pair, and invalid UTF-8 in a string with escapes, are left to
// the SDK.
func (s *scanner) appendText(to []byte, t quoted) ([]byte, bool) {
	raw := s.raw(t)
	if !t.escaped {
		return append(to, raw...), true
	}
	if !utf8.Valid(raw) {
		return to, false
	}
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			to = append(to, raw[i])
			i++
			continue
		}
		if raw[i+1] != 'u' {
			to = append(to, unescaped[raw[i+1]])
			i += 2
			continue
		}
		r, _ := unicodeEscape(raw[i:])
		i += 6
		if utf16.IsSurrogate(r) {
			low, _ := unicodeEscape(raw[i:])
			r = utf16.DecodeRune(r, low)
			if r == utf8.RuneError {
				return to, false
			}
			i += 6
		}
		to = utf8.AppendRune(to, r)
	}
	return to, true
}

// unescaped has the character of each escape of one letter.
var unescaped = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// parseInt parses an integer of at most 18 digits.
func parseInt(text []byte) (int64, bool) {
	negative := len(text) > 0 && text[0] == '-'
	if negative {
		text = text[1:]
	}
	if len(text) == 0 || len(text) > 18 {
		return 0, false
	}
	var n int64
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}

// object reads an object, and calls member after each name and its colon.
func (s *scanner) object(member func(name quoted) bool) bool {
	if !s.accept('{') {
		return false
	}
	if s.peek() == '}' {
		s.i++
		return true
	}
	for {
		name, ok := s.text()
		if !ok || !s.accept(':') || !member(name) {
			return false
		}
		if s.peek() == ',' {
			s.i++
			continue
		}
		return s.accept('}')
	}
}

// list reads an array, and calls element for each element.
func (s *scanner) list(element func() bool) bool {
	if !s.accept('[') {
		return false
	}
	if s.peek() == ']' {
		s.i++
		return true
	}
	for element() {
		if s.peek() == ',' {
			s.i++
			continue
		}
		return s.accept(']')
	}
	return false
}

// name reads a known name and its colon.
func (s *scanner) name(known string) bool {
	t, ok := s.text()
	return ok && string(s.raw(t)) == known && s.accept(':')
}

// scalar reads the value of an attribute that is no list, map or set, such as {"S": "text"}. The kind is S, N or B with a
// string, t or f for true and false, 0 for NULL.
func (s *scanner) scalar() (kind byte, value quoted, ok bool) {
	if b := s.b[s.i:]; len(b) > 6 && b[0] == '{' && b[1] == '"' && b[3] == '"' && b[4] == ':' && b[5] == '"' {
		kind = b[2] // {"S":" is the usual form
		s.i += 6
		value, ok = s.textAfterQuote()
		return kind, value, ok && (kind == 'S' || kind == 'N' || kind == 'B') && s.accept('}')
	}
	if !s.accept('{') {
		return 0, value, false
	}
	t, ok := s.text()
	if !ok || !s.accept(':') {
		return 0, value, false
	}
	switch string(s.raw(t)) {
	case "S", "N", "B":
		kind = s.b[t.start]
		value, ok = s.text()
	case "BOOL":
		kind, ok = 't', s.literal("true")
		if !ok {
			kind, ok = 'f', s.literal("false")
		}
	case "NULL":
		ok = s.literal("true")
	default:
		return 0, value, false
	}
	return kind, value, ok && s.accept('}')
}
