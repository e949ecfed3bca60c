package file

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"time"

	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
)

// content is what a file contains: one dataset, or several in a bundle.
type content interface {
	// heading returns the first line of the file; of a bundle, those of all files. When it changes, an unfinished file
	// can't be continued.
	heading(*dataset.Scope, export.Request) []byte
	estimate(*dataset.Scope) int
	// begin begins the file, write continues it after the checkpoint, end completes it after the last row.
	begin(*writer) error
	write(context.Context, *writer) error
	end(w *writer, at time.Time) error
	// describe adds the columns, and the files of a bundle, to the manifest.
	describe(*Manifest, *writer) error
}

// contentOf returns the content of a requested file, and an error when its type is unknown.
func contentOf(r export.Request) (content, error) {
	if r.Type == export.Bundle {
		return bundle{r.Types.Datasets()}, nil
	}
	d, ok := dataset.Find(dataset.Name(r.Type))
	if !ok {
		return nil, fmt.Errorf("export: no type %q", r.Type)
	}
	return single{d}, nil
}

// single is a file with one dataset.
type single struct{ dataset dataset.Dataset }

func (s single) heading(scope *dataset.Scope, r export.Request) []byte {
	return dataset.Heading(s.dataset, scope, r.Options())
}

func (s single) estimate(scope *dataset.Scope) int { return s.dataset.Estimate(scope) }

func (s single) begin(w *writer) error { return w.output.add(s.heading(w.scope, w.export.Request)) }

func (s single) write(ctx context.Context, w *writer) error {
	return s.dataset.EachLine(ctx, w.Store, w.scope, w.export.Request.Options(), w.checkpoint.After, func(line []byte, position string) error {
		return w.addLine(ctx, line, position)
	})
}

func (single) end(*writer, time.Time) error { return nil }

func (s single) describe(m *Manifest, w *writer) error {
	var err error
	m.Columns, err = columnNames(s.heading(w.scope, w.export.Request))
	return err
}

// columnNames returns the cells of a file's first line, as encoding/csv reads them: it reads CR LF within a cell as LF.
func columnNames(heading []byte) ([]string, error) {
	cells, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(heading, []byte(byteOrderMark)))).Read()
	if err != nil {
		return nil, fmt.Errorf("export: heading: %w", err)
	}
	return cells, nil
}

const byteOrderMark = "\ufeff"
