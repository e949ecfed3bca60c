package mobilizerapi

import (
	"context"
	"errors"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/contactimport"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
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
	for n, c := range in.Body.Contacts {
		rows[n].Entry = contact.EntryID(c.EntryID)
		rows[n].Details, rows[n].Private, rows[n].Err = c.normalize()
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
	return httpapi.NewBody(newCreateContactsReport(results)), nil
}

func newCreateContactsReport(results []contactimport.Result) CreateContactsReport {
	report := CreateContactsReport{Rows: make([]CreateContactsRow, len(results))}
	for n, r := range results {
		report.Rows[n] = CreateContactsRow{Row: n, Result: string(r.Status), ID: string(r.Contact)}
		if r.Refusal == nil {
			report.Added++
			continue
		}
		problem := httpapi.NewProblem(r.Refusal)
		report.Rows[n].Detail, report.Rows[n].Errors = problem.Detail, problem.Errors
	}
	report.Refused = len(results) - report.Added
	return report
}
