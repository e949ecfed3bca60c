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
	FileWaiting           FileState = "waiting"            // not uploaded yet
	FileImporting         FileState = "importing"          // rows are being imported
	FileNeedsMapping      FileState = "needs_mapping"      // its columns are unknown: an administrator maps them
	FileNeedsConfirmation FileState = "needs_confirmation" // imported, but not used: an administrator confirms or declines it
	FileReady             FileState = "ready"              // contacts and mobilizers can be matched to its voters
	FileFailed            FileState = "failed"             // Error holds the reason
	FileReplaced          FileState = "replaced"           // a newer file of the same state is ready
	FileUndone            FileState = "undone"             // an administrator took it back after it was ready
	FileDeleting          FileState = "deleting"           // an administrator deleted it: no list has it, and its voters and objects are being deleted
)

// File is a list of the registered voters of one state. It belongs to an organization; all its campaigns use it.
type File struct {
	ID           FileID
	Organization organization.ID
	State        string // two-letter USPS code
	Name         string // of the file that was chosen for the upload; empty if none was given
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
	LeftOut     int   // rows that the status column leaves out
	Warnings    int   // voters whose zip code was shortened or left empty
	Error       fault.Message
	Layout      string // name of the layout; empty for a mapping
	StartedAt   time.Time
	FinishedAt  time.Time
	ReplacedBy  FileID
	UndoneAt    time.Time

	Mode Mode
	Set  FileID // first file of the set of files that is searched together; empty for the state's first set
}

const maxFileName = 255 // as in most file systems

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

// NewFile returns a voter file that waits for its upload; no mode means Replace. It fails with invalid if the state or the
// mode is unknown.
func NewFile(id FileID, of organization.ID, state string, mode Mode, by *user.User, at time.Time) (*File, error) {
	state = strings.ToUpper(strings.TrimSpace(state))
	if !text.IsState(state) {
		return nil, fault.Invalid("state", "Use a two-letter state code such as PA.")
	}
	if mode == "" {
		mode = Replace
	}
	if mode != Add && mode != Replace {
		return nil, fault.Invalid("mode", "Use add or replace.")
	}
	return &File{
		ID: id, Organization: of, State: state, Status: FileWaiting, CreatedAt: at, CreatedBy: by.ID,
		ByName: by.Name, Version: 1, Mode: mode, Set: id,
	}, nil
}

