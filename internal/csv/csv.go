// Package csv writes CSV (RFC 4180, UTF-8) in two dialects: data, for programs, which keeps every byte, and spreadsheet, for
// people who open the file in Excel or a similar program. It does not read files: encoding/csv does.
package csv

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Dialect is the way in which cells and lines are written.
type Dialect string

// The dialects.
const (
	Data        Dialect = "data"        // no byte order mark, LF, every value byte for byte
	Spreadsheet Dialect = "spreadsheet" // byte order mark, CR LF, no cell is a formula, codes of digits stay text
)

// Row is a buffer for one line. Each cell is written by the method of its type; End ends the line. The zero Row writes the data
// dialect.
type Row struct {
	line    []byte
	cells   int
	dialect Dialect
}

// NewRow returns an empty Row in a dialect.
func NewRow(d Dialect) *Row { return &Row{dialect: d} }

// Start returns the bytes with which every file in the dialect begins.
func (d Dialect) Start() []byte {
	if d == Spreadsheet {
		return []byte("\ufeff")
	}
	return nil
}

// Line returns the ended line. It is valid until Reset.
func (r *Row) Line() []byte { return r.line }

// Reset empties the Row for the next line.
func (r *Row) Reset() { r.line, r.cells = r.line[:0], 0 }

// End ends the line.
func (r *Row) End() {
	if r.dialect == Spreadsheet {
		r.line = append(r.line, '\r')
	}
	r.line = append(r.line, '\n')
	r.cells = 0
}

// separate writes the comma before a cell, except the first.
func (r *Row) separate() {
	if r.cells > 0 {
		r.line = append(r.line, ',')
	}
	r.cells++
}

// Empty writes an empty cell, which means "not set".
func (r *Row) Empty() { r.separate() }

// Text writes a text. Spreadsheet: a text that a program would run as a formula gets an apostrophe in front, and so does one
// that would be a formula after its own apostrophes, so that removing one apostrophe always restores the text.
func (r *Row) Text(s string) {
	r.separate()
	if r.dialect == Spreadsheet && isFormula(strings.TrimLeft(s, "'")) {
		s = "'" + s
	}
	r.quote(s)
}

// Code writes a text that may look like a number: an id, a zip, a phone. Spreadsheet: if it does, it is written as ="02139",
// which shows as 02139 and keeps zeros, plus signs and every digit.
func (r *Row) Code(s string) {
	if r.dialect == Spreadsheet && isNumber(s) {
		r.separate()
		r.quote(`="` + s + `"`)
		return
	}
	r.Text(s)
}

// Unescape returns the text that Text or Code wrote into a cell of the spreadsheet dialect.
func Unescape(cell string) string {
	if code, ends := strings.CutSuffix(cell, `"`); ends && strings.HasPrefix(code, `="`) && isNumber(code[2:]) {
		return code[2:]
	}
	if strings.HasPrefix(cell, "'") && isFormula(strings.TrimLeft(cell, "'")) {
		return cell[1:]
	}
	return cell
}

// Count writes a whole number.
func (r *Row) Count(n int) {
	r.separate()
	r.line = strconv.AppendInt(r.line, int64(n), 10)
}

// Plain writes a value as it is. The value must need no quoting and be no formula, such as an id or a percentage.
func (r *Row) Plain(s string) {
	r.separate()
	r.line = append(r.line, s...)
}

// Time writes an instant in UTC with milliseconds; the zero time is empty.
func (r *Row) Time(t time.Time) {
	r.separate()
	if !t.IsZero() {
		r.line = t.UTC().AppendFormat(r.line, "2006-01-02T15:04:05.000Z")
	}
}

// Bool writes true or false.
func (r *Row) Bool(value bool) {
	r.separate()
	r.line = strconv.AppendBool(r.line, value)
}

// quote writes a value, in quotes if necessary.
func (r *Row) quote(s string) {
	if !strings.ContainsAny(s, ",\"\r\n") {
		r.line = append(r.line, s...)
		return
	}
	r.line = append(r.line, '"')
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			break
		}
		r.line = append(r.line, s[:i]...)
		r.line = append(r.line, '"', '"')
		s = s[i+1:]
	}
	r.line = append(r.line, s...)
	r.line = append(r.line, '"')
}

// isFormula reports whether a spreadsheet program may run the text as a formula: by its first character, full-width forms
// included, after blanks, which some programs ignore.
func isFormula(s string) bool {
	if s == "" {
		return false
	}
	if s[0] == '\t' || s[0] == '\r' || s[0] == '\n' {
		return true
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \u00a0\u3000\t\r\n"))
	return strings.ContainsRune("=+-@\uff1d\uff0b\uff0d\uff20", first)
}

// isNumber reports whether the text has only digits, after an optional plus sign.
func isNumber(s string) bool {
	digits := strings.TrimPrefix(s, "+")
	if digits == "" {
		return false
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return false
		}
	}
	return true
}
