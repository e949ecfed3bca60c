package invitationapi

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/secret"
)

type suppressions struct {
	store *dynamo.Store
	pages *httpapi.Pages
}

// RegisterSuppressions adds the routes of an organization's suppression list.
func RegisterSuppressions(api *httpapi.API, secrets *secret.Reader) {
	h := &suppressions{api.Store(), httpapi.NewPages(secrets)}
	const all = "/v1/admin/organizations/{organization}/suppressions"
	httpapi.Register(api, httpapi.Operation{
		ID: "list-suppressions", Method: http.MethodGet, Path: all,
		Summary: "List an organization's suppression list",
		Description: "Addresses that get no email from the organization, and those that did not until the entry was lifted. Latest " +
			"first. With format=csv returns all of them as CSV, safe to open in a spreadsheet; limit and page are ignored.",
	}, httpapi.OrganizationAdmin, h.list)
	describeResponse[httpapi.List[Suppression]](api, api.OpenAPI().Paths[all].Get, "The whole list, with format=csv.")
	httpapi.Register(api, httpapi.Operation{
		ID: "lift-suppression", Method: http.MethodPost, Path: all + "/{suppression}/lift",
		Summary: "Lift a bounce from the suppression list",
		Description: "The organization sends to the address again. Only bounces can be lifted: an address whose holder has unsubscribed or " +
			"reported an email as spam fails with suppressed_by_holder. Lifting twice changes nothing.",
	}, httpapi.OrganizationOwner, h.lift)
}

// Suppression is an entry of an organization's suppression list.
type Suppression struct {
	ID           string `json:"id"`
	Email        string `json:"email,omitempty" doc:"Absent in old entries, of which only a hash is known."`
	Reason       string `json:"reason" enum:"bounced,complained,unsubscribed"`
	SuppressedAt string `json:"suppressed_at" format:"date-time"`
	Status       string `json:"status" enum:"active,lifted"`
	LiftedAt     string `json:"lifted_at,omitempty" format:"date-time"`
	LiftedFor    string `json:"lifted_for,omitempty" enum:"owner,undone,joined,requested" doc:"owner: an owner lifted a bounce. undone: the holder undid the unsubscription. joined, requested: the holder joined, or asked for an invitation."`
	LiftedBy     string `json:"lifted_by,omitempty" doc:"Name of the owner."`
	LiftReason   string `json:"lift_reason,omitempty" doc:"In the owner's words."`
}

func newSuppression(s *invitation.Suppression) Suppression {
	body := Suppression{
		ID: s.ID, Email: s.Email, Reason: string(s.Reason), SuppressedAt: httpapi.Timestamp(s.At), Status: "active",
		LiftedAt: httpapi.Timestamp(s.LiftedAt), LiftedFor: string(s.LiftedFor), LiftedBy: s.LiftedBy.Name, LiftReason: s.LiftReason,
	}
	if !s.Active() {
		body.Status = "lifted"
	}
	return body
}

// SuppressionListQuery holds the parameters of the suppression list.
type SuppressionListQuery struct {
	httpapi.OrganizationPath
	httpapi.PageQuery
	Status string `query:"status" enum:"active,lifted" doc:"Only entries with this status."`
	Search string `query:"search" maxLength:"200" doc:"Part of the email address. Case makes no difference."`
	Format string `query:"format" enum:"csv" doc:"Returns the whole list as CSV."`
}

// SuppressionList is a page of the suppression list, or all of it as CSV.
type SuppressionList struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        any
}

func (h *suppressions) list(ctx context.Context, a *httpapi.Access, in *SuppressionListQuery) (*SuppressionList, error) {
	cursor := h.pages.Cursor(a, "list-suppressions", string(a.Organization), in.Status, in.Search)
	var last string
	if err := cursor.Position(in.Page, &last); err != nil {
		return nil, err
	}
	all, err := h.store.Suppressions(ctx, a.Organization)
	if err != nil {
		return nil, err
	}
	search := strings.ToLower(strings.TrimSpace(in.Search))
	all = slices.DeleteFunc(all, func(s *invitation.Suppression) bool {
		return in.Status != "" && s.Active() != (in.Status == "active") || !strings.Contains(strings.ToLower(s.Email), search)
	})
	if in.Format == "csv" {
		return &SuppressionList{
			Type: "text/csv; charset=utf-8; header=present", Disposition: `attachment; filename="suppression-list.csv"`, Body: suppressionsCSV(all),
		}, nil
	}
	all = all[1+slices.IndexFunc(all, func(s *invitation.Suppression) bool { return s.ID == last }):]
	page := all[:min(len(all), in.Limit)]
	body := httpapi.NewList(page, newSuppression)
	if len(page) < len(all) {
		body.Next, err = cursor.TokenAfter(page[len(page)-1].ID)
	}
	return &SuppressionList{Body: body}, err
}

// suppressionsCSV returns a suppression list as CSV for spreadsheets.
func suppressionsCSV(all []*invitation.Suppression) []byte {
	file, row := csv.Spreadsheet.Start(), csv.NewRow(csv.Spreadsheet)
	end := func() {
		row.End()
		file = append(file, row.Line()...)
		row.Reset()
	}
	for _, heading := range []string{"email", "reason", "suppressed_at", "status", "lifted_at", "lifted_for", "lifted_by", "lift_reason"} {
		row.Text(heading)
	}
	end()
	for _, s := range all {
		body := newSuppression(s)
		row.Text(s.Email)
		row.Plain(body.Reason)
		row.Time(s.At)
		row.Plain(body.Status)
		row.Time(s.LiftedAt)
		row.Plain(body.LiftedFor)
		row.Text(body.LiftedBy)
		row.Text(body.LiftReason)
		end()
	}
	return file
}

// SuppressionLift is a request to lift a bounce.
type SuppressionLift struct {
	httpapi.OrganizationPath
	Suppression string `path:"suppression" doc:"Id of the entry."`
	Body        struct {
		Reason string `json:"reason" doc:"Why the address works. At most 500 characters."`
	}
}

func (h *suppressions) lift(ctx context.Context, a *httpapi.Access, in *SuppressionLift) (*httpapi.Body[Suppression], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Suppression, []dynamo.Write, error) {
		entry, err := h.store.SuppressionByID(ctx, a.Organization, in.Suppression)
		if err != nil {
			return Suppression{}, nil, err
		}
		lifted, err := entry.LiftBounce(inviter(a).Person(), in.Body.Reason, a.At)
		if err != nil || !lifted {
			return newSuppression(entry), nil, err
		}
		writes, err := h.store.SaveSuppression(ctx, entry)
		return newSuppression(entry), writes, err
	})
}
