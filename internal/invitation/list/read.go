package list

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
)

// Limits of a list. docs/invitation-lists.md states them for people.
const (
	MaxRows    = 5000
	MaxBytes   = 2 << 20
	maxColumns = 200
)

// The columns that are read, as error messages name them.
const (
	columnEmail    = "email"
	columnFirst    = "first_name"
	columnLast     = "last_name"
	columnLanguage = "language"
)

// headings are the folded headings of each column.
var headings = map[string]string{
	"email": columnEmail, "emailaddress": columnEmail, "correo": columnEmail, "correoelectronico": columnEmail,
	"firstname": columnFirst, "nombre": columnFirst, "nombres": columnFirst,
	"lastname": columnLast, "apellido": columnLast, "apellidos": columnLast,
	"language": columnLanguage, "idioma": columnLanguage,
}

// requiredColumns have the advice for a file without them.
var requiredColumns = []struct{ name, advice string }{
	{columnEmail, "Add a column named email (or e-mail, correo)."},
	{columnFirst, "Add a column named first_name (or first name, nombre)."},
	{columnLast, "Add a column named last_name (or last name, apellido)."},
}

// separators are tried in this order: which one a spreadsheet writes depends on its language.
var separators = []rune{',', ';', '\t'}

// Read reads a CSV of people: RFC 4180 in UTF-8, with or without a BOM, with any line ending, and cells separated by comma,
// semicolon or tab. Blank rows are skipped. An error in one row concerns that row alone.
//
// It fails with invalid for the whole file if it is not such a text, lacks a column or has one twice, or has too many rows.
func Read(file []byte) (*List, error) {
	text, err := decode(file)
	if err != nil {
		return nil, err
	}
	lines := strings.SplitAfter(text, "\n")
	if hint := strings.TrimSpace(lines[0]); len(hint) == 5 && strings.HasPrefix(strings.ToLower(hint), "sep=") {
		lines = lines[1:] // a hint for spreadsheets, which number the next line as row 1
	}
	reader, header, err := readHeader(lines)
	if err != nil {
		return nil, err
	}
	list := &List{Header: header.cells}
	corrected := header.isOfRejects()
	if corrected {
		unescape(header.cells)
	}
	for {
		cells, row, malformed := reader.next()
		if row == 0 {
			break
		}
		if corrected && malformed == "" {
			unescape(cells)
		}
		if malformed == "" && isBlank(cells) {
			continue
		}
		list.Rows = append(list.Rows, header.readRow(cells, row, malformed))
	}
	switch {
	case len(list.Rows) == 0:
		return nil, fault.Invalid("file", "This file has no rows below its header. Add at least one person.")
	case len(list.Rows) > MaxRows:
		return nil, fault.Invalid("file", fmt.Sprintf("This file has %d rows; up to %d people can be invited at once. Split it into several files.", len(list.Rows), MaxRows))
	}
	list.findDuplicates()
	return list, nil
}

// decode returns the text of a file. It fails with invalid, and says how to save the file as text.
func decode(file []byte) (string, error) {
	const advice = " In Excel, save it as “CSV UTF-8 (Comma delimited)”; in other programs choose UTF-8. It needs the columns email, first_name and last_name."
	switch {
	case len(file) > MaxBytes:
		return "", fault.Invalid("file", "This file is larger than 2 MB. Remove columns other than email, first_name, last_name and language, or split it.")
	case bytes.HasPrefix(file, []byte{0xff, 0xfe}), bytes.HasPrefix(file, []byte{0xfe, 0xff}):
		return "", fault.Invalid("file", "This file is UTF-16 text, not UTF-8."+advice)
	case bytes.HasPrefix(file, []byte("PK\x03\x04")), bytes.HasPrefix(file, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return "", fault.Invalid("file", "This is a spreadsheet, not a CSV."+advice)
	}
	if !utf8.Valid(file) {
		line := 1
		for rest := file; ; line++ {
			one, after, more := bytes.Cut(rest, []byte("\n"))
			if !utf8.Valid(one) || !more {
				break
			}
			rest = after
		}
		return "", fault.Invalid("file", fmt.Sprintf("This file is not UTF-8 text: line %d has other characters.", line)+advice)
	}
	if before, _, found := bytes.Cut(file, []byte{0}); found {
		return "", fault.Invalid("file", fmt.Sprintf("This file is not plain text: line %d has a NUL character. Remove it, or save the list again.",
			1+bytes.Count(before, []byte("\n")))+advice)
	}
	text := strings.TrimPrefix(string(file), "\ufeff")
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n") // line ends of old Mac programs
	}
	if strings.TrimSpace(text) == "" {
		return "", fault.Invalid("file", "This file is empty. Send a CSV with the columns email, first_name and last_name.")
	}
	return text, nil
}

