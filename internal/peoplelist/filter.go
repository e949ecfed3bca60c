package peoplelist

import (
	"slices"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// Period is a range of instants: from From on and before Before, without an end that is zero.
type Period struct {
	From   time.Time
	Before time.Time
}

// contains reports whether the instant, in ms, is in the period.
func (p Period) contains(ms int64) bool {
	return (p.From.IsZero() || ms >= p.From.UnixMilli()) && (p.Before.IsZero() || ms < p.Before.UnixMilli())
}

// ContactFilter selects contacts. A contact matches if it meets every condition that is set.
type ContactFilter struct {
	Statuses       []voter.Status  // one of them
	Responses      []campaign.Code // current Key Question response: one of them, "" for none
	Mobilizer      mobilizer.ID
	Actions        []ActionFilter // all of them
	MinTouchpoints int
	MaxTouchpoints *int
	Added          Period
	Active         Period // last activity
	City           string // folded
	Zip            string
	VotePlan       *bool
	Notes          *bool
	Search         []string // folded words: each is a part of name, city or zip
	Nothing        bool     // no contact matches: a filter names something that was deleted, or the search has no words
}

// ActionFilter is a condition on the response to an action item.
type ActionFilter struct {
	Item     action.Code
	Choices  []action.Code // one of them
	Answered bool          // any response, in addition to Choices
	None     bool          // no response, in addition to Choices
}

func (f *ActionFilter) matches(choice action.Code) bool {
	if choice == "" {
		return f.None
	}
	return f.Answered || slices.Contains(f.Choices, choice)
}

// ContactOrder is a sort order of contacts.
type ContactOrder string

// The sort orders of contacts.
const (
	ContactsByAdded        ContactOrder = "added"
	ContactsByName         ContactOrder = "name"
	ContactsByLastActivity ContactOrder = "last_activity"
	ContactsByTouchpoints  ContactOrder = "touchpoints"
)

// IsZero reports whether every contact matches.
func (f *ContactFilter) IsZero() bool {
	return len(f.Statuses) == 0 && len(f.Responses) == 0 && f.Mobilizer == "" && len(f.Actions) == 0 && f.MinTouchpoints == 0 &&
		f.MaxTouchpoints == nil && f.Added == Period{} && f.Active == Period{} && f.City == "" && f.Zip == "" && f.VotePlan == nil &&
		f.Notes == nil && len(f.Search) == 0 && !f.Nothing
}

// Matcher returns the function that reports whether a row matches.
func (f *ContactFilter) Matcher() func(*Contact) bool {
	of := parseID(string(f.Mobilizer))
	return func(c *Contact) bool {
		switch {
		case f.Nothing,
			len(f.Statuses) > 0 && !slices.Contains(f.Statuses, c.Status),
			len(f.Responses) > 0 && !slices.Contains(f.Responses, c.Response),
			f.Mobilizer != "" && c.Mobilizer != of,
			c.Touchpoints < f.MinTouchpoints,
			f.MaxTouchpoints != nil && c.Touchpoints > *f.MaxTouchpoints,
			f.City != "" && c.City != f.City,
			f.Zip != "" && c.Zip != f.Zip,
			f.VotePlan != nil && c.VotePlan != *f.VotePlan,
			f.Notes != nil && c.Notes != *f.Notes,
			!f.Added.contains(c.Added()),
			!f.Active.contains(c.LastActivity):
			return false
		}
		for i := range f.Actions {
			if !f.Actions[i].matches(c.choice(f.Actions[i].Item)) {
				return false
			}
		}
		for _, word := range f.Search {
			if !strings.Contains(c.Name, word) && !strings.Contains(c.Preferred, word) && !strings.Contains(c.City, word) && !strings.Contains(c.Zip, word) {
				return false
			}
		}
		return true
	}
}

// Matches reports whether the present state of a contact matches.
func (f *ContactFilter) Matches(c *contact.Contact) bool {
	row := NewContact(c)
	return f.Matcher()(&row)
}

// MobilizerFilter selects mobilizers. A mobilizer matches if every condition that is set is met.
type MobilizerFilter struct {
	Statuses    []voter.Status // one of them
	Left        *bool
	Joined      Period
	Active      Period // last activity; without any it is before every instant
	HasContacts *bool
	Consent     *bool
	State       string
	Search      []string // folded words: each is a part of the name or, with consent, of email or phone
	Nothing     bool     // no mobilizer matches: the search has no words
}

// MobilizerOrder is a sort order of mobilizers.
type MobilizerOrder string

// The sort orders of mobilizers. Shares of no contacts come before all others.
const (
	MobilizersByJoined          MobilizerOrder = "added"
	MobilizersByName            MobilizerOrder = "name"
	MobilizersByLastActivity    MobilizerOrder = "last_activity"
	MobilizersByContacts        MobilizerOrder = "total_contacts"
	MobilizersByMatched         MobilizerOrder = "matched"
	MobilizersByWithTouchpoints MobilizerOrder = "with_touchpoints"
	MobilizersByAnswered        MobilizerOrder = "with_key_question_response"
)

// IsZero reports whether every mobilizer matches.
func (f *MobilizerFilter) IsZero() bool {
	return len(f.Statuses) == 0 && f.Left == nil && f.Joined == Period{} && f.Active == Period{} && f.HasContacts == nil &&
		f.Consent == nil && f.State == "" && len(f.Search) == 0 && !f.Nothing
}

// Matcher returns the function that reports whether a row matches.
func (f *MobilizerFilter) Matcher() func(*Mobilizer) bool {
	return func(m *Mobilizer) bool {
		switch {
		case f.Nothing,
			len(f.Statuses) > 0 && !slices.Contains(f.Statuses, m.Status),
			f.Left != nil && (m.Left != 0) != *f.Left,
			!f.Joined.contains(m.Joined),
			!f.Active.contains(m.LastActivity),
			f.HasContacts != nil && (m.Contacts > 0) != *f.HasContacts,
			f.Consent != nil && m.Consent != *f.Consent,
			f.State != "" && m.State != f.State:
			return false
		}
		for _, word := range f.Search {
			if !strings.Contains(m.Name, word) && !strings.Contains(m.Preferred, word) && !m.reachableBy(word) {
				return false
			}
		}
		return true
	}
}

// reachableBy reports whether a folded word is a part of the email or the phone, which a row has only with consent.
func (m *Mobilizer) reachableBy(word string) bool {
	return strings.Contains(m.Email, word) || strings.Contains(m.Phone, word)
}

// Matches reports whether the present state of a mobilizer matches.
func (f *MobilizerFilter) Matches(m *mobilizer.Mobilizer, counts Counts) bool {
	row := NewMobilizer(m, counts)
	return f.Matcher()(&row)
}
