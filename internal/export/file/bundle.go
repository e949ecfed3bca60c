package file

import (
	"context"
	"time"

	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/schema"
)

// Files of a bundle that are not datasets.
const (
	dataPackageName = "datapackage.json"
	manifestName    = "manifest.json"
)

// bundle is a zip with one file for each dataset.
type bundle struct{ datasets []dataset.Dataset }

func (b bundle) heading(scope *dataset.Scope, r export.Request) []byte {
	var all []byte
	for _, d := range b.datasets {
		all = append(all, dataset.Heading(d, scope, r.OptionsFor(d))...)
	}
	return all
}

func (b bundle) estimate(scope *dataset.Scope) int {
	n := 0
	for _, d := range b.datasets {
		n += d.Estimate(scope)
	}
	return n
}

func (bundle) begin(*writer) error { return nil }

// write writes the files, starting in the one that the checkpoint names.
func (b bundle) write(ctx context.Context, w *writer) error {
	source := newCutoffSource(w.Store, w.export.Cutoff())
	zip := w.output.archive
	for _, d := range b.datasets[len(zip.done):] {
		options := w.export.Request.OptionsFor(d)
		after := w.checkpoint.After
		if zip.open == nil {
			zip.begin(string(d.Info().Name)+".csv", w.rows)
			if err := zip.add(dataset.Heading(d, w.scope, options)); err != nil {
				return err
			}
			after = ""
		}
		scope := w.scope
		if d != dataset.Dataset(&dataset.Analytics) { // its rows are about the options themselves, so their ids stay
			scope = source.scope(scope)
		}
		err := d.EachLine(ctx, source, scope, options, after, func(line []byte, position string) error {
			return w.addLine(ctx, line, position)
		})
		if err != nil {
			return err
		}
		if err := zip.end(w.rows); err != nil {
			return err
		}
	}
	return nil
}

// end adds the data package, the manifest and the zip's directory.
func (b bundle) end(w *writer, at time.Time) error {
	description, err := schema.Frictionless(w.export.Request, w.scope)
	if err != nil {
		return err
	}
	m := newManifest(w.export, w.scope, w.output)
	m.Rows, m.FinishedAt = w.rows, Time{at}
	if err := b.describe(m, w); err != nil {
		return err
	}
	manifest, err := m.encode()
	if err != nil {
		return err
	}
	if err := w.output.archive.addFile(dataPackageName, description); err != nil {
		return err
	}
	if err := w.output.archive.addFile(manifestName, manifest); err != nil {
		return err
	}
	w.output.archive.close()
	return nil
}

func (b bundle) describe(m *Manifest, w *writer) error {
	m.Cutoff, m.Consistency = &Time{w.export.Cutoff()}, bundleConsistency
	for i, d := range b.datasets {
		options := w.export.Request.OptionsFor(d)
		columns, err := columnNames(dataset.Heading(d, w.scope, options))
		if err != nil {
			return err
		}
		e := w.output.archive.done[i]
		m.Files = append(m.Files, ManifestFile{
			Name: e.Name, Type: string(d.Info().Name), Profile: string(options.Profile), Columns: columns, Rows: e.Rows,
			Bytes: e.Bytes, SHA256: e.SHA256,
		})
	}
	return nil
}

// bundleConsistency is what a bundle's manifest guarantees about its rows.
const bundleConsistency = "Every id joins. Rows created at the cutoff or later are left out, and so are rows whose parent was " +
	"created at the cutoff or later, or was removed before it was read. A reference to something created later or removed since " +
	"is empty; accepted_at and accepted_by are empty with it. Values are those at reading, between as_of and finished_at, not " +
	"those at the cutoff."