// header has the position of each column in one file.
type header struct {
	cells    []string
	columns  map[string]int
	repeated []string
}

// readHeader finds the columns with the separator that yields most of them. It returns the reader of the rows after the header.
func readHeader(lines []string) (*rowReader, *header, error) {
	var best *header
	var rowsAfter *rowReader
	for _, separator := range separators {
		rows := &rowReader{lines: lines, separator: separator}
		var cells []string
		for row := 1; row > 0 && isBlank(cells); {
			var malformed string
			if cells, row, malformed = rows.next(); malformed != "" {
				cells = nil
			}
		}
		h := &header{cells: cells, columns: map[string]int{}}
		for i, cell := range cells {
			name, known := headings[foldHeading(cell)]
			if !known {
				continue
			}
			if _, found := h.columns[name]; found {
				h.repeated = append(h.repeated, name)
			}
			h.columns[name] = i
		}
		if best == nil || len(h.columns) > len(best.columns) {
			best, rowsAfter = h, rows
		}
	}
	return rowsAfter, best, best.check()
}

func (h *header) check() error {
	var c fault.Checker
	c.Check(len(h.cells) <= maxColumns, "header", "This file has more than 200 columns. Remove those that you do not need.")
	for _, name := range h.repeated {
		c.Check(false, name, "Two columns of the file are the "+name+". Remove one.")
	}
	for _, column := range requiredColumns {
		_, found := h.columns[column.name]
		c.Check(found, column.name, "The file has no such column. "+column.advice)
	}
	return c.Err()
}

// isOfRejects reports whether RejectsCSV has written the file: no other list has a reason for each row.
func (h *header) isOfRejects() bool {
	return slices.Contains(h.cells, columnRow) && slices.Contains(h.cells, columnReason)
}

// unescape restores cells that RejectsCSV has escaped so that a spreadsheet does not run them.
func unescape(cells []string) {
	for i, cell := range cells {
		cells[i] = csv.Unescape(cell)
	}
}

// foldHeading keeps the letters of a heading: case, accents, blanks and dashes make no difference.
func foldHeading(s string) string {
	return strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
}

func isBlank(cells []string) bool {
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

// readRow reads the person of a row. If the row is not valid CSV, malformed has the reason.
func (h *header) readRow(cells []string, number int, malformed string) *Row {
	r := &Row{Number: number, Cells: cells}
	if malformed != "" {
		r.reject(fault.Field{Name: "row", Message: malformed})
		return r
	}
	cell := func(name string) string {
		i, found := h.columns[name]
		if !found || i >= len(cells) {
			return ""
		}
		return strings.TrimSpace(cells[i])
	}
	r.Given = invitation.Invitee{
		Email: cell(columnEmail), FirstName: cell(columnFirst), LastName: cell(columnLast), Language: invitation.Language(cell(columnLanguage)),
	}
	if len(cells) > len(h.cells) && !isBlank(cells[len(h.cells):]) {
		r.reject(fault.Field{Name: "row", Message: "This row has more cells than the header. If a name contains a separator, put that cell in quotes."})
		return r
	}
	var c fault.Checker
	for _, name := range []string{columnEmail, columnFirst, columnLast} {
		c.Check(!strings.ContainsRune(cell(name), utf8.RuneError), name, "A letter was lost (�) when the file was saved. Type it again.")
	}
	given := r.Given
	given.Language = languageOf(given.Language)
	invitee, err := given.Normalize()
	c.Add("", err)
	if invalid, ok := errors.AsType[*fault.Error](c.Err()); ok {
		r.reject(invalid.Fields...)
		return r
	}
	r.Invitee = invitee
	return r
}

// languageOf returns the language that people mean by a cell, and the cell itself if it is none of ours.
func languageOf(l invitation.Language) invitation.Language {
	folded, _, _ := strings.Cut(strings.ToLower(string(l)), "-")
	folded, _, _ = strings.Cut(folded, "_")
	switch norm.NFC.String(folded) {
	case "", "en", "english", "inglés", "ingles":
		return invitation.English
	case "es", "spanish", "español", "espanol", "castellano":
		return invitation.Spanish
	default:
		return l
	}
}
