package export

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
)

// Profile is which columns a file has.
type Profile string

// The profiles.
const (
	Standard Profile = "standard" // the source's columns, to the letter
	Extended Profile = "extended" // the same first, then further ones, so that every file joins every other
)

// Compression is how a file is packed.
type Compression string

// The compressions.
const (
	Plain Compression = ""     // as it is
	Gzip  Compression = "gzip" // one gzip file
)

// State is where an export stands.
type State string

// The states of an export.
const (
	Queued    State = "queued"
	Running   State = "running"
	Ready     State = "ready"
	Failed    State = "failed"
	Cancelled State = "cancelled"
	Expired   State = "expired" // the file is gone: by age, which is never stored, or after newer ones of its schedule
)

// Kept is how long a file can be downloaded that no schedule keeps.
const Kept = 7 * 24 * time.Hour

// Request is what is asked for.
type Request struct {
	Type    Type
	Dialect csv.Dialect
	Profile Profile
	Item    action.ID // for the exports of one action item

	Compression Compression
	Types       Types // of a bundle
}

// Export is the record of a CSV that somebody asked for.
type Export struct {
	ID           string
	Organization organization.ID
	Campaign     campaign.ID
	Request      Request
	State        State
	By           user.ID
	ByName       string
	RequestedAt  time.Time
	StartedAt    time.Time // of the rows' reading; zero while queued
	AsOf         time.Time // when the reading of the file's first row began; no row is older
	FinishedAt   time.Time // zero until ready, failed or cancelled
	Rows         int       // written so far
	Expected     int       // about, when it started
	Bytes        int64
	Object       string // key of the file; empty until ready
	SHA256       string // of the whole file, hex; empty until ready
	Error        string // why it failed, for people
	Job          string // the job that writes it, or that did
	Schedule     string // the schedule that asked for it and keeps its file; empty when a person did
	Version      int
}

// Latest names the export that was asked for last with a request, so that the same request finds it while it is under
// way.
type Latest struct {
	Campaign campaign.ID
	Request  Request
	Export   string
	Version  int // zero when there is none yet
}

// New asks for an export of a campaign. Blank dialect and profile mean data and standard.
//
// Invalid: there is no such export, dialect or profile, the export has no extended columns, or it is of one action item
// and none of items is named.
func New(r Request, of *campaign.Campaign, items []*action.Item, by *user.User, at time.Time) (*Export, error) {
	if r.Dialect == "" {
		r.Dialect = csv.Data
	}
	if r.Profile == "" {
		r.Profile = Standard
	}
	if r.Type == Bundle && r.Types == "" {
		r.Types = everything()
	}
	table, known := TableOf(r.Type)
	var c fault.Checker
	c.Check(known || r.Type == Bundle, "type", "There is no such export. Choose one of: "+choices()+", "+string(Bundle)+".")
	c.Check(r.Dialect == csv.Data || r.Dialect == csv.Spreadsheet, "dialect", "Choose data or spreadsheet.")
	c.Check(r.Profile == Standard || r.Profile == Extended, "profile", "Choose standard or extended.")
	ofItem := r.Type == Bundle && r.Types.ofItem()
	if known {
		info := table.Info()
		ofItem = info.OfItem
		c.Check(r.Profile != Extended || len(info.Extended) > 0, "profile", "This export has no extended columns.")
		c.Check(r.Types == "", "types", "Only a bundle holds several exports: ask for the type bundle.")
	}
	c.Check(r.Item == "" || ofItem, "action_item", "This export is not of one action item.")
	if ofItem {
		there := slices.ContainsFunc(items, func(i *action.Item) bool { return i.ID == r.Item })
		c.Check(r.Item != "", "action_item", "Say which action item: send its id.")
		c.Check(r.Item == "" || there, "action_item", "There is no such action item in this campaign.")
	}
	c.Check(r.Compression == Plain || r.Compression == Gzip, "compression", "Choose none or gzip.")
	c.Check(r.Compression == Plain || r.Type != Bundle, "compression", "A bundle is packed already: choose none.")
	if err := c.Err(); err != nil {
		return nil, err
	}
	at = at.UTC().Truncate(time.Millisecond)
	return &Export{
		ID: id.At(at), Organization: of.Organization, Campaign: of.ID, Request: r, State: Queued, By: by.ID,
		ByName: by.Name, RequestedAt: at,
	}, nil
}

func choices() string {
	names := make([]string, len(tables))
	for i, t := range tables {
		names[i] = string(t.Name())
	}
	return strings.Join(names, ", ")
}

// StateAt is where the export stands at a time: a ready one expires by itself, unless a schedule keeps it.
func (e *Export) StateAt(at time.Time) State {
	if expires := e.ExpiresAt(); !expires.IsZero() && at.After(expires) {
		return Expired
	}
	return e.State
}

// ExpiresAt is when the file is removed by its age; zero while it is not ready, and when a schedule keeps it.
func (e *Export) ExpiresAt() time.Time {
	if e.State != Ready || e.Schedule != "" {
		return time.Time{}
	}
	return e.FinishedAt.Add(Kept)
}

// UnderWay reports whether the export is still to come to its end.
func (e *Export) UnderWay() bool { return e.State == Queued || e.State == Running }

// WrittenBy reports whether a job is the one that is to write the export. One that was called off, or tried again by
// another job, is not its business any more.
func (e *Export) WrittenBy(j *job.Job) bool { return e.UnderWay() && e.Job == j.ID }

// Percent is how much is written, 100 only when the file is ready.
func (e *Export) Percent() int {
	switch {
	case e.State == Ready:
		return 100
	case e.Expected <= 0:
		return 0
	default:
		return min(99, e.Rows*100/e.Expected)
	}
}

