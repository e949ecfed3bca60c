package invitationapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/invitation/list"
	"github.com/kithhq/kith/internal/invitationlist"
)

func (h *invitations) registerLists(api *httpapi.API) {
	const (
		preview = campaignInvitations + "/preview"
		imports = campaignInvitations + "/import"
	)
	httpapi.Register(api, httpapi.Operation{
		ID: "preview-invitation-list", Method: http.MethodPost, Path: preview, NoIdempotencyKey: true,
		Summary: "Preview an invitation list",
		Description: "Checks every row and invites nobody. Send a CSV of up to 5,000 rows and 2 MB as text/csv: UTF-8, cells " +
			"separated by comma, semicolon or tab, with the columns email and first_name, or name, and optionally last_name and " +
			"language (en or es). The headings of Google Contacts, Outlook, VAN, NationBuilder, ActBlue and Kith's exports are " +
			"recognized; other columns are ignored. If a required column is not recognized, the request fails with " +
			"columns_unknown, which has the file's headings: repeat it with email_column, first_name_column or name_column. With " +
			"rejects=csv returns the rejected rows as CSV with their reasons, safe to open in a spreadsheet.",
	}, httpapi.CampaignAdmin, h.previewList)
	httpapi.Register(api, httpapi.Operation{
		ID: "import-invitation-list", Limit: httpapi.PerHour(200), Method: http.MethodPost, Path: imports,
		Summary: "Import an invitation list",
		Description: "Invites every valid row. Invalid rows are reported and skipped. Send a CSV of up to 5,000 rows and 2 MB as " +
			"text/csv, with the columns and parameters of the preview. An optional value that is not valid is left out with a " +
			"warning. Requires an Idempotency-Key: a repeated request continues where the previous one ended, invites nobody " +
			"twice, and returns the same report for 24 hours. With " +
			"rejects=csv a finished import returns the rejected rows as CSV; a 202 is always JSON.",
	}, httpapi.CampaignAdmin, h.importList)
	const rejects = "The rejected rows, with rejects=csv."
	describeResponse[InvitationListPreview](api, api.OpenAPI().Paths[preview].Post, rejects)
	describeResponse[InvitationListReport](api, api.OpenAPI().Paths[imports].Post, rejects)
	responses := api.OpenAPI().Paths[imports].Post.Responses
	responses["202"] = &huma.Response{
		Description: "Rows remain because time was up. Repeat the same request with the same key. Always JSON.",
		Content:     map[string]*huma.MediaType{"application/json": responses["200"].Content["application/json"]},
	}
}

// describeResponse describes the two forms of a list's response: JSON, and a CSV of people.
func describeResponse[T any](api *httpapi.API, op *huma.Operation, csv string) {
	schema := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")
	op.Responses["200"].Content = map[string]*huma.MediaType{
		"application/json": {Schema: schema},
		"text/csv":         {Schema: &huma.Schema{Type: huma.TypeString, Description: csv}},
	}
}

// InvitationListRequest is an invitation list.
type InvitationListRequest struct {
	httpapi.CampaignPath
	ListColumns
	Rejects string `query:"rejects" enum:"csv" doc:"Returns the rejected rows as CSV."`
	RawBody []byte `contentType:"text/csv"`
}

// ListColumns names the columns of a file whose headings are not recognized.
type ListColumns struct {
	Email     string `query:"email_column" maxLength:"200" doc:"Heading of the column of email addresses."`
	FirstName string `query:"first_name_column" maxLength:"200" doc:"Heading of the column of first names."`
	LastName  string `query:"last_name_column" maxLength:"200" doc:"Heading of the column of last names."`
	FullName  string `query:"name_column" maxLength:"200" doc:"Heading of the column of first and last names in one cell."`
	Language  string `query:"language_column" maxLength:"200" doc:"Heading of the column of languages."`
}

