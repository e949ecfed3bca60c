package action

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
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
	MaxItems         = 50 // per campaign, archived ones included
	titleLimit       = 200
	nicknameLimit    = 60
	descriptionLimit = 10_000
	messageLimit     = 500
	labelLimit       = 100
	optionLimit      = 200
	valueLimit       = 100
	minOptions       = 2
	maxOptions       = 20
	maxLinks         = 10
	codesAvailable   = 36 * 36
)

// Input is the part of an action item that administrators edit, as they send it.
type Input struct {
	Type          Type
	Title         string
	Nickname      string
	Description   string // Markdown
	TitleES       string
	DescriptionES string
	Message       string // with {first_name} for the contact's first name
	MessageES     string
	Links         []Link
	Target        TargetInput
	Options       []OptionInput // in the desired order; options left out are deleted
}

// TargetInput is a Target that refers to Key Question responses by their ids.
type TargetInput struct {
	Everyone   bool
	Responses  []string
	NoResponse bool
}

// OptionInput is the part of an option that administrators edit.
type OptionInput struct {
	ID      string // of an existing option; blank for a new one
	Text    string
	TextES  string
	Value   string
	Retired bool
}

// New returns a new action item of the campaign, placed after items, and increments c.NextItem: the caller must store
// both in one transaction.
//
// Invalid: in breaks a rule. Conflict: the campaign is closed, or has MaxItems items.
func New(c *campaign.Campaign, items []*Item, in Input, at time.Time) (*Item, error) {
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
	if err := i.Update(c, in, at); err != nil {
		return nil, err
	}
	i.Code = codeOf(c.NextItem)
	c.NextItem++
	return i, nil
}

// codeOf returns the nth code.
func codeOf(n int) Code {
	code := strconv.FormatInt(int64(n), 36)
	return Code(strings.Repeat("0", max(0, 2-len(code))) + code)
}

// Input returns the part of the item that administrators edit, as they would send it.
func (i *Item) Input(q *campaign.KeyQuestion) Input {
	in := Input{
		Type: i.Type, Title: i.Title, Nickname: i.Nickname, Description: i.Description,
		TitleES: i.TitleES, DescriptionES: i.DescriptionES, Message: i.Message, MessageES: i.MessageES,
		Links:  slices.Clone(i.Links),
		Target: TargetInput{Everyone: i.Target.Everyone, NoResponse: i.Target.NoResponse},
	}
	for _, code := range i.Target.Responses {
		if r, ok := q.ResponseByCode(code); ok {
			in.Target.Responses = append(in.Target.Responses, r.ID)
		}
	}
	for _, o := range i.Options {
		in.Options = append(in.Options, OptionInput{ID: o.ID, Text: o.Text, TextES: o.TextES, Value: o.Value, Retired: o.Retired})
	}
	return in
}

// Revision returns a hash of the part of the item that administrators edit: it changes if and only if that part does.
func (i *Item) Revision() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %q %q %q %q %q %q %v", i.Type, i.Title, i.TitleES, i.Nickname, i.Description, i.DescriptionES,
		i.Message, i.MessageES, i.Links, i.Target)
	for _, o := range i.Options {
		fmt.Fprintf(h, " %q %q %q %q %t", o.ID, o.Text, o.TextES, o.Value, o.Retired)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Update replaces the part of the item that administrators edit. Options keep their codes, and thereby their responses.
// On failure nothing changes.
//
// Invalid: in breaks a rule. Conflict: the campaign is closed, the type of an answered item would change, or a used
// option would be deleted.
func (i *Item) Update(c *campaign.Campaign, in Input, at time.Time) error {
	if err := c.CheckEditable(); err != nil {
		return err
	}
	var check fault.Checker
	in.checkTexts(&check)
	target := in.Target.resolve(&check, &c.Question)
	in.checkOptions(&check, i)
	if err := check.Err(); err != nil {
		return err
	}
	if i.Answered && in.Type != i.Type {
		return fault.Conflict("type_fixed", "This item has been answered, so its type can't change. Create another item.").AtField("type")
	}
	options, next, err := i.options(in.Options, at)
	if err != nil {
		return err
	}
	i.Type, i.Title, i.Nickname, i.Description = in.Type, in.Title, in.Nickname, in.Description
	i.TitleES, i.DescriptionES, i.Message, i.MessageES = in.TitleES, in.DescriptionES, in.Message, in.MessageES
	i.Links, i.Target, i.Options, i.NextOption = in.Links, target, options, next
	return nil
}

// checkTexts normalizes the type, texts and links, and records in check the fields that break a rule.
func (e *Input) checkTexts(check *fault.Checker) {
	check.Check(e.Type == Task || e.Type == MultipleChoice || e.Type == FreeResponse, "type",
		"Choose TASK, QUESTION_MULTIPLE_CHOICE or QUESTION_FREE_RESPONSE.")
	e.Title = text.RequiredLine(check, "title", e.Title, titleLimit, "Give the action item a title.")
	e.Nickname = text.Line(check, "nickname", e.Nickname, nicknameLimit)
	e.Description = text.Prose(check, "description", e.Description, descriptionLimit)
	e.TitleES = text.Line(check, "title_es", e.TitleES, titleLimit)
	e.DescriptionES = text.Prose(check, "description_es", e.DescriptionES, descriptionLimit)
	e.Message = cleanMessage(check, "message", e.Message)
	e.MessageES = cleanMessage(check, "message_es", e.MessageES)
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

// placeholder matches the parts of a message in braces.
var placeholder = regexp.MustCompile(`\{[^{}\n]*\}`)

// cleanMessage returns a suggested message as it is stored, and records in check the rule that it breaks. {first_name} is
// the only placeholder: any other would be sent as it stands.
func cleanMessage(check *fault.Checker, field, message string) string {
	message = text.Prose(check, field, message, messageLimit)
	for _, part := range placeholder.FindAllString(message, -1) {
		if part != "{first_name}" {
			check.Check(false, field, "%s is not a placeholder. Use {first_name} for the contact's first name.", part)
			break
		}
	}
	return message
}

// resolve returns the target with the codes of its responses, sorted, and records in check the fields that break a rule.
func (t TargetInput) resolve(check *fault.Checker, q *campaign.KeyQuestion) Target {
	target := Target{Everyone: t.Everyone, NoResponse: t.NoResponse}
	some := t.NoResponse || len(t.Responses) > 0
	check.Check(!t.Everyone || !some, "target", "Choose either all contacts or some responses, not both.")
	check.Check(t.Everyone || some, "target", "Choose all contacts, at least one response, or contacts without a response.")
	for n, id := range t.Responses {
		r, ok := q.Response(id)
		if !ok {
			check.Check(false, fmt.Sprintf("target.response_ids[%d]", n), "This campaign has no such response. Use the id of one of its responses.")
			continue
		}
		if !slices.Contains(target.Responses, r.Code) {
			target.Responses = append(target.Responses, r.Code)
		}
	}
	slices.Sort(target.Responses)
	return target
}

// checkOptions normalizes the options, and records in check the fields that break a rule.
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
		o.TextES = text.Line(check, field+"text_es", o.TextES, optionLimit)
		o.Value = text.Line(check, field+"value", o.Value, valueLimit)
		_, known := i.Option(o.ID)
		check.Check(o.ID == "" || known, field+"id", "This action item has no such option. Use the id of one of its options, or none for a new one.")
		for m, before := range e.Options[:n] {
			check.Check(o.ID == "" || o.ID != before.ID, field+"id", "This is option %d again. Send each option once.", m+1)
			check.Check(o.Text == "" || !text.Same(o.Text, before.Text), field+"text", "Option %d has the same text. Use another one.", m+1)
		}
		offered = offered || !o.Retired
	}
	check.Check(offered || len(e.Options) == 0, "options", "Keep at least one option that is not retired, or archive the item.")
}

