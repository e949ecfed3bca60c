package mobilizerapi

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/user"
)

// CreateContactsRequest adds many contacts at once.
type CreateContactsRequest struct {
	Contacts []NewContact `json:"contacts" nullable:"false" minItems:"1" maxItems:"500"`
}

// CreateContactsReport says what became of each row.
type CreateContactsReport struct {
	Added   int                 `json:"added"`
	Refused int                 `json:"refused"`
	Rows    []CreateContactsRow `json:"rows" nullable:"false" doc:"One a contact that was sent, in the same order."`
}

// CreateContactsRow says what became of one row.
type CreateContactsRow struct {
	Row    int                    `json:"row" doc:"From 0, as in the request."`
	Result string                 `json:"result" enum:"added,invalid,conflict"`
	ID     string                 `json:"id,omitempty" doc:"Of the new contact in this campaign."`
	Detail string                 `json:"detail,omitempty" doc:"Why the row was refused."`
	Errors []httpapi.ProblemField `json:"errors,omitempty"`

	refusal string // stable word for a refusal that depends on what there was
}

// bulkAdding is one request that adds many contacts, on its way.
type bulkAdding struct {
	*mobilizerRoutes
	a      *httpapi.Access
	rows   []NewContact
	bulk   *dynamo.BulkRequest
	report []CreateContactsRow
	valid  []bulkRow // rows that may be added, in order
}

type bulkRow struct {
	row     int
	ids     contact.IDs
	details contact.Details
	private contact.PrivateDetails
	entry   contact.EntryID // of the address book; "" for somebody new
}

func (m *mobilizerRoutes) addContacts(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body CreateContactsRequest
},
) (*httpapi.Body[CreateContactsReport], error) {
	if a.Idempotency == nil {
		return nil, fault.Invalid(httpapi.IdempotencyHeader, "Send an Idempotency-Key, so that a repetition adds nobody twice.")
	}
	if err := m.current(ctx, a, func() error { return a.Mobilizer.CanAct(a.Campaign) }); err != nil {
		return nil, err
	}
	bulk, err := m.store.StartBulkRequest(ctx, a.Idempotency.ID, a.Idempotency.BodyHash, a.At)
	if err != nil {
		return nil, err
	}
	if bulk.BodyHash != a.Idempotency.BodyHash {
		return nil, httpapi.ErrKeyReused
	}
	adding := &bulkAdding{mobilizerRoutes: m, a: a, rows: in.Body.Contacts, bulk: bulk}
	adding.check()
	if !bulk.Done {
		if err := adding.add(ctx); err != nil {
			return nil, err
		}
	}
	return httpapi.NewBody(adding.result()), nil
}

// check asks the rules that need nothing but the row. What it finds is the same for every try.
func (b *bulkAdding) check() {
	seen := map[string]int{}
	b.report = make([]CreateContactsRow, len(b.rows))
	for n, row := range b.rows {
		b.report[n] = CreateContactsRow{Row: n, Result: "added"}
		details, private, err := row.checked()
		if refused, ok := errors.AsType[*fault.Error](err); ok {
			b.refuse(n, "invalid", refused)
			continue
		}
		if first, ok := seen[row.ContactID]; ok && row.ContactID != "" {
			b.refuse(n, "conflict", fault.Conflict("same_contact", fmt.Sprintf("This is the person of row %d again.", first)))
			continue
		}
		seen[row.ContactID] = n
		ids := b.ids(n)
		b.report[n].ID = string(ids.Contact)
		b.valid = append(b.valid, bulkRow{n, ids, details, private, contact.EntryID(row.ContactID)})
	}
}

func (b *bulkAdding) refuse(row int, result string, err *fault.Error) {
	shown := httpapi.NewProblem(err)
	b.report[row] = CreateContactsRow{Row: row, Result: result, Detail: shown.Detail, Errors: shown.Errors, refusal: err.Code}
}

// ids makes a row's ids from the time of the first try and the client's key, so that every try makes the same.
func (b *bulkAdding) ids(row int) contact.IDs {
	derived := func(kind string) string {
		mac := hmac.New(sha256.New, b.mobilizerRoutes.bulk)
		fmt.Fprintf(mac, "%s %d %s", b.bulk.Request, row, kind)
		return id.Derived(b.bulk.FirstTried, mac.Sum(nil))
	}
	return contact.IDs{
		Contact: contact.ID(derived("contact")), Entry: contact.EntryID(derived("entry")),
		Person: user.PersonID(derived("person")),
	}
}

