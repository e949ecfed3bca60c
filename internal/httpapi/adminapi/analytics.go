package adminapi

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/metrics"
)

// analyticsRoutes holds what the route of analytics needs.
type analyticsRoutes struct{ store *dynamo.Store }

// RegisterAnalytics adds the route of analytics.
func RegisterAnalytics(api *httpapi.API) {
	r := &analyticsRoutes{api.Store()}
	httpapi.Register(api, httpapi.Operation{
		ID: "get-analytics", Method: http.MethodGet, Path: campaignPrefix + "/analytics",
		Summary: "Get a campaign's analytics",
		Description: "Counters lag behind writes by about a second; as_of is the instant of their last change. Days are in the campaign's " +
			"time zone and include days without activity. With unique_voters=true the number of different matched voters is counted, which " +
			"reads the whole list of contacts.",
	}, httpapi.CampaignAdmin, r.getAnalytics)
}

// Analytics holds the counters of a campaign.
type Analytics struct {
	Totals              AnalyticsTotals       `json:"totals"`
	Ladder              []AnalyticsLadderStep `json:"ladder" nullable:"false" doc:"In the campaign's order. Includes retired responses that contacts still have."`
	Movement            AnalyticsMovement     `json:"ladder_movement" doc:"From the first Key Question response to the current one. Clearing takes the answers before it back. Of an answer from before this number existed the first response is known after the next recount."`
	ActionItems         []AnalyticsActionItem `json:"action_items" nullable:"false" doc:"In the campaign's order."`
	ArchivedActionItems []AnalyticsActionItem `json:"archived_action_items" nullable:"false" doc:"In the campaign's order."`
	Days                []AnalyticsDay        `json:"days" nullable:"false" doc:"Every day from publication, or from the first activity if that is earlier, to today or to closing."`
	AsOf                string                `json:"as_of,omitempty" format:"date-time" doc:"When a counter last changed. Absent before the first change."`
	Recount             *AnalyticsRecount     `json:"recount,omitempty" doc:"Result of the last recount. Absent before the first one."`
}

// Average is a count divided by another count.
type Average struct {
	Count   int      `json:"count"`
	Of      int      `json:"of"`
	Average *float64 `json:"average" doc:"Rounded half up to one decimal; null when of is 0."`
}

// AnalyticsTotals holds the totals of a campaign.
type AnalyticsTotals struct {
	Mobilizers                       int           `json:"mobilizers" doc:"Memberships, including mobilizers who left and kept their contacts in the campaign. All rows of list-mobilizers."`
	Contacts                         int           `json:"contacts" doc:"All rows of list-contacts."`
	AverageContactsPerMobilizer      Average       `json:"average_contacts_per_mobilizer"`
	MatchedContacts                  httpapi.Share `json:"matched_contacts" doc:"Contacts matched to a voter, of all contacts."`
	UniqueMatchedVoters              *int          `json:"unique_matched_voters,omitempty" doc:"Different voters to whom contacts are matched. Only with unique_voters=true; absent while the list of contacts is built for the first time."`
	ContactsWithTouchpoints          httpapi.Share `json:"contacts_with_relational_touchpoints" doc:"Of all contacts."`
	Touchpoints                      int           `json:"relational_touchpoints"`
	ContactsWithKeyQuestionResponses httpapi.Share `json:"contacts_with_key_question_response" doc:"Of all contacts."`
}

// AnalyticsLadderStep is the number of contacts with a Key Question response.
type AnalyticsLadderStep struct {
	Response string        `json:"response_id" doc:"Id of the response."`
	Text     string        `json:"text"`
	Value    int           `json:"value"`
	Retired  bool          `json:"retired"`
	Contacts httpapi.Share `json:"contacts" doc:"Of all contacts with a response."`
}

// AnalyticsActionItem holds the counters of an action item.
type AnalyticsActionItem struct {
	ID            string            `json:"id"`
	Type          string            `json:"type" enum:"TASK,QUESTION_MULTIPLE_CHOICE,QUESTION_FREE_RESPONSE"`
	Title         string            `json:"title"`
	Nickname      string            `json:"nickname,omitempty"`
	Eligible      int               `json:"eligible" doc:"Contacts in the item's target."`
	EligibleQuery string            `json:"eligible_query" doc:"Parameters of list-contacts whose list has exactly the eligible contacts."`
	Responded     httpapi.Share     `json:"responded" doc:"Of the eligible contacts."`
	Completed     *httpapi.Share    `json:"completed,omitempty" doc:"For tasks: of the eligible contacts that responded."`
	Options       []AnalyticsOption `json:"options" nullable:"false" doc:"For multiple choice questions: eligible contacts per option."`
	NotEligible   int               `json:"answered_no_longer_eligible" doc:"Contacts that responded and are no longer in the target."`
	FormerlyQuery string            `json:"answered_no_longer_eligible_query,omitempty" doc:"Parameters of list-contacts whose list has exactly these contacts. Absent if every contact is in the target."`
}

