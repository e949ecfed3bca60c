package invitationapi

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/invitation/list"
)

func (h *invitations) registerLists(api *httpapi.API, all string) {
	httpapi.Register(api, httpapi.Operation{
		ID: "preview-invitation-list", Method: http.MethodPost, Path: all + "/preview", NoIdempotencyKey: true,
		Summary: "Preview an invitation list",
		Description: "Checks every row and invites nobody. Send a CSV of up to 5,000 rows and 2 MB as text/csv: UTF-8, cells " +
			"separated by comma, semicolon or tab, with the columns email, first_name and last_name, and optionally language " +
			"(en or es). Other columns are ignored. With rejects=csv returns the rejected rows as CSV with their reasons, " +
			"safe to open in a spreadsheet.",
	}, httpapi.CampaignAdmin, h.previewList)
	httpapi.Register(api, httpapi.Operation{
		ID: "import-invitation-list", Method: http.MethodPost, Path: all + "/import",
		Summary: "Import an invitation list",
		Description: "Invites every valid row. Invalid rows are reported and skipped. Send a CSV of up to 5,000 rows and 2 MB as " +
			"text/csv: UTF-8, cells separated by comma, semicolon or tab, with the columns email, first_name and last_name, " +
			"and optionally language (en or es). Other columns are ignored. Requires an Idempotency-Key: a repeated request " +
			"continues where the previous one ended, invites nobody twice, and returns the same report for 24 hours. With " +
			"rejects=csv a finished import returns the rejected rows as CSV; a 202 is always JSON.",
	}, httpapi.CampaignAdmin, h.importList)
	describeList[InvitationListPreview](api, all+"/preview")
	describeList[InvitationListReport](api, all+"/import")
	responses := api.OpenAPI().Paths[all+"/import"].Post.Responses
	responses["202"] = &huma.Response{
		Description: "Time was up before all rows were done: send the same request again under the same key. JSON with rejects=csv too.",
		Content:     map[string]*huma.MediaType{"application/json": responses["200"].Content["application/json"]},
	}
}

// describeList describes the two forms of a list's answer.
func describeList[T any](api *httpapi.API, path string) {
	schema := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")
	api.OpenAPI().Paths[path].Post.Responses["200"].Content = map[string]*huma.MediaType{
		"application/json": {Schema: schema},
		"text/csv":         {Schema: &huma.Schema{Type: huma.TypeString, Description: "The rejected rows, when rejects=csv asks for them."}},
	}
}

// InvitationListRequest is a CSV of guests.
type InvitationListRequest struct {
	httpapi.CampaignPath
	Rejects string `query:"rejects" enum:"csv" doc:"Answer the rejected rows as a CSV; but a 202 is JSON."`
	RawBody []byte `contentType:"text/csv"`
}

// InvitationListTotals counts the rows of a list that are not invited, and all. Each row is counted in one class.
type InvitationListTotals struct {
	Rows             int `json:"rows" doc:"Below the header, blank ones aside: the sum of the others."`
	Duplicate        int `json:"duplicate" doc:"The address stands in an earlier row, or has an open invitation."`
	AlreadyMobilizer int `json:"already_mobilizer" doc:"Of this campaign."`
	Suppressed       int `json:"suppressed" doc:"The address gets no mail of the organization: it was unsubscribed, mail to it came back, or was called spam."`
	Malformed        int `json:"malformed"`
}

// InvitationListPreview is what inviting a list would do.
type InvitationListPreview struct {
	InvitationListTotals
	Valid    int             `json:"valid" doc:"Rows that would be invited."`
	MailHeld string          `json:"mail_held_reason,omitempty" doc:"Why the mails would wait and what to do, while the organization's mail is stopped."`
	Rejected []InvitationRow `json:"rejected" nullable:"false"`
}

// InvitationListReport is what inviting a list has done.
type InvitationListReport struct {
	InvitationListTotals
	Invited   int             `json:"invited"`
	Remaining int             `json:"remaining" doc:"Rows that are not done: send the same request again, under the same Idempotency-Key, until there are none."`
	MailHeld  string          `json:"mail_held_reason,omitempty" doc:"Why the mails wait and what to do, while the organization's mail is stopped: as of this answer, not of the first."`
	Rejected  []InvitationRow `json:"rejected" nullable:"false"`
}

// InvitationRow is a row of a list that is not invited.
type InvitationRow struct {
	Row   int    `json:"row" doc:"As a spreadsheet shows it: the header is row 1."`
	Class string `json:"class" enum:"duplicate,already_mobilizer,suppressed,malformed"`
	InvitationRowInput
	Errors     []httpapi.ProblemField `json:"errors" nullable:"false" doc:"Why, by column; row for what is wrong with all of it."`
	Duplicates int                    `json:"duplicate_of_row,omitempty" doc:"The earlier row that has the same address."`
	Invitation string                 `json:"invitation_id,omitempty" doc:"Id of the address's open invitation. It can be sent again."`
}

