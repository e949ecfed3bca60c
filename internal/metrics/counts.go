package metrics

import (
	"fmt"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/campaign"
)

// Counts are the sums over the contacts of a mobilizer or of a campaign.
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

// ContactsUnanswered returns the number of contacts without a Key Question response.
func (c Counts) ContactsUnanswered() int { return c.Contacts - c.ContactsAnswered }

// WithResponse returns the number of contacts whose current Key Question response is code, "" for none.
func (c Counts) WithResponse(code campaign.Code) int {
	if code == "" {
		return c.ContactsUnanswered()
	}
	return c.ByResponse[code]
}

// Cells are the counters of one item.
type Cells map[Cell]int

// Counts returns the cells of a Core or Member item as Counts.
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

// Share is a fraction of two counts. Pages show both counts, and "–" if Of is 0.
type Share struct {
	Count int // numerator
	Of    int // denominator
}

// Percent returns the share in percent with two decimals, rounded half up, such as "66.67". It is empty if Of is 0.
func (s Share) Percent() string {
	if s.Of <= 0 {
		return ""
	}
	hundredths := (20_000*s.Count + s.Of) / (2 * s.Of)
	return fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100)
}

// Average returns the quotient with one decimal, rounded half up, such as "3.5". It is empty if Of is 0.
func (s Share) Average() string {
	if s.Of <= 0 {
		return ""
	}
	tenths := (20*s.Count + s.Of) / (2 * s.Of)
	return fmt.Sprintf("%d.%d", tenths/10, tenths%10)
}

// ItemState is the content of a counter item.
type ItemState struct {
	Cells     Cells
	Marks     map[string]Mark // by MarkName of the stream shard
	UpdatedAt time.Time       // time of the latest record that was counted
	Activity  Activity        // Member only
	Version   int             // number of updates since items have versions
}

// MobilizerCounts returns the state of a Member item as MobilizerCounts.
func (s ItemState) MobilizerCounts() MobilizerCounts {
	return MobilizerCounts{s.Cells.Counts(), s.Activity.First, s.Activity.Last}
}
