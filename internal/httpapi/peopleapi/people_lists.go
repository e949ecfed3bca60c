package peopleapi

import (
	"context"
	"log/slog"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/peoplelist"
)

// BuildLists starts the build of a campaign's lists, and returns before it ends.
type BuildLists func(ctx context.Context, c campaign.ID) error

// listDescription describes what all lists of people have in common.
const listDescription = "Dates are days in the campaign's time zone. The list lags behind writes by up to a second; as_of is the instant of the latest " +
	"change in it. Answers 503 with the code list_building while the list is built for the first time."

// PeopleQuery holds the parameters that lists of people have in common.
type PeopleQuery struct {
	httpapi.CampaignPath
	httpapi.PageQuery
	Order       string `query:"order" enum:"asc,desc" default:"asc"`
	Search      string `query:"search" doc:"Words in any order, each a part of a name; of contacts also of city or zip, of mobilizers who consented also of email or phone. Ignores case, accents and apostrophes."`
	MatchStatus string `query:"match_status" doc:"Only people with one of these match statuses, separated by commas: PENDING, CONFIRMED, REG_ELIGIBLE, REG_INELIGIBLE, REG_UNCERTAIN, NO_MATCHES."`
	ActiveFrom  string `query:"active_from" format:"date" doc:"First day of the last activity."`
	ActiveTo    string `query:"active_to" format:"date" doc:"Last day of the last activity."`

	parameters url.Values // of the list: all but those of its pages
}

// Resolve keeps the parameters as they were sent. It implements huma.Resolver.
func (q *PeopleQuery) Resolve(ctx huma.Context) []error {
	address := ctx.URL()
	q.parameters = address.Query()
	q.parameters.Del("page")
	q.parameters.Del("limit")
	return nil
}

// PeopleList is a page of people.
type PeopleList[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  string `json:"next,omitempty" doc:"Pass as page to get the next page. Absent on the last page."`
	Total int    `json:"total" doc:"Number of people in the whole list."`
	AsOf  string `json:"as_of,omitempty" format:"date-time" doc:"Instant of the latest change that the list contains. Absent before the first change."`
}

// readPage sets which rows of a list a page has, and returns the list's cursor. Page tokens belong to the list's parameters.
//
// Invalid: the page token is not one of the list.
func (r *peopleRoutes) readPage(a *httpapi.Access, list string, in *PeopleQuery, descending bool, page *dynamo.PageQuery) (*httpapi.Cursor, error) {
	cursor := r.pages.Cursor(a, list, in.parameters.Encode())
	page.Descending, page.Limit = descending, in.Limit
	if in.Page == "" {
		return cursor, nil
	}
	page.After = &peoplelist.Position{}
	return cursor, cursor.Position(in.Page, page.After)
}

// newPeopleList returns a page of people.
func newPeopleList[R, T any](cursor *httpapi.Cursor, p *dynamo.ListPage[R], newItem func(*R) T) (PeopleList[T], error) {
	list := PeopleList[T]{Items: make([]T, len(p.Rows)), Total: p.Total, AsOf: httpapi.Timestamp(p.AsOf)}
	for i, row := range p.Rows {
		list.Items[i] = newItem(row)
	}
	if p.Next == nil {
		return list, nil
	}
	var err error
	list.Next, err = cursor.Token(p.Next)
	return list, err
}

// startBuild starts the build of a campaign's lists if err says that they are not built, at most once a minute, and returns
// err.
func (r *peopleRoutes) startBuild(ctx context.Context, a *httpapi.Access, err error) error {
	if !dynamo.IsListBuilding(err) {
		return err
	}
	start, failure := r.store.RequestLists(ctx, a.Campaign.ID, a.At)
	if failure == nil && start {
		failure = r.buildLists(ctx, a.Campaign.ID)
	}
	if failure != nil {
		slog.ErrorContext(ctx, "lists not built", "campaign", a.Campaign.ID, "error", failure)
	}
	return err
}
