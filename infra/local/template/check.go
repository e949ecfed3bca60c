package template

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Disposition is the way in which the local cloud handles a property.
type Disposition string

// Run works as on AWS, Replaced is done by something else, Ignored has no effect on one machine.
const (
	Run      Disposition = "run"
	Replaced Disposition = "replaced"
	Ignored  Disposition = "ignored"
)

// Row is the disposition of a property of a type, and of the properties below it that have no row.
type Row struct {
	Type string
	// Path is the path of the property in Properties. * matches any key; lists are not part of the path. The path * alone
	// matches the whole resource.
	Path        string
	Disposition Disposition
	// Values are the supported values; empty for all.
	Values []string
	// Note names the replacement, or the reason why the property is ignored.
	Note string
}

// anywhere is the type in the rows of attributes that every resource may have.
const anywhere = "any resource"

// Use is a property in a template.
type Use struct {
	Row      Row
	Resource string
	Path     string
	Line     int
}

// Uses returns the properties in the template with their rows, in the template's order.
func (t *Template) Uses() []Use {
	var uses []Use
	for _, r := range t.Resources {
		t.walk(r, func(row Row, path string, n *yaml.Node) {
			uses = append(uses, Use{Row: row, Resource: r.ID, Path: path, Line: n.Line})
		}, func(string, *yaml.Node) {})
	}
	return uses
}

// check adds a problem for every property of a resource that has no row in Table, and for unsupported values.
func (t *Template) check(r *Resource) {
	if !slices.ContainsFunc(Table, func(row Row) bool { return row.Type == r.Type }) {
		t.Problemf(r.Line, "%s: the local cloud does not support resources of type %s. Remove it, or add the type in"+
			" infra/local/template/table.go", r.ID, r.Type)
		return
	}
	t.walk(r, func(row Row, path string, n *yaml.Node) {
		values := []*yaml.Node{n}
		if n.Kind == yaml.SequenceNode {
			values = n.Content
		}
		for _, value := range values {
			if len(row.Values) > 0 && (value.Kind != yaml.ScalarNode || !slices.Contains(row.Values, value.Value)) {
				t.problemf(value, "%s (%s) %s: the local cloud does not support %q. Use %s", r.ID, r.Type, path, value.Value,
					strings.Join(row.Values, " or "))
			}
		}
	}, func(path string, n *yaml.Node) {
		t.problemf(n, "%s (%s) %s: the local cloud does not support this property. Remove it, or add it in"+
			" infra/local/template/table.go", r.ID, r.Type, path)
	})
}

// walk calls known for each property that has a row, and unknown for each property that no row covers.
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

// eventOf returns the type in the rows of a function's event source.
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

// match returns the row of exactly this path, or nil, and whether there are rows below the path.
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

// checkAttribute adds a problem for an attribute of a resource that has no row.
func (t *Template) checkAttribute(r *Resource, key, value *yaml.Node) {
	row, deeper := match(rowsOf(anywhere), []string{key.Value})
	if row == nil && !deeper {
		t.problemf(key, "%s: the local cloud does not support the attribute %s. Remove it, or add it in"+
			" infra/local/template/table.go", r.ID, key.Value)
		return
	}
	if !deeper {
		return
	}
	for inner := range pairs(value) {
		row, _ := match(rowsOf(anywhere), []string{key.Value, inner.Value})
		if row == nil {
			t.problemf(inner, "%s: the local cloud does not support %s %s", r.ID, key.Value, inner.Value)
		}
	}
}
