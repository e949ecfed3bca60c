package peoplelist

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/voter"
)

// ContactQuery is a list of contacts, as parameters select it.
type ContactQuery struct {
	Filter     ContactFilter
	Order      ContactOrder
	Descending bool
	Stale      []string // parameters that name something that was deleted
}

// MobilizerQuery is a list of mobilizers, as parameters select it.
type MobilizerQuery struct {
	Filter     MobilizerFilter
	Order      MobilizerOrder
	Descending bool
}

// ParseContacts returns the list of contacts of a campaign that parameters select at an instant.
//
// Invalid, naming the parameters: one is unknown, repeated, empty or malformed.
func ParseContacts(values url.Values, c *campaign.Campaign, items []*action.Item, now time.Time) (*ContactQuery, error) {
	p := newParser(values, c, now)
	q := &ContactQuery{Order: ContactsByAdded}
	f := &q.Filter
	p.sort((*string)(&q.Order), &q.Descending, contactOrders)
	p.statuses(&f.Statuses)
	p.search(&f.Search, &f.Nothing)
	p.period("added", &f.Added)
	p.period("active", &f.Active)
	p.silence(&f.Active)
	p.take("touchpoints_min", func(s string) fault.Message { return parseCount(s, &f.MinTouchpoints) })
	p.take("touchpoints_max", func(s string) fault.Message {
		f.MaxTouchpoints = new(int)
		return parseCount(s, f.MaxTouchpoints)
	})
	p.take("city", func(s string) fault.Message {
		f.City = Fold(s)
		return unless(f.City != "", fault.NewMessage("Give the name of a city."))
	})
	p.take("zip", func(s string) fault.Message {
		f.Zip = s
		return unless(len(s) == 5 && strings.Trim(s, "0123456789") == "", fault.NewMessage("Give a zip code of five digits."))
	})
	p.flag("has_vote_plan", &f.VotePlan)
	p.flag("has_notes", &f.Notes)
	p.take("mobilizer_id", func(s string) fault.Message {
		f.Mobilizer = mobilizer.ID(s)
		return unless(id.Valid(s), fault.NewMessage("This is not the id of a mobilizer. Pass the id of a membership."))
	})
	p.take("response_id", func(s string) fault.Message { return p.responses(s, q) })
	p.take("action_response", func(s string) fault.Message { return p.actions(s, items, q) })
	return q, p.err()
}

// ParseMobilizers returns the list of mobilizers of a campaign that parameters select at an instant, as ParseContacts does.
func ParseMobilizers(values url.Values, c *campaign.Campaign, now time.Time) (*MobilizerQuery, error) {
	p := newParser(values, c, now)
	q := &MobilizerQuery{Order: MobilizersByJoined}
	f := &q.Filter
	p.sort((*string)(&q.Order), &q.Descending, mobilizerOrders)
	p.statuses(&f.Statuses)
	p.search(&f.Search, &f.Nothing)
	p.period("joined", &f.Joined)
	p.period("active", &f.Active)
	p.silence(&f.Active)
	p.flag("left", &f.Left)
	p.flag("has_contacts", &f.HasContacts)
	p.flag("consent", &f.Consent)
	p.take("state", func(s string) fault.Message {
		f.State = s
		return unless(text.IsState(s), fault.NewMessage("Give the two-letter code of a state, such as MA."))
	})
	return q, p.err()
}

// parser reads parameters. It collects what is wrong with them.
type parser struct {
	values   url.Values
	campaign *campaign.Campaign
	now      time.Time
	known    []string
	check    fault.Checker
}

func newParser(values url.Values, c *campaign.Campaign, now time.Time) *parser {
	return &parser{values: values, campaign: c, now: now}
}

// take calls parse with the value of a parameter, if it is given once. parse returns what is wrong with it, empty for nothing.
func (p *parser) take(name string, parse func(value string) fault.Message) {
	p.known = append(p.known, name)
	given := p.values[name]
	switch {
	case len(given) == 0:
		return
	case len(given) > 1:
		p.check.Check(false, name, "This parameter is given more than once. Separate several values by commas.")
		return
	case strings.TrimSpace(given[0]) == "":
		p.check.Check(false, name, "This parameter is empty. Give it a value, or leave it out.")
		return
	}
	if problem := parse(given[0]); !problem.Empty() {
		p.check.Record(name, problem)
	}
}

// err returns an invalid error that names every wrong and every unknown parameter, nil if there are none.
func (p *parser) err() error {
	var unknown []string
	for name := range p.values {
		if !slices.Contains(p.known, name) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		p.check.Check(false, name, "There is no such parameter here. Leave it out.")
	}
	return p.check.Err()
}

// unless returns a message unless ok.
func unless(ok bool, message fault.Message) fault.Message {
	if ok {
		return fault.Message{}
	}
	return message
}

func (p *parser) sort(order *string, descending *bool, orders []string) {
	p.take("sort", func(s string) fault.Message {
		if !slices.Contains(orders, s) {
			return fault.NewMessage("There is no such sort order. Use %s.", strings.Join(orders, ", "))
		}
		*order = s
		return fault.Message{}
	})
	p.take("order", func(s string) fault.Message {
		*descending = s == "desc"
		return unless(s == "asc" || s == "desc", fault.NewMessage("Use asc or desc."))
	})
}

