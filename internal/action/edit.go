package action

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/text"
)

// Limits of action items.
const (
	MaxItems         = 50 // a campaign, archived ones included
	titleLimit       = 200
	nicknameLimit    = 60
	descriptionLimit = 10_000
	labelLimit       = 100
	optionLimit      = 200
	valueLimit       = 100
	minOptions       = 2
	maxOptions       = 20
	maxLinks         = 10
	codesAvailable   = 36 * 36
)

// Input is how administrators want an action item to be.
type Input struct {
	Type        Type
	Title       string
	Nickname    string
	Description string // Markdown
	Links       []Link
	Target      TargetInput
	Options     []OptionInput // in the order wanted; options left out are deleted
}

// TargetInput is a target with the ids of Key Question responses.
type TargetInput struct {
	Everyone   bool
	Responses  []string
	NoResponse bool
}

// OptionInput is one option as wanted.
type OptionInput struct {
	ID      string // of an option that there is; blank for a new one
	Text    string
	Value   string
	Retired bool
}

// New returns a further action item of the campaign, after the others, and counts it there: write both together.
//
// Invalid: the fields say why. Conflict: the campaign is closed, or has 50 items.
func New(c *campaign.Campaign, items []*Item, edit Input, at time.Time) (*Item, error) {
	if err := c.CheckEditable(); err != nil {
		return nil, err
	}
	if len(items) >= MaxItems {
		return nil, fault.Conflict("too_many_action_items", "A campaign has at most 50 action items, archived ones included.")
	}
	at = at.UTC().Truncate(time.Millisecond)
	i := &Item{ID: ID(id.At(at)), Campaign: c.ID, CreatedAt: at}
	for _, other := range items {
		i.Position = max(i.Position, other.Position+1)
	}
	if err := i.Update(c, edit, at); err != nil {
		return nil, err
	}
	i.Code = codeOf(c.NextItem)
	c.NextItem++
	return i, nil
}

func codeOf(n int) Code {
	code := strconv.FormatInt(int64(n), 36)
	return Code(strings.Repeat("0", max(0, 2-len(code))) + code)
}

// Input returns the item as administrators edit it now.
func (i *Item) Input(q *campaign.KeyQuestion) Input {
	edit := Input{
		Type: i.Type, Title: i.Title, Nickname: i.Nickname, Description: i.Description,
		Links:  slices.Clone(i.Links),
		Target: TargetInput{Everyone: i.Target.Everyone, NoResponse: i.Target.NoResponse},
	}
	for _, code := range i.Target.Responses {
		if r, ok := q.ResponseByCode(code); ok {
			edit.Target.Responses = append(edit.Target.Responses, r.ID)
		}
	}
	for _, o := range i.Options {
		edit.Options = append(edit.Options, OptionInput{ID: o.ID, Text: o.Text, Value: o.Value, Retired: o.Retired})
	}
	return edit
}

