package template

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Disposition is what the local cloud does with a property.
type Disposition string

// What the local cloud does with a property, or with a whole resource.
const (
	Run       Disposition = "run"
	Replaced  Disposition = "replaced"
	NoMeaning Disposition = "no meaning here"
)

// Row says what happens to one property of a type, and to what stands below it unless deeper rows say more.
type Row struct {
	Type string
	// Path names the property from the resource's Properties down; * stands for any key, and lists are passed through.
	// The path * alone stands for the whole resource.
	Path string
	Does Disposition
	// Only lists the values that can be honoured; empty for all.
	Only []string
	// Note says by what it is replaced, or why it has no meaning.
	Note string
}

// anywhere is the type of the rows for the attributes that any resource may have.
const anywhere = "any resource"

// Use is one property that a template uses.
type Use struct {
	Row      Row
	Resource string
	Path     string
	Line     int
}

// Uses returns what the template uses, with what happens to it, in the template's order.
func (t *Template) Uses() []Use {
	var uses []Use
	for _, r := range t.Resources {
		t.walk(r, func(row Row, path string, n *yaml.Node) {
			uses = append(uses, Use{Row: row, Resource: r.ID, Path: path, Line: n.Line})
		}, func(string, *yaml.Node) {})
	}
	return uses
}

// check refuses every property of a resource that the table does not have.
func (t *Template) check(r *Resource) {
	if !slices.ContainsFunc(Table, func(row Row) bool { return row.Type == r.Type }) {
		t.Wrong(r.Line, "%s: resources of type %s are not known to the local cloud; leave it out, or say in"+
			" infra/local/template/table.go what it does with them", r.ID, r.Type)
		return
	}
	t.walk(r, func(row Row, path string, n *yaml.Node) {
		values := []*yaml.Node{n}
		if n.Kind == yaml.SequenceNode {
			values = n.Content
		}
		for _, value := range values {
			if len(row.Only) > 0 && (value.Kind != yaml.ScalarNode || !slices.Contains(row.Only, value.Value)) {
				t.wrong(value, "%s (%s) %s: the local cloud can't honour %q; use %s", r.ID, r.Type, path, value.Value,
					strings.Join(row.Only, " or "))
			}
		}
	}, func(path string, n *yaml.Node) {
		t.wrong(n, "%s (%s) %s: not known to the local cloud; leave it out, or say in infra/local/template/table.go what"+
			" it does with it", r.ID, r.Type, path)
	})
}

// walk calls known for each property that has a row of its own, and unknown for each that none covers.
func (t *Template) walk(r *Resource, known func(Row, string, *yaml.Node), unknown func(string, *yaml.Node)) {
	rows := rowsOf(r.Type)
	whole := slices.IndexFunc(rows, func(row Row) bool { return row.Path == "*" })
	if whole >= 0 {
		known(rows[whole], "", &yaml.Node{Line: r.Line})
		return
	}
	var down func(kind, above string, rows []Row, path []string, n *yaml.Node)
	down = func(kind, above string, rows []Row, path []string, n *yaml.Node) {
		if n.Kind == yaml.SequenceNode {
			for _, item := range n.Content {
				down(kind, above, rows, path, item)
			}
			return
		}
		for key, value := range pairs(n) {
			here := append(slices.Clone(path), key.Value)
			if event, ok := eventOf(kind, here, value); ok {
				down(event, strings.Join(here, ".")+".", rowsOf(event), nil, field(value, "Properties"))
				continue
			}
			name := above + strings.Join(here, ".")
			row, deeper := match(rows, here)
			switch {
			case row == nil && !deeper:
				unknown(name, key)
			case row != nil:
				known(*row, name, value)
			}
			if deeper && value.Kind != yaml.ScalarNode {
				down(kind, above, rows, here, value)
			}
		}
	}
	down(r.Type, "", rows, nil, r.Properties.node)
}

// eventOf gives the type of rows for an event source of a function: those have tables of their own.
func eventOf(kind string, path []string, n *yaml.Node) (string, bool) {
	if kind != "AWS::Serverless::Function" || len(path) != 2 || path[0] != "Events" {
		return "", false
	}
	source := field(n, "Type")
	if source == nil || field(n, "Properties") == nil {
		return "", false
	}
	event := kind + " " + source.Value
	return event, len(rowsOf(event)) > 0
}

func rowsOf(kind string) []Row {
	var rows []Row
	for _, row := range Table {
		if row.Type == kind {
			rows = append(rows, row)
		}
	}
	return rows
}

// match finds the row for exactly this path, and says whether there are rows below it. A row above that has none below
// it is never gone through.
func match(rows []Row, path []string) (*Row, bool) {
	var found *Row
	deeper := false
	for i := range rows {
		parts := strings.Split(rows[i].Path, ".")
		if len(parts) < len(path) || !slices.EqualFunc(parts[:len(path)], path, func(p, key string) bool {
			return p == "*" || p == key
		}) {
			continue
		}
		if len(parts) > len(path) {
			deeper = true
			continue
		}
		if found == nil {
			found = &rows[i]
		}
	}
	return found, deeper
}

func (t *Template) checkAttribute(r *Resource, key, value *yaml.Node) {
	row, deeper := match(rowsOf(anywhere), []string{key.Value})
	if row == nil && !deeper {
		t.wrong(key, "%s: the attribute %s is not known to the local cloud; leave it out, or say in"+
			" infra/local/template/table.go what it does with it", r.ID, key.Value)
		return
	}
	if !deeper {
		return
	}
	for inner := range pairs(value) {
		row, _ := match(rowsOf(anywhere), []string{key.Value, inner.Value})
		if row == nil {
			t.wrong(inner, "%s: %s %s is not known to the local cloud", r.ID, key.Value, inner.Value)
		}
	}
}
