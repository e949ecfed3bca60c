package template

import (
	"fmt"
	"strings"
)

// Group is one property that is not run as on AWS, with all places that use it.
type Group struct {
	What, Note string
	lines      []int
}

// Everything returns every row of the table as if a template used it.
func Everything() []Use {
	uses := make([]Use, len(Table))
	for i, row := range Table {
		uses[i] = Use{Row: row}
	}
	return uses
}

// Groups puts together the uses of one disposition by what is used, in the order of their first line.
func Groups(uses []Use, does Disposition) []Group {
	var groups []Group
	at := map[string]int{}
	for _, u := range uses {
		if u.Row.Does != does {
			continue
		}
		what := u.Row.name()
		i, ok := at[what]
		if !ok {
			i = len(groups)
			at[what] = i
			groups = append(groups, Group{What: what, Note: u.Row.note()})
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
	if len(r.Only) == 0 {
		return r.Note
	}
	return strings.TrimPrefix(r.Note+"; only "+strings.Join(r.Only, ", "), "; ")
}

// Where says where a template uses it.
func (g Group) Where(file string) string {
	switch len(g.lines) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("%s:%d", file, g.lines[0])
	}
	return fmt.Sprintf("%s:%d and %d more", file, g.lines[0], len(g.lines)-1)
}

// Markdown writes the whole table for the documentation.
func Markdown() string {
	var out strings.Builder
	for _, does := range []Disposition{Run, Replaced, NoMeaning} {
		fmt.Fprintf(&out, "### %s\n\n| what | how |\n|---|---|\n", strings.ToUpper(string(does[:1]))+string(does[1:]))
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
			if row.Does != does {
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