// Begin starts the writing, or goes on after a worker died.
func (e *Export) Begin(expected int, at time.Time) {
	e.State, e.Expected = Running, max(expected, e.Rows)
	if e.StartedAt.IsZero() {
		e.StartedAt = at
	}
}

// Finish makes the export ready for download.
func (e *Export) Finish(object string, rows int, bytes int64, sum string, at time.Time) {
	e.State, e.Object, e.Rows, e.Bytes, e.SHA256, e.FinishedAt = Ready, object, rows, bytes, sum, at
}

// Fail ends the export with a reason that people understand.
func (e *Export) Fail(reason string, at time.Time) {
	e.State, e.Error, e.FinishedAt = Failed, reason, at
}

// Cancel calls the export off, and reports whether it was under way; one that is called off already stays so.
//
// Conflict: it has come to its end.
func (e *Export) Cancel(at time.Time) (bool, error) {
	if e.State == Cancelled {
		return false, nil
	}
	if !e.UnderWay() {
		return false, fault.Conflict("export_ended", "This export has come to its end; there is nothing to cancel.")
	}
	e.State, e.FinishedAt = Cancelled, at.UTC().Truncate(time.Millisecond)
	return true, nil
}

// Retry starts a failed or cancelled export anew, written by the job, from its first row.
//
// Conflict: it has not failed and was not cancelled.
func (e *Export) Retry(j *job.Job) error {
	if e.State != Failed && e.State != Cancelled {
		return fault.Conflict("export_not_failed", "Only an export that failed or was cancelled can be tried again. Ask for a new one.")
	}
	e.State, e.Job, e.Error = Queued, j.ID, ""
	e.Rows, e.Expected, e.StartedAt, e.AsOf, e.FinishedAt = 0, 0, time.Time{}, time.Time{}, time.Time{}
	return nil
}

// Downloadable returns nil when a link may be made.
//
// Conflict: the export is not ready, failed, was cancelled, or is older than it is kept.
func (e *Export) Downloadable(at time.Time) error {
	switch e.StateAt(at) {
	case Failed:
		return fault.Conflict("export_failed", "This export failed: "+e.Error)
	case Cancelled:
		return fault.Conflict("export_cancelled", "This export was cancelled. Try it again, or ask for a new one.")
	case Queued, Running:
		return fault.Conflict("export_not_ready", "This export is not ready yet.")
	case Expired:
		if e.Schedule != "" {
			return fault.Conflict("export_expired", "The file of this export was removed after newer ones of its schedule, or with the schedule.")
		}
		return fault.Conflict("export_expired", "This export is older than seven days and was removed. Ask for a new one.")
	default:
		return nil
	}
}

// Key is where the worker that holds a job puts the file: object names carry the tenant. Job and version keep a worker
// that was overtaken, without knowing it yet, from writing over the file of its successor. Under "exports/" the bucket
// removes what is seven days old; what a schedule keeps stands elsewhere.
func (e *Export) Key(j *job.Job) string {
	prefix := fmt.Sprintf("exports/%s/%s/", e.Organization, e.Campaign)
	if e.Schedule != "" {
		prefix = (&Schedule{ID: e.Schedule, Organization: e.Organization, Campaign: e.Campaign}).prefix()
	}
	return fmt.Sprintf("%s%s/%s/%d%s", prefix, e.ID, j.ID, j.Version, e.ending())
}

// ManifestKey is where the manifest of a finished file stands: beside it.
func (e *Export) ManifestKey() string {
	return strings.TrimSuffix(e.Object, e.ending()) + ".manifest.json"
}

// SchemaKey is where the schema of a finished file stands: beside it.
func (e *Export) SchemaKey() string {
	return strings.TrimSuffix(e.Object, e.ending()) + schemaEnding
}

const schemaEnding = ".schema.json"

func (e *Export) ending() string {
	if e.Request.Type == Bundle {
		return ".zip"
	}
	if e.Request.Compression == Gzip {
		return ".csv.gz"
	}
	return ".csv"
}

// SchemaFileName is what the schema is called on the reader's disk: like the file, with another ending.
func (e *Export) SchemaFileName(organizationName string, of *campaign.Campaign) string {
	return strings.TrimSuffix(e.FileName(organizationName, of), e.ending()) + schemaEnding
}

// FileName is what the file is called on the reader's disk: organization, campaign, type and date, in letters that are
// safe in any header and on any disk. A campaign whose name has other letters goes by the address of its landing page,
// which no other campaign has.
func (e *Export) FileName(organizationName string, of *campaign.Campaign) string {
	organizationPart, _ := slug(organizationName)
	campaignPart, whole := slug(of.Name)
	if !whole {
		campaignPart = of.Slug
	}
	parts := []string{
		organizationPart, campaignPart, strings.ReplaceAll(string(e.Request.Type), "_", "-"),
		e.RequestedAt.UTC().Format(time.DateOnly),
	}
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
	return strings.Join(parts, "_") + e.ending()
}

// slug keeps a name's letters without their accents and its digits, in lower case, with a hyphen for what is between: at
// most 40 of them. It reports whether that is all the name: no letter was left out, and something is left.
func slug(name string) (string, bool) {
	var b strings.Builder
	gap, whole := false, true
	for _, r := range text.FoldName(name) {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(r)
			gap = false
		default:
			gap = true
			whole = whole && !unicode.IsLetter(r) && !unicode.IsNumber(r)
		}
		if b.Len() >= 40 {
			break
		}
	}
	return b.String(), whole && b.Len() > 0
}
