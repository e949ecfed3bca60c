package voter

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
)

// removal is the state from which the removal of voters resumes.
type removal struct {
	Own   bool   `json:"own,omitempty"`  // the job's own file is removed, not those that it replaced
	File  FileID `json:"file,omitempty"` // file whose voters are being deleted
	Place int    `json:"place,omitempty"`
}

// newRemoval returns the job that removes the voters of a failed, undone or deleted file at once, and those of replaced files after UndoPeriod.
func newRemoval(o string, f *File, own bool, at, now time.Time) (*job.Job, error) {
	state, err := json.Marshal(removal{Own: own})
	if err != nil {
		return nil, fmt.Errorf("removal of voters: checkpoint: %w", err)
	}
	j := job.New(job.RemoveVoters, o, "", string(f.ID), at, now)
	j.Checkpoint = state
	if f.Status != FileFailed && f.Status != FileUndone && f.Status != FileDeleting {
		j.WaitUntil(now.Add(UndoPeriod))
	}
	return j, nil
}

// remove deletes the voters of a file that failed or was deleted, or of files that were replaced. A file whose replacement was
// undone is left alone. Of a deleted file it deletes also the objects and the record.
func (i *Importer) remove(ctx context.Context, s *job.Slice) (job.Next, error) {
	var at removal
	if err := s.Resume(&at); err != nil {
		return job.Done(), err
	}
	files, err := i.Store.VoterFiles(ctx, organization.ID(s.Job.Organization))
	if err != nil {
		return job.Done(), err
	}
	record := FileID(s.Job.Record)
	files = slices.DeleteFunc(files, func(f *File) bool {
		unused := f.Status == FileFailed || f.Status == FileReplaced || f.Status == FileUndone || f.Status == FileDeleting
		return !unused || at.Own && f.ID != record || !at.Own && f.ReplacedBy != record
	})
	slices.SortFunc(files, func(a, b *File) int { return strings.Compare(string(a.ID), string(b.ID)) })
	for _, f := range files {
		if f.ID < at.File {
			continue
		}
		if f.ID > at.File {
			at.File, at.Place = f.ID, 0
		}
		for at.Place >= 0 {
			if at.Place, err = i.Store.DeleteVoters(ctx, f, at.Place); err != nil {
				return job.Done(), err
			}
			if !s.Over() && !s.SaveDue(saveEvery) {
				continue
			}
			if err := s.SaveCheckpoint(ctx, at); err != nil {
				return job.Done(), err
			}
			if s.Over() {
				return job.HandOn(), nil
			}
		}
		if f.Status != FileDeleting {
			continue
		}
		for _, key := range []string{f.UploadKey(), f.PlainKey(), f.RejectsKey()} {
			if err := i.Bucket.Delete(ctx, key); err != nil {
				return job.Done(), err
			}
		}
		if err := i.Store.DeleteVoterFile(ctx, f); err != nil {
			return job.Done(), err
		}
	}
	return job.Done(), nil
}
