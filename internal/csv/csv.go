// Package csv writes CSV as RFC 4180 has it, UTF-8 throughout, in two dialects: data, byte-faithful for programs, and
// spreadsheet, for people who open the file in Excel or the like. It does not read files: encoding/csv does.
package csv

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Dialect is how cells and lines are written.
type Dialect string

// The dialects.
const (
	Data        Dialect = "data"        // no BOM, LF, every value byte for byte
	Spreadsheet Dialect = "spreadsheet" // BOM, CRLF, nothing runs as a formula, numbers that are none stay text
)

// Row collects lines of one file. Each cell is written by the method of its kind, each line ended by End.
// The zero Row writes the data dialect.
type Row struct {
	line    []byte
	cells   int
	dialect Dialect
}

// NewRow returns an empty Row of the dialect.
func NewRow(d Dialect) *Row { return &Row{dialect: d} }

// Start returns what a file of the dialect begins with.
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

func (r *Row) separate() {
	if r.cells > 0 {
		r.line = append(r.line, ',')
	}
	r.cells++
}

// Empty writes a cell that says "not set".
func (r *Row) Empty() { r.separate() }

// Text writes what a person wrote, or any other text. Spreadsheet: a cell that would run as a formula gets an
// apostrophe before it; so does one that would behind its own apostrophes, so that taking one off gives back the text.
func (r *Row) Text(s string) {
	r.separate()
	if r.dialect == Spreadsheet && runs(strings.TrimLeft(s, "'")) {
		s = "'" + s
	}
	r.raw(s)
}

// Code writes a text that may look like a number and is none: an id, a zip, a phone. Spreadsheet: when it does, it is
// written ="02139", which shows as 02139 and keeps zeros, plus signs and every digit.
func (r *Row) Code(s string) {
	if r.dialect == Spreadsheet && numeric(s) {
		r.separate()
		r.raw(`="` + s + `"`)
		return
	}
	r.Text(s)
}

// Undone returns what a cell of the spreadsheet dialect was written for, by Text or by Code.
func Undone(cell string) string {
	if code, ends := strings.CutSuffix(cell, `"`); ends && strings.HasPrefix(code, `="`) && numeric(code[2:]) {
		return code[2:]
	}
	if strings.HasPrefix(cell, "'") && runs(strings.TrimLeft(cell, "'")) {
		return cell[1:]
	}
	return cell
}

// Count writes a whole number.
func (r *Row) Count(n int) {
	r.separate()
	r.line = strconv.AppendInt(r.line, int64(n), 10)
}

// Plain writes a value that can't need quoting or neutralising, such as a percentage of ours.
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
func (r *Row) Bool(is bool) {
	r.separate()
	r.line = strconv.AppendBool(r.line, is)
}

func (r *Row) raw(s string) {
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

// runs reports whether a spreadsheet may take the text for a formula: by its first character, full-width forms
// included, after blanks, which some programs drop.
func runs(s string) bool {
	if s == "" {
		return false
	}
	if s[0] == '\t' || s[0] == '\r' || s[0] == '\n' {
		return true
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \u00a0\u3000\t\r\n"))
	return strings.ContainsRune("=+-@\uff1d\uff0b\uff0d\uff20", first)
}

func numeric(s string) bool {
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
