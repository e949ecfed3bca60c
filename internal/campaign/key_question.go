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

// KeyQuestionInput is the part of the Key Question that administrators edit, as they send it.
type KeyQuestionInput struct {
	Text      string
	TextES    string
	Responses []ResponseInput // in the desired order; responses left out are deleted
}

// ResponseInput is the part of a response that administrators edit.
type ResponseInput struct {
	ID      string // of an existing response; blank for a new one
	Text    string
	TextES  string
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

// nextCode returns the next code and increments NextCode, which must be less than codesAvailable.
func (q *KeyQuestion) nextCode() Code {
	code := strconv.FormatInt(int64(q.NextCode), 36)
	q.NextCode++
	return Code(strings.Repeat("0", 2-len(code)) + code)
}

// Revision returns a hash of the part of the question that administrators edit: it changes if and only if that part does.
func (q *KeyQuestion) Revision() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q", q.Text, q.TextES)
	for _, r := range q.Responses {
		fmt.Fprintf(h, " %q %q %q %d %t", r.ID, r.Text, r.TextES, r.Value, r.Retired)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// SetInitialKeyQuestion sets the Key Question of a new campaign. Without responses it keeps the default ones.
//
// Invalid: in breaks a rule.
func (c *Campaign) SetInitialKeyQuestion(in KeyQuestionInput, at time.Time) error {
	defaults := c.Question
	c.Question = KeyQuestion{}
	if len(in.Responses) == 0 {
		c.Question = defaults
		for _, r := range defaults.Responses {
			in.Responses = append(in.Responses, ResponseInput{ID: r.ID, Text: r.Text, Value: r.Value})
		}
	}
	_, err := c.SetKeyQuestion(in, nil, at)
	return err
}

// SetKeyQuestion replaces the Key Question: it rewords, retires, reorders, adds and deletes responses. Responses keep
// their codes, and thereby their answers. targets maps each response that an action item targets to that item's title.
// On failure nothing changes. It reports whether a response was deleted: then the caller must store the campaign on
// condition that no target has changed.
//
// Invalid: in breaks a rule. Conflict: the campaign is closed, a response that is used or targeted would be deleted, or
// an active campaign would offer fewer than two responses.
func (c *Campaign) SetKeyQuestion(in KeyQuestionInput, targets map[Code]string, at time.Time) (bool, error) {
	if err := c.CheckEditable(); err != nil {
		return false, err
	}
	in, err := in.clean(&c.Question)
	if err != nil {
		return false, err
	}
	deletes, err := c.checkDeletions(in, targets)
	if err != nil {
		return false, err
	}
	next := KeyQuestion{Text: in.Text, TextES: in.TextES, NextCode: c.Question.NextCode}
	for _, input := range in.Responses {
		r, ok := c.Question.Response(input.ID)
		if !ok {
			if next.NextCode >= codesAvailable {
				return false, fault.Conflict("too_many_responses", "This campaign has had too many responses. Reword an existing one.")
			}
			r = Response{ID: id.At(at), Code: next.nextCode()}
		}
		r.Text, r.TextES, r.Value, r.Retired = input.Text, input.TextES, input.Value, input.Retired
		next.Responses = append(next.Responses, r)
	}
	if c.Status == Active && offered(next.Responses) < minResponses {
		return false, fault.Conflict("too_few_responses", "An active campaign keeps at least two responses that are not retired.").AtField("responses")
	}
	c.Question = next
	return deletes, nil
}

// checkDeletions reports whether in leaves out a response, and fails with a conflict if such a response is used or
// targeted.
func (c *Campaign) checkDeletions(in KeyQuestionInput, targets map[Code]string) (bool, error) {
	deletes := false
	for _, r := range c.Question.Responses {
		if slices.ContainsFunc(in.Responses, func(e ResponseInput) bool { return e.ID == r.ID }) {
			continue
		}
		deletes = true
		if r.Used {
			return false, fault.Conflict("response_in_use",
				"“%s” has been answered, so it can't be deleted. Retire it instead.", r.Text).AtField("responses")
		}
		if title, ok := targets[r.Code]; ok {
			return false, fault.Conflict("response_in_use",
				"“%s” is in the target of “%s”, so it can't be deleted. Change the target first.", r.Text, title).AtField("responses")
		}
	}
	return deletes, nil
}

// clean validates the input against the present question and returns it as it is stored.
func (e KeyQuestionInput) clean(now *KeyQuestion) (KeyQuestionInput, error) {
	var check fault.Checker
	e.Text = text.RequiredLine(&check, "text", e.Text, questionLimit, "Write the Key Question.")
	e.TextES = text.Line(&check, "text_es", e.TextES, questionLimit)
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
		r.TextES = text.Line(&check, field+"text_es", r.TextES, responseLimit)
		check.Check(r.Value >= -valueLimit && r.Value <= valueLimit, field+"value", "Use a whole number from -9,999 to 9,999.")
		_, known := now.Response(r.ID)
		check.Check(r.ID == "" || known, field+"id", "This campaign has no such response. Use the id of one of its responses, or none for a new one.")
		for n, before := range e.Responses[:i] {
			check.Check(r.ID == "" || r.ID != before.ID, field+"id", "This is response %d again. Send each response once.", n+1)
			check.Check(r.Text == "" || !text.Same(r.Text, before.Text), field+"text", "Response %d has the same text. Use another one.", n+1)
			check.Check(r.Value != before.Value, field+"value", "Response %d has the same value. Use another one.", n+1)
		}
	}
	return e, check.Err()
}

// MarkUsed marks a response as used, and reports whether the mark is new. The caller must store a new mark in the
// transaction of the answer, so that it is exact.
func (q *KeyQuestion) MarkUsed(code Code) bool {
	for i := range q.Responses {
		r := &q.Responses[i]
		if r.Code == code {
			first := !r.Used
			r.Used = true
			return first
		}
	}
	return false
}
