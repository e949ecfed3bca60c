package list

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/text"
)

// The columns that are read, as error messages name them.
const (
	columnEmail    = "email"
	columnFirst    = "first_name"
	columnLast     = "last_name"
	columnFull     = "name" // first and last name in one cell, read when there is no column of first names
	columnLanguage = "language"
)

// headings are the folded headings of each column, the preferred ones first: if a file has several of one column, the first
// is read. NationBuilder, for example, exports both email and email1.
var headings = map[string][]string{
	columnEmail: {
		"email", "emailaddress", "correo", "correoelectronico",
		"preferredemail",               // VAN
		"donoremail",                   // ActBlue
		"mobilizeremail",               // Kith and Rally
		"email1value", "email1address", // Google, Outlook
		"email1", "primaryemail",
	},
	columnFirst: {
		"firstname", "nombre", "nombres", "givenname", "first", "primernombre", "donorfirstname", "mobilizerprovidedfirstname", "mobilizerfirstname",
	},
	columnLast: {
		"lastname", "apellido", "apellidos", "apellido1", "primerapellido", "apellidopaterno", "familyname", "surname", "last",
		"donorlastname", "mobilizerprovidedlastname", "mobilizerlastname",
	},
	columnFull:     {"name", "fullname", "displayname", "nombrecompleto", "nombreyapellido", "nombreyapellidos"},
	columnLanguage: {"language", "idioma", "preferredlanguage"},
}

// synonyms are the groups of headings that mean exactly the same, of which a file may have one.
var synonyms = map[string]string{"emailaddress": "email", "correo": "email", "correoelectronico": "email", "nombres": "nombre", "apellidos": "apellido"}

// Columns names columns of a file by their headings, for files whose headings Kith does not recognize. A column without a
// name is recognized.
type Columns struct {
	Email     string
	FirstName string
	LastName  string
	FullName  string
	Language  string
}

// ColumnsError refuses a file whose columns are not recognized. It wraps the refusal.
type ColumnsError struct {
	Header  []string // the headings of the file
	refusal error
}

// Error returns the refusal's text.
func (e *ColumnsError) Error() string { return e.refusal.Error() }

// Unwrap returns the refusal.
func (e *ColumnsError) Unwrap() error { return e.refusal }

// header has the position of each column in one file.
type header struct {
	cells    []string
	columns  map[string]int
	repeated []string
	unknown  []string // columns that the caller named by headings that the file does not have
	missing  bool     // the file has no headings: cells are the numbers of its columns with their first values
}

// readHeader finds the columns with the separator that yields most of them. It returns the reader of the rows after the header,
// or of all rows if the first one is a person.
func readHeader(lines []string, columns Columns) (*rowReader, *header, error) {
	var best *header
	var rowsAfter *rowReader
	for _, separator := range separators {
		rows := &rowReader{lines: lines, separator: separator}
		var cells []string
		first := *rows
		for row := 1; row > 0 && isBlank(cells); {
			var malformed bool
			first = *rows
			if cells, row, malformed = rows.next(); malformed {
				cells = nil
			}
		}
		h := newHeader(cells, columns)
		if h.missing {
			rows = &first
		}
		if best == nil || len(h.columns) > len(best.columns) || len(best.columns) == 0 && len(cells) > len(best.cells) {
			best, rowsAfter = h, rows
		}
	}
	return rowsAfter, best, best.check()
}

func newHeader(cells []string, columns Columns) *header {
	h := &header{cells: cells, columns: map[string]int{}}
	folded := make([]string, len(cells))
	for i, cell := range cells {
		folded[i] = foldHeading(cell)
	}
	for column, known := range headings {
		h.recognize(column, known, folded)
	}
	if email := slices.IndexFunc(cells, isAddress); email >= 0 && len(h.columns) == 0 {
		cells = numbered(cells)
		h.cells, h.missing, h.columns[columnEmail] = cells, true, email
	}
	for column, heading := range map[string]string{
		columnEmail: columns.Email, columnFirst: columns.FirstName, columnLast: columns.LastName, columnFull: columns.FullName,
		columnLanguage: columns.Language,
	} {
		if heading == "" {
			continue
		}
		i := slices.IndexFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) == strings.TrimSpace(heading) })
		if i < 0 {
			h.unknown = append(h.unknown, column)
			continue
		}
		h.columns[column] = i
		h.repeated = slices.DeleteFunc(h.repeated, func(name string) bool { return name == column })
	}
	if columns.FullName != "" && columns.FirstName == "" {
		delete(h.columns, columnFirst)
	}
	return h
}

// isAddress reports whether a cell is an email address, which no heading is.
func isAddress(cell string) bool {
	var c fault.Checker
	return text.Email(&c, columnEmail, cell) != "" && c.Err() == nil
}

// numbered names the columns of a file without headings by their numbers and first values, such as "2: Ana".
func numbered(cells []string) []string {
	names := make([]string, len(cells))
	for i, cell := range cells {
		value := []rune(strings.TrimSpace(cell))
		names[i] = fmt.Sprintf("%d: %s", i+1, string(value[:min(len(value), 60)]))
	}
	return names
}

// recognize finds a column by its known headings.
func (h *header) recognize(column string, known, folded []string) {
	for _, heading := range known {
		i := slices.Index(folded, heading)
		if i < 0 {
			continue
		}
		h.columns[column] = i
		meaning := meaningOf(heading)
		same := 0
		for _, other := range folded {
			if meaningOf(other) == meaning {
				same++
			}
		}
		if same > 1 {
			h.repeated = append(h.repeated, column)
		}
		return
	}
}

// meaningOf returns the heading that all its synonyms mean.
func meaningOf(heading string) string {
	if same, ok := synonyms[heading]; ok {
		return same
	}
	return heading
}

func (h *header) check() error {
	var c fault.Checker
	c.Check(len(h.cells) <= maxColumns, "header", "This file has more than 200 columns. Remove those that you do not need.")
	for _, name := range h.repeated {
		c.Check(false, name, "Two columns of the file are the %s. Remove one.", name)
	}
	for _, name := range h.unknown {
		c.Check(false, name, "The file has no column with this heading. Choose one of its headings.")
	}
	if err := c.Err(); err != nil {
		return err
	}
	_, email := h.columns[columnEmail]
	_, first := h.columns[columnFirst]
	_, full := h.columns[columnFull]
	c.Check(email, columnEmail, "The file has no such column. Add a column named email (or e-mail, correo), or choose the column that has the addresses.")
	c.Check(first || full, columnFirst, "The file has no such column. Add a column named first_name (or first name, nombre), or choose the column that has the first names.")
	refusal := c.Err()
	if refusal == nil {
		return nil
	}
	headings := slices.DeleteFunc(slices.Clone(h.cells), func(cell string) bool { return strings.TrimSpace(cell) == "" })
	if unknown, ok := errors.AsType[*fault.Error](refusal); ok {
		unknown.Code = "columns_unknown"
		unknown.Message = fault.NewMessage("Kith does not recognize the columns of this file. Choose the columns of email addresses and names.")
		if h.missing {
			unknown.Message = fault.NewMessage("The first row of this file is a person, not headings. Choose the column of the first names, or of first and last names in one cell.")
		}
	}
	return &ColumnsError{Header: headings, refusal: refusal}
}

// isOfRejects reports whether RejectsCSV has written the file: no other list has a reason for each row.
func (h *header) isOfRejects() bool {
	return slices.Contains(h.cells, columnRow) && slices.Contains(h.cells, columnReason)
}

// foldHeading keeps the letters and digits of a heading: case, accents, blanks and dashes make no difference.
func foldHeading(s string) string {
	return strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
}
