package invitation

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	spreadsheet "github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/fault"
)

// Limits of a list of guests. docs/invitations.md tells them to those who make one.
const (
	MaxListRows  = 5000
	MaxListBytes = 2 << 20
	maxColumns   = 200
	maxRowLines  = 50 // that one row may go over
)

// The columns that are read, as reasons name them.
const (
	columnEmail    = "email"
	columnFirst    = "first_name"
	columnLast     = "last_name"
	columnLanguage = "language"
)

// columnNames are the headings under which the columns are found, folded.
var columnNames = map[string]string{
	"email": columnEmail, "emailaddress": columnEmail, "correo": columnEmail, "correoelectronico": columnEmail,
	"firstname": columnFirst, "nombre": columnFirst, "nombres": columnFirst,
	"lastname": columnLast, "apellido": columnLast, "apellidos": columnLast,
	"language": columnLanguage, "idioma": columnLanguage,
}

// requiredColumns say what to call them when one is missing.
var requiredColumns = []struct{ name, missing string }{
	{columnEmail, "Add a column named email (or e-mail, correo)."},
	{columnFirst, "Add a column named first_name (or first name, nombre)."},
	{columnLast, "Add a column named last_name (or last name, apellido)."},
}

// separators between cells, in the order in which they are tried: what a spreadsheet writes depends on its language.
var separators = []rune{',', ';', '\t'}

// ReadList reads a CSV of guests: RFC 4180 in UTF-8, with or without BOM, lines ended in either way, cells separated by
// comma, semicolon or tab. Rows without a cell are passed over. What is wrong with one row is kept with that row.
//
// Invalid, for the file as a whole: it is not such a text, columns are missing or come twice, or there are too many rows.
func ReadList(file []byte) (*List, error) {
	text, err := listText(file)
	if err != nil {
		return nil, err
	}
	lines := strings.SplitAfter(text, "\n")
	if hint := strings.TrimSpace(lines[0]); len(hint) == 5 && strings.HasPrefix(strings.ToLower(hint), "sep=") {
		lines = lines[1:] // a line for spreadsheets, which show what follows as row 1
	}
	reader, header, err := readHeader(lines)
	if err != nil {
		return nil, err
	}
	list := &List{Header: header.cells}
	mended := header.ofRejects()
	if mended {
		undo(header.cells)
	}
	for {
		cells, row, broken := reader.next()
		if row == 0 {
			break
		}
		if mended && broken == "" {
			undo(cells)
		}
		if broken == "" && blank(cells) {
			continue
		}
		list.Rows = append(list.Rows, header.row(cells, row, broken))
	}
	switch {
	case len(list.Rows) == 0:
		return nil, fault.Invalid("file", "There is nobody in this file: it has no rows below its header.")
	case len(list.Rows) > MaxListRows:
		return nil, fault.Invalid("file", fmt.Sprintf("This file has %d rows; up to %d people can be invited at once. Split it into several files.", len(list.Rows), MaxListRows))
	}
	list.findRepeated()
	return list, nil
}

// listText returns the text of a file, or says how to save it as one.
func listText(file []byte) (string, error) {
	const again = " In Excel, save it as “CSV UTF-8 (Comma delimited)”; in other programs choose UTF-8. It needs the columns email, first_name and last_name."
	switch {
	case len(file) > MaxListBytes:
		return "", fault.Invalid("file", "This file is larger than 2 MB. Leave out columns other than email, first_name, last_name and language, or split it.")
	case bytes.HasPrefix(file, []byte{0xff, 0xfe}), bytes.HasPrefix(file, []byte{0xfe, 0xff}):
		return "", fault.Invalid("file", "This file is UTF-16 text, not UTF-8."+again)
	case bytes.HasPrefix(file, []byte("PK\x03\x04")), bytes.HasPrefix(file, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return "", fault.Invalid("file", "This is a spreadsheet, not a CSV."+again)
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
		return "", fault.Invalid("file", fmt.Sprintf("This file is not UTF-8 text: line %d has other characters.", line)+again)
	}
	if before, _, there := bytes.Cut(file, []byte{0}); there {
		return "", fault.Invalid("file", fmt.Sprintf("This file is not plain text: line %d has a NUL character. Take it out, or save the list anew.",
			1+bytes.Count(before, []byte("\n")))+again)
	}
	text := strings.TrimPrefix(string(file), "\ufeff")
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n") // as old programs for the Mac end lines
	}
	if strings.TrimSpace(text) == "" {
		return "", fault.Invalid("file", "This file is empty. Send a CSV with the columns email, first_name and last_name.")
	}
	return text, nil
}

// listHeader tells where the columns of one file stand.
type listHeader struct {
	cells   []string
	columns map[string]int
	twice   []string
}

