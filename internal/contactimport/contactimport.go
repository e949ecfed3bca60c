// Package contactimport adds up to 500 contacts of a mobilizer in one request. It owns the transactions: rows are added in
// chunks, and a repeated request adds nobody twice and returns the same results. The rules of a contact are in contact.
package contactimport

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/secret"
	"github.com/kithhq/kith/internal/user"
)

// ErrOtherBody is returned for a request whose id was used with another body.
var ErrOtherBody = errors.New("contactimport: the request was made with another body before")

// Importer adds contacts.
type Importer struct {
	store   *dynamo.Store
	secrets *secret.Reader
}

// NewImporter returns an importer. It derives the ids of contacts from the secret.
func NewImporter(store *dynamo.Store, secrets *secret.Reader) *Importer {
	return &Importer{store, secrets}
}

// Request identifies a request and its mobilizer.
type Request struct {
	ID        string // the same for every repetition
	BodyHash  string
	At        time.Time
	Mobilizer *mobilizer.Mobilizer
	Campaign  *campaign.Campaign // may come from the cache: it is read again before a refusal
}

// Row is a person to add.
type Row struct {
	Entry   contact.EntryID // address-book entry to copy; "" for a new person
	Details contact.Details
	Private contact.PrivateDetails
	Err     error // why the row is invalid; nil if it is valid
}

// Status says what happened to a row.
type Status string

// The statuses.
const (
	Added    Status = "added"
	Invalid  Status = "invalid"  // by its own content
	Conflict Status = "conflict" // with another row or with existing contacts
)

// Result is the outcome of one row.
type Result struct {
	Status  Status
	Contact contact.ID   // when it was added
	Refusal *fault.Error // when it was not
}

// Import adds the valid rows and returns the result of each row, in order.
//
// Forbidden or conflict: the mobilizer may not add contacts. Errors of the store: some chunks may have been added; a
// repeated request continues.
func (i *Importer) Import(ctx context.Context, request Request, rows []Row) ([]Result, error) {
	r := &run{
		Importer: i, request: request, member: request.Mobilizer, campaign: request.Campaign, cached: true,
		results: make([]Result, len(rows)), conflicts: map[int]string{},
	}
	if err := r.checkMayAdd(ctx); err != nil {
		return nil, err
	}
	if err := r.start(ctx); err != nil {
		return nil, err
	}
	if r.bulk.BodyHash != request.BodyHash {
		return nil, ErrOtherBody
	}
	r.selectRows(rows)
	if !r.bulk.Done {
		if err := r.addRows(ctx); err != nil {
			return nil, err
		}
	}
	r.applyConflicts()
	return r.results, nil
}

// start reads or creates the record of the request, and the key of its ids.
func (r *run) start(ctx context.Context) error {
	version, err := r.secrets.Current(ctx)
	if err != nil {
		return err
	}
	started := dynamo.BulkRequest{Request: r.request.ID, BodyHash: r.request.BodyHash, SecretVersion: version.Number}
	r.bulk, err = r.store.StartBulkRequest(ctx, started, r.request.At, dynamo.MobilizerReplyLifetime)
	if err != nil {
		return err
	}
	version, err = r.secrets.Version(ctx, r.bulk.SecretVersion)
	r.key = version.Key("kith bulk ids")
	return err
}

// conflicts that depend on existing contacts, by the code under which the outcome of a request is stored.
var conflicts = map[string]*fault.Error{
	"unknown_contact":     fault.Conflict("unknown_contact", "Your address book has no such person. Choose a person from it."),
	"contact_in_campaign": fault.Conflict("contact_in_campaign", "This person is already one of your contacts in this campaign."),
}

// run is one try of a request.
type run struct {
	*Importer
	request   Request
	member    *mobilizer.Mobilizer
	campaign  *campaign.Campaign
	cached    bool // whether the campaign may be older than the request
	bulk      *dynamo.BulkRequest
	key       []byte // of the ids
	selected  []selectedRow
	results   []Result
	conflicts map[int]string // code by row
}

// selectedRow is a row that its content allows to add.
type selectedRow struct {
	Row
	number int
	ids    contact.IDs
}

// checkMayAdd fails unless the mobilizer may add contacts. A campaign from the cache is read again before it fails.
func (r *run) checkMayAdd(ctx context.Context) error {
	err := r.member.CanAct(r.campaign)
	if err == nil || !r.cached {
		return err
	}
	if err := r.readCampaign(ctx); err != nil {
		return err
	}
	return r.member.CanAct(r.campaign)
}

func (r *run) readCampaign(ctx context.Context) error {
	content, err := r.store.Content(ctx, r.campaign.ID)
	if err != nil {
		return err
	}
	r.campaign, r.cached = content.Campaign, false
	return nil
}

// readMember reads the mobilizer and the campaign again.
//
// Not found: the membership was deleted since.
func (r *run) readMember(ctx context.Context) error {
	member, err := r.store.MembershipByUser(ctx, r.campaign.ID, r.member.User)
	if fault.Is(err, fault.KindNotFound) {
		return fault.NotFound("campaign")
	}
	if err != nil {
		return err
	}
	r.member = member
	return r.readCampaign(ctx)
}

