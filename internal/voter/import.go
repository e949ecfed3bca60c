package voter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/voter/layout"
	"github.com/kithhq/kith/internal/voter/match"
)

// Row is a voter and the line of its row in the file.
type Row struct {
	Voter *Voter
	Line  int
}

// Store holds voter files, voters and jobs. A write of a file or a job fails with conflict if its version is stale.
type Store interface {
	job.Store
	VoterFile(ctx context.Context, o organization.ID, f FileID) (*File, error)
	VoterFiles(ctx context.Context, o organization.ID) ([]*File, error)
	StartImport(ctx context.Context, f *File, j *job.Job) error
	SaveImport(ctx context.Context, f *File, j *job.Job) error
	// FinishImport writes files, deletes the finished job and creates further ones, in one transaction.
	FinishImport(ctx context.Context, files []*File, done *job.Job, further []*job.Job) error
	// VoterLines returns the lines of stored voters of a file, by canonical id.
	VoterLines(ctx context.Context, o organization.ID, f FileID, ids []string) (map[string]int, error)
	WriteVoters(ctx context.Context, o organization.ID, f FileID, rows []Row) error
	// VoterMapping returns the columns that an administrator mapped for the last file of a state, or not found.
	VoterMapping(ctx context.Context, o organization.ID, state string) (*SavedMapping, error)
	// SaveDetection stores what was found in a file that waits for a mapping.
	SaveDetection(ctx context.Context, f *File, d *Detection) error
	// SaveReview stores the samples of a file that needs confirmation.
	SaveReview(ctx context.Context, f *File, review *Review) error
	// VoterPage returns up to 100 voters of a file from a place on (0 at first), and the place to continue with, -1 at the end.
	VoterPage(ctx context.Context, f *File, place int) ([]*Voter, int, error)
	// WriteBlocks stores the search blocks of one part of a file, and the places of its voters.
	WriteBlocks(ctx context.Context, f *File, part int, blocks []match.Block, places []match.ZipCount) error
	// MergePlaces adds up the places of a file's parts, so that a search reads one item a file.
	MergePlaces(ctx context.Context, f *File) error
	// DeleteVoters deletes some voters and blocks of a file, and returns the place to continue with, -1 at the end.
	DeleteVoters(ctx context.Context, f *File, place int) (int, error)
	// DeleteVoterFile deletes the record of a file. It is no error if it is deleted already.
	DeleteVoterFile(ctx context.Context, f *File) error
}

// Bucket holds uploads and rejects files.
type Bucket interface {
	// Open reads an object from an offset. It fails with conflict if the object no longer has the tag.
	Open(ctx context.Context, key, tag string, from int64) (io.ReadCloser, error)
	ReadAll(ctx context.Context, key string) ([]byte, error)
	Put(ctx context.Context, key string, body []byte) error
	CreateUpload(ctx context.Context, key string) (string, error)
	UploadPart(ctx context.Context, key, upload string, number int, body []byte) (string, error)
	CompleteUpload(ctx context.Context, key, upload string, tags []string) error
	AbortUpload(ctx context.Context, key, upload string) error
	Delete(ctx context.Context, key string) error
}

// Importer imports uploaded voter files in slices, and deletes the voters of replaced files.
type Importer struct {
	Store  Store
	Bucket Bucket
	// HandOn invokes the function again to continue the job at a version, 0 for any.
	HandOn job.Invoke
	Now    func() time.Time // machine's clock, for leases
	Chunk  int              // rows per write; 0 means 1,000

	Suggest job.Handler // works on jobs of kind job.SuggestVoters
}

const (
	defaultChunk = 1000
	saveEvery    = 1500 * time.Millisecond
)

// checkpoint is the state from which an import resumes.
type checkpoint struct {
	Tag     string         `json:"tag,omitempty"`    // of the uploaded object
	Source  string         `json:"source,omitempty"` // key of the object that is read: the upload, or its text
	Size    int64          `json:"size,omitempty"`   // of the source
	Offset  int64          `json:"offset,omitempty"`
	Line    int            `json:"line,omitempty"`
	Header  string         `json:"header,omitempty"` // as in the file
	Layout  *layout.Layout `json:"layout,omitempty"`
	Rejects int            `json:"rejects,omitempty"` // size of the rejects file in bytes
	Part    int            `json:"part,omitempty"`    // number of the next part
	Counts  counts         `json:"counts,omitzero"`   // of the parts before it
}