// InvitationListTotals counts the rejected rows by class, and all rows.
type InvitationListTotals struct {
	Rows             int `json:"rows" doc:"Rows below the header without blank ones: the sum of all classes."`
	Duplicate        int `json:"duplicate" doc:"The address is in an earlier row or has an open invitation."`
	AlreadyMobilizer int `json:"already_mobilizer" doc:"The address belongs to a mobilizer of the campaign."`
	Suppressed       int `json:"suppressed" doc:"The address is on the suppression list: unsubscribed, bounced or complained."`
	Malformed        int `json:"malformed"`
}

// InvitationListPreview is what an import would do.
type InvitationListPreview struct {
	InvitationListTotals
	Valid    int             `json:"valid" doc:"Rows that would be invited."`
	MailHeld string          `json:"mail_held_reason,omitempty" doc:"Why the emails would be held, and what to do. Only while the organization's email is stopped."`
	Rejected []InvitationRow `json:"rejected" nullable:"false"`
	Warnings []RowWarning    `json:"warnings" nullable:"false"`
}

// InvitationListReport is what an import has done.
type InvitationListReport struct {
	InvitationListTotals
	Invited   int             `json:"invited"`
	Remaining int             `json:"remaining" doc:"Rows that are not finished. Repeat the same request with the same Idempotency-Key until there are none."`
	MailHeld  string          `json:"mail_held_reason,omitempty" doc:"Why the emails are held now, and what to do. Only while the organization's email is stopped."`
	Rejected  []InvitationRow `json:"rejected" nullable:"false"`
	Warnings  []RowWarning    `json:"warnings" nullable:"false"`
}

// RowWarning names an optional value of a row that is left out. It does not keep the person from being invited.
type RowWarning struct {
	Row     int    `json:"row" doc:"As spreadsheets number it: the header is row 1."`
	Field   string `json:"field" example:"language"`
	Message string `json:"message"`
}

func newRowWarnings(a *httpapi.Access, l *list.List) []RowWarning {
	warnings := []RowWarning{}
	for _, r := range l.Warned() {
		for _, w := range r.Warnings {
			warnings = append(warnings, RowWarning{r.Number, w.Name, a.Translate(w.Message)})
		}
	}
	return warnings
}

// withColumns adds the headings of the file to the refusal of a file whose columns are not recognized.
func withColumns(err error) error {
	unknown, ok := errors.AsType[*list.ColumnsError](err)
	if !ok {
		return err
	}
	return httpapi.WithMembers(err, httpapi.ProblemMembers{Columns: unknown.Header})
}

// InvitationRow is a rejected row of a list.
type InvitationRow struct {
	Row   int    `json:"row" doc:"As spreadsheets number it: the header is row 1."`
	Class string `json:"class" enum:"duplicate,already_mobilizer,suppressed,malformed"`
	InvitationRowInput
	Errors     []httpapi.ProblemField `json:"errors" nullable:"false" doc:"The reasons, by column; row for the whole row."`
	EarlierRow int                    `json:"duplicate_of_row,omitempty" doc:"The earlier row with the same address."`
	Invitation string                 `json:"invitation_id,omitempty" doc:"Id of the address's open invitation, which can be resent."`
}

