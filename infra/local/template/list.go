package template

import (
	"fmt"
	"strings"
)

// Group is a row of Table with the places in a template that use it.
type Group struct {
	Name, Note string
	lines      []int
}

// AllUses returns a Use for every row of Table.
func AllUses() []Use {
	uses := make([]Use, len(Table))
	for i, row := range Table {
		uses[i] = Use{Row: row}
	}
	return uses
}

// Groups groups the uses with a disposition by row, in the order of their first line.
func Groups(uses []Use, disposition Disposition) []Group {
	var groups []Group
	index := map[string]int{}
	for _, u := range uses {
		if u.Row.Disposition != disposition {
			continue
		}
		name := u.Row.name()
		i, ok := index[name]
		if !ok {
			i = len(groups)
			index[name] = i
			groups = append(groups, Group{Name: name, Note: u.Row.note()})
		}
		if u.Line > 0 {
			groups[i].lines = append(groups[i].lines, u.Line)
		}
	}
	return groups
}

func (r Row) name() string {
	if r.Path == "*" {
		return r.Type
	}
	return r.Type + " " + r.Path
}

func (r Row) note() string {
	if len(r.Values) == 0 {
		return r.Note
	}
	return strings.TrimPrefix(r.Note+"; only "+strings.Join(r.Values, ", "), "; ")
}

// Location returns the first place in the file, and the number of further ones.
func (g Group) Location(file string) string {
	switch len(g.lines) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("%s:%d", file, g.lines[0])
	}
	return fmt.Sprintf("%s:%d and %d more", file, g.lines[0], len(g.lines)-1)
}

// Markdown returns Table for the documentation.
func Markdown() string {
	var out strings.Builder
	for _, disposition := range []Disposition{Run, Replaced, Ignored} {
		fmt.Fprintf(&out, "### %s\n\n| property | handling |\n|---|---|\n", strings.ToUpper(string(disposition[:1]))+string(disposition[1:]))
		kind, note := "", ""
		var paths []string
		flush := func() {
			if kind == "" {
				return
			}
			fmt.Fprintf(&out, "| `%s` %s | %s |\n", kind, strings.Join(paths, ", "), note)
			paths = nil
		}
		for _, row := range Table {
			if row.Disposition != disposition {
				continue
			}
			if row.Type != kind || row.note() != note {
				flush()
				kind, note = row.Type, row.note()
			}
			if row.Path != "*" {
				paths = append(paths, "`"+row.Path+"`")
			}
		}
		flush()
		out.WriteString("\n")
	}
	return out.String()
}
