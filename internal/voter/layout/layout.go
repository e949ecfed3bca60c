// Package layout reads voter files as states publish them. It owns the detection of encoding, separator, quoting and
// header, the layouts of states, mappings of columns by administrators, and the values of one row. It does not store
// voters.
package layout

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/kithhq/kith/internal/fault"
)

// The fields that a column can be mapped to. A field of several columns joins their values with a space.
const (
	Canonical  = "canonical_voter_id"
	StateFile  = "state_file_id"
	First      = "first_name"
	Middle     = "middle_name"
	Last       = "last_name"
	Suffix     = "suffix"
	Street     = "street"
	City       = "city"
	State      = "state"
	Zip        = "zip"
	BirthYear  = "birth_year"
	BirthDate  = "birth_date" // only its year is kept
	Status     = "status"
	Exempt     = "exempt" // "Y" if the row hides the voter's data
	district   = "district_"
	districts  = 4
	MaxColumns = 1000

	// RejectColumns is the number of columns that a rejects file has before those of the row: line and reason.
	RejectColumns = 2
)

// Fields are all fields, in the order in which pages list them.
var Fields = []string{
	StateFile, First, Last, City, State, Zip, BirthYear, BirthDate, Street, Middle, Suffix, Canonical, Status, Exempt,
	"district_1", "district_2", "district_3", "district_4",
}

// Mapping says which columns hold which fields.
type Mapping struct {
	Columns  map[string][]string `json:"columns"`            // by field: names of columns, or their numbers from 1 without a header
	LeftOut  []string            `json:"left_out,omitempty"` // status values whose rows are left out
	Inactive []string            `json:"inactive,omitempty"` // status values of inactive voters, who are ranked last
}

// Published is the layout in which a state publishes its voter file.
type Published struct {
	Name      string   `json:"name"`
	Date      string   `json:"date"` // when it was written down
	State     string   `json:"state"`
	Signature []string `json:"signature,omitempty"` // columns that identify it
	Width     int      `json:"width,omitempty"`     // number of columns of a file without a header
	Mapping
}

//go:embed published/*.json
var publishedFiles embed.FS

var published = sync.OnceValue(func() []Published {
	files, err := publishedFiles.ReadDir("published")
	if err != nil {
		panic(err)
	}
	var all []Published
	for _, file := range files {
		content, err := publishedFiles.ReadFile("published/" + file.Name())
		if err != nil {
			panic(err)
		}
		var p Published
		if err := json.Unmarshal(content, &p); err != nil {
			panic(fmt.Sprintf("layout: %s: %v", file.Name(), err))
		}
		all = append(all, p)
	}
	return all
})

// Layout is the form of one file and the columns to read.
type Layout struct {
	Format  Format         `json:"format"`
	Header  []string       `json:"header,omitempty"`
	Name    string         `json:"name"`           // of the published layout; empty for a mapping
	Columns map[string]Ref `json:"columns"`        // by field
	Skip    int            `json:"skip,omitempty"` // columns before those of the layout

	LeftOut  []string `json:"left_out,omitempty"`
	Inactive []string `json:"inactive,omitempty"`
}

// Ref is the indexes of the columns of a field.
type Ref []int

// normal returns the form in which names of columns are compared.
func normal(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(strings.Trim(strings.TrimPrefix(name, "\ufeff"), "\"")), " "))
}

// bind returns the layout of a file that a mapping gives. Columns that the file lacks are left out. It fails with invalid if a
// required field has no column.
func (m *Mapping) bind(f Format, header []string, name string) (*Layout, error) {
	l := &Layout{Format: f, Header: header, Name: name, Columns: map[string]Ref{}, LeftOut: m.LeftOut, Inactive: m.Inactive}
	for field, columns := range m.Columns {
		for _, column := range columns {
			var at int
			if n, err := strconv.Atoi(column); err == nil && !f.Header {
				at = n - 1
			} else {
				at = slices.IndexFunc(header, func(h string) bool { return normal(h) == normal(column) })
			}
			if at >= 0 {
				l.Columns[field] = append(l.Columns[field], at)
			}
		}
	}
	for _, field := range []string{StateFile, First, Last} {
		if len(l.Columns[field]) == 0 && (field != StateFile || len(l.Columns[Canonical]) == 0) {
			return nil, fault.Invalid("columns", "The column %s is missing.", field)
		}
	}
	return l, nil
}

