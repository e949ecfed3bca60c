// Package campaign owns campaigns: their details, their status from draft to closed, and the Key Question. It does not
// own action items (package action) or memberships (package mobilizer).
package campaign

import (
	"time"

	"github.com/kithhq/kith/internal/organization"
)

// ID identifies a campaign: rally__campaign_id in exports.
type ID string

// Status is a campaign's status: draft, then active, then closed.
type Status string

// The statuses of a campaign.
const (
	Draft  Status = "draft"
	Active Status = "active"
	Closed Status = "closed"
)

// Campaign is one relational program of an organization.
type Campaign struct {
	ID            ID
	Organization  organization.ID
	Name          string
	Description   string // Markdown
	NameES        string // for readers of Spanish, if set; likewise every field that ends in ES
	DescriptionES string
	Slug          string   // of the landing page, unique everywhere
	PreviousSlugs []string // earlier ones, in order; they stay reserved and lead to the landing page
	PasscodeMAC   string   // HMAC of the passcode, "version of the secret:hex"; empty if joining requires none
	TimeZone      string   // IANA name; defines the campaign's days; fixed once active
	Status        Status
	Question      KeyQuestion
	NextItem      int // number of action items ever created: the next one's code
	CreatedAt     time.Time
	PublishedAt   time.Time // zero while draft
	ClosedAt      time.Time // zero unless closed
	Version       int
}

// KeyQuestion is the question that mobilizers answer about each contact, with its responses: the campaign ladder.
type KeyQuestion struct {
	Text      string
	TextES    string
	Responses []Response // 2 to 10 in the campaign's order, retired ones included
	NextCode  int        // number of responses ever created: the next one's code
}

// Code is the short name by which stored rows and counters refer to a Key Question response: two base-36 digits, unique
// for all time in the campaign. The empty Code means no response.
type Code string

// Response is a Key Question response: one of the question's options.
type Response struct {
	ID      string // UUIDv7
	Code    Code
	Text    string
	TextES  string
	Value   int
	Retired bool // not offered; still shown for contacts that have it
	Used    bool // whether it was ever given as an answer, so that it can't be deleted
}

// Response returns the response with the id, and whether there is one.
func (q *KeyQuestion) Response(id string) (Response, bool) {
	for _, r := range q.Responses {
		if r.ID == id {
			return r, true
		}
	}
	return Response{}, false
}

// ResponseByCode returns the response with the code, and whether there is one.
func (q *KeyQuestion) ResponseByCode(code Code) (Response, bool) {
	for _, r := range q.Responses {
		if r.Code == code {
			return r, true
		}
	}
	return Response{}, false
}

// Day is a calendar day in a campaign's time zone, such as "2026-10-24".
type Day string

// Moment is an instant together with its day in a campaign's time zone.
type Moment struct {
	At  time.Time
	Day Day
}

// Moment returns the instant, to the millisecond in UTC, with its day in the campaign's time zone.
func (c *Campaign) Moment(at time.Time) Moment {
	at = at.UTC().Truncate(time.Millisecond)
	return Moment{At: at, Day: Day(at.In(c.Location()).Format(time.DateOnly))}
}

// OrganizationCampaign is the index entry by which an organization's campaigns are listed.
type OrganizationCampaign struct {
	Organization organization.ID
	Campaign     ID
}

// Listing is the index entry by which all campaigns are listed.
type Listing struct{ Campaign ID }

// SlugReservation reserves a landing page's slug for a campaign.
type SlugReservation struct {
	Slug     string
	Campaign ID
}