// options returns the item's options after an update, and the value for NextOption.
//
// Conflict: a used option would be deleted, or there are no codes left.
func (i *Item) options(inputs []OptionInput, at time.Time) ([]Option, int, error) {
	for _, o := range i.Options {
		kept := slices.ContainsFunc(inputs, func(in OptionInput) bool { return in.ID == o.ID })
		if o.Used && !kept {
			return nil, 0, fault.Conflict("option_in_use",
				"“%s” has been chosen, so it can't be deleted. Retire it instead.", o.Text).AtField("options")
		}
	}
	var options []Option
	next := i.NextOption
	for _, in := range inputs {
		o, ok := i.Option(in.ID)
		if !ok {
			if next >= codesAvailable {
				return nil, 0, fault.Conflict("too_many_options", "This item has had too many options. Reword an existing one.")
			}
			o = Option{ID: id.At(at), Code: codeOf(next)}
			next++
		}
		o.Text, o.TextES, o.Value, o.Retired = in.Text, in.TextES, in.Value, in.Retired
		options = append(options, o)
	}
	return options, next, nil
}

// Archive archives the item: it takes no new or changed responses. Archiving an archived item changes nothing.
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

// Delete returns the items whose position changes when i is deleted. The caller must store them in the transaction that deletes i.
//
// Conflict: the campaign is closed, or the item was ever answered.
func (i *Item) Delete(c *campaign.Campaign, items []*Item) ([]*Item, error) {
	if err := c.CheckEditable(); err != nil {
		return nil, err
	}
	if i.Answered {
		return nil, fault.Conflict("action_item_answered", "This action item has been answered, so it can't be deleted. Archive it instead.")
	}
	var moved []*Item
	for _, other := range items {
		if other.Position > i.Position {
			other.Position--
			moved = append(moved, other)
		}
	}
	return moved, nil
}

// Reorder puts the items into the order of ids and returns those whose position changed. Archived items that ids leaves
// out come last, in their present order.
//
// Invalid: ids does not contain each item that is not archived exactly once. Conflict: the campaign is closed.
func Reorder(c *campaign.Campaign, items []*Item, ids []ID) ([]*Item, error) {
	if err := c.CheckEditable(); err != nil {
		return nil, err
	}
	var check fault.Checker
	places := make(map[ID]int, len(ids))
	for n, id := range ids {
		known := slices.ContainsFunc(items, func(i *Item) bool { return i.ID == id })
		check.Check(known, fmt.Sprintf("action_item_ids[%d]", n), "This campaign has no such action item. Use the id of one of its items.")
		before, again := places[id]
		check.Check(!again, fmt.Sprintf("action_item_ids[%d]", n), "This is item %d again. Send each item once.", before+1)
		places[id] = n
	}
	for _, i := range items {
		if _, named := places[i.ID]; !named {
			check.Check(i.Archived(), "action_item_ids", "“%s” is missing. Send every item that is not archived.", i.Title)
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

// Sort sorts items by position.
func Sort(items []*Item) {
	slices.SortFunc(items, func(a, b *Item) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.ID, b.ID))
	})
}