// selectRows selects the rows to add by their content alone, which gives the same selection in every try.
func (r *run) selectRows(rows []Row) {
	rowOfEntry := map[contact.EntryID]int{}
	for n, row := range rows {
		if refusal, ok := errors.AsType[*fault.Error](row.Err); ok {
			r.results[n] = Result{Status: Invalid, Refusal: refusal}
			continue
		}
		if first, ok := rowOfEntry[row.Entry]; ok && row.Entry != "" {
			r.results[n] = Result{Status: Conflict, Refusal: fault.Conflict("same_contact", "Row %d has the same person. Send each person once.", first)}
			continue
		}
		rowOfEntry[row.Entry] = n
		selected := selectedRow{row, n, r.newIDs(n)}
		r.results[n] = Result{Status: Added, Contact: selected.ids.Contact}
		r.selected = append(r.selected, selected)
	}
}

// newIDs returns a row's ids. They are made from the time of the first try and the request's id, so every try makes the
// same.
func (r *run) newIDs(row int) contact.IDs {
	derive := func(kind string) string {
		mac := hmac.New(sha256.New, r.key)
		fmt.Fprintf(mac, "%s %d %s", r.bulk.Request, row, kind)
		return id.Derived(r.bulk.FirstTried, mac.Sum(nil))
	}
	return contact.IDs{
		Contact: contact.ID(derive("contact")), Entry: contact.EntryID(derive("entry")), Person: user.PersonID(derive("person")),
	}
}

// addRows adds the selected rows in chunks. The last chunk stores the outcome of the request.
func (r *run) addRows(ctx context.Context) error {
	chunks := slices.Collect(slices.Chunk(r.selected, dynamo.MaxContactsPerTransaction))
	if len(chunks) == 0 {
		chunks = [][]selectedRow{nil}
	}
	for n, chunk := range chunks {
		repeated := false
		err := dynamo.Retry(ctx, func() error {
			if repeated {
				if err := r.readMember(ctx); err != nil {
					return err
				}
			}
			repeated = true
			err := r.addChunk(ctx, chunk, n == len(chunks)-1)
			if dynamo.ConditionFailed(err, "bulk") {
				return r.readOutcome(ctx)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// readOutcome reads the outcome of another try that finished first.
func (r *run) readOutcome(ctx context.Context) error {
	stored, err := r.store.StartBulkRequest(ctx, *r.bulk, r.request.At, dynamo.MobilizerReplyLifetime)
	if err != nil {
		return err
	}
	if !stored.Done {
		return &dynamo.ConditionFailedError{Entity: "bulk"}
	}
	r.bulk = stored
	return nil
}

// addChunk adds those rows of a chunk that an earlier try did not add, in one transaction.
func (r *run) addChunk(ctx context.Context, chunk []selectedRow, last bool) error {
	if err := r.checkMayAdd(ctx); err != nil {
		return err
	}
	added, err := r.addedBefore(ctx, chunk)
	if err != nil {
		return err
	}
	entries, err := r.readEntries(ctx, chunk)
	if err != nil {
		return err
	}
	var contacts []dynamo.ContactWithEntry
	for _, row := range chunk {
		delete(r.conflicts, row.number)
		if added[row.ids.Contact] {
			continue
		}
		c, conflict := r.newContact(row, entries)
		if conflict != "" {
			r.conflicts[row.number] = conflict
			continue
		}
		contacts = append(contacts, c)
	}
	var writes []dynamo.Write
	if len(contacts) > 0 {
		writes = r.store.CreateContacts(r.member, contacts)
	}
	if last {
		r.bulk.Refused = map[string]string{}
		for row, code := range r.conflicts {
			r.bulk.Refused[strconv.Itoa(row)] = code
		}
		writes = append(writes, r.store.FinishBulkRequest(r.bulk)...)
	}
	if len(writes) == 0 {
		return nil
	}
	return r.store.Commit(ctx, writes...)
}

// addedBefore returns which contacts of a chunk an earlier try added.
func (r *run) addedBefore(ctx context.Context, chunk []selectedRow) (map[contact.ID]bool, error) {
	ids := make([]contact.ID, len(chunk))
	for i, row := range chunk {
		ids[i] = row.ids.Contact
	}
	return r.store.ExistingContacts(ctx, r.member, ids)
}

// readEntries returns the address-book entries that a chunk copies; nil if it copies none.
func (r *run) readEntries(ctx context.Context, chunk []selectedRow) (map[contact.EntryID]*contact.Entry, error) {
	var ids []contact.EntryID
	for _, row := range chunk {
		if row.Entry != "" {
			ids = append(ids, row.Entry)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return r.store.AddressBookEntries(ctx, r.member.User, r.member.Organization, ids)
}

// newContact returns the contact of a row with its address-book entry, or the code of the conflict.
func (r *run) newContact(row selectedRow, entries map[contact.EntryID]*contact.Entry) (dynamo.ContactWithEntry, string) {
	entry := contact.NewEntry(r.member, row.Details, row.Private, row.ids, r.bulk.FirstTried)
	if row.Entry != "" {
		entry = entries[row.Entry]
		if entry == nil {
			return dynamo.ContactWithEntry{}, "unknown_contact"
		}
	}
	c, err := entry.AddToCampaign(r.member, row.ids.Contact, r.campaign.Moment(r.bulk.FirstTried))
	if err != nil {
		return dynamo.ContactWithEntry{}, "contact_in_campaign"
	}
	c.SetStoredAt(r.request.At)
	return dynamo.ContactWithEntry{Contact: c, Entry: entry}, ""
}

// applyConflicts sets the results of rows that conflicted in the try that took effect.
func (r *run) applyConflicts() {
	for row, code := range r.bulk.Refused {
		n, err := strconv.Atoi(row)
		if refusal := conflicts[code]; err == nil && n < len(r.results) && refusal != nil {
			r.results[n] = Result{Status: Conflict, Refusal: refusal}
		}
	}
}
