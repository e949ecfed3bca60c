package campaign

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/text"
)

// Limits of the Key Question.
const (
	questionLimit  = 500 // characters
	responseLimit  = 100 // characters
	minResponses   = 2
	maxResponses   = 10
	valueLimit     = 9999
	codesAvailable = 36 * 36
)

// KeyQuestionInput is how administrators want the Key Question to be.
type KeyQuestionInput struct {
	Text      string
	Responses []ResponseInput // in the order wanted; responses left out are deleted
}

// ResponseInput is one response as wanted.
type ResponseInput struct {
	ID      string // of a response that there is; blank for a new one
	Text    string
	Value   int
	Retired bool
}

func defaultQuestion(at time.Time) KeyQuestion {
	q := KeyQuestion{}
	for i, wording := range []string{"Definitely Not", "Probably Not", "Maybe", "Probably", "Definitely"} {
		q.Responses = append(q.Responses, Response{ID: id.At(at), Code: q.nextCode(), Text: wording, Value: i + 1})
	}
	return q
}

// nextCode gives out the next code, which must be available.
func (q *KeyQuestion) nextCode() Code {
	code := strconv.FormatInt(int64(q.NextCode), 36)
	q.NextCode++
	return Code(strings.Repeat("0", 2-len(code)) + code)
}

// Revision names the present state of what administrators edit: it changes when, and only when, that does.
func (q *KeyQuestion) Revision() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q", q.Text)
	for _, r := range q.Responses {
		fmt.Fprintf(h, " %q %q %d %t", r.ID, r.Text, r.Value, r.Retired)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// SetInitialKeyQuestion sets the Key Question of a campaign that is being made. Without responses it keeps the default ones.
//
// Invalid: the fields say why.
func (c *Campaign) SetInitialKeyQuestion(edit KeyQuestionInput, at time.Time) error {
	defaults := c.Question
	c.Question = KeyQuestion{}
	if len(edit.Responses) == 0 {
		c.Question = defaults
		for _, r := range defaults.Responses {
			edit.Responses = append(edit.Responses, ResponseInput{ID: r.ID, Text: r.Text, Value: r.Value})
		}
	}
	_, err := c.SetKeyQuestion(edit, nil, at)
	return err
}

// SetKeyQuestion replaces the Key Question: rewords, retires, reorders, adds and deletes responses. Responses keep their code, and
// so everything that was answered. targets has the titles of action items by the responses that they target. On failure
// nothing changes. It reports whether responses were deleted, so that targets must not have changed meanwhile.
//
// Invalid: the fields say why. Conflict: the campaign is closed; a response that was answered, or that an action item
// targets, would be deleted; or an active campaign would offer fewer than two responses.
func (c *Campaign) SetKeyQuestion(edit KeyQuestionInput, targets map[Code]string, at time.Time) (bool, error) {
	if err := c.CheckEditable(); err != nil {
		return false, err
	}
	edit, err := edit.checked(&c.Question)
	if err != nil {
		return false, err
	}
	gone, err := c.deletable(edit, targets)
	if err != nil {
		return false, err
	}
	next := KeyQuestion{Text: edit.Text, NextCode: c.Question.NextCode}
	for _, wanted := range edit.Responses {
		r, ok := c.Question.Response(wanted.ID)
		if !ok {
			if next.NextCode >= codesAvailable {
				return false, fault.Conflict("too_many_responses", "This campaign has had too many responses; reword one that there is.")
			}
			r = Response{ID: id.At(at), Code: next.nextCode()}
		}
		r.Text, r.Value, r.Retired = wanted.Text, wanted.Value, wanted.Retired
		next.Responses = append(next.Responses, r)
	}
	if c.Status == Active && offered(next.Responses) < minResponses {
		return false, refused("too_few_responses", "responses", "An active campaign keeps at least two responses that are not retired.")
	}
	c.Question = next
	return gone, nil
}

// deletable says whether the responses that edit leaves out may go, and whether there are any.
func (c *Campaign) deletable(edit KeyQuestionInput, targets map[Code]string) (bool, error) {
	gone := false
	for _, r := range c.Question.Responses {
		if slices.ContainsFunc(edit.Responses, func(e ResponseInput) bool { return e.ID == r.ID }) {
			continue
		}
		gone = true
		if r.Used {
			return false, refused("response_in_use", "responses",
				fmt.Sprintf("“%s” has been answered, so it can't be deleted. Retire it instead.", r.Text))
		}
		if title, ok := targets[r.Code]; ok {
			return false, refused("response_in_use", "responses",
				fmt.Sprintf("“%s” is in the target of “%s”, so it can't be deleted. Change the target first.", r.Text, title))
		}
	}
	return gone, nil
}

func (e KeyQuestionInput) checked(now *KeyQuestion) (KeyQuestionInput, error) {
	var check fault.Checker
	e.Text = text.RequiredLine(&check, "text", e.Text, questionLimit, "Write the Key Question.")
	check.Check(len(e.Responses) >= minResponses, "responses", "Give at least 2 responses.")
	check.Check(len(e.Responses) <= maxResponses, "responses", "Give at most 10 responses, retired ones included.")
	e.Responses = slices.Clone(e.Responses)
	if len(e.Responses) > maxResponses {
		return e, check.Err()
	}
	for i := range e.Responses {
		field := fmt.Sprintf("responses[%d].", i)
		r := &e.Responses[i]
		r.Text = text.RequiredLine(&check, field+"text", r.Text, responseLimit, "Write the response.")
		check.Check(r.Value >= -valueLimit && r.Value <= valueLimit, field+"value", "Use a whole number from -9,999 to 9,999.")
		_, known := now.Response(r.ID)
		check.Check(r.ID == "" || known, field+"id", "There is no such response in this campaign.")
		for n, before := range e.Responses[:i] {
			check.Check(r.ID == "" || r.ID != before.ID, field+"id", fmt.Sprintf("This is response %d again.", n+1))
			check.Check(r.Text == "" || !text.Same(r.Text, before.Text), field+"text", fmt.Sprintf("Response %d has the same text.", n+1))
			check.Check(r.Value != before.Value, field+"value", fmt.Sprintf("Response %d has the same value.", n+1))
		}
	}
	return e, check.Err()
}