// SetName sets the name of the file that was chosen for the upload. It fails with invalid if it is too long or no single line.
func (f *File) SetName(name string) error {
	var check fault.Checker
	f.Name = text.Line(&check, "file_name", name, maxFileName)
	return check.Err()
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
func (f *File) Fail(reason fault.Message, at time.Time) {
	f.Status, f.Error, f.FinishedAt = FileFailed, reason, at
}

// MaxFiles is the maximum number of files of one state that are searched together. A replacement changes them all in one transaction
// of the store, which takes 100 items.
const MaxFiles = 90

// CheckLimit fails with conflict if the state of a file to add has MaxFiles files, which are ready or being imported.
func (f *File) CheckLimit(others []*File) error {
	if f.Mode != Add {
		return nil
	}
	files := 0
	for _, other := range others {
		if other.State != f.State || other.ID == f.ID {
			continue
		}
		switch other.Status {
		case FileReady, FileImporting, FileNeedsMapping, FileNeedsConfirmation:
			files++
		}
	}
	if files >= MaxFiles {
		return tooManyFiles()
	}
	return nil
}

func tooManyFiles() error {
	return fault.Conflict("voter_file_limit",
		"A state can have %d voter files. Join files into one, and upload it to replace the state's files.", MaxFiles)
}

// Limits from which on a file must be confirmed.
const (
	maxRemovedShare  = .20 // of the state's voters, by a replacement
	maxRejectedShare = .02 // of the file's rows
)

// NeedsConfirmation reports whether an imported file is unlike what administrators expect: it loses more than 2 % of its
// rows, or replaces the state's voters by more than 20 % fewer.
func (f *File) NeedsConfirmation(others []*File) bool {
	return float64(f.Rejected) > maxRejectedShare*float64(f.Rows) || float64(f.Removes(others)) > maxRemovedShare*float64(VotersOf(others, f.State))
}

// Removes returns the number of voters by which the file, once ready, reduces its state's voters; 0 if it adds some.
func (f *File) Removes(others []*File) int {
	if f.Mode == Add {
		return 0
	}
	return max(0, VotersOf(others, f.State)-f.Imported)
}

// VotersOf returns the number of voters in the ready files of a state.
func VotersOf(files []*File, state string) int {
	voters := 0
	for _, f := range ReadyFiles(files, state) {
		voters += f.Imported
	}
	return voters
}

// Activate makes an imported file ready, and returns the files that it replaces, changed. A replacement created later that
// is ready already replaces f.
//
// Conflict: f adds to files that were replaced during its import, or to MaxFiles files.
func (f *File) Activate(others []*File, at time.Time) ([]*File, error) {
	if f.Mode == Add && len(ReadyFiles(others, f.State)) >= MaxFiles {
		return nil, tooManyFiles()
	}
	f.Finish(at)
	var replaced []*File
	for _, other := range others {
		switch {
		case !f.Replaces(other):
		case f.Mode == Add:
			return nil, fault.Conflict("voter_file_set", "The state's voters were replaced during the import. Upload the file again to add it to the new ones.")
		case other.ID > f.ID && other.Mode == Replace: // created later, but ready earlier
			f.Status, f.ReplacedBy = FileReplaced, other.ID
		default:
			other.Status, other.ReplacedBy = FileReplaced, f.ID
			replaced = append(replaced, other)
		}
	}
	return replaced, nil
}

// Confirm makes a file that waits for confirmation ready, and returns the files that it replaces, changed.
//
// Conflict: it does not wait, or it adds to files that were replaced.
func (f *File) Confirm(others []*File, at time.Time) ([]*File, error) {
	if f.Status != FileNeedsConfirmation {
		return nil, fault.Conflict("voter_file_state", "This voter file does not wait for confirmation.")
	}
	return f.Activate(others, at)
}

// Decline ends a file that waits for confirmation or for a mapping. Its voters are removed.
//
// Conflict: it does not wait.
func (f *File) Decline(at time.Time) error {
	if f.Status != FileNeedsConfirmation && f.Status != FileNeedsMapping {
		return fault.Conflict("voter_file_state", "This voter file does not wait for a decision.")
	}
	f.Fail(fault.NewMessage("An administrator declined this file."), at)
	return nil
}

// Undo takes a ready file back, and returns the files that it had replaced, ready again.
//
// Conflict: it is not ready, it is older than UndoPeriod, or a later file was added to it.
func (f *File) Undo(others []*File, at time.Time) ([]*File, error) {
	if f.Status != FileReady {
		return nil, fault.Conflict("voter_file_state", "Only a ready voter file can be undone.")
	}
	if at.After(f.FinishedAt.Add(UndoPeriod)) {
		return nil, fault.Conflict("voter_file_undo_expired", "A voter file can be undone for 7 days. Upload the earlier file again.")
	}
	var restored []*File
	for _, other := range others {
		switch {
		case other.ID != f.ID && f.Mode == Replace && other.Status == FileReady && other.Set == f.Set && other.State == f.State:
			return nil, fault.Conflict("voter_file_added_to", "Another file was added to this one. Undo that file first.")
		case other.Status == FileReplaced && other.ReplacedBy == f.ID:
			other.Status, other.ReplacedBy = FileReady, ""
			restored = append(restored, other)
		}
	}
	f.Status, f.UndoneAt = FileUndone, at
	return restored, nil
}

// Delete marks the file as deleted, in any state but one. Its voters are found no more; confirmed matches keep their copy.
//
// Conflict: it is being imported.
func (f *File) Delete() error {
	if f.Status == FileImporting {
		return fault.Conflict("voter_file_importing", "This voter file is being imported. Wait until the import has ended, then delete it.")
	}
	f.Status = FileDeleting
	return nil
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
