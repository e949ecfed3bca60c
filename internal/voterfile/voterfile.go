// Package voterfile creates, maps, confirms, declines, undoes and deletes the voter files of an organization. It returns the
// writes of a decision, with those of the job that follows, for the transaction of the caller. The rules of a file are in voter,
// which also imports it.
package voterfile

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/layout"
)

// Service decides about voter files.
type Service struct {
	store    *dynamo.Store
	dispatch job.Invoke
}

// NewService returns a service. Dispatch invokes import-voters for a job; without it, the sweep does.
func NewService(store *dynamo.Store, dispatch job.Invoke) *Service {
	return &Service{store, dispatch}
}

// Request names a voter file, as in the path of a request, and the time.
type Request struct {
	Organization organization.ID
	File         string
	At           time.Time
}

// NewFile is a new voter file of an organization.
type NewFile struct {
	Organization organization.ID
	State        string
	Name         string // of the chosen file; optional
	Mode         voter.Mode
	By           *user.User
	At           time.Time
}

// Create returns a voter file that waits for its upload, and the writes that store it.
//
// Invalid: the state or the name. Conflict: the state has too many files.
func (s *Service) Create(ctx context.Context, n NewFile) (*voter.File, []dynamo.Write, error) {
	f, err := voter.NewFile(voter.FileID(id.At(n.At)), n.Organization, n.State, n.Mode, n.By, n.At)
	if err != nil {
		return nil, nil, err
	}
	if err := f.SetName(n.Name); err != nil {
		return nil, nil, err
	}
	if f.Mode == voter.Add {
		others, err := s.store.VoterFiles(ctx, n.Organization)
		if err != nil {
			return nil, nil, err
		}
		if err := f.CheckLimit(others); err != nil {
			return nil, nil, err
		}
	}
	return f, s.store.CreateVoterFile(f), nil
}

// List returns the voter files of an organization, the latest first, without those that are being deleted.
func (s *Service) List(ctx context.Context, o organization.ID) ([]*voter.File, error) {
	files, err := s.store.VoterFiles(ctx, o)
	return slices.DeleteFunc(files, func(f *voter.File) bool { return f.Status == voter.FileDeleting }), err
}

// Decision is a decision about a file.
type Decision struct {
	File   *voter.File
	Writes []dynamo.Write // of the file, of the other files that it changes, and of the job
	job    *job.Job       // nil if none follows
}

// Read returns a voter file of the organization.
//
// Not found: there is none, or it was deleted.
func (s *Service) Read(ctx context.Context, r Request) (*voter.File, error) {
	if !id.Valid(r.File) {
		return nil, fault.NotFound("voter file")
	}
	f, err := s.store.VoterFile(ctx, r.Organization, voter.FileID(r.File))
	if err == nil && f.Status == voter.FileDeleting {
		return nil, fault.NotFound("voter file")
	}
	return f, err
}

