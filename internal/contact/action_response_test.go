package contact_test

import (
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/fault"
)

func newItemFixtures() (task, choice, free *action.Item) {
	everyone := action.Target{Everyone: true}
	task = &action.Item{ID: "task", Code: "00", Type: action.Task, Target: everyone}
	choice = &action.Item{ID: "choice", Code: "01", Type: action.MultipleChoice, Target: everyone, Options: []action.Option{
		{ID: "x", Code: "00"}, {ID: "y", Code: "01"}, {ID: "z", Code: "02", Retired: true},
	}}
	free = &action.Item{ID: "free", Code: "02", Type: action.FreeResponse, Target: everyone}
	return task, choice, free
}

func completedInput(yes bool) contact.ActionResponseInput {
	return contact.ActionResponseInput{Completed: &yes}
}

func textInput(s string) contact.ActionResponseInput { return contact.ActionResponseInput{Text: &s} }

func optionInput(o string) contact.ActionResponseInput {
	return contact.ActionResponseInput{Option: &o}
}

func TestRespondToAction_Task_TouchpointOnlyWhileCompleted(t *testing.T) {
	c, _ := newContactFixture(t)
	task, _, _ := newItemFixtures()
	day := func(hours time.Duration) campaign.Moment {
		return newCampaignFixture().Moment(noon.Add(hours * time.Hour))
	}
	var current *contact.ActionResponse
	for _, step := range []struct {
		yes         bool
		hours       time.Duration
		day         campaign.Day
		touchpoints int
		stored      bool
	}{
		{false, 0, "", 0, true},
		{false, 1, "", 0, false},
		{true, 24, "2026-10-25", 1, true},
		{true, 48, "2026-10-25", 1, false},
		{false, 72, "", 0, true},
		{true, 96, "2026-10-28", 1, true},
	} {
		after, err := c.RespondToAction(task, current, completedInput(step.yes), day(step.hours))
		if err != nil {
			t.Fatal(err)
		}
		if (after != nil) != step.stored {
			t.Fatalf("completed %t after %d hours: stores %v", step.yes, step.hours, after)
		}
		if after != nil {
			if current != nil && (after.ID != current.ID || after.CreatedAt != current.CreatedAt || !after.UpdatedAt.Equal(day(step.hours).At)) {
				t.Errorf("%+v was changed to %+v", current, after)
			}
			current = after
		}
		if current.TouchpointDay != step.day || c.Touchpoints != step.touchpoints {
			t.Errorf("completed %t after %d hours: touchpoint day %q, %d touchpoints; want %q, %d",
				step.yes, step.hours, current.TouchpointDay, c.Touchpoints, step.day, step.touchpoints)
		}
		if !c.LastActivityAt.Equal(day(step.hours).At) {
			t.Errorf("last activity is %v", c.LastActivityAt)
		}
	}
	if id, ok := c.WithdrawActionResponse(task, day(100)); !ok || id != current.ID || c.Touchpoints != 0 || len(c.ActionResponses) != 0 {
		t.Errorf("withdrawing %q leaves %+v", id, c)
	}
	again, err := c.RespondToAction(task, nil, completedInput(true), day(101))
	if err != nil || again.ID == current.ID || !again.CreatedAt.Equal(day(101).At) || c.Touchpoints != 1 {
		t.Errorf("after withdrawing, the next response is %+v, %v", again, err)
	}
}

func TestRespondToAction_QuestionChanged_KeepsFirstTouchpointDay(t *testing.T) {
	_, choice, free := newItemFixtures()
	for _, s := range []struct {
		item         *action.Item
		first, other contact.ActionResponseInput
	}{{choice, optionInput("x"), optionInput("y")}, {free, textInput("Knocks on doors"), textInput("Knocks on doors.")}} {
		c, _ := newContactFixture(t)
		first, err := c.RespondToAction(s.item, nil, s.first, newCampaignFixture().Moment(noon))
		if err != nil {
			t.Fatal(err)
		}
		same, err := c.RespondToAction(s.item, first, s.first, newCampaignFixture().Moment(noon.Add(30*time.Hour)))
		if err != nil || same != nil {
			t.Errorf("%s: the same again stores %v, %v", s.item.ID, same, err)
		}
		other, err := c.RespondToAction(s.item, first, s.other, newCampaignFixture().Moment(noon.Add(60*time.Hour)))
		if err != nil || other.TouchpointDay != first.TouchpointDay || c.Touchpoints != 1 {
			t.Errorf("%s: changed to %+v, %v with %d touchpoints", s.item.ID, other, err, c.Touchpoints)
		}
		if c.ActionResponses[s.item.Code].Choice != other.Choice {
			t.Errorf("%s: the contact has %v", s.item.ID, c.ActionResponses)
		}
	}
}