func (p *parser) statuses(to *[]voter.Status) {
	p.take("match_status", func(s string) fault.Message {
		for name := range strings.SplitSeq(s, ",") {
			if !slices.Contains(voter.Statuses, voter.Status(name)) {
				return fault.NewMessage("There is no such match status. Use PENDING, CONFIRMED, REG_ELIGIBLE, REG_INELIGIBLE, REG_UNCERTAIN or NO_MATCHES.")
			}
			*to = append(*to, voter.Status(name))
		}
		return fault.Message{}
	})
}

// maxSearch is the number of characters of the longest search.
const maxSearch = 200

// search reads the words of a search. A text without letters and digits is a part of no name.
func (p *parser) search(to *[]string, nothing *bool) {
	p.take("search", func(s string) fault.Message {
		*to = SearchWords(s)
		*nothing = *nothing || len(*to) == 0
		return unless(utf8.RuneCountInString(s) <= maxSearch, fault.NewMessage("The search is too long. Use at most 200 characters."))
	})
}

// period reads the first and the last day of a period, in the campaign's time zone.
func (p *parser) period(name string, to *Period) {
	const problem = "This is not a date. Give one such as 2026-10-24."
	p.take(name+"_from", func(s string) fault.Message {
		at, ok := p.campaign.StartOf(campaign.Day(s))
		to.From = at
		return unless(ok, fault.NewMessage(problem))
	})
	p.take(name+"_to", func(s string) fault.Message {
		day, err := time.Parse(time.DateOnly, s)
		if err != nil {
			return fault.NewMessage(problem)
		}
		at, ok := p.campaign.StartOf(campaign.Day(day.AddDate(0, 0, 1).Format(time.DateOnly)))
		to.Before = at
		return unless(ok && (to.From.IsZero() || at.After(to.From)), fault.NewMessage("The last day is before the first. Give a later one."))
	})
}

// silence reads the number of days without activity, which end a period.
func (p *parser) silence(to *Period) {
	p.take("silent_days", func(s string) fault.Message {
		days, err := strconv.Atoi(s)
		if err != nil || days < 1 || days > 3_650 {
			return fault.NewMessage("Give a number of days from 1 to 3650.")
		}
		before := p.now.Add(-time.Duration(days) * 24 * time.Hour)
		if to.Before.IsZero() || before.Before(to.Before) {
			to.Before = before
		}
		return fault.Message{}
	})
}

func parseCount(s string, to *int) fault.Message {
	n, err := strconv.Atoi(s)
	*to = n
	return unless(err == nil && n >= 0 && n <= 1_000_000, fault.NewMessage("Give a whole number from 0 to 1000000."))
}

func (p *parser) flag(name string, to **bool) {
	p.take(name, func(s string) fault.Message {
		*to = new(s == "true")
		return unless(s == "true" || s == "false", fault.NewMessage("Use true or false."))
	})
}

// responses reads the ids of Key Question responses, and none.
func (p *parser) responses(s string, q *ContactQuery) fault.Message {
	for value := range strings.SplitSeq(s, ",") {
		response, ok := p.campaign.Question.Response(value)
		switch {
		case value == "none":
			q.Filter.Responses = append(q.Filter.Responses, "")
		case ok:
			q.Filter.Responses = append(q.Filter.Responses, response.Code)
		case id.Valid(value):
			q.addStale("response_id")
		default:
			return fault.NewMessage("This is not the id of a Key Question response. Pass the ids of responses, or none.")
		}
	}
	q.Filter.Nothing = q.Filter.Nothing || len(q.Filter.Responses) == 0
	return fault.Message{}
}

func (q *ContactQuery) addStale(parameter string) {
	if !slices.Contains(q.Stale, parameter) {
		q.Stale = append(q.Stale, parameter)
	}
}

// actions reads conditions on action responses, each the id of an item, a colon, and a value. Those on one item are
// alternatives.
func (p *parser) actions(s string, items []*action.Item, q *ContactQuery) fault.Message {
	const problem = "This is no condition on an action item. Pass the item's id, a colon, and done, not_done, answered, not_answered or the id of an option."
	filters := map[action.Code]*ActionFilter{}
	for condition := range strings.SplitSeq(s, ",") {
		itemID, value, _ := strings.Cut(condition, ":")
		if !id.Valid(itemID) || value == "" {
			return fault.NewMessage(problem)
		}
		i := slices.IndexFunc(items, func(item *action.Item) bool { return string(item.ID) == itemID })
		if i < 0 {
			q.addStale("action_response")
			q.Filter.Nothing = true
			continue
		}
		f := filters[items[i].Code]
		if f == nil {
			f = &ActionFilter{Item: items[i].Code}
			filters[items[i].Code] = f
		}
		option, isOption := items[i].Option(value)
		switch {
		case value == "answered":
			f.Answered = true
		case value == "not_answered":
			f.None = true
		case value == "done" && items[i].Type == action.Task:
			f.Choices = append(f.Choices, contact.ChoiceCompleted)
		case value == "not_done" && items[i].Type == action.Task:
			f.Choices = append(f.Choices, contact.ChoiceNotCompleted)
		case value == "done" || value == "not_done":
			return fault.NewMessage("Only tasks can be done or not done. Use answered, not_answered or the id of an option.")
		case isOption:
			f.Choices = append(f.Choices, option.Code)
		case id.Valid(value):
			q.addStale("action_response") // the filter without a choice matches nothing
		default:
			return fault.NewMessage(problem)
		}
	}
	for _, item := range items {
		if f := filters[item.Code]; f != nil {
			q.Filter.Actions = append(q.Filter.Actions, *f)
		}
	}
	return fault.Message{}
}