// Revision names the present state of what administrators edit: it changes when, and only when, that does.
func (i *Item) Revision() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %q %q %v", i.Type, i.Title, i.Nickname, i.Description, i.Links, i.Target)
	for _, o := range i.Options {
		fmt.Fprintf(h, " %q %q %q %t", o.ID, o.Text, o.Value, o.Retired)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Update replaces what administrators edit. Options keep their code, and so everything that was answered. On failure
// nothing changes.
//
// Invalid: the fields say why. Conflict: the campaign is closed; the item was answered and its type would change; or an
// option that was chosen would be deleted.
func (i *Item) Update(c *campaign.Campaign, edit Input, at time.Time) error {
	if err := c.CheckEditable(); err != nil {
		return err
	}
	var check fault.Checker
	edit.checkWords(&check)
	target := edit.Target.resolve(&check, &c.Question)
	edit.checkOptions(&check, i)
	if err := check.Err(); err != nil {
		return err
	}
	if i.Answered && edit.Type != i.Type {
		return refused("type_fixed", "type", "This item has been answered, so its type stays.")
	}
	options, next, err := i.options(edit.Options, at)
	if err != nil {
		return err
	}
	i.Type, i.Title, i.Nickname, i.Description = edit.Type, edit.Title, edit.Nickname, edit.Description
	i.Links, i.Target, i.Options, i.NextOption = edit.Links, target, options, next
	return nil
}

// refused is a conflict that one field is to blame for.
func refused(code, field, message string) *fault.Error {
	return &fault.Error{Kind: fault.KindConflict, Code: code, Message: message, Fields: []fault.Field{{Name: field, Message: message}}}
}

func (e *Input) checkWords(check *fault.Checker) {
	check.Check(e.Type == Task || e.Type == MultipleChoice || e.Type == FreeResponse, "type",
		"Choose TASK, QUESTION_MULTIPLE_CHOICE or QUESTION_FREE_RESPONSE.")
	e.Title = text.RequiredLine(check, "title", e.Title, titleLimit, "Give the action item a title.")
	e.Nickname = text.Line(check, "nickname", e.Nickname, nicknameLimit)
	e.Description = text.Prose(check, "description", e.Description, descriptionLimit)
	check.Check(len(e.Links) <= maxLinks, "links", "Give at most 10 links.")
	if len(e.Links) > maxLinks {
		return
	}
	links := make([]Link, len(e.Links))
	for n, l := range e.Links {
		field := fmt.Sprintf("links[%d].", n)
		text.Required(check, field+"url", l.URL, "Give the link its address.")
		links[n] = Link{text.Line(check, field+"label", l.Label, labelLimit), text.Link(check, field+"url", l.URL)}
	}
	e.Links = links
	if len(links) == 0 {
		e.Links = nil
	}
}

// resolve turns the ids of responses into their codes, in the order of codes.
func (t TargetInput) resolve(check *fault.Checker, q *campaign.KeyQuestion) Target {
	target := Target{Everyone: t.Everyone, NoResponse: t.NoResponse}
	some := t.NoResponse || len(t.Responses) > 0
	check.Check(!t.Everyone || !some, "target", "Choose either everyone or some responses, not both.")
	check.Check(t.Everyone || some, "target", "Choose everyone, at least one response, or contacts without a response.")
	for n, id := range t.Responses {
		r, ok := q.Response(id)
		if !ok {
			check.Check(false, fmt.Sprintf("target.responses[%d]", n), "There is no such response in this campaign.")
			continue
		}
		if !slices.Contains(target.Responses, r.Code) {
			target.Responses = append(target.Responses, r.Code)
		}
	}
	slices.Sort(target.Responses)
	return target
}

func (e *Input) checkOptions(check *fault.Checker, i *Item) {
	if e.Type != MultipleChoice {
		check.Check(len(e.Options) == 0, "options", "Only a multiple choice question has options.")
		return
	}
	check.Check(len(e.Options) >= minOptions, "options", "Give at least 2 options.")
	check.Check(len(e.Options) <= maxOptions, "options", "Give at most 20 options, retired ones included.")
	if len(e.Options) > maxOptions {
		return
	}
	e.Options = slices.Clone(e.Options)
	offered := false
	for n := range e.Options {
		field := fmt.Sprintf("options[%d].", n)
		o := &e.Options[n]
		o.Text = text.RequiredLine(check, field+"text", o.Text, optionLimit, "Write the option.")
		o.Value = text.Line(check, field+"value", o.Value, valueLimit)
		_, known := i.Option(o.ID)
		check.Check(o.ID == "" || known, field+"id", "There is no such option in this action item.")
		for m, before := range e.Options[:n] {
			check.Check(o.ID == "" || o.ID != before.ID, field+"id", fmt.Sprintf("This is option %d again.", m+1))
			check.Check(o.Text == "" || !text.Same(o.Text, before.Text), field+"text", fmt.Sprintf("Option %d has the same text.", m+1))
		}
		offered = offered || !o.Retired
	}
	check.Check(offered || len(e.Options) == 0, "options", "Keep at least one option that is not retired, or archive the item.")
}

// options returns the options as wanted and how many codes are given out then.
func (i *Item) options(wanted []OptionInput, at time.Time) ([]Option, int, error) {
	for _, o := range i.Options {
		kept := slices.ContainsFunc(wanted, func(e OptionInput) bool { return e.ID == o.ID })
		if o.Used && !kept {
			return nil, 0, refused("option_in_use", "options",
				fmt.Sprintf("“%s” has been chosen, so it can't be deleted. Retire it instead.", o.Text))
		}
	}
	var options []Option
	next := i.NextOption
	for _, e := range wanted {
		o, ok := i.Option(e.ID)
		if !ok {
			if next >= codesAvailable {
				return nil, 0, fault.Conflict("too_many_options", "This item has had too many options; reword one that there is.")
			}
			o = Option{ID: id.At(at), Code: codeOf(next)}
			next++
		}
		o.Text, o.Value, o.Retired = e.Text, e.Value, e.Retired
		options = append(options, o)
	}
	return options, next, nil
}

// Archive takes the item out of use: it takes no new or changed responses. An archived item stays as it is.
//
// Conflict: the campaign is closed.
func (i *Item) Archive(c *campaign.Campaign, at time.Time) error {
	if err := c.CheckEditable(); err != nil {
		return err
	}
	if !i.Archived() {
		i.ArchivedAt = at.UTC().Truncate(time.Millisecond)
	}
	return nil
}

// Restore undoes Archive.
//
// Conflict: the campaign is closed.
func (i *Item) Restore(c *campaign.Campaign) error {
	if err := c.CheckEditable(); err != nil {
		return err
	}
	i.ArchivedAt = time.Time{}
	return nil
}

// Reorder puts the items into the order wanted and returns those that moved. Archived items that ids leaves out come
// last, as they were.
//
// Invalid: ids does not name each item in use exactly once. Conflict: the campaign is closed.
func Reorder(c *campaign.Campaign, items []*Item, ids []ID) ([]*Item, error) {
	if err := c.CheckEditable(); err != nil {
		return nil, err
	}
	var check fault.Checker
	places := make(map[ID]int, len(ids))
	for n, id := range ids {
		known := slices.ContainsFunc(items, func(i *Item) bool { return i.ID == id })
		check.Check(known, fmt.Sprintf("items[%d]", n), "There is no such action item in this campaign.")
		before, again := places[id]
		check.Check(!again, fmt.Sprintf("items[%d]", n), fmt.Sprintf("This is item %d again.", before+1))
		places[id] = n
	}
	for _, i := range items {
		if _, named := places[i.ID]; !named {
			check.Check(i.Archived(), "items", fmt.Sprintf("“%s” is missing: name every item in use.", i.Title))
			places[i.ID] = len(ids) + i.Position
		}
	}
	if err := check.Err(); err != nil {
		return nil, err
	}
	ordered := slices.Clone(items)
	slices.SortStableFunc(ordered, func(a, b *Item) int { return cmp.Compare(places[a.ID], places[b.ID]) })
	var moved []*Item
	for n, i := range ordered {
		if i.Position != n {
			i.Position = n
			moved = append(moved, i)
		}
	}
	return moved, nil
}

// Sort puts items in their order.
func Sort(items []*Item) {
	slices.SortFunc(items, func(a, b *Item) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.ID, b.ID))
	})
}