// AnalyticsOption is the number of contacts with an option of a multiple choice question.
type AnalyticsOption struct {
	ID       string        `json:"id"`
	Text     string        `json:"text"`
	Value    string        `json:"value,omitempty"`
	Retired  bool          `json:"retired"`
	Contacts httpapi.Share `json:"contacts" doc:"Of the eligible contacts that responded."`
}

// AnalyticsDay holds the counters of a day in the campaign's time zone.
type AnalyticsDay struct {
	Day         string `json:"day" format:"date"`
	Contacts    int    `json:"contacts_added"`
	AddedQuery  string `json:"contacts_added_query" doc:"Parameters of list-contacts whose list has exactly these contacts."`
	Touchpoints int    `json:"relational_touchpoints"`
	Joined      *int   `json:"mobilizers_joined,omitempty" doc:"Mobilizers who joined, including those who left and kept their contacts. Absent while the list of mobilizers is built for the first time."`
	JoinedQuery string `json:"mobilizers_joined_query" doc:"Parameters of list-mobilizers whose list has exactly these mobilizers."`
}

// AnalyticsRecount is the result of the last recount of the counters.
type AnalyticsRecount struct {
	At         string `json:"at,omitempty" format:"date-time" doc:"Absent before the first recount."`
	Drift      int    `json:"drift" doc:"Counters that differed from the records."`
	Repaired   int    `json:"repaired" doc:"Of them, counters that were corrected."`
	Pending    int    `json:"pending" doc:"Counters that could not be compared, because their records kept changing."`
	VerifiedAt string `json:"verified_at,omitempty" format:"date-time" doc:"When all counters last agreed with the records. Absent if never."`
	Due        bool   `json:"due" doc:"Whether another recount was requested, because a record could not be counted."`
}

// newListedShare returns a share with the parameters of the list of the contacts that it counts.
func newListedShare(s metrics.Share, parameters url.Values) httpapi.Share {
	share := httpapi.NewShare(s)
	share.Query = new(parameters.Encode())
	return share
}

// AnalyticsQuery holds the parameters of analytics.
type AnalyticsQuery struct {
	httpapi.CampaignPath
	UniqueVoters bool `query:"unique_voters" doc:"Whether to count the different voters to whom contacts are matched."`
}

func (r *analyticsRoutes) getAnalytics(ctx context.Context, a *httpapi.Access, in *AnalyticsQuery) (*httpapi.Body[Analytics], error) {
	counters, err := r.store.CampaignCounters(ctx, a.Campaign.ID)
	if err != nil {
		return nil, err
	}
	body := newAnalytics(counters.Analytics(a.Campaign, a.Items, a.Moment().Day), a.Campaign)
	joined, err := r.store.JoinedPerDay(ctx, a.Campaign)
	if dynamo.IsListBuilding(err) {
		return httpapi.NewBody(body), nil
	}
	if err != nil {
		return nil, err
	}
	for n := range body.Days {
		body.Days[n].Joined = new(joined[campaign.Day(body.Days[n].Day)])
	}
	if in.UniqueVoters {
		voters, err := r.store.UniqueMatchedVoters(ctx, a.Campaign.ID)
		if err != nil {
			return nil, err
		}
		body.Totals.UniqueMatchedVoters = &voters
	}
	return httpapi.NewBody(body), nil
}

