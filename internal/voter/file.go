package voter

import (
	"strings"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
)

// FileState is the state of a voter file.
type FileState string

// The states of a voter file.
const (
	FileWaiting   FileState = "waiting"   // not uploaded yet
	FileImporting FileState = "importing" // rows are being imported
	FileReady     FileState = "ready"     // contacts and mobilizers can be matched to its voters
	FileFailed    FileState = "failed"    // Error holds the reason
	FileReplaced  FileState = "replaced"  // a newer file of the same state is ready
	FileUndone    FileState = "undone"    // an administrator took it back after it was ready
)

// File is a list of the registered voters of one state. It belongs to an organization; all its campaigns use it.
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
	BytesRead   int64 // bytes imported so far
	Rows        int   // data rows read so far
	Imported    int   // rows stored as voters
	Rejected    int   // rows not stored; the rejects file gives the reason for each
	RejectsKept int   // rejected rows listed in the rejects file; at most MaxRejects
	Error       string
	StartedAt   time.Time
	FinishedAt  time.Time
	ReplacedBy  FileID

	Mode Mode
	Set  FileID // first file of the set of files that is searched together; empty for the state's first set
}

// Mode says what a ready file does to the voters of its state.
type Mode string

// The modes.
const (
	Add     Mode = "add"     // its voters are found beside those of the state's other files
	Replace Mode = "replace" // its voters take the place of all others of the state
)

// UploadKey returns the object key of the upload. It contains the organization's id.
func (f *File) UploadKey() string {
	return "uploads/" + string(f.Organization) + "/" + string(f.ID) + ".csv"
}

// RejectsKey returns the object key of the rejects file.
func (f *File) RejectsKey() string {
	return "rejects/" + string(f.Organization) + "/" + string(f.ID) + ".csv"
}

// UploadedFile returns the organization and the voter file of an upload's object key. It reports false for any other key.
func UploadedFile(key string) (organization.ID, FileID, bool) {
	parts := strings.Split(key, "/")
	if len(parts) != 3 || parts[0] != "uploads" || !strings.HasSuffix(parts[2], ".csv") {
		return "", "", false
	}
	return organization.ID(parts[1]), FileID(strings.TrimSuffix(parts[2], ".csv")), true
}

// NewFile returns a voter file that waits for its upload. It fails with invalid if the state is unknown.
func NewFile(id FileID, of organization.ID, state string, by *user.User, at time.Time) (*File, error) {
	state = strings.ToUpper(strings.TrimSpace(state))
	if !text.IsState(state) {
		return nil, fault.Invalid("state", "Use a two-letter state code such as PA.")
	}
	return &File{
		ID: id, Organization: of, State: state, Status: FileWaiting, CreatedAt: at, CreatedBy: by.ID,
		ByName: by.Name, Version: 1, Mode: Replace, Set: id,
	}, nil
}

// Begin records the upload and starts the import. It fails with conflict if the file was uploaded before.
func (f *File) Begin(bytes int64, at time.Time) error {
	if f.Status != FileWaiting {
		return fault.Conflict("voter_file_state", "This voter file was already uploaded. Create a new voter file.")
	}
	f.Status, f.Bytes, f.StartedAt = FileImporting, bytes, at
	return nil
}

// Finish makes the file ready: its state's voters are found in it.
func (f *File) Finish(at time.Time) {
	f.Status, f.FinishedAt = FileReady, at
}

// Fail ends the import with a reason for its uploader.
func (f *File) Fail(reason string, at time.Time) {
	f.Status, f.Error, f.FinishedAt = FileFailed, reason, at
}

// JoinSet chooses the set of files that f will be searched with: for Add, that of the state's ready files.
func (f *File) JoinSet(others []*File) {
	f.Set = f.ID
	if f.Mode == Add {
		f.Set = ""
		if ready := ReadyFiles(others, f.State); len(ready) > 0 {
			f.Set = ready[0].Set
		}
	}
}

// Replaces reports whether f, once ready, replaces other: a ready file of another set of the same state.
func (f *File) Replaces(other *File) bool {
	return other.Status == FileReady && other.State == f.State && other.ID != f.ID && other.Set != f.Set
}

// Percent returns the imported share of the upload, from 0 to 100. It is 100 only once the file is ready.
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

// UndoPeriod is how long the voters of a replaced file are kept.
const UndoPeriod = 7 * 24 * time.Hour

// rejectsLife is how long a rejects file is kept.
const rejectsLife = 30 * 24 * time.Hour

// HasRejects returns nil if the rejects file can be downloaded. It fails with conflict if the import has not finished,
// rejected no row, or finished more than 30 days ago.
func (f *File) HasRejects(at time.Time) error {
	switch {
	case f.FinishedAt.IsZero():
		return fault.Conflict("voter_file_not_ready", "This voter file is not imported yet. Try again when its status is ready.")
	case f.RejectsKept == 0:
		return fault.Conflict("no_rejects", "No row of this voter file was rejected.")
	case at.After(f.FinishedAt.Add(rejectsLife)):
		return fault.Conflict("rejects_expired", "The rejected rows were deleted 30 days after the import.")
	default:
		return nil
	}
}
