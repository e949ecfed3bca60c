// Package campaign owns campaigns: their details, their life from draft to closed, and the Key Question.
// Action items stand in package action, memberships in package mobilizer.
package campaign

import (
	"time"

	"github.com/kithhq/kith/internal/organization"
)

// ID names a campaign: rally__campaign_id in exports.
type ID string

// Status is where a campaign stands in its life: draft, then active, then closed.
type Status string

// The states of a campaign.
const (
	Draft  Status = "draft"
	Active Status = "active"
	Closed Status = "closed"
)

// Campaign is one relational program of an organization.
type Campaign struct {
	ID           ID
	Organization organization.ID
	Name         string
	Description  string // Markdown
	Slug         string // of the landing page, unique everywhere
	PasscodeMAC  string // HMAC of the passcode, hex; empty when none is asked for
	TimeZone     string // IANA name; days are counted in it; fixed once active
	Status       Status
	Question     KeyQuestion
	NextItem     int // number of action items ever made, for their codes
	CreatedAt    time.Time
	PublishedAt  time.Time // zero while draft
	ClosedAt     time.Time // zero unless closed
	Version      int
}

// KeyQuestion is what the mobilizer is asked about each contact: the campaign ladder.
type KeyQuestion struct {
	Text      string
	Responses []Response // 2 to 10 in the campaign's order, retired ones included
	NextCode  int        // number of responses ever made, for their codes
}

// Code is the short name under which items and counters refer to a Key Question response: two base-36 digits,
// never used again in the campaign. The empty Code is no response.
type Code string

// Response is one answer that the Key Question offers.
type Response struct {
	ID      string // UUIDv7
	Code    Code
	Text    string
	Value   int
	Retired bool // shown while contacts hold it, not offered
	Used    bool // has been answered at least once, so it can't be deleted
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

// Moment is an instant together with the campaign's day it falls on.
type Moment struct {
	At  time.Time
	Day Day
}

// Moment returns the instant, to the millisecond in UTC, with its day in the campaign's time zone.
func (c *Campaign) Moment(at time.Time) Moment {
	at = at.UTC().Truncate(time.Millisecond)
	return Moment{At: at, Day: Day(at.In(c.Location()).Format(time.DateOnly))}
}

// OrganizationCampaign says that a campaign belongs to an organization.
type OrganizationCampaign struct {
	Organization organization.ID
	Campaign     ID
}

// SlugReservation says which campaign's landing page stands under a slug.
type SlugReservation struct {
	Slug     string
	Campaign ID
}