func newAnalytics(n *metrics.Analytics, c *campaign.Campaign) Analytics {
	contacts := contactLists{c}
	body := Analytics{
		Totals: AnalyticsTotals{
			Mobilizers: n.Mobilizers, Contacts: n.Contacts,
			AverageContactsPerMobilizer: Average{n.AverageContacts.Count, n.AverageContacts.Of, httpapi.Decimal(n.AverageContacts.Average())},
			MatchedContacts:             newListedShare(n.MatchedContacts, url.Values{"match_status": {"CONFIRMED"}}),
			ContactsWithTouchpoints:     newListedShare(n.ContactsWithTouchpoints, url.Values{"touchpoints_min": {"1"}}),
			Touchpoints:                 n.Touchpoints, ContactsWithKeyQuestionResponses: newListedShare(n.Answered, contacts.answered()),
		},
		Ladder: []AnalyticsLadderStep{}, Movement: newAnalyticsMovement(n.Movement), ActionItems: contacts.newActionItems(n.Items), ArchivedActionItems: contacts.newActionItems(n.Archived),
		Days: []AnalyticsDay{}, AsOf: httpapi.Timestamp(n.AsOf),
	}
	for _, step := range n.Ladder {
		body.Ladder = append(body.Ladder, AnalyticsLadderStep{
			step.Response.ID, step.Response.Text, step.Response.Value, step.Response.Retired,
			newListedShare(step.Contacts, url.Values{"response_id": {step.Response.ID}}),
		})
	}
	for _, d := range n.Days {
		day := string(d.Day)
		body.Days = append(body.Days, AnalyticsDay{
			Day: day, Contacts: d.Contacts, AddedQuery: url.Values{"added_from": {day}, "added_to": {day}}.Encode(), Touchpoints: d.Touchpoints,
			JoinedQuery: url.Values{"joined_from": {day}, "joined_to": {day}}.Encode(),
		})
	}
	if r := n.Recount; r != nil {
		body.Recount = &AnalyticsRecount{
			At: httpapi.Timestamp(r.At), Drift: r.Drift, Repaired: r.Repaired, Pending: r.Pending, VerifiedAt: httpapi.Timestamp(r.VerifiedAt),
			Due: !r.RequestedAt.IsZero(),
		}
	}
	return body
}

// contactLists returns the parameters of lists of a campaign's contacts.
type contactLists struct{ campaign *campaign.Campaign }

// answered returns the list of contacts with a Key Question response.
func (l contactLists) answered() url.Values {
	return l.withResponses(func(code campaign.Code) bool { return code != "" })
}

// withResponses returns the list of contacts whose current Key Question response, "" for none, is included.
func (l contactLists) withResponses(included func(campaign.Code) bool) url.Values {
	var ids []string
	for _, response := range l.campaign.Question.Responses {
		if included(response.Code) {
			ids = append(ids, response.ID)
		}
	}
	if included("") {
		ids = append(ids, "none")
	}
	return url.Values{"response_id": {strings.Join(ids, ",")}}
}

// eligible returns the list of contacts in a target, and without the target of those outside.
func (l contactLists) eligible(t action.Target, inside bool) url.Values {
	if t.Everyone {
		return url.Values{}
	}
	return l.withResponses(func(code campaign.Code) bool { return t.Includes(code) == inside })
}

// respondedTo returns a list with the further condition on the response to an action item.
func respondedTo(list url.Values, item action.ID, condition string) url.Values {
	responded := maps.Clone(list)
	responded.Set("action_response", string(item)+":"+condition)
	return responded
}

func (l contactLists) newActionItems(stats []metrics.ActionItemStats) []AnalyticsActionItem {
	bodies := make([]AnalyticsActionItem, len(stats))
	for i, n := range stats {
		eligible := l.eligible(n.Item.Target, true)
		body := AnalyticsActionItem{
			ID: string(n.Item.ID), Type: string(n.Item.Type), Title: n.Item.Title, Nickname: n.Item.Nickname,
			Eligible: n.Eligible, EligibleQuery: eligible.Encode(), Responded: newListedShare(n.Responded, respondedTo(eligible, n.Item.ID, "answered")),
			Options: []AnalyticsOption{}, NotEligible: n.NotEligible,
		}
		if outside := l.eligible(n.Item.Target, false); outside.Get("response_id") != "" {
			body.FormerlyQuery = respondedTo(outside, n.Item.ID, "answered").Encode()
		}
		if n.Item.Type == action.Task {
			completed := newListedShare(n.Completed, respondedTo(eligible, n.Item.ID, "done"))
			body.Completed = &completed
		}
		for _, o := range n.Options {
			body.Options = append(body.Options, AnalyticsOption{
				o.Option.ID, o.Option.Text, o.Option.Value, o.Option.Retired, newListedShare(o.Contacts, respondedTo(eligible, n.Item.ID, o.Option.ID)),
			})
		}
		bodies[i] = body
	}
	return bodies
}
