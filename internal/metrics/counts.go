package metrics

import (
	"fmt"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/campaign"
)

// Counts are the sums over contacts: of one mobilizer, or of a campaign.
type Counts struct {
	Contacts                int
	MatchedContacts         int
	ContactsWithTouchpoints int
	Touchpoints             int
	ContactsAnswered        int // with a Key Question response
	ContactsWithResponses   int // with an action item response
	ActionResponses         int
	ByResponse              map[campaign.Code]int // contacts by current Key Question response; absent is 0
}

// ContactsUnanswered is how many contacts have no Key Question response.
func (c Counts) ContactsUnanswered() int { return c.Contacts - c.ContactsAnswered }

// Of is how many contacts have the Key Question response; "" stands for none.
func (c Counts) Of(code campaign.Code) int {
	if code == "" {
		return c.ContactsUnanswered()
	}
	return c.ByResponse[code]
}

// Cells are the counters of one item by their names.
type Cells map[Cell]int

// Counts reads the cells of a Core or Member item.
func (c Cells) Counts() Counts {
	counts := Counts{
		Contacts: c[Contacts], MatchedContacts: c[MatchedContacts], ContactsWithTouchpoints: c[ContactsWithTouchpoints],
		Touchpoints: c[Touchpoints], ContactsAnswered: c[ContactsAnswered],
		ContactsWithResponses: c[ContactsWithResponses], ActionResponses: c[ActionResponses],
		ByResponse: map[campaign.Code]int{},
	}
	for cell, n := range c {
		if code, ok := strings.CutPrefix(string(cell), "q"); ok && n != 0 {
			counts.ByResponse[campaign.Code(code)] = n
		}
	}
	return counts
}

// MobilizerCounts are the numbers of one mobilizer.
type MobilizerCounts struct {
	Counts
	FirstActivityAt time.Time // zero until there is an activity
	LastActivityAt  time.Time
}

// Share is a count together with what it is a share of. Pages show both, and "–" where there is nothing to divide by.
type Share struct {
	Count int
	Of    int
}

// Percent returns the share in percent with two decimals, rounded half up from the integers, such as "66.67".
// It is empty when there is nothing to divide by.
func (s Share) Percent() string {
	if s.Of <= 0 {
		return ""
	}
	hundredths := (20_000*s.Count + s.Of) / (2 * s.Of)
	return fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100)
}

// Average returns the count divided by what it is of, with one decimal, rounded half up, such as "3.5".
// It is empty when there is nothing to divide by.
func (s Share) Average() string {
	if s.Of <= 0 {
		return ""
	}
	tenths := (20*s.Count + s.Of) / (2 * s.Of)
	return fmt.Sprintf("%d.%d", tenths/10, tenths%10)
}

// ItemState is what a counter item holds.
type ItemState struct {
	Cells     Cells
	Marks     map[string]Mark // by MarkName of the stream shard
	UpdatedAt time.Time       // when the latest record counted into it was made
	Activity  Activity        // Member only
}

// MobilizerCounts reads the state of a Member item.
func (s ItemState) MobilizerCounts() MobilizerCounts {
	return MobilizerCounts{s.Cells.Counts(), s.Activity.First, s.Activity.Last}
}