// readHeader finds the columns, whichever the separator is, and returns what reads the rows below them.
func readHeader(lines []string) (*listRows, *listHeader, error) {
	var best *listHeader
	var below *listRows
	for _, separator := range separators {
		rows := &listRows{lines: lines, separator: separator}
		var cells []string
		for row := 1; row > 0 && blank(cells); {
			var broken string
			if cells, row, broken = rows.next(); broken != "" {
				cells = nil
			}
		}
		h := &listHeader{cells: cells, columns: map[string]int{}}
		for i, cell := range cells {
			name, known := columnNames[foldHeading(cell)]
			if !known {
				continue
			}
			if _, there := h.columns[name]; there {
				h.twice = append(h.twice, name)
			}
			h.columns[name] = i
		}
		if best == nil || len(h.columns) > len(best.columns) {
			best, below = h, rows
		}
	}
	return below, best, best.check()
}

func (h *listHeader) check() error {
	var c fault.Checker
	c.Check(len(h.cells) <= maxColumns, "header", "A list of guests has at most 200 columns.")
	for _, name := range h.twice {
		c.Check(false, name, "Two columns of the file are the "+name+". Leave one.")
	}
	for _, column := range requiredColumns {
		_, there := h.columns[column.name]
		c.Check(there, column.name, "The file has no such column. "+column.missing)
	}
	return c.Err()
}

// ofRejects reports whether the file is one that Rejects has written: no list of somebody else's making says why its rows
// are refused.
func (h *listHeader) ofRejects() bool {
	return slices.Contains(h.cells, rejectsRow) && slices.Contains(h.cells, rejectsReason)
}

// undo gives back the cells from which Rejects has made what a spreadsheet doesn't run.
func undo(cells []string) {
	for i, cell := range cells {
		cells[i] = spreadsheet.Undone(cell)
	}
}

// foldHeading takes from a heading all but its letters: case, accents, blanks and dashes make no difference.
func foldHeading(s string) string {
	return strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
}

func blank(cells []string) bool {
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

// row reads one row. The cells of a broken one are its raw text.
func (h *listHeader) row(cells []string, number int, broken string) *Row {
	r := &Row{Number: number, Cells: cells}
	if broken != "" {
		r.malformed(fault.Field{Name: "row", Message: broken})
		return r
	}
	cell := func(name string) string {
		i, there := h.columns[name]
		if !there || i >= len(cells) {
			return ""
		}
		return strings.TrimSpace(cells[i])
	}
	r.Given = Invitee{cell(columnEmail), cell(columnFirst), cell(columnLast), Language(cell(columnLanguage))}
	if len(cells) > len(h.cells) && !blank(cells[len(h.cells):]) {
		r.malformed(fault.Field{Name: "row", Message: "The row has more cells than the header. Is there a separator in a name? Put that cell in quotes."})
		return r
	}
	lost := fault.Checker{}
	for _, name := range []string{columnEmail, columnFirst, columnLast} {
		lost.Check(!strings.ContainsRune(cell(name), utf8.RuneError), name, "A letter got lost (�) when the file was saved. Type it again.")
	}
	wanted := r.Given
	wanted.Language = languageOf(wanted.Language)
	guest, err := wanted.Normalize()
	lost.Add("", err)
	if refused, ok := errors.AsType[*fault.Error](lost.Err()); ok {
		r.malformed(refused.Fields...)
		return r
	}
	r.Invitee = guest
	return r
}

// languageOf reads a language as people write it into a list. What is none of ours stays as it is.
func languageOf(l Language) Language {
	folded, _, _ := strings.Cut(strings.ToLower(string(l)), "-")
	folded, _, _ = strings.Cut(folded, "_")
	switch norm.NFC.String(folded) {
	case "", "en", "english", "inglés", "ingles":
		return English
	case "es", "spanish", "español", "espanol", "castellano":
		return Spanish
	default:
		return l
	}
}

// listRows reads rows and numbers them as a spreadsheet does: blank ones count, and line breaks within quotes don't.
type listRows struct {
	lines     []string // those to come
	separator rune
	row       int // the last one taken; the first is row 1
}

// next returns the cells of a row with its number; number 0 at the end. Of a row that can't be read it says why, and returns
// the line as it was written as the only cell: cut into cells it might be read, sent again, with a quote in somebody's name.
// A quote that is never closed costs one line, not the rest of the file.
func (r *listRows) next() ([]string, int, string) {
	if len(r.lines) == 0 || len(r.lines) == 1 && r.lines[0] == "" {
		return nil, 0, ""
	}
	r.row++
	text := r.lines[0]
	quotes := strings.Count(text, `"`)
	taken := 1
	for quotes%2 == 1 && taken < len(r.lines) && taken < maxRowLines {
		text += r.lines[taken]
		quotes += strings.Count(r.lines[taken], `"`)
		taken++
	}
	cells, ok := r.cells(text)
	if !ok {
		line := strings.TrimRight(r.lines[0], "\r\n")
		r.lines = r.lines[1:]
		return []string{line}, r.row, "The row's quotes are not as CSV has them: each quote within a quoted cell is written twice."
	}
	r.lines = r.lines[taken:]
	return cells, r.row, ""
}

func (r *listRows) cells(text string) ([]string, bool) {
	if strings.TrimSpace(text) == "" {
		return nil, true
	}
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma, reader.FieldsPerRecord = r.separator, -1
	cells, err := reader.Read()
	if err != nil {
		return nil, false
	}
	_, err = reader.Read()
	return cells, errors.Is(err, io.EOF)
}
