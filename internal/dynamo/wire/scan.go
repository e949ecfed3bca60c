package wire

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner reads JSON from the front. Each of its methods reports whether it met what it is for; after false, where it
// stands means nothing. It takes less than the SDK does: what is rare is left to the SDK.
type scanner struct {
	b []byte
	i int
}

// is takes a character, behind any white space.
func (s *scanner) is(c byte) bool {
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return s.skipSpace() && s.is(c)
}

// next is the character that stands next, behind any white space; 0 at the end.
func (s *scanner) next() byte {
	s.skipSpace()
	if s.i < len(s.b) {
		return s.b[s.i]
	}
	return 0
}

// skipSpace skips white space and reports whether there was any.
func (s *scanner) skipSpace() bool {
	from := s.i
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\t', '\n', '\r':
			s.i++
			continue
		}
		break
	}
	return s.i > from
}

// word takes true, false or null.
func (s *scanner) word(w string) bool {
	s.skipSpace()
	if len(s.b)-s.i < len(w) || string(s.b[s.i:s.i+len(w)]) != w {
		return false
	}
	s.i += len(w)
	return true
}

// small takes a whole number from 0 of at most nine digits.
func (s *scanner) small() bool {
	s.skipSpace()
	from := s.i
	for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		s.i++
	}
	digits := s.i - from
	return digits > 0 && digits < 10 && (digits == 1 || s.b[from] != '0')
}

// span is a string as it stands between its quotes.
type span struct {
	from, to int
	escaped  bool
}

const (
	ones  = uint64(0x0101010101010101)
	highs = uint64(0x8080808080808080)
)

// text takes a string.
func (s *scanner) text() (span, bool) {
	if !s.is('"') {
		return span{}, false
	}
	return s.rest()
}

// rest takes a string behind its first quote. It looks at eight bytes at a time; the lowest mark of each test is a true one.
func (s *scanner) rest() (span, bool) {
	b, i := s.b, s.i
	t := span{from: i}
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
			t.to, s.i = i, i+1
			return t, true
		}
		t.escaped = true
		length := escape(b[i:])
		if length == 0 {
			return t, false
		}
		i += length
	}
}

// escape returns the length of the escape that b begins with, 0 when it is none.
func escape(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := unit(b); ok {
			return 6
		}
	}
	return 0
}

// unit reads \uXXXX.
func unit(b []byte) (rune, bool) {
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

// raw is a string as it stands.
func (s *scanner) raw(t span) []byte { return s.b[t.from:t.to] }

// appendText appends what a string says. Half a surrogate pair, and bytes that are no UTF-8 beside an escape, are left to
// the SDK.
func (s *scanner) appendText(to []byte, t span) ([]byte, bool) {
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
			to = append(to, plain[raw[i+1]])
			i += 2
			continue
		}
		r, _ := unit(raw[i:])
		i += 6
		if utf16.IsSurrogate(r) {
			low, _ := unit(raw[i:])
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

// plain is what stands for the letter of an escape.
var plain = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// digits reads a number of DynamoDB's, a string of digits, of at most 18 of them.
func digits(digits []byte) (int64, bool) {
	negative := len(digits) > 0 && digits[0] == '-'
	if negative {
		digits = digits[1:]
	}
	if len(digits) == 0 || len(digits) > 18 {
		return 0, false
	}
	var n int64
	for _, c := range digits {
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

// object takes an object, and calls member behind each name and its colon.
func (s *scanner) object(member func(name span) bool) bool {
	if !s.is('{') {
		return false
	}
	if s.next() == '}' {
		s.i++
		return true
	}
	for {
		name, ok := s.text()
		if !ok || !s.is(':') || !member(name) {
			return false
		}
		if s.next() == ',' {
			s.i++
			continue
		}
		return s.is('}')
	}
}

// list takes an array, and calls element for each.
func (s *scanner) list(element func() bool) bool {
	if !s.is('[') {
		return false
	}
	if s.next() == ']' {
		s.i++
		return true
	}
	for element() {
		if s.next() == ',' {
			s.i++
			continue
		}
		return s.is(']')
	}
	return false
}

// name takes a name that is known, and its colon.
func (s *scanner) name(n string) bool {
	t, ok := s.text()
	return ok && string(s.raw(t)) == n && s.is(':')
}

// scalar takes the value of an attribute that is neither list nor map nor set: {"S": "text"}. What it is, is S, N or B
// with the string, or t or f for true or false, or 0 for NULL.
func (s *scanner) scalar() (is byte, value span, ok bool) {
	if b := s.b[s.i:]; len(b) > 6 && b[0] == '{' && b[1] == '"' && b[3] == '"' && b[4] == ':' && b[5] == '"' {
		is = b[2] // {"S":" as nearly all begin
		s.i += 6
		value, ok = s.rest()
		return is, value, ok && (is == 'S' || is == 'N' || is == 'B') && s.is('}')
	}
	if !s.is('{') {
		return 0, value, false
	}
	t, ok := s.text()
	if !ok || !s.is(':') {
		return 0, value, false
	}
	switch string(s.raw(t)) {
	case "S", "N", "B":
		is = s.b[t.from]
		value, ok = s.text()
	case "BOOL":
		is, ok = 't', s.word("true")
		if !ok {
			is, ok = 'f', s.word("false")
		}
	case "NULL":
		ok = s.word("true")
	default:
		return 0, value, false
	}
	return is, value, ok && s.is('}')
}
