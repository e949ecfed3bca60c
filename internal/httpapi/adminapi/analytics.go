package adminapi

import (
	"context"
	"net/http"
	"strconv"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/metrics"
)

type analytics struct{ store *dynamo.Store }

// RegisterAnalytics adds the Analytics page.
func RegisterAnalytics(api *httpapi.API) {
	h := &analytics{api.Store()}
	httpapi.Register(api, httpapi.Operation{
		ID: "get-analytics", Method: http.MethodGet, Path: adminCampaign + "/analytics",
		Summary: "Get a campaign's analytics",
		Description: "Counters lag behind writes by about a second; as_of is the instant of their last change. Days are days in the " +
			"campaign's time zone, including days without activity.",
	}, httpapi.CampaignAdmin, h.read)
}

// Analytics are a campaign's numbers.
type Analytics struct {
	Totals              AnalyticsTotals       `json:"totals"`
	Ladder              []AnalyticsLadderStep `json:"ladder" nullable:"false" doc:"In the campaign's order; retired responses while contacts hold them."`
	ActionItems         []AnalyticsActionItem `json:"action_items" nullable:"false" doc:"In order."`
	ArchivedActionItems []AnalyticsActionItem `json:"archived_action_items" nullable:"false" doc:"In order."`
	Days                []AnalyticsDay        `json:"days" nullable:"false" doc:"Without gaps, from publication or the first number to today, or to closing."`
	AsOf                string                `json:"as_of,omitempty" format:"date-time" doc:"When a number last moved; absent before the first time."`
	Recount             *AnalyticsRecount     `json:"recount,omitempty" doc:"What the last recount found; absent before the first one."`
}

// Share is a count together with what it is a share of.
type Share struct {
	Count   int      `json:"count"`
	Of      int      `json:"of"`
	Percent *float64 `json:"percent" doc:"Rounded half up to two decimals; null when there is nothing to divide by."`
}

// Average is a count divided by another.
type Average struct {
	Count   int      `json:"count"`
	Of      int      `json:"of"`
	Average *float64 `json:"average" doc:"Rounded half up to one decimal; null when there is nothing to divide by."`
}

// AnalyticsTotals are the headline numbers.
type AnalyticsTotals struct {
	Mobilizers                       int     `json:"mobilizers" doc:"Memberships, also of those who left and whose contacts stayed."`
	Contacts                         int     `json:"contacts"`
	AverageContactsPerMobilizer      Average `json:"average_contacts_per_mobilizer"`
	MatchedContacts                  Share   `json:"matched_contacts" doc:"Matched to the voter file, of all contacts."`
	ContactsWithTouchpoints          Share   `json:"contacts_with_relational_touchpoints" doc:"Of all contacts."`
	Touchpoints                      int     `json:"relational_touchpoints"`
	ContactsWithKeyQuestionResponses Share   `json:"contacts_with_key_question_response" doc:"Of all contacts."`
}

// AnalyticsLadderStep is one response of the campaign ladder.
type AnalyticsLadderStep struct {
	Response string `json:"response_id" doc:"Id of the response."`
	Text     string `json:"text"`
	Value    int    `json:"value"`
	Retired  bool   `json:"retired"`
	Contacts Share  `json:"contacts" doc:"Of the contacts with a response."`
}

// AnalyticsActionItem are the numbers of one action item.
type AnalyticsActionItem struct {
	ID          string            `json:"id"`
	Type        string            `json:"type" enum:"TASK,QUESTION_MULTIPLE_CHOICE,QUESTION_FREE_RESPONSE"`
	Title       string            `json:"title"`
	Nickname    string            `json:"nickname,omitempty"`
	Eligible    int               `json:"eligible" doc:"Contacts whose present Key Question response is in the item's target."`
	Responded   Share             `json:"responded" doc:"Of the eligible contacts."`
	Completed   *Share            `json:"completed,omitempty" doc:"Of tasks: of those that responded."`
	Options     []AnalyticsOption `json:"options" nullable:"false" doc:"Of multiple choice questions: the eligible contacts by option."`
	NotEligible int               `json:"answered_no_longer_eligible" doc:"Contacts that responded and have left the target since."`
}

