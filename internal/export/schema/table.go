package schema

import (
	"strings"

	"github.com/kithhq/kith/internal/export/dataset"
)

// columnTypes are the types of Frictionless and PostgreSQL for each kind of column.
var columnTypes = map[dataset.Kind]struct {
	frictionless string
	format       string
	postgresql   string
}{
	dataset.Text:    {"string", "", "text"},
	dataset.Code:    {"string", "", "text"},
	dataset.ID:      {"string", "uuid", "uuid"},
	dataset.Time:    {"datetime", "", "timestamptz"},
	dataset.Day:     {"date", "", "date"},
	dataset.Count:   {"integer", "", "integer"},
	dataset.Share:   {"number", "", "numeric(6,2)"},
	dataset.Average: {"number", "", "numeric(11,1)"}, // a quotient of integers with up to ten digits
	dataset.Value:   {"integer", "", "integer"},
	dataset.Flag:    {"boolean", "", "boolean"},
	dataset.Enum:    {"string", "", "text"},
}

// TableSchema is a Frictionless Table Schema.
type TableSchema struct {
	Profile       string       `json:"$schema"`
	Fields        []Field      `json:"fields"`
	MissingValues []string     `json:"missingValues"`
	PrimaryKey    []string     `json:"primaryKey,omitempty"`
	UniqueKeys    [][]string   `json:"uniqueKeys,omitempty"`
	ForeignKeys   []ForeignKey `json:"foreignKeys,omitempty"` // in a bundle
}

// Field is one column of a TableSchema.
type Field struct {
	Name        string       `json:"name"`
	Type        string       `json:"type"`
	Format      string       `json:"format,omitempty"`
	Description string       `json:"description"`
	TrueValues  []string     `json:"trueValues,omitempty"`
	FalseValues []string     `json:"falseValues,omitempty"`
	Constraints *Constraints `json:"constraints,omitempty"`
}

// Constraints are the constraints of a Field.
type Constraints struct {
	Required bool `json:"required"`
}

// NewTableSchema returns the Table Schema of a dataset's files with a profile, in a campaign.
func NewTableSchema(d dataset.Dataset, scope *dataset.Scope, p dataset.Profile) *TableSchema {
	columns := d.ColumnsFor(scope, p)
	schema := &TableSchema{
		Profile: "https://datapackage.org/profiles/2.0/tableschema.json", Fields: []Field{}, MissingValues: []string{""},
	}
	for _, c := range columns {
		types := columnTypes[c.Kind]
		field := Field{Name: c.Name, Type: types.frictionless, Format: types.format, Description: describe(c)}
		if c.Kind == dataset.Flag {
			field.TrueValues, field.FalseValues = []string{"true"}, []string{"false"}
		}
		if c.Empty == dataset.NeverEmpty {
			field.Constraints = &Constraints{Required: true}
		}
		schema.Fields = append(schema.Fields, field)
	}
	key := d.Info().Key
	switch {
	case len(key) == 0:
	case neverEmpty(columns, key):
		schema.PrimaryKey = key
	default:
		schema.UniqueKeys = [][]string{key}
	}
	return schema
}

func describe(c dataset.ColumnInfo) string {
	if c.Empty == dataset.NeverEmpty {
		return c.Description
	}
	return c.Description + " Empty: " + lowerFirst(c.Empty)
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

func neverEmpty(columns []dataset.ColumnInfo, names []string) bool {
	filled := map[string]bool{}
	for _, c := range columns {
		filled[c.Name] = c.Empty == dataset.NeverEmpty
	}
	for _, name := range names {
		if !filled[name] {
			return false
		}
	}
	return true
}
