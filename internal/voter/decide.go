package voter

import (
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/voter/layout"
)

// PreviewRow is what a mapping makes of one sample row.
type PreviewRow struct {
	Voter   *Voter        // nil if the row is left out or rejected
	Reason  fault.Message // why it is rejected
	LeftOut bool
}

// Preview returns what a mapping makes of the sample rows of a file that waits for it. Invalid: the mapping is incomplete,
// or names an unknown field or column.
func (d *Detection) Preview(m layout.Mapping, state string) ([]PreviewRow, error) {
	l, err := layout.Apply(d.Format, d.Header, m)
	if err != nil {
		return nil, err
	}
	r := &run{file: &File{State: state}, at: checkpoint{Layout: l}}
	rows := make([]PreviewRow, len(d.Rows))
	for i, cells := range d.Rows {
		v, reason, err := r.readRow(layout.Row{Cells: cells})
		if err != nil {
			return nil, err
		}
		rows[i] = PreviewRow{v, reason, v == nil && reason.Empty()}
	}
	return rows, nil
}

// Map gives a file that waits for a mapping its columns, and returns the job that imports it.
//
// Conflict: the file does not wait. Invalid: as for Preview.
func (f *File) Map(d *Detection, m layout.Mapping, at, now time.Time) (*job.Job, *SavedMapping, error) {
	if f.Status != FileNeedsMapping {
		return nil, nil, fault.Conflict("voter_file_state", "This voter file does not wait for a mapping.")
	}
	l, err := layout.Apply(d.Format, d.Header, m)
	if err != nil {
		return nil, nil, err
	}
	f.Status = FileImporting
	j, err := newImport(f, checkpoint{
		Tag: d.Tag, Source: d.Source, Size: d.Size, Offset: d.Offset, Line: d.Line, Header: d.Raw, Layout: l,
	}, at, now)
	return j, &SavedMapping{d.Header, d.Format.Width, m}, err
}

// Removal returns the job that removes the voters of a file that failed or was undone at once, or those of the files that it
// replaced after UndoPeriod.
func (f *File) Removal(at, now time.Time) (*job.Job, error) {
	own := f.Status == FileFailed || f.Status == FileUndone || f.Status == FileDeleting
	return newRemoval(string(f.Organization), f, own, at, now)
}