// ReadDetection returns a voter file that needs a mapping, and its detected format.
//
// Not found: there is no such file. Conflict: it does not need a mapping.
func (s *Service) ReadDetection(ctx context.Context, r Request) (*voter.File, *voter.Detection, error) {
	f, err := s.Read(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	if f.Status != voter.FileNeedsMapping {
		return nil, nil, fault.Conflict("voter_file_state", "This voter file does not need a mapping. Load it again to see its status.")
	}
	d, err := s.store.VoterDetection(ctx, r.Organization, f.ID)
	return f, d, err
}

// ReadReview returns a voter file that needs confirmation, the organization's files, and the samples that an administrator reviews.
//
// Not found: there is no such file. Conflict: it does not need confirmation.
func (s *Service) ReadReview(ctx context.Context, r Request) (*voter.File, []*voter.File, *voter.Review, error) {
	f, others, err := s.readAll(ctx, r)
	if err != nil {
		return nil, nil, nil, err
	}
	if f.Status != voter.FileNeedsConfirmation {
		return nil, nil, nil, fault.Conflict("voter_file_state", "This voter file does not need confirmation. Load it again to see its status.")
	}
	review, err := s.store.VoterReview(ctx, r.Organization, f.ID)
	if fault.Is(err, fault.KindNotFound) { // imported by a version that kept no samples
		review, err = &voter.Review{}, nil
	}
	return f, others, review, err
}

// Map decides which columns of a file hold which fields. The job that follows imports it. The mapping is stored at once, for
// the next file of the state.
//
// Not found: there is no such file. Conflict: it does not need a mapping. Invalid: the mapping lacks fields.
func (s *Service) Map(ctx context.Context, r Request, m layout.Mapping) (*Decision, error) {
	f, d, err := s.ReadDetection(ctx, r)
	if err != nil {
		return nil, err
	}
	j, saved, err := f.Map(d, m, r.At, time.Now())
	if err != nil {
		return nil, err
	}
	if err := s.store.SaveVoterMapping(ctx, f, saved); err != nil {
		return nil, err
	}
	return s.decision(f, nil, j), nil
}

// Confirm decides to use a file that needs confirmation. The job that follows removes the voters of the files that it
// replaces.
//
// Not found: there is no such file. Conflict: it does not need confirmation, or adds to files that were replaced.
func (s *Service) Confirm(ctx context.Context, r Request) (*Decision, error) {
	f, others, err := s.readAll(ctx, r)
	if err != nil {
		return nil, err
	}
	replaced, err := f.Confirm(others, r.At)
	if err != nil {
		return nil, err
	}
	if len(replaced) == 0 && f.Status == voter.FileReady {
		return s.decision(f, nil, nil), nil
	}
	return s.remove(r, f, replaced)
}

// Decline decides not to use a file that needs a mapping or confirmation. The job that follows removes its voters.
//
// Not found: there is no such file. Conflict: it needs neither.
func (s *Service) Decline(ctx context.Context, r Request) (*Decision, error) {
	f, err := s.Read(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := f.Decline(r.At); err != nil {
		return nil, err
	}
	return s.remove(r, f, nil)
}

// Undo decides to use the files again that a file replaced. The job that follows removes its voters.
//
// Not found: there is no such file. Conflict: it is not ready, was imported more than 7 days ago, or another file was added to it.
func (s *Service) Undo(ctx context.Context, r Request) (*Decision, error) {
	f, others, err := s.readAll(ctx, r)
	if err != nil {
		return nil, err
	}
	restored, err := f.Undo(others, r.At)
	if err != nil {
		return nil, err
	}
	return s.remove(r, f, restored)
}

// Delete decides to delete a file. The job that follows removes its voters, objects and record.
//
// Not found: there is no such file. Conflict: it is being imported.
func (s *Service) Delete(ctx context.Context, r Request) (*Decision, error) {
	f, err := s.Read(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := f.Delete(); err != nil {
		return nil, err
	}
	return s.remove(r, f, nil)
}

// readAll returns a voter file of the organization, and all files of the organization.
func (s *Service) readAll(ctx context.Context, r Request) (*voter.File, []*voter.File, error) {
	f, err := s.Read(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	others, err := s.store.VoterFiles(ctx, r.Organization)
	return f, others, err
}

// remove returns a decision that a job of removal follows.
func (s *Service) remove(r Request, f *voter.File, changed []*voter.File) (*Decision, error) {
	j, err := f.Removal(r.At, time.Now())
	if err != nil {
		return nil, err
	}
	return s.decision(f, changed, j), nil
}

func (s *Service) decision(f *voter.File, changed []*voter.File, j *job.Job) *Decision {
	var jobs []*job.Job
	if j != nil {
		jobs = append(jobs, j)
	}
	return &Decision{f, s.store.DecideVoterFiles(append(changed, f), jobs...), j}
}

// Dispatch starts the job of a committed decision if it is due now. If that fails, the sweep starts it.
func (s *Service) Dispatch(ctx context.Context, d *Decision, at time.Time) {
	if d.job == nil || d.job.State != job.Queued || s.dispatch == nil {
		return
	}
	if err := s.dispatch(ctx, d.job.ID, 0, at); err != nil {
		slog.WarnContext(ctx, "voter job not dispatched; the sweep requeues it", "job", d.job.ID, "error", err)
	}
}
