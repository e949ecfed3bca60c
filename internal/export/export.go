// Package export owns the record of a requested export: what can be requested, its states and transitions, where its
// files are stored and what they are called. The columns belong to package dataset, writing the files to package file,
// recurring exports to package schedule.
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
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
)

// Type names what is exported: a dataset, or Bundle.
type Type string

// Compression is how a file is packed.
type Compression string

// The compressions.
const (
	Plain Compression = ""     // as it is
	Gzip  Compression = "gzip" // one gzip file
)

// State is the state of an export.
type State string

// The states of an export.
const (
	Queued    State = "queued"
	Running   State = "running"
	Ready     State = "ready"
	Failed    State = "failed"
	Cancelled State = "cancelled"
	Expired   State = "expired" // the file was removed: by age, which is never stored, or because its schedule has newer ones
)

// Retention is how long a file can be downloaded, unless it belongs to a schedule.
const Retention = 7 * 24 * time.Hour

// Request says what to export. Requests can be compared.
type Request struct {
	Type        Type
	Dialect     csv.Dialect
	Profile     dataset.Profile
	Item        action.ID // for datasets of one action item
	Compression Compression
	Types       Types // of a bundle
}

// Options returns how the request's dataset is written.
func (r Request) Options() dataset.Options {
	return dataset.Options{Dialect: r.Dialect, Profile: r.Profile, Item: r.Item}
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
		r.Profile = dataset.Standard
	}
	if r.Type == Bundle && r.Types == "" {
		r.Types, _ = NewTypes(nil)
	}
	found, known := dataset.Find(dataset.Name(r.Type))
	var c fault.Checker
	c.Check(known || r.Type == Bundle, "type", "There is no such export. Choose one of: "+datasetNames()+", "+string(Bundle)+".")
	c.Check(r.Dialect == csv.Data || r.Dialect == csv.Spreadsheet, "dialect", "Choose data or spreadsheet.")
	c.Check(r.Profile == dataset.Standard || r.Profile == dataset.Extended, "profile", "Choose standard or extended.")
	ofItem := r.Type == Bundle && r.Types.needsItem()
	if known {
		info := found.Info()
		ofItem = info.OfItem
		c.Check(r.Profile != dataset.Extended || len(info.Extended) > 0, "profile", "This export has no extended columns.")
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

func datasetNames() string {
	var names []string
	for _, d := range dataset.All() {
		names = append(names, string(d.Info().Name))
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
	return e.FinishedAt.Add(Retention)
}

// beforeStart is how long before its start a bundle's cutoff is: longer than a request takes from the time that it records
// to the commit. So every row created before the cutoff, and not removed, can be read from the start on.
const beforeStart = time.Minute

// Cutoff returns the instant of a bundle's snapshot: rows created at it or later are not in the bundle.
func (e *Export) Cutoff() time.Time { return e.StartedAt.Add(-beforeStart) }

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
		prefix = ScheduledPrefix(e.Organization, e.Campaign, e.Schedule)
	}
	return fmt.Sprintf("%s%s/%s/%d%s", prefix, e.ID, j.ID, j.Version, e.ending())
}

// TailKey is where the worker that holds a job stores its unfinished part, under the rules of Key. Every tail, also one of
// a schedule's export, is under "exports/", so the bucket removes one that was left behind.
func (e *Export) TailKey(j *job.Job) string {
	return fmt.Sprintf("exports/%s/%s/%s/%s/%d.tail", e.Organization, e.Campaign, e.ID, j.ID, j.Version)
}

// ScheduledPrefix begins the keys of all files of a schedule. Only the schedule's own cleanup removes objects under it; no
// lifecycle rule of the bucket does.
func ScheduledPrefix(o organization.ID, c campaign.ID, schedule string) string {
	return fmt.Sprintf("scheduled/%s/%s/%s/", o, c, schedule)
}

// Owns reports whether a key is of the export's finished file, or may be of a file that is being written. All other objects
// under a schedule's prefix belong to runs that failed or expired, or were left by a worker that crashed.
func (e *Export) Owns(key string) bool {
	switch {
	case e.State == Ready:
		return strings.HasPrefix(key, strings.TrimSuffix(e.Object, e.ending())+".")
	case e.UnderWay():
		return strings.Contains(key, "/"+e.ID+"/")
	default:
		return false
	}
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