// InvitationRowInput is who a row names, as the file has it; long cells are cut.
type InvitationRowInput struct {
	Email     string `json:"email"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Language  string `json:"language"`
}

// shownCell is how many characters of a rejected row's cell are shown. The CSV of rejects has all.
const shownCell = 100

func showRejected(r *list.Row) InvitationRow {
	cut := func(s string) string {
		if runes := []rune(s); len(runes) > shownCell {
			return string(runes[:shownCell]) + "…"
		}
		return s
	}
	shown := InvitationRow{
		Row: r.Number, Class: string(r.Class), Duplicates: r.EarlierRow, Invitation: string(r.Invitation), Errors: []httpapi.ProblemField{},
		InvitationRowInput: InvitationRowInput{
			cut(r.Given.Email), cut(r.Given.FirstName), cut(r.Given.LastName), cut(string(r.Given.Language)),
		},
	}
	for _, f := range r.Reasons() {
		shown.Errors = append(shown.Errors, httpapi.ProblemField{Field: f.Name, Message: f.Message})
	}
	return shown
}

func totalsOf(l *list.List) InvitationListTotals {
	by := l.Totals()
	return InvitationListTotals{
		Rows: len(l.Rows), Duplicate: by[list.Duplicate], AlreadyMobilizer: by[list.AlreadyMobilizer],
		Suppressed: by[list.Suppressed], Malformed: by[list.Malformed],
	}
}

// InvitationListAnswer is a report about a list, or its rejected rows as a CSV.
type InvitationListAnswer struct {
	Status      int
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        any
}

// answer is a report, or the rejected rows when those were asked for.
func (in *InvitationListRequest) answer(a *httpapi.Access, l *list.List, status int, report any) *InvitationListAnswer {
	if in.Rejects == "" || status == http.StatusAccepted {
		return &InvitationListAnswer{Status: status, Body: report}
	}
	return &InvitationListAnswer{
		Status: status, Type: "text/csv; charset=utf-8; header=present",
		Disposition: `attachment; filename="` + a.Campaign.Slug + "_rejected-invitations_" + string(a.Moment().Day) + `.csv"`,
		Body:        l.RejectsCSV(l.Rejected()),
	}
}

func (h *invitations) previewList(ctx context.Context, a *httpapi.Access, in *InvitationListRequest) (*InvitationListAnswer, error) {
	if err := invitation.CanInvite(a.Campaign); err != nil {
		return nil, err
	}
	file, err := list.Read(in.RawBody)
	if err != nil {
		return nil, err
	}
	rows := file.Candidates()
	known, err := h.store.KnownInvitees(ctx, a.Campaign, emailsOf(rows))
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		r.Verdict = list.Classify(known[r.Invitee.Email], a.At)
	}
	standing, err := h.store.MailStatus(ctx, a.Organization)
	if err != nil {
		return nil, err
	}
	preview := InvitationListPreview{
		InvitationListTotals: totalsOf(file), Valid: file.Totals()[list.Valid], MailHeld: standing.Explanation(),
		Rejected: httpapi.NewList(file.Rejected(), showRejected).Items,
	}
	return in.answer(a, file, http.StatusOK, preview), nil
}

func emailsOf(rows []*list.Row) []string {
	emails := make([]string, len(rows))
	for i, r := range rows {
		emails[i] = r.Invitee.Email
	}
	return emails
}

const (
	// importTime is how long a request invites before it reports what remains. The gateway waits 30 s.
	importTime = 20 * time.Second
	// ImportMargin is how long before the function's deadline a request stops, so that the parts in flight can finish.
	ImportMargin = 6 * time.Second
	// ImportWidth is the number of parts of a list in flight at once.
	ImportWidth = 8
)

// listImport is one call that invites a list, on its way. Each part of the list is one transaction, which also says that
// the part is done: another call of the same request passes it over, whatever became of the first one.
type listImport struct {
	*invitations
	a     *httpapi.Access
	bulk  *dynamo.BulkRequest
	parts [][]*list.Row
	done  []*dynamo.BulkPart // by part; nil while it isn't
	until time.Time
}

func (h *invitations) importList(ctx context.Context, a *httpapi.Access, in *InvitationListRequest) (*InvitationListAnswer, error) {
	until := time.Now().Add(importTime)
	if ends, ok := ctx.Deadline(); ok && ends.Add(-ImportMargin).Before(until) {
		until = ends.Add(-ImportMargin)
	}
	if a.Idempotency == nil {
		return nil, fault.Invalid(httpapi.IdempotencyHeader, "Send an Idempotency-Key, a UUID for example: repeated under it, the request goes on where it ended and invites nobody twice.")
	}
	file, err := list.Read(in.RawBody)
	if err != nil {
		return nil, err
	}
	l := &listImport{invitations: h, a: a, parts: slices.Collect(slices.Chunk(file.Candidates(), dynamo.MaxInvitationsPerTransaction)), until: until}
	if err := l.begin(ctx); err != nil {
		return nil, err
	}
	if err := l.invite(ctx); err != nil {
		return nil, err
	}
	remaining := 0
	for n, part := range l.parts {
		if l.done[n] == nil {
			remaining += len(part)
		}
	}
	standing, err := h.store.MailStatus(ctx, a.Organization)
	if err != nil {
		return nil, err
	}
	report := l.report(file, remaining)
	report.MailHeld = standing.Explanation()
	if remaining > 0 {
		return in.answer(a, file, http.StatusAccepted, report), nil
	}
	return in.answer(a, file, http.StatusOK, report), nil
}

// begin finds out what earlier calls of the request have done.
func (l *listImport) begin(ctx context.Context) error {
	bulk, err := l.store.StartBulkRequest(ctx, l.a.Idempotency.ID, l.a.Idempotency.BodyHash, l.a.At)
	if err != nil {
		return err
	}
	if bulk.BodyHash != l.a.Idempotency.BodyHash {
		return httpapi.ErrKeyReused
	}
	l.bulk, l.done = bulk, make([]*dynamo.BulkPart, len(l.parts))
	numbers := make([]int, len(l.parts))
	for n := range numbers {
		numbers[n] = n
	}
	finished, err := l.store.FinishedBulkParts(ctx, bulk, numbers...)
	if err != nil {
		return err
	}
	for n, part := range finished {
		if n < len(l.done) {
			l.done[n] = part
		}
	}
	return nil
}

// invite does the parts that are not done, several at once, until the time is up. The first few it does in any case, so
// that every call comes further.
func (l *listImport) invite(ctx context.Context) error {
	var open []int
	for n, part := range l.done {
		if part == nil {
			open = append(open, n)
		}
	}
	if len(open) == 0 {
		return nil // also when nobody can be invited any more
	}
	if err := invitation.CanInvite(l.a.Campaign); err != nil {
		return err
	}
	return dynamo.InParallel(ctx, ImportWidth, len(open), func(ctx context.Context, i int) error {
		if i >= ImportWidth && time.Now().After(l.until) {
			return nil
		}
		n := open[i]
		return dynamo.Retry(ctx, func() error { return l.invitePart(ctx, n) })
	})
}

// invitePart invites those rows of a part that can be, and keeps what became of it. Somebody else may have invited one of
// them since it was looked up: then Commit says what changed, and looking again finds a duplicate.
func (l *listImport) invitePart(ctx context.Context, n int) error {
	known, err := l.store.KnownInvitees(ctx, l.a.Campaign, emailsOf(l.parts[n]))
	if err != nil {
		return err
	}
	part := &dynamo.BulkPart{Number: n, Refused: map[int]list.Verdict{}}
	var writes []dynamo.Write
	for _, r := range l.parts[n] {
		k := known[r.Invitee.Email]
		if verdict := list.Classify(k, l.a.At); verdict.Class != list.Valid {
			part.Refused[r.Number] = verdict
			continue
		}
		_, opening, err := l.opened(l.a, r.Invitee, "", k)
		if err != nil {
			return err
		}
		writes = append(writes, opening...)
	}
	err = l.store.Commit(ctx, append(writes, l.store.FinishBulkPart(l.bulk, part)...)...)
	if err == nil {
		l.done[n] = part
	}
	if !dynamo.ConditionFailed(err, "") {
		return err
	}
	finished, readErr := l.store.FinishedBulkParts(ctx, l.bulk, n)
	if readErr != nil {
		return readErr
	}
	if finished[n] == nil {
		return err
	}
	l.done[n] = finished[n] // by another try of the same request, or this one's lost answer
	return nil
}

// report says what became of every row, by what is kept of the parts.
func (l *listImport) report(file *list.List, remaining int) InvitationListReport {
	for n, part := range l.parts {
		if l.done[n] == nil {
			continue
		}
		for _, r := range part {
			if refused, there := l.done[n].Refused[r.Number]; there {
				r.Verdict = refused
			}
		}
	}
	return InvitationListReport{
		InvitationListTotals: totalsOf(file), Invited: file.Totals()[list.Valid] - remaining, Remaining: remaining,
		Rejected: httpapi.NewList(file.Rejected(), showRejected).Items,
	}
}
