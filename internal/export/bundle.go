package export

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/fault"
)

// Bundle is the type of an export that holds others: one zip, a file each, in which every id joins.
const Bundle Type = "bundle"

// Types are the exports that a bundle holds, in the order in which they are read, as one text, so that requests can be
// compared.
type Types string

// reading is the order in which a bundle's files are read: first those that others refer to. Whatever a row refers to that
// was there before the cut, and is there still, was there when its file was read.
var reading = []Table{
	&Analytics, &Mobilizers, &LegacyMobilizers, &ManagementNotes, &Invitations, &Contacts, &LegacyContacts, &Voters,
	&Notes, &KeyQuestionAnswers, &ActionItemResponses, &SpecificActionItemResponses, &LegacyContactActionResponses,
}

// everything is all that needs no action item.
func everything() Types {
	var names []string
	for _, table := range reading {
		if !table.Info().OfItem {
			names = append(names, string(table.Name()))
		}
	}
	return Types(strings.Join(names, ","))
}

// NewTypes returns the exports wanted, each once, in the order in which they are read; when none is wanted, all that need
// no action item.
//
// Invalid: there is no export of a type.
func NewTypes(wanted []Type) (Types, error) {
	if len(wanted) == 0 {
		return everything(), nil
	}
	var c fault.Checker
	for _, t := range wanted {
		_, known := TableOf(t)
		c.Check(known, "types", "There is no export “"+string(t)+"” for a bundle. Choose among: "+choices()+".")
	}
	var names []string
	for _, table := range reading {
		if slices.Contains(wanted, table.Name()) {
			names = append(names, string(table.Name()))
		}
	}
	return Types(strings.Join(names, ",")), c.Err()
}

// List returns the types, in the order in which they are read.
func (t Types) List() []Type {
	var all []Type
	for _, table := range t.tables() {
		all = append(all, table.Name())
	}
	return all
}

func (t Types) tables() []Table {
	var all []Table
	for name := range strings.SplitSeq(string(t), ",") {
		if table, ok := TableOf(Type(name)); ok {
			all = append(all, table)
		}
	}
	return all
}

// ofItem reports whether one of the exports is of one action item.
func (t Types) ofItem() bool {
	return slices.ContainsFunc(t.tables(), func(t Table) bool { return t.Info().OfItem })
}

// bundle is a zip with a file for each of some tables.
type bundle struct{ tables []Table }

// of is what a bundle's request asks of one of its tables: extended columns where there are any.
func (r Request) of(t Table) Request {
	one := Request{Type: t.Name(), Dialect: r.Dialect, Profile: Standard}
	if r.Profile == Extended && len(t.Info().Extended) > 0 {
		one.Profile = Extended
	}
	if t.Info().OfItem {
		one.Item = r.Item
	}
	return one
}

func (b bundle) heading(scope *Scope, r Request) []byte {
	var all []byte
	for _, t := range b.tables {
		all = append(all, single{t}.heading(scope, r.of(t))...)
	}
	return all
}

func (b bundle) estimate(scope *Scope) int {
	n := 0
	for _, t := range b.tables {
		n += t.Estimate(scope)
	}
	return n
}

func (bundle) begin(*run) error { return nil }

// write writes the files, from the one that the checkpoint is in.
func (b bundle) write(ctx context.Context, r *run) error {
	source := newCutSource(r.Store, r.export.Cut())
	zip := r.file.archive
	for _, t := range b.tables[len(zip.done):] {
		request := r.export.Request.of(t)
		after := r.kept.After
		if zip.open == nil {
			zip.begin(string(t.Name())+".csv", r.rows)
			if err := zip.add(single{t}.heading(r.scope, request)); err != nil {
				return err
			}
			after = ""
		}
		scope := r.scope
		if t != Table(&Analytics) {
			scope = source.scope(scope)
		}
		err := t.Lines(ctx, source, scope, request, after, func(line []byte, position string) error {
			return r.line(ctx, line, position)
		})
		if err != nil {
			return err
		}
		if err := zip.end(r.rows); err != nil {
			return err
		}
	}
	return nil
}

// end adds what describes the files, and the directory.
func (b bundle) end(r *run, at time.Time) error {
	schema, err := b.schema(r.scope, r.export.Request)
	if err != nil {
		return err
	}
	m := r.export.manifest(r.scope, r.file)
	m.Rows, m.FinishedAt = r.rows, at
	if err := b.describe(m, r); err != nil {
		return err
	}
	manifest, err := m.encode()
	if err != nil {
		return err
	}
	if err := r.file.archive.put(packageName, schema); err != nil {
		return err
	}
	if err := r.file.archive.put(manifestName, manifest); err != nil {
		return err
	}
	r.file.archive.close()
	return nil
}

// What a bundle holds beside the files.
const (
	packageName  = "datapackage.json"
	manifestName = "manifest.json"
)

func (b bundle) describe(m *Manifest, r *run) error {
	cut := r.export.Cut()
	m.Cut, m.Holds = &cut, holds
	for i, t := range b.tables {
		request := r.export.Request.of(t)
		columns, err := columnsOf(single{t}.heading(r.scope, request))
		if err != nil {
			return err
		}
		e := r.file.archive.done[i]
		m.Files = append(m.Files, ManifestFile{
			Name: e.Name, Type: string(t.Name()), Profile: string(request.Profile), Columns: columns, Rows: e.Rows,
			Bytes: e.Bytes, SHA256: e.SHA256,
		})
	}
	return nil
}

// holds is what a bundle's manifest says of the cut.
const holds = "Every id joins. Rows made at the cut or later are left out, and so are rows that belong to such a one or to " +
	"one that was removed before it was read. A reference to something made later or removed since is empty; accepted_at " +
	"and accepted_by go with it. Values are those at reading, from as_of until finished_at, not those at the cut."
