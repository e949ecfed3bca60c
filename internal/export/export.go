// Package export owns the CSV exports: which there are, what goes into each column, the record of one that was asked
// for, and the work of writing it. Rows come from a Source, files go to a Bucket; it knows neither the tables nor S3.
//
// A column is one element: name, kind, when it is empty, what it means, and the function that writes its value. Header,
// rows, reference and schemas come from these elements; nothing else knows the columns.
package export

import (
	"context"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/invitation"
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
	Day   Kind = "date"    // YYYY-MM-DD
	Count Kind = "count"   // whole number from 0, never empty
	Share Kind = "percent" // percent with two decimals, without the sign
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

// Dynamic are columns of which a campaign has as many as it has of something.
type Dynamic[R any] struct {
	Pattern Column[R] // its name holds a placeholder in braces; it writes nothing
	Of      func(*Scope) []Column[R]
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
	Dynamic  *Dynamic[R] // columns behind Columns that depend on the campaign; nil for none
	Extended []Column[R]
	OfItem   bool // whether it is asked for of one action item
	// From reads the rows in order, from after a position (empty for the beginning), and gives each to yield. It gives
	// a nil row for one that was read and is left out, so that a long search for the next row is seen to go on.
	From func(ctx context.Context, src Source, scope *Scope, after string, yield func(row *R, position string) error) error
	// Expected is how many rows there will be, about, for the progress.
	Expected func(*Scope) int
}

// Table is a Definition whatever its rows.
type Table interface {
	Name() Type
	Info() Info
	// Shape returns a profile's columns in a campaign, in order.
	Shape(*Scope, Profile) []ColumnInfo
	// Lines writes the rows from after a position as lines, and gives each to yield with its position: an empty line
	// for a row that was read and is left out.
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
	Dynamic  *ColumnInfo // its name holds a placeholder in braces
	Extended []ColumnInfo
	OfItem   bool // whether it is asked for of one action item
}

// Scope is the campaign that an export is of, with what its columns tell of it.
type Scope struct {
	Organization *organization.Organization
	Campaign     *campaign.Campaign
	Items        []*action.Item
	Item         *action.Item              // the one that the export is of; nil for most exports
	Numbers      *metrics.CampaignCounters // as of the start
	AskedAt      time.Time
	AsOf         time.Time // when the reading of the rows began
	Mobilizers   int       // about, for the progress
	Contacts     int
}

// item returns the action item with the id, nil when there is none.
func (s *Scope) item(id action.ID) *action.Item {
	for _, i := range s.Items {
		if i.ID == id {
			return i
		}
	}
	return nil
}

// counts are the campaign's sums over contacts, for the progress.
func (s *Scope) counts() metrics.Counts {
	if s.Numbers == nil {
		return metrics.Counts{Contacts: s.Contacts}
	}
	return s.Numbers.Core.Counts()
}

// Source reads a campaign's rows in the order of the exports, from after a row, side by side over their partitions.
// A failure of yield ends the reading and is returned.
type Source interface {
	// EachContact reads in order of adding.
	EachContact(ctx context.Context, c campaign.ID, after contact.ID, yield func(*contact.Contact) error) error
	// EachMobilizer reads in order of joining, with each mobilizer's numbers.
	EachMobilizer(ctx context.Context, c campaign.ID, after mobilizer.ID, yield func(*mobilizer.Mobilizer, metrics.MobilizerCounts) error) error
	// EachNote reads by contact in order of adding, then in order of writing; from after a position that was given with a
	// note. So do the others.
	EachNote(ctx context.Context, c campaign.ID, after string, yield func(of *contact.Contact, n *contact.Note, position string) error) error
	EachAnswer(ctx context.Context, c campaign.ID, after string, yield func(of *contact.Contact, a *contact.Answer, position string) error) error
	EachResponse(ctx context.Context, c campaign.ID, after string, yield func(of *contact.Contact, r *contact.ActionResponse, position string) error) error
	// EachManagementNote reads by mobilizer in order of joining, then in order of writing.
	EachManagementNote(ctx context.Context, c campaign.ID, after string, yield func(of *mobilizer.Mobilizer, n *mobilizer.ManagementNote, position string) error) error
	// EachMobilizerID reads which mobilizers there are, in order of joining.
	EachMobilizerID(ctx context.Context, c campaign.ID, yield func(mobilizer.ID) error) error
	// EachInvitation reads all of them, in order of inviting.
	EachInvitation(ctx context.Context, c campaign.ID, yield func(*invitation.Invitation) error) error
	// InvitationsByID reads those with the ids, in no particular order.
	InvitationsByID(ctx context.Context, c campaign.ID, ids []invitation.ID) ([]*invitation.Invitation, error)
}

// Name returns the export's type.
func (d *Definition[R]) Name() Type { return d.Type }

// Estimate is how many rows there will be, about.
func (d *Definition[R]) Estimate(scope *Scope) int { return d.Expected(scope) }

// Info describes the export.
func (d *Definition[R]) Info() Info {
	info := Info{
		Type: d.Type, Title: d.Title, Rows: d.Rows, Key: d.Key, Order: d.Order,
		Columns: infos(d.Columns), Extended: infos(d.Extended), OfItem: d.OfItem,
	}
	if d.Dynamic != nil {
		info.Dynamic = &infos([]Column[R]{d.Dynamic.Pattern})[0]
	}
	return info
}

func infos[R any](columns []Column[R]) []ColumnInfo {
	all := make([]ColumnInfo, len(columns))
	for i, c := range columns {
		all[i] = ColumnInfo{c.Name, c.Kind, c.Empty, c.About}
	}
	return all
}

func (d *Definition[R]) columns(scope *Scope, p Profile) []Column[R] {
	all := append([]Column[R]{}, d.Columns...)
	if d.Dynamic != nil {
		all = append(all, d.Dynamic.Of(scope)...)
	}
	if p == Extended {
		all = append(all, d.Extended...)
	}
	return all
}

// Shape returns a profile's columns in a campaign, in order.
func (d *Definition[R]) Shape(scope *Scope, p Profile) []ColumnInfo {
	return infos(d.columns(scope, p))
}

// Lines writes the rows from after a position as lines, and gives each to yield with its position: an empty line for a
// row that was read and is left out. A line is valid until yield returns.
func (d *Definition[R]) Lines(ctx context.Context, src Source, scope *Scope, request Request, after string, yield func(line []byte, position string) error) error {
	columns := d.columns(scope, request.Profile)
	line := csv.NewRow(request.Dialect)
	of := *scope
	of.Item = scope.item(request.Item)
	return d.From(ctx, src, &of, after, func(row *R, position string) error {
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

// tables are all exports that can be asked for, in the order of the Exports page.
var tables = []Table{
	&Mobilizers, &Contacts, &Voters, &Notes, &ActionItemResponses, &SpecificActionItemResponses,
	&LegacyMobilizers, &LegacyContacts, &LegacyContactActionResponses,
	&KeyQuestionAnswers, &Invitations, &ManagementNotes, &Analytics,
}

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
func heading(columns []ColumnInfo, d csv.Dialect) []byte {
	row := csv.NewRow(d)
	for _, c := range columns {
		row.Text(c.Name)
	}
	row.End()
	return append(d.Start(), row.Line()...)
}
