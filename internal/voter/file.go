package voter

import (
	"strings"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
)

// FileState is where an imported voter file stands.
type FileState string

// The states of a voter file.
const (
	FileWaiting   FileState = "waiting"   // for its upload
	FileImporting FileState = "importing" // its rows are being read
	FileReady     FileState = "ready"     // contacts and mobilizers are matched against it
	FileFailed    FileState = "failed"    // Error says why
	FileReplaced  FileState = "replaced"  // by a newer file of the same state
)

// File is a list of the registered voters of one state. It belongs to an organization and serves all its campaigns.
type File struct {
	ID           FileID
	Organization organization.ID
	State        string // two-letter USPS code
	Status       FileState
	CreatedAt    time.Time
	CreatedBy    user.ID
	ByName       string
	Version      int

	Bytes       int64 // size of the upload
	BytesRead   int64 // progress
	Rows        int   // data rows read
	Imported    int   // rows taken
	Rejected    int   // rows refused, with a reason each in the file of rejects
	RejectsKept int   // of those, how many the file of rejects lists; at most MaxRejects
	Error       string
	StartedAt   time.Time
	FinishedAt  time.Time
	ReplacedBy  FileID
}

// UploadKey is where an upload is expected: object names carry the tenant.
func (f *File) UploadKey() string {
	return "uploads/" + string(f.Organization) + "/" + string(f.ID) + ".csv"
}

// RejectsKey is where the file of rejects lies.
func (f *File) RejectsKey() string {
	return "rejects/" + string(f.Organization) + "/" + string(f.ID) + ".csv"
}

// UploadedFile names the organization and the file that an upload belongs to, and reports whether the key is one.
func UploadedFile(key string) (organization.ID, FileID, bool) {
	parts := strings.Split(key, "/")
	if len(parts) != 3 || parts[0] != "uploads" || !strings.HasSuffix(parts[2], ".csv") {
		return "", "", false
	}
	return organization.ID(parts[1]), FileID(strings.TrimSuffix(parts[2], ".csv")), true
}

// NewFile asks for an upload of a state's voters. Invalid: there is no such state.
func NewFile(id FileID, of organization.ID, state string, by *user.User, at time.Time) (*File, error) {
	state = strings.ToUpper(strings.TrimSpace(state))
	if !text.IsState(state) {
		return nil, fault.Invalid("state", "Give the two-letter code of a state, such as PA.")
	}
	return &File{
		ID: id, Organization: of, State: state, Status: FileWaiting, CreatedAt: at, CreatedBy: by.ID,
		ByName: by.Name, Version: 1,
	}, nil
}

// Begin starts the import of what was uploaded. Conflict: the file was imported before.
func (f *File) Begin(bytes int64, at time.Time) error {
	if f.Status != FileWaiting {
		return fault.Conflict("voter_file_state", "This voter file was uploaded before. Ask for a new upload.")
	}
	f.Status, f.Bytes, f.StartedAt = FileImporting, bytes, at
	return nil
}

// Finish makes an imported file the one that its state's voters are found in.
func (f *File) Finish(at time.Time) {
	f.Status, f.FinishedAt = FileReady, at
}

// Fail ends an import with a reason that its uploader understands.
func (f *File) Fail(reason string, at time.Time) {
	f.Status, f.Error, f.FinishedAt = FileFailed, reason, at
}

// Replaces reports whether f, once ready, takes the place of other: an older file of the same state.
func (f *File) Replaces(other *File) bool {
	return other.Status == FileReady && other.State == f.State && other.ID != f.ID
}

// Percent is how much of the upload is read, 100 only when it is ready.
func (f *File) Percent() int {
	switch {
	case f.Status == FileReady || f.Status == FileReplaced:
		return 100
	case f.Bytes <= 0:
		return 0
	default:
		return int(min(99, f.BytesRead*100/f.Bytes))
	}
}

// rejectsLife is how long a file of rejects can be downloaded.
const rejectsLife = 30 * 24 * time.Hour

// HasRejects returns nil when a link to the file of rejects may be made.
//
// Conflict: the import is not over, rejected nothing, or is older than such files are kept.
func (f *File) HasRejects(at time.Time) error {
	switch {
	case f.FinishedAt.IsZero():
		return fault.Conflict("voter_file_not_ready", "This voter file is not imported yet.")
	case f.RejectsKept == 0:
		return fault.Conflict("no_rejects", "No row of this voter file was rejected.")
	case at.After(f.FinishedAt.Add(rejectsLife)):
		return fault.Conflict("rejects_expired", "The rejected rows of this voter file were kept for 30 days and are gone.")
	default:
		return nil
	}
}
