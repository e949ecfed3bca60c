// Package action owns action items: tasks and questions that mobilizers work through for each contact. It does not own
// the responses to them (package contact).
package action

import (
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
)

// ID identifies an action item: rally__action_item_id in exports.
type ID string

// Type is the kind of response that an action item takes. It is fixed once the item has a response.
type Type string

// The types, as exports name them.
const (
	Task           Type = "TASK"
	MultipleChoice Type = "QUESTION_MULTIPLE_CHOICE"
	FreeResponse   Type = "QUESTION_FREE_RESPONSE"
)

// Code is the short name by which stored rows and counters refer to an action item or an option: two base-36 digits,
// unique for all time in the campaign (items) or in the item (options).
type Code string

// Item is one action item of a campaign.
type Item struct {
	ID            ID
	Campaign      campaign.ID
	Code          Code
	Type          Type
	Title         string
	Nickname      string // heading in tables, if set
	Description   string // Markdown
	TitleES       string // for readers of Spanish, if set; likewise every field that ends in ES
	DescriptionES string
	Message       string // suggested to send to a contact, with {first_name} for the contact's first name; in exports never
	MessageES     string
	Links         []Link
	Position      int // order on pages, from 0
	Target        Target
	Options       []Option // multiple choice only: 2 to 20, retired ones included
	NextOption    int      // number of options ever created: the next one's code
	Answered      bool     // whether it ever had a response, so that its type is fixed
	CreatedAt     time.Time
	ArchivedAt    time.Time // zero while in use
	Version       int
}

// Link is a web page to read or to share.
type Link struct {
	Label string
	URL   string
}

// Option is one choice of a multiple choice question.
type Option struct {
	ID      string // UUIDv7
	Code    Code
	Text    string
	TextES  string
	Value   string // optional
	Retired bool   // not offered; still shown for contacts that have it
	Used    bool   // whether it was ever chosen, so that it can't be deleted
}

// Target is the set of contacts that an item is meant for: all contacts, or those whose current Key Question response
// is in a chosen set.
type Target struct {
	Everyone   bool
	Responses  []campaign.Code // chosen responses, unless Everyone
	NoResponse bool            // whether contacts without a response are included, unless Everyone
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

// Archived reports whether the item is archived: it takes no new or changed responses.
func (i *Item) Archived() bool { return !i.ArchivedAt.IsZero() }

// Heading returns the item's heading in tables: its nickname, else its title.
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

// MarkUsed marks the item as answered, and the option with the code as used if there is one. It reports whether a mark
// is new. The caller must store new marks in the transaction of the response, so that they are exact.
func (i *Item) MarkUsed(choice Code) bool {
	first := !i.Answered
	i.Answered = true
	for n := range i.Options {
		o := &i.Options[n]
		if o.Code == choice && !o.Used {
			o.Used, first = true, true
		}
	}
	return first
}

// Find returns an action item by its id.
//
// Not found: there is none.
func Find(items []*Item, id string) (*Item, error) {
	for _, i := range items {
		if string(i.ID) == id {
			return i, nil
		}
	}
	return nil, fault.NotFound("action item")
}