// Apply returns the layout of a file that an administrator mapped. It fails if a required field has no column, a field is
// unknown, or a column does not exist.
func Apply(f Format, header []string, m Mapping) (*Layout, error) {
	for field, columns := range m.Columns {
		if !slices.Contains(Fields, field) {
			return nil, fault.Invalid("columns", "There is no field %q.", field)
		}
		for _, column := range columns {
			n, err := strconv.Atoi(column)
			known := err == nil && !f.Header && n >= 1 && n <= MaxColumns
			if !known && !slices.ContainsFunc(header, func(h string) bool { return normal(h) == normal(column) }) {
				return nil, fault.Invalid("columns", "The file has no column %q.", column)
			}
		}
	}
	return m.bind(f, header, "")
}

// Recognize returns the layout of a file of a state: the documented one, or one that the state publishes. It returns nil if
// the file has neither. It fails if a column of the documented layout occurs twice.
func Recognize(f Format, header []string, state string) (*Layout, error) {
	if f.Header {
		own := Mapping{Columns: map[string][]string{}}
		seen := map[string]bool{}
		for _, name := range header {
			name = normal(name)
			if slices.Contains(Fields, name) {
				if seen[name] {
					return nil, fault.Invalid("columns", "The column %s occurs twice.", name)
				}
				seen[name] = true
				own.Columns[name] = []string{name}
			}
		}
		if seen[StateFile] && seen[First] && seen[Last] {
			return own.bind(f, header, "documented layout")
		}
	}
	for _, p := range published() {
		if p.State == state && p.matches(f, header) {
			l, err := p.bind(f, header, p.Name+", "+p.Date)
			if err == nil && p.Width > 0 {
				l.Skip = f.Width - p.Width
			}
			return l, err
		}
	}
	return nil, nil
}

func (p *Published) matches(f Format, header []string) bool {
	if p.Width > 0 {
		return !f.Header && (f.Width == p.Width || f.Width == p.Width+RejectColumns)
	}
	return f.Header && !slices.ContainsFunc(p.Signature, func(column string) bool {
		return !slices.ContainsFunc(header, func(h string) bool { return normal(h) == column })
	})
}

// synonyms are names that columns of a field have in files of parties, vendors and states.
var synonyms = map[string][]string{
	StateFile: {"voter id", "voterid", "voter_id", "sos_voterid", "voter registration number", "registration number", "ncid", "statefileid", "state voter id", "id number", "id", "vuid", "voter_identification_number"},
	First:     {"first name", "firstname", "fname", "first", "name first", "name_first", "given name"},
	Middle:    {"middle name", "middlename", "mname", "middle", "name middle", "name_middle"},
	Last:      {"last name", "lastname", "lname", "last", "surname", "name last", "name_last", "family name"},
	Suffix:    {"name suffix", "namesuffix", "name_suffix", "sufx"},
	Street:    {"residential_address1", "residence address", "residential address", "address", "address1", "street address", "res_street_address", "vaddress"},
	City:      {"residential_city", "residence city", "residential city", "res_city", "vcity"},
	State:     {"residential_state", "state_cd", "vstate"},
	Zip:       {"zip code", "zipcode", "zip_code", "zip5", "residential_zip", "residence zipcode", "vzip5", "postal code"},
	BirthYear: {"year of birth", "year_of_birth", "birth year", "birthyear", "yob"},
	BirthDate: {"date of birth", "date_of_birth", "dob", "birth date", "birthdate"},
	Status:    {"voter status", "voter_status", "status_cd", "status code", "registration status"},
}

// Propose returns the mapping that the names and the values of the columns suggest.
func Propose(f Format, header []string, rows [][]string) Mapping {
	m := Mapping{Columns: map[string][]string{}}
	if f.Header {
		for _, field := range Fields {
			for i, h := range header {
				if name := normal(h); name == field || slices.Contains(synonyms[field], name) {
					m.Columns[field] = []string{header[i]}
					break
				}
			}
		}
		return m
	}
	share := func(i int, is func(string) bool) bool {
		n := 0
		for _, row := range rows {
			if i < len(row) && is(strings.TrimSpace(row[i])) {
				n++
			}
		}
		return len(rows) > 0 && n*10 >= len(rows)*8
	}
	for i := range f.Width {
		number := []string{strconv.Itoa(i + 1)}
		switch {
		case m.Columns[Zip] == nil && share(i, func(s string) bool { return isDigits(s) && (len(s) == 5 || len(s) == 9) }):
			m.Columns[Zip] = number
		case m.Columns[StateFile] == nil && share(i, func(s string) bool { return isDigits(s) && len(s) >= 6 }):
			m.Columns[StateFile] = number
		}
	}
	return m
}

func isDigits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}
