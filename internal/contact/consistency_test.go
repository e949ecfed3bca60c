package contact_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/fault"
)

// rows are the stored rows of a contact. The counts on the contact must always agree with them.
type rows struct {
	notes     []*contact.Note
	answers   []*contact.Answer
	responses map[action.ID]*contact.ActionResponse
}

// touchpoints counts the rows that are touchpoints, as an export of the rows would.
func (r *rows) touchpoints() int {
	n := len(r.notes)
	for _, a := range r.answers {
		if a.TouchpointDay != "" {
			n++
		}
	}
	for _, response := range r.responses {
		if response.TouchpointDay != "" {
			n++
		}
	}
	return n
}

// changes counts the answers that differ from their predecessor.
func (r *rows) changes() int {
	n := 0
	for i := 1; i < len(r.answers); i++ {
		if r.answers[i].Code != r.answers[i-1].Code {
			n++
		}
	}
	return n
}

// first returns the response of the first answer after the latest clearing.
func (r *rows) first() campaign.Code {
	first := campaign.Code("")
	for _, a := range r.answers {
		if a.Code == "" || first == "" {
			first = a.Code
		}
	}
	return first
}

func TestContact_AnyHistory_AgreesWithRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := newCampaignFixture()
		task, choice, free := newItemFixtures()
		all := []*action.Item{task, choice, free}
		c := &contact.Contact{User: "user", AddedAt: noon, LastActivityAt: noon}
		stored := &rows{responses: map[action.ID]*contact.ActionResponse{}}
		now, latest := noon, noon
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(-60, 60*20).Draw(t, "minutes")) * time.Minute)
			accepted := step(t, in, c, stored, all, in.Moment(now))
			if accepted && now.After(latest) {
				latest = now
			}
			checkAgreement(t, c, stored, all, latest)
		}
	})
}

// step applies a random operation to the contact and stores the returned rows. It reports whether the operation succeeded.
func step(t *rapid.T, in *campaign.Campaign, c *contact.Contact, stored *rows, all []*action.Item, at campaign.Moment) bool {
	item := rapid.SampledFrom(all).Draw(t, "item")
	switch rapid.SampledFrom([]string{"answer", "clear", "note", "edit", "delete", "respond", "withdraw", "retarget"}).Draw(t, "operation") {
	case "answer":
		entry, err := c.AnswerKeyQuestion(in, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "response"), at)
		if entry != nil {
			stored.answers = append(stored.answers, entry)
		}
		return err == nil
	case "clear":
		if entry := c.ClearKeyQuestion(in, at); entry != nil {
			stored.answers = append(stored.answers, entry)
		}
		return true
	case "note":
		note, err := c.CreateNote(rapid.StringN(0, 3, -1).Draw(t, "content"), at)
		if err == nil {
			stored.notes = append(stored.notes, note)
		}
		return err == nil
	case "edit":
		if len(stored.notes) == 0 {
			return false
		}
		edited, err := c.UpdateNote(stored.notes[0], rapid.StringN(0, 3, -1).Draw(t, "content"), at)
		if edited != nil {
			stored.notes[0] = edited
		}
		return err == nil
	case "delete":
		if len(stored.notes) == 0 {
			return false
		}
		c.DeleteNote(at)
		stored.notes = stored.notes[1:]
		return true
	case "withdraw":
		if id, ok := c.WithdrawActionResponse(item, at); ok {
			if stored.responses[item.ID] == nil || stored.responses[item.ID].ID != id {
				t.Fatalf("withdraws %s, stored is %+v", id, stored.responses[item.ID])
			}
			delete(stored.responses, item.ID)
		}
		return true
	case "retarget":
		item.Target.Everyone = !item.Target.Everyone
		return false
	}
	given := map[action.Type]contact.ActionResponseInput{
		action.Task:           completedInput(rapid.Bool().Draw(t, "completed")),
		action.MultipleChoice: optionInput(rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "option")),
		action.FreeResponse:   textInput(rapid.StringN(0, 3, -1).Draw(t, "text")),
	}[item.Type]
	before := stored.responses[item.ID]
	after, err := c.RespondToAction(item, before, given, at)
	if before == nil && !item.Target.Everyone && err == nil {
		t.Fatalf("a first response outside the target was accepted: %+v", after)
	}
	if before == nil && item.Target.Everyone && fault.Is(err, fault.KindConflict) {
		t.Fatalf("a first response in the target was refused: %v", err)
	}
	if after != nil {
		stored.responses[item.ID] = after
	}
	return err == nil
}

func checkAgreement(t *rapid.T, c *contact.Contact, stored *rows, all []*action.Item, latest time.Time) {
	if c.Touchpoints != stored.touchpoints() {
		t.Fatalf("the contact has %d touchpoints, its rows %d", c.Touchpoints, stored.touchpoints())
	}
	if c.KeyQuestionChanges != stored.changes() {
		t.Fatalf("the contact has %d changes, its history %d", c.KeyQuestionChanges, stored.changes())
	}
	if c.FirstKeyQuestionCode() != stored.first() || c.MovedFrom == c.KeyQuestionCode && c.MovedFrom != "" {
		t.Fatalf("the contact moved from %q to %q, the first in its history is %q", c.MovedFrom, c.KeyQuestionCode, stored.first())
	}
	if len(c.ActionResponses) != len(stored.responses) {
		t.Fatalf("the contact has the responses %v, stored are %d", c.ActionResponses, len(stored.responses))
	}
	for _, item := range all {
		if current, ok := c.ActionResponses[item.Code]; ok && (stored.responses[item.ID].ID != current.ID || stored.responses[item.ID].Choice != current.Choice) {
			t.Fatalf("the contact has the response %v, stored is %+v", current, stored.responses[item.ID])
		}
	}
	for i := 1; i < len(stored.answers); i++ {
		if stored.answers[i].ID <= stored.answers[i-1].ID {
			t.Fatalf("entry %d of the history sorts before entry %d", i, i-1)
		}
	}
	if n := len(stored.answers); n > 0 && (c.LatestAnswerID != stored.answers[n-1].ID || c.KeyQuestionCode != stored.answers[n-1].Code) {
		t.Fatalf("the contact's latest answer is %s %q, the history's %+v", c.LatestAnswerID, c.KeyQuestionCode, stored.answers[n-1])
	}
	if !c.LastActivityAt.Equal(latest) {
		t.Fatalf("last activity is %v, want %v", c.LastActivityAt, latest)
	}
}
