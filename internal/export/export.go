// Package export owns the CSV exports: which there are, what goes into each column, the record of one that was asked
// for, and the work of writing it. Rows come from a Source, files go to a Bucket; it knows neither the tables nor S3.
//
// A column is one element: name, kind, when it is empty, what it means, and the function that writes its value. Header,
// rows, reference and schemas come from these elements; nothing else knows the columns.
package export

import (
	"context"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
)

// Type names an export.
type Type string

// Kind is what a column's cells hold.
type Kind string

// The kinds of columns.
const (
	Text  Kind = "text"    // what a person or a voter file says
	Code  Kind = "code"    // text that may look like a number: ids of states, zips, phones
	ID    Kind = "id"      // UUID
	Time  Kind = "time"    // ISO 8601, UTC, milliseconds, Z
	Count Kind = "count"   // whole number from 0, never empty
	Value Kind = "integer" // whole number
	Flag  Kind = "boolean" // true or false
	Enum  Kind = "enum"    // one of a few words
)

// Never says that a column has no empty cells.
const Never = ""

// Column is one column of an export whose rows are of type R.
type Column[R any] struct {
	Name  string
	Kind  Kind
	Empty string // when a cell is empty; Never
	About string // what the column means
	Write func(*csv.Row, *R)
}

// ColumnInfo is a column without its function: what the reference and the schemas tell.
type ColumnInfo struct {
	Name  string
	Kind  Kind
	Empty string
	About string
}

// Definition is one export, read like its specification.
type Definition[R any] struct {
	Type     Type
	Title    string
	Rows     string // what one row is
	Key      []string
	Order    string
	Columns  []Column[R]
	Extended []Column[R]
	// From reads the rows in order, from after a position (empty for the beginning), and gives each to yield.
	From func(ctx context.Context, src Source, scope *Scope, after string, yield func(row *R, position string) error) error
	// Expected is how many rows there will be, about, for the progress.
	Expected func(*Scope) int
}

// Table is a Definition whatever its rows.
type Table interface {
	Name() Type
	Info() Info
	// Header returns the names of a profile's columns, in order.
	Header(Profile) []string
	// Lines writes the rows from after a position as lines, and gives each to yield with its position.
	Lines(ctx context.Context, src Source, scope *Scope, request Request, after string, yield func(line []byte, position string) error) error
	// Estimate is how many rows there will be, about.
	Estimate(*Scope) int
}

// Info describes an export.
type Info struct {
	Type     Type
	Title    string
	Rows     string
	Key      []string
	Order    string
	Columns  []ColumnInfo
	Extended []ColumnInfo
}

// Scope is the campaign that an export is of, with what its columns tell of it.
type Scope struct {
	Organization *organization.Organization
	Campaign     *campaign.Campaign
	Items        []*action.Item
	Mobilizers   int // about, for the progress
	Contacts     int
}

// Source reads a campaign's rows in the order of the exports, from after a row, side by side over their partitions.
// A failure of yield ends the reading and is returned.
type Source interface {
	// EachContact reads in order of adding.
	EachContact(ctx context.Context, c campaign.ID, after contact.ID, yield func(*contact.Contact) error) error
	// EachMobilizer reads in order of joining, with each mobilizer's numbers.
	EachMobilizer(ctx context.Context, c campaign.ID, after mobilizer.ID, yield func(*mobilizer.Mobilizer, metrics.MobilizerCounts) error) error
}

// Name returns the export's type.
func (d *Definition[R]) Name() Type { return d.Type }

// Estimate is how many rows there will be, about.
func (d *Definition[R]) Estimate(scope *Scope) int { return d.Expected(scope) }

// Info describes the export.
func (d *Definition[R]) Info() Info {
	return Info{
		Type: d.Type, Title: d.Title, Rows: d.Rows, Key: d.Key, Order: d.Order,
		Columns: infos(d.Columns), Extended: infos(d.Extended),
	}
}

func infos[R any](columns []Column[R]) []ColumnInfo {
	all := make([]ColumnInfo, len(columns))
	for i, c := range columns {
		all[i] = ColumnInfo{c.Name, c.Kind, c.Empty, c.About}
	}
	return all
}

func (d *Definition[R]) columns(p Profile) []Column[R] {
	if p == Extended {
		return append(append([]Column[R]{}, d.Columns...), d.Extended...)
	}
	return d.Columns
}

// Header returns the names of a profile's columns, in order.
func (d *Definition[R]) Header(p Profile) []string {
	columns := d.columns(p)
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}

// Lines writes the rows from after a position as lines, and gives each to yield with its position. A line is valid
// until yield returns.
func (d *Definition[R]) Lines(ctx context.Context, src Source, scope *Scope, request Request, after string, yield func(line []byte, position string) error) error {
	columns := d.columns(request.Profile)
	line := csv.NewRow(request.Dialect)
	return d.From(ctx, src, scope, after, func(row *R, position string) error {
		line.Reset()
		for i := range columns {
			columns[i].Write(line, row)
		}
		line.End()
		return yield(line.Line(), position)
	})
}

// tables are all exports that can be asked for, in the order of the Exports page.
var tables = []Table{&Mobilizers, &Contacts}

// Tables returns all exports that can be asked for, in the order of the Exports page.
func Tables() []Table { return append([]Table{}, tables...) }

// TableOf returns the export of a type, and whether there is one.
func TableOf(t Type) (Table, bool) {
	for _, table := range tables {
		if table.Name() == t {
			return table, true
		}
	}
	return nil, false
}

// heading returns a file's first line.
func heading(names []string, d csv.Dialect) []byte {
	row := csv.NewRow(d)
	for _, name := range names {
		row.Text(name)
	}
	row.End()
	return append(d.Start(), row.Line()...)
}