// counts are the counts of a file up to a checkpoint. Rows after it are read again and counted again.
type counts struct {
	Rows, Imported, Rejected, RejectsKept, LeftOut, Warnings int
}

func (f *File) counts() counts {
	return counts{f.Rows, f.Imported, f.Rejected, f.RejectsKept, f.LeftOut, f.Warnings}
}

func (f *File) setCounts(c counts) {
	f.Rows, f.Imported, f.Rejected, f.RejectsKept, f.LeftOut, f.Warnings = c.Rows, c.Imported, c.Rejected, c.RejectsKept, c.LeftOut, c.Warnings
}

// Stored starts the import of an uploaded object. A repeated event, and a second upload to the same link, change nothing.
// The upload of a deleted file is deleted.
func (i *Importer) Stored(ctx context.Context, key, tag string, size int64, at time.Time, slice time.Duration) error {
	o, id, ok := UploadedFile(key)
	if !ok {
		slog.WarnContext(ctx, "object is not an upload", "key", key)
		return nil
	}
	f, err := i.Store.VoterFile(ctx, o, id)
	if fault.Is(err, fault.KindNotFound) || err == nil && f.Status == FileDeleting {
		slog.WarnContext(ctx, "upload has no voter file", "key", key)
		return i.Bucket.Delete(ctx, key)
	}
	if err != nil {
		return err
	}
	if err := f.Begin(size, at); err != nil {
		return nil //nolint:nilerr // the event was handled before
	}
	others, err := i.Store.VoterFiles(ctx, o)
	if err != nil {
		return err
	}
	f.JoinSet(others)
	j, err := newImport(f, checkpoint{Tag: tag, Size: size}, at, i.Now())
	if err != nil {
		return err
	}
	if err := i.Store.StartImport(ctx, f, j); err != nil {
		return job.IgnoreConflict(err)
	}
	return i.Work(ctx, j.ID, 0, at, slice)
}

// newImport returns the job that imports a file from a checkpoint.
func newImport(f *File, from checkpoint, at, now time.Time) (*job.Job, error) {
	state, err := json.Marshal(from)
	if err != nil {
		return nil, fmt.Errorf("import: checkpoint: %w", err)
	}
	j := job.New(job.ImportVoters, string(f.Organization), "", string(f.ID), at, now)
	j.Checkpoint = state
	return j, nil
}

// Work continues a job for about the duration of a slice. It returns nil if this worker has nothing more to do. It fails if it
// could not record a failure: the lease then expires and the sweep requeues the job.
func (i *Importer) Work(ctx context.Context, id string, version int, at time.Time, duration time.Duration) error {
	runner := job.Runner{Store: i.Store, Handle: i.handle, HandOn: i.HandOn, Now: i.Now}
	return runner.Work(ctx, id, version, at, duration)
}

func (i *Importer) handle(ctx context.Context, s *job.Slice) (job.Next, error) {
	switch {
	case s.Job.Kind == job.RemoveVoters:
		return i.remove(ctx, s)
	case s.Job.Kind == job.SuggestVoters && i.Suggest != nil:
		return i.Suggest(ctx, s)
	}
	r := &run{Importer: i, slice: s}
	if err := s.Resume(&r.at); err != nil {
		return job.Done(), err
	}
	return r.read(ctx)
}

// run is one slice of work on one job.
type run struct {
	*Importer
	slice *job.Slice
	file  *File
	at    checkpoint

	part    part   // rows since the checkpoint
	rejects []byte // the rejects file so far
	dirty   bool   // whether rejects differs from the stored object

	replaced []*File // files that the imported one replaces
}

func (r *run) owner() organization.ID { return organization.ID(r.slice.Job.Organization) }

