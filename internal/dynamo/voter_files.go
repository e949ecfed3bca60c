package dynamo

import (
	"cmp"
	"context"

	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

var voterFileType = register("voter_file", (*voterFileItem).domain)

type voterFileItem struct {
	key
	header
	ID           string `dynamodbav:"ID"`
	Organization string `dynamodbav:"Org"`
	State        string `dynamodbav:"State"`
	Name         string `dynamodbav:"Name,omitempty"`
	Status       string `dynamodbav:"Status"`
	CreatedAt    millis `dynamodbav:"CreatedAt"`
	CreatedBy    string `dynamodbav:"CreatedBy"`
	ByName       string `dynamodbav:"ByName,omitempty"`
	Bytes        int64  `dynamodbav:"Bytes,omitempty"`
	BytesRead    int64  `dynamodbav:"BytesRead,omitempty"`
	Rows         int    `dynamodbav:"Rows,omitempty"`
	Imported     int    `dynamodbav:"Imported,omitempty"`
	Rejected     int    `dynamodbav:"Rejected,omitempty"`
	RejectsKept  int    `dynamodbav:"RejectsKept,omitempty"`
	Error        string `dynamodbav:"Error,omitempty"`
	ErrorSource  string `dynamodbav:"ErrorSource,omitempty"` // as fault.Message encodes it
	StartedAt    millis `dynamodbav:"StartedAt,omitempty"`
	FinishedAt   millis `dynamodbav:"FinishedAt,omitempty"`
	ReplacedBy   string `dynamodbav:"ReplacedBy,omitempty"`
	Mode         string `dynamodbav:"Mode,omitempty"`
	LeftOut      int    `dynamodbav:"LeftOut,omitempty"`
	Warnings     int    `dynamodbav:"Warnings,omitempty"`
	Layout       string `dynamodbav:"Layout,omitempty"`
	UndoneAt     millis `dynamodbav:"UndoneAt,omitempty"`
	Set          string `dynamodbav:"Set,omitempty"`
}

func newVoterFileItem(f *voter.File) *voterFileItem {
	return &voterFileItem{
		key: voterFileKey(f.Organization, f.ID), header: header{Type: voterFileType, Version: f.Version},
		ID: string(f.ID), Organization: string(f.Organization), State: f.State, Name: f.Name, Status: string(f.Status),
		CreatedAt: millisOf(f.CreatedAt), CreatedBy: string(f.CreatedBy), ByName: f.ByName, Bytes: f.Bytes,
		BytesRead: f.BytesRead, Rows: f.Rows, Imported: f.Imported, Rejected: f.Rejected, RejectsKept: f.RejectsKept,
		Error: f.Error.String(), ErrorSource: f.Error.Encode(), StartedAt: millisOf(f.StartedAt), FinishedAt: millisOf(f.FinishedAt), ReplacedBy: string(f.ReplacedBy),
		Mode: string(f.Mode), Set: string(f.Set), LeftOut: f.LeftOut, Warnings: f.Warnings, Layout: f.Layout, UndoneAt: millisOf(f.UndoneAt),
	}
}

func (i *voterFileItem) domain() *voter.File {
	return &voter.File{
		ID: voter.FileID(i.ID), Organization: organization.ID(i.Organization), State: i.State, Name: i.Name,
		Status: voter.FileState(i.Status), CreatedAt: i.CreatedAt.time(), CreatedBy: user.ID(i.CreatedBy),
		ByName: i.ByName, Bytes: i.Bytes, BytesRead: i.BytesRead, Rows: i.Rows, Imported: i.Imported,
		Rejected: i.Rejected, RejectsKept: i.RejectsKept, Error: fault.DecodeMessage(i.Error, i.ErrorSource), StartedAt: i.StartedAt.time(),
		FinishedAt: i.FinishedAt.time(), ReplacedBy: voter.FileID(i.ReplacedBy), Version: i.Version,
		Mode: cmp.Or(voter.Mode(i.Mode), voter.Replace), Set: voter.FileID(i.Set), LeftOut: i.LeftOut, Warnings: i.Warnings,
		Layout: i.Layout, UndoneAt: i.UndoneAt.time(),
	}
}

// VoterFile returns an organization's voter file, or not found.
func (s *Store) VoterFile(ctx context.Context, o organization.ID, file voter.FileID) (*voter.File, error) {
	return record[voter.File](ctx, s, "voter file", voterFileKey(o, file))
}

// VoterFiles returns an organization's voter files, the latest first.
func (s *Store) VoterFiles(ctx context.Context, o organization.ID) ([]*voter.File, error) {
	span := s.under(voterFileKey(o, ""))
	span.Descending = true
	return table.QueryAll[voter.File](ctx, s.db, span)
}

// CreateVoterFile creates a voter file.
func (s *Store) CreateVoterFile(f *voter.File) []Write {
	f.Version = 1
	return []Write{s.create("voter file", newVoterFileItem(f))}
}

// UpdateVoterFile writes a changed voter file over the version that was read.
func (s *Store) UpdateVoterFile(f *voter.File) []Write {
	return []Write{s.put("voter file", newVoterFileItem(f), f.Version)}
}

// DeleteVoterFile deletes the record of a voter file. It is no error if it is deleted already.
func (s *Store) DeleteVoterFile(ctx context.Context, f *voter.File) error {
	err := s.Commit(ctx, s.deleteAny("voter file", voterFileKey(f.Organization, f.ID)))
	if ConditionFailed(err, "voter file") {
		return nil
	}
	return err
}

// StartImport writes a voter file whose import starts, and creates its job. Conflict: it was started before.
func (s *Store) StartImport(ctx context.Context, f *voter.File, j *job.Job) error {
	return s.commitOrConflict(ctx, append(s.UpdateVoterFile(f), s.CreateJob(j)...)...)
}

// SaveImport writes a changed voter file and its job, whose versions are then the written ones. Conflict: one of them was
// changed.
func (s *Store) SaveImport(ctx context.Context, f *voter.File, j *job.Job) error {
	err := s.saveJob(ctx, j, s.UpdateVoterFile(f)...)
	if err == nil {
		f.Version++
	}
	return err
}

// FinishImport writes voter files, deletes a finished job and enqueues the next ones, all or none. Conflict: a file or the
// job was changed.
func (s *Store) FinishImport(ctx context.Context, files []*voter.File, finished *job.Job, next []*job.Job) error {
	writes := s.DeleteJob(finished)
	for _, f := range files {
		writes = append(writes, s.UpdateVoterFile(f)...)
	}
	for _, j := range next {
		writes = append(writes, s.CreateJob(j)...)
	}
	return s.commitOrConflict(ctx, writes...)
}
