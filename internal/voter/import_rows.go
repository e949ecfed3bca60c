package voter

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/voter/layout"
	"github.com/kithhq/kith/internal/voter/match"
)

func (r *run) readRows(ctx context.Context, rows *layout.Rows) (job.Next, error) {
	for {
		more, err := r.chunk(ctx, rows)
		if err != nil {
			return job.Done(), err
		}
		r.at.Offset, r.at.Line = rows.Bytes, rows.Line
		if !more {
			return job.Done(), r.finish(ctx)
		}
		r.file.BytesRead = r.at.Offset * r.file.Bytes / max(1, r.at.Size)
		if !r.slice.Over() && len(r.part.entries) < partSize {
			// The rows of an unfinished part have no blocks yet, so the checkpoint stays before them.
			if err := r.slice.SaveEvery(ctx, saveEvery); err != nil {
				return job.Done(), err
			}
			continue
		}
		if err := r.closePart(ctx); err != nil {
			return job.Done(), err
		}
		if err := r.slice.SaveCheckpoint(ctx, r.at); err != nil {
			return job.Done(), err
		}
		if r.slice.Over() {
			return job.HandOn(), nil
		}
	}
}

// chunk imports up to Chunk rows, and reports whether the file has more.
func (r *run) chunk(ctx context.Context, rows *layout.Rows) (bool, error) {
	size := r.Chunk
	if size == 0 {
		size = defaultChunk
	}
	var read []Row
	var rejects []Reject
	raw := map[string]string{} // rows by their voter's id, as ids are compared
	more := true
	for n := 0; n < size; n++ {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			more = false
			break
		}
		if err != nil {
			return false, fault.Unavailable(fmt.Errorf("read voter file: %w", err))
		}
		r.file.Rows++
		v, refusal, err := r.readRow(row)
		if refused, ok := errors.AsType[*fault.Error](err); ok {
			return false, job.Failure("%s", refused.Fields[0].Message)
		}
		if err != nil {
			return false, err
		}
		if v == nil && refusal.Empty() {
			r.file.LeftOut++
			continue
		}
		reason := refusal.String()
		if v != nil {
			if id := layout.NormalID(v.CanonicalID); raw[id] != "" {
				reason = Duplicate
			} else {
				raw[id] = row.Raw
				read = append(read, Row{v, row.Line})
			}
		}
		if reason != "" {
			rejects = append(rejects, Reject{row.Line, reason, row.Raw})
		}
	}
	fresh, duplicates, err := r.splitDuplicates(ctx, read)
	if err != nil {
		return false, err
	}
	for _, row := range duplicates {
		rejects = append(rejects, Reject{row.Line, Duplicate, raw[layout.NormalID(row.Voter.CanonicalID)]})
	}
	if err := r.Store.WriteVoters(ctx, r.owner(), r.file.ID, fresh); err != nil {
		return false, err
	}
	r.file.Imported += len(fresh)
	r.part.add(fresh)
	r.refuse(rejects)
	return more, nil
}

// readRow returns the voter of a row, or the reason to reject it; neither if the status column leaves the row out.
func (r *run) readRow(row layout.Row) (*Voter, fault.Message, error) {
	if !row.Reason.Empty() {
		return nil, row.Reason, nil
	}
	values, outcome, err := r.at.Layout.Read(row.Cells, r.file.State)
	if err != nil || values == nil {
		return nil, outcome.Reason, err
	}
	if values.ZipWarning {
		r.file.Warnings++
	}
	return &Voter{
		CanonicalID: values.Canonical, StateFileID: values.StateFile, FirstName: values.First, MiddleName: values.Middle,
		LastName: values.Last, Suffix: values.Suffix, Street: values.Street, City: values.City, State: values.State, Zip: values.Zip,
		BirthYear: values.BirthYear, Inactive: values.Inactive, Districts: values.Districts,
	}, fault.Message{}, nil
}

// splitDuplicates separates new rows from those whose id occurred on an earlier line. A row that a crashed worker stored
// after its last checkpoint is new.
func (r *run) splitDuplicates(ctx context.Context, read []Row) ([]Row, []Row, error) {
	if len(read) == 0 {
		return nil, nil, nil
	}
	ids := make([]string, len(read))
	for n, row := range read {
		ids[n] = row.Voter.CanonicalID
	}
	lines, err := r.Store.VoterLines(ctx, r.owner(), r.file.ID, ids)
	if err != nil {
		return nil, nil, err
	}
	var fresh, duplicates []Row
	for _, row := range read {
		if line, stored := lines[layout.NormalID(row.Voter.CanonicalID)]; stored && line < row.Line {
			duplicates = append(duplicates, row)
			continue
		}
		fresh = append(fresh, row)
	}
	return fresh, duplicates, nil
}

// refuse adds rows to the rejects file.
func (r *run) refuse(rejects []Reject) {
	for _, reject := range rejects {
		r.file.Rejected++
		if r.file.RejectsKept >= MaxRejects || len(r.rejects) >= maxRejectBytes {
			continue
		}
		r.file.RejectsKept++
		if len(r.rejects) == 0 {
			r.rejects = rejectsHeader(r.at.Layout.Format, r.at.Header)
		}
		r.rejects = appendReject(r.rejects, r.at.Layout.Format, reject)
		r.dirty = true
	}
}

func (r *run) openRejects(ctx context.Context) error {
	if r.at.Rejects == 0 {
		return nil
	}
	kept, err := r.Bucket.ReadAll(ctx, r.file.RejectsKey())
	if err != nil {
		return err
	}
	if len(kept) < r.at.Rejects {
		return job.Failure("The rejects file was deleted during the import. Upload the file again.")
	}
	r.rejects = kept[:r.at.Rejects] // rows after the checkpoint are read again
	return nil
}

// closePart stores the search blocks of the rows since the checkpoint, and the rejects file.
func (r *run) closePart(ctx context.Context) error {
	if len(r.part.entries) > 0 {
		if err := r.Store.WriteBlocks(ctx, r.file, r.at.Part, match.Pack(r.part.entries), r.part.places()); err != nil {
			return err
		}
		r.at.Part++
		r.part = part{}
	}
	r.at.Counts = r.file.counts()
	if !r.dirty {
		return nil
	}
	if err := r.Bucket.Put(ctx, r.file.RejectsKey(), r.rejects); err != nil {
		return err
	}
	r.dirty, r.at.Rejects = false, len(r.rejects)
	return nil
}