func (r *run) read(ctx context.Context) (job.Next, error) {
	f, err := r.Store.VoterFile(ctx, r.owner(), FileID(r.slice.Job.Record))
	if err != nil {
		return job.Done(), err
	}
	r.file = f
	r.file.setCounts(r.at.Counts)
	if err := r.slice.SetRecord(r); err != nil {
		return job.Done(), err
	}
	if f.Bytes > MaxBytes {
		return job.Done(), job.Failure("The file is larger than 4 GB. Compress it, or split it and upload the parts.")
	}
	if r.at.Source == "" {
		if err := r.prepare(ctx); err != nil {
			return job.Done(), err
		}
	}
	if r.at.Layout == nil {
		if err := r.chooseLayout(ctx); err != nil || r.at.Layout == nil {
			return job.Done(), err // without a layout, the file waits for a mapping
		}
	}
	if err := r.openRejects(ctx); err != nil {
		return job.Done(), err
	}
	body, err := r.open(ctx, r.at.Offset)
	if err != nil {
		return job.Done(), err
	}
	defer body.Close()
	return r.readRows(ctx, layout.NewRows(body, &r.at.Layout.Format, r.at.Line, r.at.Offset))
}

// open reads the source from an offset.
func (r *run) open(ctx context.Context, offset int64) (io.ReadCloser, error) {
	tag := ""
	if r.at.Source == r.file.UploadKey() {
		tag = r.at.Tag
	}
	body, err := r.Bucket.Open(ctx, r.at.Source, tag, offset)
	if fault.Is(err, fault.KindConflict) || fault.Is(err, fault.KindNotFound) {
		return nil, job.Failure("The file was replaced or deleted during its import. Create a new voter file and upload it there.")
	}
	return body, err
}

// finish makes the file ready, unless an administrator must confirm it.
func (r *run) finish(ctx context.Context) error {
	if err := r.closePart(ctx); err != nil {
		return err
	}
	r.file.BytesRead = r.file.Bytes
	if r.file.Rows == 0 {
		return job.Failure("The file has no rows after its header.")
	}
	if r.file.Imported == 0 {
		return job.Failure("No row of the file could be imported. The rejects file gives the reasons.")
	}
	if err := r.Store.MergePlaces(ctx, r.file); err != nil {
		return err
	}
	others, err := r.Store.VoterFiles(ctx, r.owner())
	if err != nil {
		return err
	}
	if r.file.NeedsConfirmation(others) {
		if err := r.saveReview(ctx, others); err != nil {
			return err
		}
		r.file.Status, r.file.FinishedAt = FileNeedsConfirmation, r.slice.Time()
		return nil
	}
	r.replaced, err = r.file.Activate(others, r.slice.Time())
	if refused, ok := errors.AsType[*fault.Error](err); ok {
		return job.Failure("%s", refused.Message)
	}
	return err
}

// Save writes the file's progress and the job.
func (r *run) Save(ctx context.Context, j *job.Job) error { return r.Store.SaveImport(ctx, r.file, j) }

// Finish writes the file and those that it replaces, and starts the job that removes the voters that are no longer used.
func (r *run) Finish(ctx context.Context, j *job.Job) error {
	var removals []*job.Job
	own := r.file.Status == FileFailed || r.file.Status == FileReplaced
	if own || len(r.replaced) > 0 {
		removal, err := newRemoval(j.Organization, r.file, own, r.slice.Time(), r.Now())
		if err != nil {
			return err
		}
		removals = append(removals, removal)
	}
	if err := r.Store.FinishImport(ctx, append(r.replaced, r.file), j, removals); err != nil {
		return err
	}
	for _, removal := range removals {
		if removal.State == job.Waiting {
			continue
		}
		if err := r.HandOn(ctx, removal.ID, 0, r.slice.Time()); err != nil {
			slog.WarnContext(ctx, "voter removal not dispatched; the sweep requeues it", "job", removal.ID, "error", err)
		}
	}
	return nil
}

// Fail fails the file. The voters that were imported are removed.
func (r *run) Fail(_ context.Context, cause error) {
	r.file.Fail(job.Reason(cause, fault.NewMessage("Upload the file again.")), r.slice.Time())
	r.replaced = nil
}
