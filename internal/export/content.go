package export

import (
	"context"
	"fmt"
	"time"
)

// content is what an export's file holds: one table, or several in a bundle.
type content interface {
	// heading is the first line of the file, of a bundle those of all files. When it changes, a file that was begun is no
	// longer right.
	heading(*Scope, Request) []byte
	estimate(*Scope) int
	// begin begins the file, write goes on with it behind the checkpoint, end completes it when all rows are there.
	begin(*run) error
	write(context.Context, *run) error
	end(r *run, at time.Time) error
	// schema describes the columns, for programs.
	schema(*Scope, Request) ([]byte, error)
	// describe adds to the manifest what the file holds.
	describe(*Manifest, *run) error
}

// contentOf returns what an export holds that was asked for. An error: there is no such export.
func contentOf(r Request) (content, error) {
	if r.Type == Bundle {
		return bundle{r.Types.tables()}, nil
	}
	table, ok := TableOf(r.Type)
	if !ok {
		return nil, fmt.Errorf("export: no type %q", r.Type)
	}
	return single{table}, nil
}

// single is a file with one table.
type single struct{ Table }

func (s single) heading(scope *Scope, r Request) []byte {
	return heading(s.Shape(scope, r.Profile), r.Dialect)
}

func (s single) estimate(scope *Scope) int { return s.Estimate(scope) }

func (s single) begin(r *run) error { return r.file.add(s.heading(r.scope, r.export.Request)) }

func (s single) write(ctx context.Context, r *run) error {
	return s.Lines(ctx, r.Store, r.scope, r.export.Request, r.kept.After, func(line []byte, position string) error {
		return r.line(ctx, line, position)
	})
}

func (single) end(*run, time.Time) error { return nil }

func (s single) schema(scope *Scope, r Request) ([]byte, error) { return Schema(s, scope, r.Profile) }

func (s single) describe(m *Manifest, r *run) error {
	var err error
	m.Columns, err = columnsOf(s.heading(r.scope, r.export.Request))
	return err
}