// InvitationRowInput holds the cells of a row as in the file. Long cells are cut.
type InvitationRowInput struct {
	Email     string `json:"email"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Language  string `json:"language"`
}

// maxCellLength is the number of characters of a rejected row's cell in JSON. The CSV of rejects has all.
const maxCellLength = 100

func newInvitationRows(a *httpapi.Access, l *list.List) []InvitationRow {
	return httpapi.NewList(l.Rejected(), func(r *list.Row) InvitationRow { return newInvitationRow(a, r) }).Items
}

func newInvitationRow(a *httpapi.Access, r *list.Row) InvitationRow {
	cut := func(s string) string {
		if runes := []rune(s); len(runes) > maxCellLength {
			return string(runes[:maxCellLength]) + "…"
		}
		return s
	}
	body := InvitationRow{
		Row: r.Number, Class: string(r.Class), EarlierRow: r.EarlierRow, Invitation: string(r.Invitation), Errors: append([]httpapi.ProblemField{}, httpapi.NewProblemFields(r.Reasons(), a.Language)...),
		InvitationRowInput: InvitationRowInput{
			cut(r.Given.Email), cut(r.Given.FirstName), cut(r.Given.LastName), cut(string(r.Given.Language)),
		},
	}
	return body
}

func newInvitationListTotals(l *list.List) InvitationListTotals {
	totals := l.Totals()
	return InvitationListTotals{
		Rows: len(l.Rows), Duplicate: totals[list.Duplicate], AlreadyMobilizer: totals[list.AlreadyMobilizer],
		Suppressed: totals[list.Suppressed], Malformed: totals[list.Malformed],
	}
}

// InvitationListResponse is a report on a list, or its rejected rows as CSV.
type InvitationListResponse struct {
	Status      int
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        any
}

// respond returns the report, or the rejected rows if they were requested and are complete.
func (in *InvitationListRequest) respond(a *httpapi.Access, l *list.List, status int, report any) *InvitationListResponse {
	if in.Rejects == "" || status == http.StatusAccepted {
		return &InvitationListResponse{Status: status, Body: report}
	}
	return &InvitationListResponse{
		Status: status, Type: "text/csv; charset=utf-8; header=present",
		Disposition: `attachment; filename="` + a.Campaign.Slug + "_rejected-invitations_" + string(a.Moment().Day) + `.csv"`,
		Body:        l.RejectsCSV(l.Rejected()),
	}
}

// hash returns a hash of the file and the columns that the request names.
func (c ListColumns) hash(body string) string {
	if c == (ListColumns{}) {
		return body
	}
	return fmt.Sprintf("%s %q", body, []string{c.Email, c.FirstName, c.LastName, c.FullName, c.Language})
}

func (h *invitations) previewList(ctx context.Context, a *httpapi.Access, in *InvitationListRequest) (*InvitationListResponse, error) {
	l, err := invitationlist.Preview(ctx, h.store, a.Campaign, in.RawBody, list.Columns(in.ListColumns), a.At)
	if err != nil {
		return nil, withColumns(err)
	}
	status, err := h.store.MailStatus(ctx, a.Organization)
	if err != nil {
		return nil, err
	}
	return in.respond(a, l, http.StatusOK, InvitationListPreview{
		InvitationListTotals: newInvitationListTotals(l), Valid: l.Totals()[list.Valid], MailHeld: a.Translate(status.Explanation()),
		Rejected: newInvitationRows(a, l), Warnings: newRowWarnings(a, l),
	}), nil
}

func (h *invitations) importList(ctx context.Context, a *httpapi.Access, in *InvitationListRequest) (*InvitationListResponse, error) {
	if a.Idempotency == nil {
		return nil, fault.Invalid(httpapi.IdempotencyHeader, "This request needs an Idempotency-Key, so that repeating it invites nobody twice. Send one, such as a UUID.")
	}
	l, remaining, err := invitationlist.Import(ctx, h.store, h.service, invitationlist.Request{
		ID: a.Idempotency.ID, BodyHash: in.hash(a.Idempotency.BodyHash), By: inviter(a), Campaign: a.Campaign, Columns: list.Columns(in.ListColumns),
	}, in.RawBody)
	if errors.Is(err, invitationlist.ErrOtherBody) {
		return nil, httpapi.ErrKeyReused
	}
	if err != nil {
		return nil, withColumns(err)
	}
	mail, err := h.store.MailStatus(ctx, a.Organization)
	if err != nil {
		return nil, err
	}
	status := http.StatusOK
	if remaining > 0 {
		status = http.StatusAccepted
	}
	return in.respond(a, l, status, InvitationListReport{
		InvitationListTotals: newInvitationListTotals(l), Invited: l.Totals()[list.Valid] - remaining, Remaining: remaining,
		MailHeld: a.Translate(mail.Explanation()), Rejected: newInvitationRows(a, l), Warnings: newRowWarnings(a, l),
	}), nil
}
