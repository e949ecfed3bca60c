package layout

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kithhq/kith/internal/fault"
)

// Limits of values.
const (
	MaxText = 100 // characters of a name, a place or a street
	MaxID   = 64  // characters of an id
)

// Values is the voter of one row.
type Values struct {
	Canonical, StateFile, First, Middle, Last, Suffix, Street, City, State, Zip string
	BirthYear                                                                   int
	Inactive                                                                    bool
	Districts                                                                   [districts]string
	ZipWarning                                                                  bool // the zip code was shortened or left empty
}

// Outcome says what becomes of a row.
type Outcome struct {
	Reason  fault.Message // why the row is rejected; empty otherwise
	LeftOut bool          // the status column leaves the row out
}

var scientific = regexp.MustCompile(`^\d(\.\d+)?[eE]\+?\d+$`)

// empty reports whether a value means none, as databases and spreadsheets write it.
func empty(value string) bool {
	switch value {
	case "NULL", "null", "(null)", `\N`, "#N/A", "N/A", "#REF!", "#VALUE!", "*":
		return true
	}
	return false
}

// clean returns a value without blanks, and without the ="..." that keeps spreadsheet programs from changing it.
func clean(value string) string {
	value = strings.TrimSpace(value)
	if strings.HasPrefix(value, `="`) && strings.HasSuffix(value, `"`) && len(value) > 3 {
		value = strings.TrimSpace(value[2 : len(value)-1])
	}
	if empty(value) {
		return ""
	}
	return value
}

// Read returns the voter of a row of a file of a state. It fails with invalid if the row shows that the whole file
// is useless: a spreadsheet program has shortened its ids.
func (l *Layout) Read(row []string, state string) (*Values, Outcome, error) {
	if l.Skip > 0 {
		row = row[min(l.Skip, len(row)):]
	}
	width := l.Format.Width - l.Skip
	for len(row) > width && strings.TrimSpace(row[len(row)-1]) == "" {
		row = row[:len(row)-1] // separators at the end of rows
	}
	if len(row) != width {
		return nil, Outcome{Reason: fault.NewMessage("The row and the header have different numbers of columns.")}, nil
	}
	for _, cell := range row {
		if !utf8.ValidString(cell) {
			return nil, Outcome{Reason: fault.NewMessage(notEncoded, l.Format.Encoding)}, nil
		}
		if strings.ContainsRune(cell, 0) {
			return nil, Outcome{Reason: fault.NewMessage("The row contains a NUL character.")}, nil
		}
	}
	value := func(field string) string {
		var parts []string
		for _, at := range l.Columns[field] {
			if at < len(row) {
				if part := clean(row[at]); part != "" {
					parts = append(parts, part)
				}
			}
		}
		return strings.Clone(strings.Join(parts, " ")) // not a part of the whole row, which would stay in memory
	}
	status := value(Status)
	if status != "" && slices.ContainsFunc(l.LeftOut, func(s string) bool { return strings.EqualFold(s, status) }) || value(Exempt) == "Y" {
		return nil, Outcome{LeftOut: true}, nil
	}
	v := &Values{
		Canonical: value(Canonical), StateFile: value(StateFile), First: value(First), Middle: value(Middle), Last: value(Last),
		Suffix: value(Suffix), Street: value(Street), City: value(City), State: strings.ToUpper(value(State)),
	}
	if scientific.MatchString(v.StateFile) || scientific.MatchString(v.Canonical) {
		return nil, Outcome{}, fault.Invalid("columns", "Voter ids are in scientific notation, such as %s: a spreadsheet program has shortened them. "+
			"Upload the original file, or export it again with the id column as text.", v.StateFile)
	}
	v.Zip, v.ZipWarning = zip(value(Zip))
	v.BirthYear = birthYear(value(BirthYear), value(BirthDate))
	v.Inactive = status != "" && slices.ContainsFunc(l.Inactive, func(s string) bool { return strings.EqualFold(s, status) })
	for i := range v.Districts {
		v.Districts[i] = value(district + strconv.Itoa(i+1))
	}
	if v.State == "" {
		v.State = state
	}
	if reason := v.check(state); !reason.Empty() {
		return nil, Outcome{Reason: reason}, nil
	}
	if v.Canonical == "" {
		v.Canonical = canonicalID(state, v.StateFile)
	}
	if strings.ContainsFunc(v.Canonical, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return nil, Outcome{Reason: fault.NewMessage("The voter's id contains a control character.")}, nil
	}
	return v, Outcome{}, nil
}

func (v *Values) check(state string) fault.Message {
	if v.StateFile == "" {
		return fault.NewMessage("state_file_id is empty.")
	}
	if v.State != state {
		return fault.NewMessage(otherState, state)
	}
	if v.First == "" && v.Last == "" {
		return fault.NewMessage("first_name and last_name are both empty.")
	}
	limits := []struct {
		field, value string
		limit        int
	}{
		{Canonical, v.Canonical, MaxID}, {StateFile, v.StateFile, MaxID}, {First, v.First, MaxText}, {Last, v.Last, MaxText}, {City, v.City, MaxText},
	}
	for _, l := range limits {
		if utf8.RuneCountInString(l.value) > l.limit {
			return fault.NewMessage(tooLong, l.field)
		}
	}
	for _, optional := range []*string{&v.Middle, &v.Suffix, &v.Street} {
		if utf8.RuneCountInString(*optional) > MaxText {
			*optional = ""
		}
	}
	return fault.Message{}
}

// canonicalID returns the state's code followed by the state's id, unless the id begins with the code.
func canonicalID(state, id string) string {
	if len(id) > 2 && strings.EqualFold(id[:2], state) && id[2] >= '0' && id[2] <= '9' {
		return id
	}
	return state + id
}

// zip returns a zip code of five or nine digits as it is written, and shortens or drops any other with a warning.
func zip(value string) (string, bool) {
	if value == "" {
		return "", false
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, value)
	written := strings.ReplaceAll(value, " ", "")
	switch {
	case written == digits && (len(digits) == 5 || len(digits) == 9):
		return digits, false
	case len(digits) == 9 && len(written) == 10 && written[5] == '-':
		return written, false
	case len(digits) > 5 && strings.HasPrefix(written, digits[:5]):
		return digits[:5], true
	}
	return "", true
}

var yearInDate = regexp.MustCompile(`(?:^|\D)((?:18|19|20)\d\d)(?:\D|$)|^((?:18|19|20)\d\d)\d{4}$|^\d{4}((?:18|19|20)\d\d)$`)

// birthYear returns the year of birth, from a year or a date; 0 if there is none.
func birthYear(values ...string) int {
	for _, value := range values {
		for _, found := range yearInDate.FindStringSubmatch(value)[min(1, len(yearInDate.FindStringSubmatch(value))):] {
			if n, err := strconv.Atoi(found); err == nil {
				return n
			}
		}
	}
	return 0
}

// NormalID returns the form in which ids are compared: without blanks, in capitals.
func NormalID(id string) string { return strings.ToUpper(strings.Join(strings.Fields(id), "")) }

// RejectReason returns the message of a reason for rejecting a row, as a rejects file has it.
func RejectReason(english string) fault.Message {
	for _, format := range []string{notEncoded, otherState, tooLong} {
		if m, ok := fault.Match(english, format); ok {
			return m
		}
	}
	return fault.DecodeMessage(english, "")
}

// Formats of reasons with arguments.
const (
	notEncoded = "The row is not %s text."
	otherState = "state is not %s, the state of this file."
	tooLong    = "%s is too long."
)