func TestRespondToAction_BadInput_Fails(t *testing.T) {
	archived, _, _ := newItemFixtures()
	archived.ArchivedAt = noon
	task, choice, free := newItemFixtures()
	nobody, _, _ := newItemFixtures()
	nobody.Target = action.Target{Responses: []campaign.Code{"01"}}
	for _, s := range []struct {
		name  string
		item  *action.Item
		input contact.ActionResponseInput
		kind  fault.Kind
		want  string // part of the error
	}{
		{"archived", archived, completedInput(true), fault.KindConflict, "archived"},
		{"not in the target", nobody, completedInput(true), fault.KindConflict, "not meant for this contact"},
		{"nothing for a task", task, contact.ActionResponseInput{}, fault.KindInvalid, "true or false"},
		{"text for a task", task, textInput("yes"), fault.KindInvalid, "Only free response"},
		{"option for a task", task, optionInput("x"), fault.KindInvalid, "Only multiple choice"},
		{"completed for a choice", choice, completedInput(true), fault.KindInvalid, "Only tasks"},
		{"retired option", choice, optionInput("z"), fault.KindInvalid, "no longer offered"},
		{"unknown option", choice, optionInput("q"), fault.KindInvalid, "the question's options"},
		{"no option", choice, contact.ActionResponseInput{}, fault.KindInvalid, "Choose one of the options"},
		{"blank text", free, textInput(" \n"), fault.KindInvalid, "Write an answer"},
		{"no text", free, contact.ActionResponseInput{}, fault.KindInvalid, "Write an answer"},
		{"NUL", free, textInput("a\x00"), fault.KindInvalid, "NUL"},
		{"too long", free, textInput(strings.Repeat("é", contact.TextLimit+1)), fault.KindInvalid, "at most 2,500"},
	} {
		t.Run(s.name, func(t *testing.T) {
			c, _ := newContactFixture(t)
			_, err := c.RespondToAction(s.item, nil, s.input, newCampaignFixture().Moment(noon.Add(time.Hour)))
			if !fault.Is(err, s.kind) || !strings.Contains(err.Error(), s.want) {
				t.Errorf("got %v, want a %s error with %q", err, s.kind, s.want)
			}
			if c.Touchpoints != 0 || len(c.ActionResponses) != 0 || !c.LastActivityAt.Equal(noon) {
				t.Errorf("a rejected response changed the contact: %+v", c)
			}
		})
	}
}

func TestRespondToAction_OutsideTargetOrArchived_AllowsChangeAndWithdrawal(t *testing.T) {
	c, _ := newContactFixture(t)
	task, _, _ := newItemFixtures()
	first, err := c.RespondToAction(task, nil, completedInput(true), newCampaignFixture().Moment(noon))
	if err != nil {
		t.Fatal(err)
	}
	task.Target = action.Target{Responses: []campaign.Code{"01"}}
	if _, err := c.RespondToAction(task, first, completedInput(false), newCampaignFixture().Moment(noon)); err != nil {
		t.Errorf("changing a response outside the target: %v", err)
	}
	task.ArchivedAt = noon
	if _, err := c.RespondToAction(task, first, completedInput(true), newCampaignFixture().Moment(noon)); !fault.Is(err, fault.KindConflict) {
		t.Errorf("changing a response to an archived item: %v", err)
	}
	if _, ok := c.WithdrawActionResponse(task, newCampaignFixture().Moment(noon)); !ok {
		t.Error("the response to an archived item can't be withdrawn")
	}
}
