// Package dataset owns the datasets that can be exported: their columns, keys, row order, and the text of each cell. Rows
// come from a Source. It does not know who requested an export, how its file is stored, or the database.
//
// A column is one element: name, kind, when its cells are empty, description, and the function that writes its value.
// Header, rows, reference and schemas are all derived from these elements.
package dataset

import (
	"context"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/csv"
)

// Name identifies a dataset.
type Name string

// Kind is the type of a column's values.
type Kind string

// The kinds of columns.
const (
	Text    Kind = "text"    // free text, entered by a person or copied from a voter file
	Code    Kind = "code"    // text that may look like a number: state file ids, zips, phones
	ID      Kind = "id"      // UUID
	Time    Kind = "time"    // ISO 8601, UTC, milliseconds, Z
	Day     Kind = "date"    // YYYY-MM-DD
	Count   Kind = "count"   // whole number from 0, never empty
	Share   Kind = "percent" // percent with two decimals, without the sign
	Average Kind = "average" // average with one decimal
	Value   Kind = "integer" // whole number
	Flag    Kind = "boolean" // true or false
	Enum    Kind = "enum"    // one of a fixed set of words
)

// Profile selects the columns of a file.
type Profile string

// The profiles.
const (
	Standard Profile = "standard" // exactly the columns of the product that Kith is compatible with
	Extended Profile = "extended" // the standard columns, then further ones, so that every file joins every other
)

// Options select how a dataset is written.
type Options struct {
	Dialect csv.Dialect
	Profile Profile
	Item    action.ID // for a dataset of one action item
}

// NeverEmpty is the Empty text of a column that has no empty cells.
const NeverEmpty = ""

// Column is one column of a dataset whose rows are of type R.
type Column[R any] struct {
	Name        string
	Kind        Kind
	Empty       string // when a cell is empty; NeverEmpty
	Description string
	Write       func(*csv.Row, *R)
}

// DynamicColumns are columns whose number depends on the campaign, such as one for each Key Question response.
type DynamicColumns[R any] struct {
	Pattern Column[R] // its name has a placeholder in braces; its Write is nil
	Columns func(*Scope) []Column[R]
}

// ColumnInfo is a column without its Write function, as references and schemas show it.
type ColumnInfo struct {
	Name        string
	Kind        Kind
	Empty       string
	Description string
}

// Definition is the specification of one dataset.
type Definition[R any] struct {
	Name     Name
	Title    string
	Rows     string // what one row is
	Key      []string
	Order    string
	Columns  []Column[R]
	Dynamic  *DynamicColumns[R] // follow Columns; nil for none
	Extended []Column[R]
	OfItem   bool // whether it is requested for one action item
	// ByConsent is whether columns hold values that a mobilizer shares by consent: their email or phone.
	ByConsent bool
	// Each reads the rows in order, starting after a position (empty: from the beginning), and passes each to yield. It
	// passes a nil row for one that was read and skipped, so that the caller sees progress between distant rows.
	Each func(ctx context.Context, src Source, scope *Scope, after string, yield func(row *R, position string) error) error
	// ExpectedRows estimates the number of rows, for progress.
	ExpectedRows func(*Scope) int
}

// Dataset is a Definition of any row type.
type Dataset interface {
	Info() Info
	// ColumnsFor returns a profile's columns in a campaign, in order.
	ColumnsFor(*Scope, Profile) []ColumnInfo
	// EachLine passes each row after a position to yield, encoded as a CSV line: an empty line for a row that was read and
	// skipped.
	EachLine(ctx context.Context, src Source, scope *Scope, options Options, after string, yield func(line []byte, position string) error) error
	// Estimate returns about how many rows there will be.
	Estimate(*Scope) int
}

// Info describes a dataset.
type Info struct {
	Name     Name
	Title    string
	Rows     string
	Key      []string
	Order    string
	Columns  []ColumnInfo
	Dynamic  *ColumnInfo // its name has a placeholder in braces; nil for none
	Extended []ColumnInfo
	OfItem   bool // whether it is requested for one action item

	ByConsent bool // whether columns hold values that a mobilizer shares by consent
}

// Estimate returns about how many rows there will be.
func (d *Definition[R]) Estimate(scope *Scope) int { return d.ExpectedRows(scope) }

// Info describes the dataset.
func (d *Definition[R]) Info() Info {
	info := Info{
		Name: d.Name, Title: d.Title, Rows: d.Rows, Key: d.Key, Order: d.Order,
		Columns: infos(d.Columns), Extended: infos(d.Extended), OfItem: d.OfItem, ByConsent: d.ByConsent,
	}
	if d.Dynamic != nil {
		info.Dynamic = &infos([]Column[R]{d.Dynamic.Pattern})[0]
	}
	return info
}

func infos[R any](columns []Column[R]) []ColumnInfo {
	all := make([]ColumnInfo, len(columns))
	for i, c := range columns {
		all[i] = ColumnInfo{c.Name, c.Kind, c.Empty, c.Description}
	}
	return all
}

func (d *Definition[R]) columns(scope *Scope, p Profile) []Column[R] {
	all := append([]Column[R]{}, d.Columns...)
	if d.Dynamic != nil {
		all = append(all, d.Dynamic.Columns(scope)...)
	}
	if p == Extended {
		all = append(all, d.Extended...)
	}
	return all
}

// ColumnsFor returns a profile's columns in a campaign, in order.
func (d *Definition[R]) ColumnsFor(scope *Scope, p Profile) []ColumnInfo {
	return infos(d.columns(scope, p))
}

// EachLine passes each row after a position to yield, encoded as a CSV line: an empty line for a row that was read and
// skipped. A line is valid until yield returns. An error of yield ends the reading and is returned.
func (d *Definition[R]) EachLine(ctx context.Context, src Source, scope *Scope, options Options, after string, yield func(line []byte, position string) error) error {
	columns := d.columns(scope, options.Profile)
	line := csv.NewRow(options.Dialect)
	ofItem := *scope
	ofItem.Item, _ = action.Find(scope.Items, string(options.Item)) // nil for none
	return d.Each(ctx, src, &ofItem, after, func(row *R, position string) error {
		line.Reset()
		if row == nil {
			return yield(nil, position)
		}
		for i := range columns {
			columns[i].Write(line, row)
		}
		line.End()
		return yield(line.Line(), position)
	})
}

// datasets are all datasets, in the order of the Exports page.
var datasets = []Dataset{
	&Mobilizers, &Contacts, &Voters, &Notes, &ActionItemResponses, &SpecificActionItemResponses,
	&LegacyMobilizers, &LegacyContacts, &LegacyContactActionResponses,
	&KeyQuestionAnswers, &Invitations, &ManagementNotes, &Analytics,
}

// All returns all datasets, in the order of the Exports page.
func All() []Dataset { return append([]Dataset{}, datasets...) }

// Find returns the dataset with a name, and whether there is one.
func Find(name Name) (Dataset, bool) {
	for _, d := range datasets {
		if d.Info().Name == name {
			return d, true
		}
	}
	return nil, false
}

// Heading returns the first line of a dataset's file, with the byte order mark where the dialect has one.
func Heading(d Dataset, scope *Scope, options Options) []byte {
	row := csv.NewRow(options.Dialect)
	for _, c := range d.ColumnsFor(scope, options.Profile) {
		row.Text(c.Name)
	}
	row.End()
	return append(options.Dialect.Start(), row.Line()...)
}