// AnalyticsOption is one option of a multiple choice question.
type AnalyticsOption struct {
	ID       string `json:"id"`
	Text     string `json:"text"`
	Value    string `json:"value,omitempty"`
	Retired  bool   `json:"retired"`
	Contacts Share  `json:"contacts" doc:"Of the eligible contacts that responded."`
}

// AnalyticsDay is one day in the campaign's time zone.
type AnalyticsDay struct {
	Day         string `json:"day" format:"date"`
	Contacts    int    `json:"contacts_added"`
	Touchpoints int    `json:"relational_touchpoints"`
}

// AnalyticsRecount is what the last recount of the rows found.
type AnalyticsRecount struct {
	At         string `json:"at,omitempty" format:"date-time" doc:"Absent while the first one is due."`
	Drift      int    `json:"drift" doc:"Numbers that differed from their rows."`
	Repaired   int    `json:"repaired" doc:"Of these, those that were put right."`
	Pending    int    `json:"pending" doc:"Numbers that could not be told, because the campaign was not quiet for long enough."`
	VerifiedAt string `json:"verified_at,omitempty" format:"date-time" doc:"When every number was last seen to agree with its rows; absent if never."`
	Due        bool   `json:"due" doc:"Another recount was asked for, because something could not be counted."`
}

func shareOf(s metrics.Share) Share { return Share{s.Count, s.Of, decimal(s.Percent())} }

// decimal reads a number that was rounded as text, nil for none.
func decimal(s string) *float64 {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil
	}
	return &n
}

func (h *analytics) read(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[Analytics], error) {
	numbers, err := h.store.CampaignCounters(ctx, a.Campaign.ID)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(analyticsBody(numbers.Analytics(a.Campaign, a.Items, a.Moment().Day))), nil
}

func analyticsBody(n *metrics.Analytics) Analytics {
	b := Analytics{
		Totals: AnalyticsTotals{
			Mobilizers: n.Mobilizers, Contacts: n.Contacts,
			AverageContactsPerMobilizer: Average{n.AverageContacts.Count, n.AverageContacts.Of, decimal(n.AverageContacts.Average())},
			MatchedContacts:             shareOf(n.MatchedContacts), ContactsWithTouchpoints: shareOf(n.ContactsWithTouchpoints),
			Touchpoints: n.Touchpoints, ContactsWithKeyQuestionResponses: shareOf(n.Answered),
		},
		Ladder: []AnalyticsLadderStep{}, ActionItems: analyticsItems(n.Items), ArchivedActionItems: analyticsItems(n.Archived),
		Days: []AnalyticsDay{}, AsOf: httpapi.Timestamp(n.AsOf),
	}
	for _, r := range n.Ladder {
		b.Ladder = append(b.Ladder, AnalyticsLadderStep{r.Response.ID, r.Response.Text, r.Response.Value, r.Response.Retired, shareOf(r.Contacts)})
	}
	for _, d := range n.Days {
		b.Days = append(b.Days, AnalyticsDay{string(d.Day), d.Contacts, d.Touchpoints})
	}
	if r := n.Recount; r != nil {
		b.Recount = &AnalyticsRecount{
			At: httpapi.Timestamp(r.At), Drift: r.Drift, Repaired: r.Repaired, Pending: r.Pending, VerifiedAt: httpapi.Timestamp(r.VerifiedAt),
			Due: !r.RequestedAt.IsZero(),
		}
	}
	return b
}

func analyticsItems(all []metrics.ActionItemStats) []AnalyticsActionItem {
	bodies := make([]AnalyticsActionItem, len(all))
	for i, n := range all {
		b := AnalyticsActionItem{
			ID: string(n.Item.ID), Type: string(n.Item.Type), Title: n.Item.Title, Nickname: n.Item.Nickname,
			Eligible: n.Eligible, Responded: shareOf(n.Responded), Options: []AnalyticsOption{}, NotEligible: n.NotEligible,
		}
		if n.Item.Type == action.Task {
			completed := shareOf(n.Completed)
			b.Completed = &completed
		}
		for _, o := range n.Options {
			b.Options = append(b.Options, AnalyticsOption{o.Option.ID, o.Option.Text, o.Option.Value, o.Option.Retired, shareOf(o.Contacts)})
		}
		bodies[i] = b
	}
	return bodies
}
