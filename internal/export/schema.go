package export

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/kithhq/kith/internal/fault"
)

// types are what the kinds of columns are called elsewhere.
var types = map[Kind]struct {
	frictionless string
	format       string
	postgresql   string
}{
	Text:  {"string", "", "text"},
	Code:  {"string", "", "text"},
	ID:    {"string", "uuid", "uuid"},
	Time:  {"datetime", "", "timestamptz"},
	Day:   {"date", "", "date"},
	Count: {"integer", "", "integer"},
	Share: {"number", "", "numeric(6,2)"},
	Value: {"integer", "", "integer"},
	Flag:  {"boolean", "", "boolean"},
	Enum:  {"string", "", "text"},
}

// tableSchema is a Table Schema of Frictionless Data.
type tableSchema struct {
	Profile       string        `json:"$schema"`
	Fields        []schemaField `json:"fields"`
	MissingValues []string      `json:"missingValues"`
	PrimaryKey    []string      `json:"primaryKey,omitempty"`
	UniqueKeys    [][]string    `json:"uniqueKeys,omitempty"`
	ForeignKeys   []foreignKey  `json:"foreignKeys,omitempty"` // in a bundle
}

type schemaField struct {
	Name        string            `json:"name"`
	Type        string            `json:"type"`
	Format      string            `json:"format,omitempty"`
	Description string            `json:"description"`
	TrueValues  []string          `json:"trueValues,omitempty"`
	FalseValues []string          `json:"falseValues,omitempty"`
	Constraints *schemaConstraint `json:"constraints,omitempty"`
}

type schemaConstraint struct {
	Required bool `json:"required"`
}

// Schema returns the Frictionless table schema of an export's files with a profile, in a campaign.
func Schema(t Table, scope *Scope, p Profile) ([]byte, error) {
	return encodeSchema(t.Name(), schemaOf(t, scope, p))
}

func encodeSchema(of Type, schema any) ([]byte, error) {
	document, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		return nil, fault.Internal("schema of %s: %w", of, err)
	}
	return append(document, '\n'), nil
}

func schemaOf(t Table, scope *Scope, p Profile) *tableSchema {
	columns := t.Shape(scope, p)
	schema := &tableSchema{
		Profile: "https://datapackage.org/profiles/2.0/tableschema.json", Fields: []schemaField{},
		MissingValues: []string{""},
	}
	for _, c := range columns {
		field := schemaField{Name: c.Name, Type: types[c.Kind].frictionless, Format: types[c.Kind].format, Description: describe(c)}
		if c.Kind == Flag {
			field.TrueValues, field.FalseValues = []string{"true"}, []string{"false"}
		}
		if c.Empty == Never {
			field.Constraints = &schemaConstraint{Required: true}
		}
		schema.Fields = append(schema.Fields, field)
	}
	key := t.Info().Key
	switch {
	case len(key) == 0:
	case neverEmpty(columns, key):
		schema.PrimaryKey = key
	default:
		schema.UniqueKeys = [][]string{key}
	}
	return schema
}

func describe(c ColumnInfo) string {
	if c.Empty == Never {
		return c.About
	}
	return c.About + " Empty: " + lowerFirst(c.Empty)
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

func neverEmpty(columns []ColumnInfo, names []string) bool {
	filled := map[string]bool{}
	for _, c := range columns {
		filled[c.Name] = c.Empty == Never
	}
	for _, name := range names {
		if !filled[name] {
			return false
		}
	}
	return true
}

// CreateTable returns the statements that make a PostgreSQL 15 table, which the files of an export with a profile load
// into, in the data dialect, by COPY … WITH (FORMAT csv, HEADER true). Columns that depend on the campaign are named by
// position, because names end at 63 bytes; their comments have the text.
func CreateTable(t Table, scope *Scope, p Profile) string {
	info, columns := t.Info(), t.Shape(scope, p)
	static := len(info.Columns)
	var lines, comments []string
	for i, c := range columns {
		name := quoted(c.Name)
		if info.Dynamic != nil && i >= static && i < len(columns)-extendedOf(info, p) {
			heading, _, _ := strings.Cut(info.Dynamic.Name, ":")
			name = quoted(heading + " " + strconv.Itoa(i-static+1))
		}
		line := "    " + name + " " + types[c.Kind].postgresql
		if c.Empty == Never {
			line += " NOT NULL"
		}
		lines = append(lines, line)
		about := describe(c)
		if name != quoted(c.Name) {
			about = c.Name + ". " + about
		}
		comments = append(comments, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s;\n", quoted(string(info.Type)), name, literal(about)))
	}
	if len(info.Key) > 0 {
		key := make([]string, len(info.Key))
		for i, name := range info.Key {
			key[i] = quoted(name)
		}
		kind := "PRIMARY KEY"
		if !neverEmpty(columns, info.Key) {
			kind = "UNIQUE NULLS NOT DISTINCT"
		}
		lines = append(lines, "    "+kind+" ("+strings.Join(key, ", ")+")")
	}
	return fmt.Sprintf("CREATE TABLE %s (\n%s\n);\n%s", quoted(string(info.Type)), strings.Join(lines, ",\n"), strings.Join(comments, ""))
}

func extendedOf(info Info, p Profile) int {
	if p == Extended {
		return len(info.Extended)
	}
	return 0
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
