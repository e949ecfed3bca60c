package metrics

import (
	"slices"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
)

// CampaignCounters are a campaign's counters, and the result of its last audit.
type CampaignCounters struct {
	Core      Cells
	Actions   map[action.Code]Cells
	Movements Cells // of the Ladder item
	Days      map[campaign.Day]Cells
	AsOf      time.Time // when a counter last changed; zero before the first change
	Recount   *Recount  // nil before the first one
}

// Recount is the result of a campaign's last audit.
type Recount struct {
	At              time.Time // time of the audit
	Drift           int       // counters that differed from their rows in two snapshots without a change in between
	Repaired        int       // number of these for which a correction was written
	Pending         int       // counters that could not be compared, because the campaign was not quiet
	VerifiedAt      time.Time // when every counter last agreed with the rows; zero if never
	VerifiedVersion int       // latest of Versions at VerifiedAt
	OrphansRemoved  int       // rows removed because their contact or membership does not exist
	Unreadable      int       // rows that can't be decoded, and so are not counted
	RequestedAt     time.Time // when a quarantined record requested a recount; zero if none is due
	RequestReason   string
}

// Analytics are the numbers of a campaign's Analytics page.
type Analytics struct {
	Mobilizers              int
	Contacts                int
	AverageContacts         Share // contacts per mobilizer: format it by Average
	MatchedContacts         Share // of contacts
	ContactsWithTouchpoints Share // of contacts
	Touchpoints             int
	Answered                Share        // contacts with a Key Question response, of contacts
	Ladder                  []LadderStep // in the campaign's order; retired responses only while contacts have them
	Movement                Movement
	Items                   []ActionItemStats
	Archived                []ActionItemStats
	Days                    []DayStats // without gaps
	AsOf                    time.Time  // when a counter last changed; zero before the first change
	Recount                 *Recount   // nil before the first one
}

// LadderStep is one Key Question response on the campaign ladder.
type LadderStep struct {
	Response campaign.Response
	Contacts Share // of the contacts with a response
}

// ActionItemStats are the numbers of one action item.
type ActionItemStats struct {
	Item        *action.Item
	Eligible    int           // contacts whose current Key Question response is in the target
	Responded   Share         // among the eligible
	Completed   Share         // tasks: of the responded
	Options     []OptionStats // multiple choice: in the item's order
	NotEligible int           // contacts with a response that are no longer eligible
}

// OptionStats are the numbers of one option: eligible contacts that chose it.
type OptionStats struct {
	Option   action.Option
	Contacts Share // of the responded
}

// DayStats are the numbers of one day in the campaign's time zone.
type DayStats struct {
	Day         campaign.Day
	Contacts    int // added
	Touchpoints int
}

// Analytics computes the page from the counters and the present content (targets, order, wording). Days end with today,
// or with the day on which the campaign was closed.
func (n *CampaignCounters) Analytics(c *campaign.Campaign, items []*action.Item, today campaign.Day) *Analytics {
	counts := n.Core.Counts()
	mobilizers := n.Core[Mobilizers]
	a := &Analytics{
		Mobilizers: mobilizers, Contacts: counts.Contacts,
		AverageContacts:         Share{counts.Contacts, mobilizers},
		MatchedContacts:         Share{counts.MatchedContacts, counts.Contacts},
		ContactsWithTouchpoints: Share{counts.ContactsWithTouchpoints, counts.Contacts},
		Touchpoints:             counts.Touchpoints,
		Answered:                Share{counts.ContactsAnswered, counts.Contacts},
		Days:                    n.days(c, today),
		AsOf:                    n.AsOf,
		Recount:                 n.Recount,
	}
	for _, r := range c.Question.Responses {
		if n := counts.WithResponse(r.Code); !r.Retired || n > 0 {
			a.Ladder = append(a.Ladder, LadderStep{r, Share{n, counts.ContactsAnswered}})
		}
	}
	a.Movement = n.movement(&c.Question)
	ordered := slices.Clone(items)
	slices.SortStableFunc(ordered, func(x, y *action.Item) int { return x.Position - y.Position })
	for _, item := range ordered {
		stats := n.item(item, counts)
		if item.Archived() {
			a.Archived = append(a.Archived, stats)
			continue
		}
		a.Items = append(a.Items, stats)
	}
	return a
}

// item computes the numbers of one action item. Contacts are counted by choice and current Key Question response, so
// that an edited target changes eligible and responded contacts at once, without a recount.
func (n *CampaignCounters) item(item *action.Item, counts Counts) ActionItemStats {
	stats := ActionItemStats{Item: item, Eligible: eligible(item.Target, counts)}
	byChoice := map[action.Code]int{}
	for cell, contacts := range n.Actions[item.Code] {
		choice, current, ok := splitActionCell(cell)
		if !ok {
			continue
		}
		if !item.Target.Includes(current) {
			stats.NotEligible += contacts
			continue
		}
		byChoice[choice] += contacts
		stats.Responded.Count += contacts
	}
	stats.Responded.Of = stats.Eligible
	if item.Type == action.Task {
		stats.Completed = Share{byChoice[contact.ChoiceCompleted], stats.Responded.Count}
	}
	if item.Type == action.MultipleChoice {
		for _, o := range item.Options {
			if contacts := byChoice[o.Code]; !o.Retired || contacts > 0 {
				stats.Options = append(stats.Options, OptionStats{o, Share{contacts, stats.Responded.Count}})
			}
		}
	}
	return stats
}

// eligible returns the number of contacts in a target.
func eligible(t action.Target, counts Counts) int {
	if t.Everyone {
		return counts.Contacts
	}
	sum := 0
	if t.NoResponse {
		sum = counts.ContactsUnanswered()
	}
	for i, code := range t.Responses {
		if !slices.Contains(t.Responses[:i], code) {
			sum += counts.WithResponse(code)
		}
	}
	return sum
}

// splitActionCell splits the name of a cell of an Action item into the choice and the current Key Question response, ""
// for none. It reports false for other cells.
func splitActionCell(cell Cell) (action.Code, campaign.Code, bool) {
	s := string(cell)
	if cell == Corrections || len(s) < 3 {
		return "", "", false
	}
	choice, current := s[:len(s)-2], campaign.Code(s[len(s)-2:])
	if current == noResponse {
		current = ""
	}
	return action.Code(choice), current, true
}

// days returns the days without gaps: from publication, or the first day with a number if that is earlier, to today. Days
// of a closed campaign end with its closing, or with the last day with a number.
func (n *CampaignCounters) days(c *campaign.Campaign, today campaign.Day) []DayStats {
	first, last := campaign.Day(""), today
	if !c.ClosedAt.IsZero() {
		last = min(last, c.Moment(c.ClosedAt).Day)
	}
	if !c.PublishedAt.IsZero() {
		first = c.Moment(c.PublishedAt).Day
	}
	for day, cells := range n.Days {
		if cells[Contacts] == 0 && cells[Touchpoints] == 0 {
			continue
		}
		if first == "" || day < first {
			first = day
		}
		last = max(last, day)
	}
	if first == "" {
		return nil
	}
	var days []DayStats
	for day := first; day != "" && day <= last; day = nextDay(day) {
		cells := n.Days[day]
		days = append(days, DayStats{day, cells[Contacts], cells[Touchpoints]})
	}
	return days
}

// nextDay returns the following calendar day, or "" if day is not one.
func nextDay(day campaign.Day) campaign.Day {
	t, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return ""
	}
	return campaign.Day(t.AddDate(0, 0, 1).Format(time.DateOnly))
}
