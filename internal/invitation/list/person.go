package list

import (
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/text"
)

// readRow reads the person of a row. malformed says that the row is not valid CSV.
func (h *header) readRow(cells []string, number int, malformed bool) *Row {
	r := &Row{Number: number, Cells: cells}
	if malformed {
		r.reject(fault.Field{Name: "row", Message: fault.NewMessage("The quotes of this row are not valid CSV. Write each quote within a quoted cell twice.")})
		return r
	}
	r.Given = h.given(cells)
	if len(cells) > len(h.cells) && !isBlank(cells[len(h.cells):]) {
		r.reject(fault.Field{Name: "row", Message: fault.NewMessage("This row has more cells than the header. If a name contains a separator, put that cell in quotes.")})
		return r
	}
	var c fault.Checker
	for _, required := range []struct{ name, value string }{{columnEmail, r.Given.Email}, {columnFirst, r.Given.FirstName}} {
		c.Check(!hasLostLetter(required.value), required.name, lostLetter)
	}
	invitee, err := r.withoutOddValues().Normalize()
	c.Add("", err)
	if invalid, ok := errors.AsType[*fault.Error](c.Err()); ok {
		r.reject(append(invalid.Fields, r.Warnings...)...)
		r.Warnings = nil
		return r
	}
	r.Invitee = invitee
	return r
}

const lostLetter = "A letter was lost (�) when the file was saved. Type it again."

func hasLostLetter(s string) bool { return strings.ContainsRune(s, utf8.RuneError) }

// given returns the person as the cells of a row describe them.
func (h *header) given(cells []string) invitation.Invitee {
	cell := func(name string) string {
		i, found := h.columns[name]
		if !found || i >= len(cells) {
			return ""
		}
		return strings.TrimSpace(cells[i])
	}
	given := invitation.Invitee{
		Email: cell(columnEmail), FirstName: cell(columnFirst), LastName: cell(columnLast), Language: invitation.Language(cell(columnLanguage)),
	}
	if _, found := h.columns[columnFirst]; !found {
		first, last := splitName(cell(columnFull))
		given.FirstName = first
		if given.LastName == "" {
			given.LastName = last
		}
	}
	return given
}

// splitName returns the first and the last name in a full name: "Ana Núñez" or "Núñez, Ana".
func splitName(full string) (first, last string) {
	if last, first, found := strings.Cut(full, ","); found && strings.TrimSpace(first) != "" {
		return strings.TrimSpace(first), strings.TrimSpace(last)
	}
	first, last, _ = strings.Cut(full, " ")
	return first, strings.TrimSpace(last)
}

// withoutOddValues returns the person with each invalid optional value left out, and records a warning for it: such a value
// does not keep a person from being invited.
func (r *Row) withoutOddValues() invitation.Invitee {
	person := r.Given
	var last fault.Checker
	text.Line(&last, columnLast, person.LastName, mobilizer.NameLimit)
	last.Check(!hasLostLetter(person.LastName), columnLast, lostLetter)
	if invalid, ok := errors.AsType[*fault.Error](last.Err()); ok {
		person.LastName = ""
		r.Warnings = append(r.Warnings, fault.Field{Name: columnLast, Message: fault.NewMessage("The last name is left out. %s", invalid.Fields[0].Message)})
	}
	language, known := languageOf(person.Language)
	person.Language = language
	if !known {
		r.Warnings = append(r.Warnings, fault.Field{Name: columnLanguage, Message: fault.NewMessage("Kith sends no email in this language. The email is in English.")})
	}
	return person
}

// languageOf returns the language that people mean by a cell, and whether it is one of Kith's; English if not.
func languageOf(l invitation.Language) (invitation.Language, bool) {
	folded, _, _ := strings.Cut(strings.ToLower(string(l)), "-")
	folded, _, _ = strings.Cut(folded, "_")
	switch norm.NFC.String(folded) {
	case "", "en", "english", "inglés", "ingles":
		return invitation.English, true
	case "es", "spanish", "español", "espanol", "castellano":
		return invitation.Spanish, true
	default:
		return invitation.English, false
	}
}
