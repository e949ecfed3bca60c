package mobilizerapi

import (
	"context"
	"errors"
	"slices"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/contactimport"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/mobilizing"
	"github.com/kithhq/kith/internal/text"
)

// CreateContactsRequest holds the contacts to add.
type CreateContactsRequest struct {
	Contacts []NewContact `json:"contacts" nullable:"false" minItems:"1" maxItems:"500"`
}

// CreateContactsReport holds the result of each row.
type CreateContactsReport struct {
	Added   int                 `json:"added"`
	Refused int                 `json:"refused"`
	Rows    []CreateContactsRow `json:"rows" nullable:"false" doc:"One for each contact of the request, in the same order."`
}

// CreateContactsRow is the result of one row.
type CreateContactsRow struct {
	Row    int                    `json:"row" doc:"From 0, as in the request."`
	Result string                 `json:"result" enum:"added,invalid,conflict"`
	ID     string                 `json:"id,omitempty" doc:"Of the new contact in this campaign."`
	Detail string                 `json:"detail,omitempty" doc:"Why the row was refused."`
	Errors []httpapi.ProblemField `json:"errors,omitempty"`

	Warnings   []httpapi.ProblemField `json:"warnings,omitempty" doc:"The optional values that are left out or in doubt, with the reason."`
	Duplicates []LikelyDuplicate      `json:"likely_duplicates,omitempty" doc:"People in the address book, or in earlier rows, who are likely the same person."`
}

func (m *mobilizerRoutes) createContacts(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body CreateContactsRequest
},
) (*httpapi.Body[CreateContactsReport], error) {
	if a.Idempotency == nil {
		return nil, fault.Invalid(httpapi.IdempotencyHeader, "This request needs an Idempotency-Key, so that repeating it adds nobody twice. Send one.")
	}
	rows := make([]contactimport.Row, len(in.Body.Contacts))
	people, warnings := make([]mobilizing.Person, len(in.Body.Contacts)), make([][]fault.Field, len(in.Body.Contacts))
	for n, c := range in.Body.Contacts {
		people[n], warnings[n], rows[n].Err = c.normalize()
		if doubt, found := text.DoubtfulPlace(people[n].Details.State, people[n].Details.Zip); found && !c.ConfirmPlace {
			doubt.Message = fault.NewMessage("%s Both are kept. Correct one of them if it is wrong.", doubt.Message)
			warnings[n] = append(warnings[n], doubt)
		}
		rows[n].Entry, rows[n].Details, rows[n].Private = people[n].Entry, people[n].Details, people[n].Private
	}
	results, err := m.importer.Import(ctx, contactimport.Request{
		ID: a.Idempotency.ID, BodyHash: a.Idempotency.BodyHash, At: a.At, Mobilizer: a.Mobilizer, Campaign: a.Campaign,
	}, rows)
	if errors.Is(err, contactimport.ErrOtherBody) {
		return nil, httpapi.ErrKeyReused
	}
	if err != nil {
		return nil, err
	}
	report := newCreateContactsReport(results, a.Language)
	for n := range report.Rows {
		if results[n].Status == contactimport.Added {
			report.Rows[n].Warnings = httpapi.NewProblemFields(warnings[n], a.Language)
		}
	}
	if err := m.addDuplicates(ctx, a, &report, people); err != nil {
		return nil, err
	}
	return httpapi.NewBody(report), nil
}

// addDuplicates adds to each row of a report the people who are likely the same: those in earlier rows, and those who were in
// the address book before the request.
func (m *mobilizerRoutes) addDuplicates(ctx context.Context, a *httpapi.Access, report *CreateContactsReport, people []mobilizing.Person) error {
	if !slices.ContainsFunc(people, func(p mobilizing.Person) bool { return p.Private != (contact.PrivateDetails{}) }) {
		return nil
	}
	all, err := m.service.AddressBook(ctx, newCaller(a))
	if err != nil {
		return err
	}
	entries := map[string]*contact.Entry{} // by their contact in the campaign
	for _, e := range all {
		if target := e.Targets[a.Campaign.ID]; target != "" {
			entries[string(target)] = e
		}
	}
	rowOf := map[contact.EntryID]int{}
	for n := range report.Rows {
		if e := entries[report.Rows[n].ID]; e != nil {
			rowOf[e.ID] = n
		}
	}
	for n := range report.Rows {
		e := entries[report.Rows[n].ID]
		if e == nil {
			continue
		}
		earlier := slices.DeleteFunc(slices.Clone(all), func(other *contact.Entry) bool {
			row, inRequest := rowOf[other.ID]
			return inRequest && row >= n || !inRequest && other.CreatedAt.After(e.CreatedAt)
		})
		report.Rows[n].Duplicates = newLikelyDuplicates(mobilizing.Duplicates(a.Campaign.ID, e, earlier))
	}
	return nil
}

func newCreateContactsReport(results []contactimport.Result, l text.Language) CreateContactsReport {
	report := CreateContactsReport{Rows: make([]CreateContactsRow, len(results))}
	for n, r := range results {
		report.Rows[n] = CreateContactsRow{Row: n, Result: string(r.Status), ID: string(r.Contact)}
		if r.Refusal == nil {
			report.Added++
			continue
		}
		problem := httpapi.NewProblem(r.Refusal, l)
		report.Rows[n].Detail, report.Rows[n].Errors = problem.Detail, problem.Errors
	}
	report.Refused = len(results) - report.Added
	return report
}
