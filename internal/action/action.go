// Package action owns action items: what mobilizers are asked to do or to find out for each contact.
// What a contact answered stands in package contact.
package action

import (
	"time"

	"github.com/kithhq/kith/internal/campaign"
)

// ID names an action item: rally__action_item_id in exports.
type ID string

// Type is what kind of answer an action item takes. It is fixed once the item is answered.
type Type string

// The types of the source's exports.
const (
	Task           Type = "TASK"
	MultipleChoice Type = "QUESTION_MULTIPLE_CHOICE"
	FreeResponse   Type = "QUESTION_FREE_RESPONSE"
)

// Code is the short name under which items and counters refer to an action item or an option: two base-36 digits,
// never used again in the campaign (items) or in the item (options).
type Code string

// Item is one action item of a campaign.
type Item struct {
	ID          ID
	Campaign    campaign.ID
	Code        Code
	Type        Type
	Title       string
	Nickname    string // heading in tables, when set
	Description string // Markdown
	Links       []Link
	Position    int // order on pages, from 0
	Target      Target
	Options     []Option // multiple choice only: 2 to 20, retired ones included
	NextOption  int      // number of options ever made, for their codes
	Answered    bool     // has been answered at least once, so its type is fixed
	CreatedAt   time.Time
	ArchivedAt  time.Time // zero while in use
	Version     int
}

// Link is something to read or to share.
type Link struct {
	Label string
	URL   string
}

// Option is one choice of a multiple choice question.
type Option struct {
	ID      string // UUIDv7
	Code    Code
	Text    string
	Value   string // optional
	Retired bool   // shown while contacts hold it, not offered
	Used    bool   // has been chosen at least once, so it can't be deleted
}

// Target says for which contacts an item is meant: everyone, or those whose current Key Question response is chosen.
type Target struct {
	Everyone   bool
	Responses  []campaign.Code // chosen responses, unless Everyone
	NoResponse bool            // whether contacts without a response are chosen, unless Everyone
}

// Includes reports whether a contact whose current response is code ("" for none) is in the target.
func (t Target) Includes(code campaign.Code) bool {
	if t.Everyone {
		return true
	}
	if code == "" {
		return t.NoResponse
	}
	for _, chosen := range t.Responses {
		if chosen == code {
			return true
		}
	}
	return false
}

// Archived reports whether the item takes no new or changed responses.
func (i *Item) Archived() bool { return !i.ArchivedAt.IsZero() }

// Heading is how tables name the item: its nickname, else its title.
func (i *Item) Heading() string {
	if i.Nickname != "" {
		return i.Nickname
	}
	return i.Title
}

// Option returns the option with the id, and whether there is one.
func (i *Item) Option(id string) (Option, bool) {
	for _, o := range i.Options {
		if o.ID == id {
			return o, true
		}
	}
	return Option{}, false
}

// OptionByCode returns the option with the code, and whether there is one.
func (i *Item) OptionByCode(code Code) (Option, bool) {
	for _, o := range i.Options {
		if o.Code == code {
			return o, true
		}
	}
	return Option{}, false
}