// add writes the valid rows in chunks. The last chunk keeps the outcome.
func (b *bulkAdding) add(ctx context.Context) error {
	chunks := slices.Collect(slices.Chunk(b.valid, dynamo.MaxContactsPerTransaction))
	if len(chunks) == 0 {
		chunks = [][]bulkRow{nil}
	}
	for n, chunk := range chunks {
		last := n == len(chunks)-1
		err := b.write(ctx, b.a, func() error {
			err := b.addChunk(ctx, chunk, last)
			if dynamo.ConditionFailed(err, "bulk") {
				return b.overtaken(ctx)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// overtaken takes over the outcome of another try of the same request that finished first.
func (b *bulkAdding) overtaken(ctx context.Context) error {
	kept, err := b.store.StartBulkRequest(ctx, b.bulk.Request, b.bulk.BodyHash, b.a.At)
	if err != nil {
		return err
	}
	if !kept.Done {
		return &dynamo.ConditionFailedError{Entity: "bulk"}
	}
	b.bulk = kept
	return nil
}

// addChunk adds those rows of a chunk that are not there yet.
func (b *bulkAdding) addChunk(ctx context.Context, chunk []bulkRow, last bool) error {
	if err := b.a.Mobilizer.CanAct(b.a.Campaign); err != nil {
		return err
	}
	there, err := b.there(ctx, chunk)
	if err != nil {
		return err
	}
	entries, err := b.known(ctx, chunk)
	if err != nil {
		return err
	}
	var additions []dynamo.ContactWithEntry
	for _, row := range chunk {
		b.report[row.row] = CreateContactsRow{Row: row.row, Result: "added", ID: string(row.ids.Contact)}
		if there[row.ids.Contact] {
			continue
		}
		added, refused := b.addition(row, entries)
		if refused != nil {
			b.refuse(row.row, "conflict", refused)
			continue
		}
		additions = append(additions, added)
	}
	var writes []dynamo.Write
	if len(additions) > 0 {
		writes = b.store.CreateContacts(b.a.Mobilizer, additions)
	}
	if last {
		writes = append(writes, b.finish()...)
	}
	if len(writes) == 0 {
		return nil
	}
	return b.store.Commit(ctx, writes...)
}

// there returns which rows of a chunk an earlier try added.
func (b *bulkAdding) there(ctx context.Context, chunk []bulkRow) (map[contact.ID]bool, error) {
	ids := make([]contact.ID, len(chunk))
	for i, row := range chunk {
		ids[i] = row.ids.Contact
	}
	return b.store.ExistingContacts(ctx, b.a.Mobilizer, ids)
}

// known returns the address-book entries that a chunk adds from.
func (b *bulkAdding) known(ctx context.Context, chunk []bulkRow) (map[contact.EntryID]*contact.Entry, error) {
	var ids []contact.EntryID
	for _, row := range chunk {
		if row.entry != "" {
			ids = append(ids, row.entry)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return b.store.AddressBookEntries(ctx, b.a.UserID, b.a.Organization, ids)
}

// addition is what a row adds, or why it can't be added.
func (b *bulkAdding) addition(row bulkRow, entries map[contact.EntryID]*contact.Entry) (dynamo.ContactWithEntry, *fault.Error) {
	entry := contact.NewEntry(b.a.Mobilizer, row.details, row.private, row.ids, b.bulk.FirstTried)
	if row.entry != "" {
		entry = entries[row.entry]
		if entry == nil {
			return dynamo.ContactWithEntry{}, bulkRefusals["unknown_contact"]
		}
	}
	added, err := entry.AddToCampaign(b.a.Mobilizer, row.ids.Contact, b.a.Campaign.Moment(b.bulk.FirstTried))
	if err != nil {
		return dynamo.ContactWithEntry{}, bulkRefusals["contact_in_campaign"]
	}
	added.SetStoredAt(b.a.At)
	return dynamo.ContactWithEntry{Contact: added, Entry: entry}, nil
}

// bulkRefusals are those that depend on what there was, by the word under which the outcome keeps them.
var bulkRefusals = map[string]*fault.Error{
	"unknown_contact":     fault.Conflict("unknown_contact", "There is no such person in your address book."),
	"contact_in_campaign": fault.Conflict("contact_in_campaign", "This person is already one of your contacts in this campaign."),
}

// finish returns the write that keeps which rows were refused by what there was.
func (b *bulkAdding) finish() []dynamo.Write {
	b.bulk.Refused = map[string]string{}
	for _, row := range b.report {
		if bulkRefusals[row.refusal] != nil {
			b.bulk.Refused[strconv.Itoa(row.Row)] = row.refusal
		}
	}
	return b.store.FinishBulkRequest(b.bulk)
}

// result is the report; after a repetition it is that of the try that took effect.
func (b *bulkAdding) result() CreateContactsReport {
	report := CreateContactsReport{Rows: b.report}
	for n := range report.Rows {
		if refused := bulkRefusals[b.bulk.Refused[strconv.Itoa(n)]]; refused != nil {
			b.refuse(n, "conflict", refused)
		}
		if report.Rows[n].Result == "added" {
			report.Added++
		}
	}
	report.Refused = len(report.Rows) - report.Added
	return report
}
