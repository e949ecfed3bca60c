package contact_test

import (
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// noon is a day of the campaign, at which everything begins.
var noon = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

// ladder is a campaign in New York with the responses a, b and c, of which c is retired.
func ladder() *campaign.Campaign {
	return &campaign.Campaign{ID: "campaign", Status: campaign.Active, TimeZone: "America/New_York", Question: campaign.KeyQuestion{
		Responses: []campaign.Response{
			{ID: "a", Code: "00", Text: "Maybe", Value: 3},
			{ID: "b", Code: "01", Text: "Probably", Value: 4},
			{ID: "c", Code: "02", Text: "Never", Value: -1, Retired: true},
		},
	}}
}

var ana = &mobilizer.Mobilizer{ID: "membership", User: "user", Campaign: "campaign", Organization: "organization"}

func added(t *testing.T) (*contact.Contact, *contact.Entry) {
	t.Helper()
	details, private, err := contact.Clean(contact.Details{FirstName: " José ", Zip: "02139"}, contact.PrivateDetails{Phone: "617 555 0123"})
	if err != nil {
		t.Fatal(err)
	}
	ids := contact.NewIDs(noon)
	entry := contact.NewEntry(ana, details, private, ids, noon)
	c, err := entry.AddToCampaign(ana, ids.Contact, ladder().Moment(noon))
	if err != nil {
		t.Fatal(err)
	}
	return c, entry
}

// answers gives response at hours after noon, "" for clearing, and reports whether that was a new entry of the history.
func answers(t *testing.T, c *contact.Contact, response string, hours float64) bool {
	t.Helper()
	at := ladder().Moment(noon.Add(time.Duration(hours * float64(time.Hour))))
	if response == "" {
		return c.ClearKeyQuestion(ladder(), at) != nil
	}
	entry, err := c.AnswerKeyQuestion(ladder(), response, at)
	if err != nil {
		t.Fatal(err)
	}
	return entry != nil
}

func TestKeyQuestionHistory(t *testing.T) {
	type step struct {
		response string
		hours    float64
	}
	for _, s := range []struct {
		name                          string
		steps                         []step
		entries, touchpoints, changes int
		response                      campaign.Code
	}{
		{"first answer is no change", []step{{"a", 0}}, 1, 1, 0, "00"},
		{"same again on the same day", []step{{"a", 0}, {"a", 3}}, 1, 1, 0, "00"},
		{"same again on the next day", []step{{"a", 0}, {"a", 24}}, 2, 2, 0, "00"},
		{"midnight is New York's", []step{{"a", 15.5}, {"a", 16.5}}, 2, 2, 0, "00"}, // 23:30 and 0:30 there
		{"midnight in UTC is none", []step{{"a", 11.5}, {"a", 12.5}}, 1, 1, 0, "00"},
		{"A, B, A", []step{{"a", 0}, {"b", 1}, {"a", 2}}, 3, 3, 2, "00"},
		{"A, cleared, A", []step{{"a", 0}, {"", 1}, {"a", 2}}, 3, 2, 2, "00"},
		{"A, cleared", []step{{"a", 0}, {"", 1}}, 2, 1, 1, ""},
		{"A, cleared, cleared", []step{{"a", 0}, {"", 1}, {"", 2}}, 2, 1, 1, ""},
		{"A, cleared, B", []step{{"a", 0}, {"", 1}, {"b", 2}}, 3, 2, 2, "01"},
		{"clearing nothing", []step{{"", 0}}, 0, 0, 0, ""},
		{"clearing nothing, then a first answer", []step{{"", 0}, {"b", 1}}, 1, 1, 0, "01"},
	} {
		t.Run(s.name, func(t *testing.T) {
			c, _ := added(t)
			entries := 0
			for _, step := range s.steps {
				if answers(t, c, step.response, step.hours) {
					entries++
				}
			}
			if entries != s.entries || c.Touchpoints != s.touchpoints || c.KeyQuestionChanges != s.changes || c.KeyQuestionCode != s.response {
				t.Errorf("history has %d entries, %d touchpoints, %d changes, response %q; want %d, %d, %d, %q",
					entries, c.Touchpoints, c.KeyQuestionChanges, c.KeyQuestionCode, s.entries, s.touchpoints, s.changes, s.response)
			}
			if (c.KeyQuestionCode == "") != c.AnsweredAt.IsZero() {
				t.Errorf("response %q is answered at %v", c.KeyQuestionCode, c.AnsweredAt)
			}
			if last := noon.Add(time.Duration(s.steps[len(s.steps)-1].hours * float64(time.Hour))); !c.LastActivityAt.Equal(last) {
				t.Errorf("last activity is %v, want %v", c.LastActivityAt, last)
			}
		})
	}
}

func TestAnswerKeepsTheWordingOfItsTime(t *testing.T) {
	c, _ := added(t)
	entry, err := c.AnswerKeyQuestion(ladder(), "a", ladder().Moment(noon.Add(20*time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	if entry.ResponseText != "Maybe" || entry.ResponseValue != 3 || entry.TouchpointDay != "2026-10-25" || entry.AnsweredBy != "user" {
		t.Errorf("the entry is %+v", entry)
	}
	cleared := c.ClearKeyQuestion(ladder(), ladder().Moment(noon.Add(21*time.Hour)))
	if cleared.TouchpointDay != "" || cleared.Code != "" || cleared.ResponseText != "" {
		t.Errorf("the clearing is %+v", cleared)
	}
}

func TestHistoryIsInOrderOfRecording(t *testing.T) {
	c, _ := added(t)
	answers(t, c, "a", 2)
	later := c.LatestAnswerID
	answers(t, c, "b", 1) // arrived earlier, recorded later
	if c.LatestAnswerID <= later {
		t.Errorf("the latest entry %s sorts before %s", c.LatestAnswerID, later)
	}
	if want := noon.Add(2 * time.Hour); !c.LastActivityAt.Equal(want) {
		t.Errorf("last activity went back to %v", c.LastActivityAt)
	}
}

func TestUnknownAndRetiredResponsesAreRefused(t *testing.T) {
	c, _ := added(t)
	for response, want := range map[string]string{"c": "no longer offered", "z": "one of the campaign's responses", "": "one of the campaign's responses"} {
		before := *c
		_, err := c.AnswerKeyQuestion(ladder(), response, ladder().Moment(noon.Add(time.Hour)))
		if !fault.Is(err, fault.KindInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("answer %q: %v", response, err)
		}
		if c.LastActivityAt != before.LastActivityAt || c.Touchpoints != 0 {
			t.Errorf("a refused answer changed the contact: %+v", c)
		}
	}
}

func items() (task, choice, free *action.Item) {
	everyone := action.Target{Everyone: true}
	task = &action.Item{ID: "task", Code: "00", Type: action.Task, Target: everyone}
	choice = &action.Item{ID: "choice", Code: "01", Type: action.MultipleChoice, Target: everyone, Options: []action.Option{
		{ID: "x", Code: "00"}, {ID: "y", Code: "01"}, {ID: "z", Code: "02", Retired: true},
	}}
	free = &action.Item{ID: "free", Code: "02", Type: action.FreeResponse, Target: everyone}
	return task, choice, free
}

func completed(yes bool) contact.ActionResponseInput {
	return contact.ActionResponseInput{Completed: &yes}
}
func wrote(s string) contact.ActionResponseInput { return contact.ActionResponseInput{Text: &s} }
func chose(o string) contact.ActionResponseInput { return contact.ActionResponseInput{Option: &o} }

func TestTaskCountsWhileItIsCompleted(t *testing.T) {
	c, _ := added(t)
	task, _, _ := items()
	day := func(hours time.Duration) campaign.Moment { return ladder().Moment(noon.Add(hours * time.Hour)) }
	var held *contact.ActionResponse
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
		after, err := c.RespondToAction(task, held, completed(step.yes), day(step.hours))
		if err != nil {
			t.Fatal(err)
		}
		if (after != nil) != step.stored {
			t.Fatalf("completed %t after %d hours: stores %v", step.yes, step.hours, after)
		}
		if after != nil {
			if held != nil && (after.ID != held.ID || after.CreatedAt != held.CreatedAt || !after.UpdatedAt.Equal(day(step.hours).At)) {
				t.Errorf("the change made %+v of %+v", after, held)
			}
			held = after
		}
		if held.TouchpointDay != step.day || c.Touchpoints != step.touchpoints {
			t.Errorf("completed %t after %d hours: touchpoint day %q, %d touchpoints; want %q, %d",
				step.yes, step.hours, held.TouchpointDay, c.Touchpoints, step.day, step.touchpoints)
		}
		if !c.LastActivityAt.Equal(day(step.hours).At) {
			t.Errorf("last activity is %v", c.LastActivityAt)
		}
	}
	if id, ok := c.WithdrawActionResponse(task, day(100)); !ok || id != held.ID || c.Touchpoints != 0 || len(c.ActionResponses) != 0 {
		t.Errorf("withdrawing %q leaves %+v", id, c)
	}
	again, err := c.RespondToAction(task, nil, completed(true), day(101))
	if err != nil || again.ID == held.ID || !again.CreatedAt.Equal(day(101).At) || c.Touchpoints != 1 {
		t.Errorf("after withdrawing, the next response is %+v, %v", again, err)
	}
}

func TestQuestionsKeepTheDayOfTheirFirstAnswer(t *testing.T) {
	_, choice, free := items()
	for _, s := range []struct {
		item         *action.Item
		first, other contact.ActionResponseInput
	}{{choice, chose("x"), chose("y")}, {free, wrote("Knocks on doors"), wrote("Knocks on doors.")}} {
		c, _ := added(t)
		first, err := c.RespondToAction(s.item, nil, s.first, ladder().Moment(noon))
		if err != nil {
			t.Fatal(err)
		}
		same, err := c.RespondToAction(s.item, first, s.first, ladder().Moment(noon.Add(30*time.Hour)))
		if err != nil || same != nil {
			t.Errorf("%s: the same again stores %v, %v", s.item.ID, same, err)
		}
		other, err := c.RespondToAction(s.item, first, s.other, ladder().Moment(noon.Add(60*time.Hour)))
		if err != nil || other.TouchpointDay != first.TouchpointDay || c.Touchpoints != 1 {
			t.Errorf("%s: changed to %+v, %v with %d touchpoints", s.item.ID, other, err, c.Touchpoints)
		}
		if c.ActionResponses[s.item.Code].Choice != other.Choice {
			t.Errorf("%s: the contact holds %v", s.item.ID, c.ActionResponses)
		}
	}
}

func TestResponsesThatAreRefused(t *testing.T) {
	archived, _, _ := items()
	archived.ArchivedAt = noon
	task, choice, free := items()
	nobody, _, _ := items()
	nobody.Target = action.Target{Responses: []campaign.Code{"01"}}
	for _, s := range []struct {
		name  string
		item  *action.Item
		given contact.ActionResponseInput
		kind  fault.Kind
		says  string
	}{
		{"archived", archived, completed(true), fault.KindConflict, "archived"},
		{"not in the target", nobody, completed(true), fault.KindConflict, "not meant for this contact"},
		{"nothing for a task", task, contact.ActionResponseInput{}, fault.KindInvalid, "true or false"},
		{"text for a task", task, wrote("yes"), fault.KindInvalid, "Only free response"},
		{"option for a task", task, chose("x"), fault.KindInvalid, "Only multiple choice"},
		{"completed for a choice", choice, completed(true), fault.KindInvalid, "Only tasks"},
		{"retired option", choice, chose("z"), fault.KindInvalid, "no longer offered"},
		{"unknown option", choice, chose("q"), fault.KindInvalid, "the question's options"},
		{"no option", choice, contact.ActionResponseInput{}, fault.KindInvalid, "Choose one of the options"},
		{"blank text", free, wrote(" \n"), fault.KindInvalid, "Write an answer"},
		{"no text", free, contact.ActionResponseInput{}, fault.KindInvalid, "Write an answer"},
		{"NUL", free, wrote("a\x00"), fault.KindInvalid, "NUL"},
		{"too long", free, wrote(strings.Repeat("é", contact.TextLimit+1)), fault.KindInvalid, "at most 2,500"},
	} {
		t.Run(s.name, func(t *testing.T) {
			c, _ := added(t)
			_, err := c.RespondToAction(s.item, nil, s.given, ladder().Moment(noon.Add(time.Hour)))
			if !fault.Is(err, s.kind) || !strings.Contains(err.Error(), s.says) {
				t.Errorf("says %v", err)
			}
			if c.Touchpoints != 0 || len(c.ActionResponses) != 0 || !c.LastActivityAt.Equal(noon) {
				t.Errorf("a refused response changed the contact: %+v", c)
			}
		})
	}
}

func TestChangingNeedsNoTargetAndWithdrawingNoLivingItem(t *testing.T) {
	c, _ := added(t)
	task, _, _ := items()
	first, err := c.RespondToAction(task, nil, completed(true), ladder().Moment(noon))
	if err != nil {
		t.Fatal(err)
	}
	task.Target = action.Target{Responses: []campaign.Code{"01"}}
	if _, err := c.RespondToAction(task, first, completed(false), ladder().Moment(noon)); err != nil {
		t.Errorf("changing a response outside of the target: %v", err)
	}
	task.ArchivedAt = noon
	if _, err := c.RespondToAction(task, first, completed(true), ladder().Moment(noon)); !fault.Is(err, fault.KindConflict) {
		t.Errorf("changing a response to an archived item: %v", err)
	}
	if _, ok := c.WithdrawActionResponse(task, ladder().Moment(noon)); !ok {
		t.Error("the response to an archived item can't be withdrawn")
	}
}

func TestNotes(t *testing.T) {
	c, _ := added(t)
	first, err := c.CreateNote(" =HYPERLINK(1)\n", ladder().Moment(noon))
	if err != nil || first.Content != " =HYPERLINK(1)\n" || first.TouchpointDay != "2026-10-24" || c.Touchpoints != 1 {
		t.Fatalf("wrote %+v, %v", first, err)
	}
	later := ladder().Moment(noon.Add(48 * time.Hour))
	same, err := c.UpdateNote(first, first.Content, later)
	if err != nil || same != nil || !c.LastActivityAt.Equal(later.At) {
		t.Errorf("an edit that changes nothing stores %v, %v", same, err)
	}
	edited, err := c.UpdateNote(first, "مرحبا 👋", later)
	if err != nil || edited.TouchpointDay != first.TouchpointDay || edited.CreatedAt != first.CreatedAt || !edited.UpdatedAt.Equal(later.At) || c.Touchpoints != 1 {
		t.Errorf("edited to %+v, %v", edited, err)
	}
	c.DeleteNote(later)
	if c.Touchpoints != 0 {
		t.Errorf("the deleted note left %d touchpoints", c.Touchpoints)
	}
	for _, bad := range []string{"", "  \n", "a\x00b", strings.Repeat("x", contact.NoteLimit+1)} {
		if _, err := c.CreateNote(bad, later); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("note %.10q: %v", bad, err)
		}
		if _, err := c.UpdateNote(first, bad, later); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("note edited to %.10q: %v", bad, err)
		}
	}
}

func TestMatch(t *testing.T) {
	c, _ := added(t)
	v := voter.Voter{CanonicalID: "MA01", StateFileID: "01", FirstName: "Jose"}
	first, later, last := ladder().Moment(noon), ladder().Moment(noon.Add(time.Hour)), ladder().Moment(noon.Add(2*time.Hour))
	c.ConfirmMatch(v, first)
	c.ConfirmMatch(v, later)
	if c.Match.State() != voter.Confirmed || !c.Match.At.Equal(first.At) || !c.LastActivityAt.Equal(later.At) {
		t.Errorf("choosing the same voter again makes %+v", c.Match)
	}
	c.ConfirmMatch(voter.Voter{CanonicalID: "MA02"}, later)
	if !c.Match.At.Equal(later.At) || c.Match.Voter.FirstName != "" {
		t.Errorf("choosing another voter makes %+v", c.Match)
	}
	if err := c.SetMatchStatus(voter.NoMatches, last); err != nil || c.Match != (voter.Match{Status: voter.NoMatches}) {
		t.Errorf("no match makes %+v, %v", c.Match, err)
	}
	c.ConfirmMatch(v, last)
	c.ResetMatch(last)
	if c.Match.State() != voter.Pending || c.Match.Voter != (voter.Voter{}) || !c.Match.At.IsZero() {
		t.Errorf("a reset leaves %+v", c.Match)
	}
	for _, bad := range []voter.Status{voter.Confirmed, voter.Pending, "", "MAYBE"} {
		if err := c.SetMatchStatus(bad, last); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("status %q: %v", bad, err)
		}
	}
}

func TestEditChangesTheEntryAndThisCampaignOnly(t *testing.T) {
	here, entry := added(t)
	other := *ana
	other.Campaign = "other"
	there, err := entry.AddToCampaign(&other, contact.NewIDs(noon).Contact, ladder().Moment(noon))
	if err != nil || there.Details != here.Details || there.Person != here.Person {
		t.Fatalf("from the address book comes %+v, %v", there, err)
	}
	later := ladder().Moment(noon.Add(time.Hour))
	city, none := " Boston ", " "
	changed, err := here.Update(entry, contact.Patch{City: &city, Zip: &none}, later)
	if err != nil || !changed || here.Details != (contact.Details{FirstName: "José", City: "Boston"}) || entry.Details != here.Details {
		t.Errorf("edited to %+v, entry %+v, %v", here.Details, entry.Details, err)
	}
	if there.Details.Zip != "02139" || there.Details.City != "" {
		t.Errorf("the other campaign's contact became %+v", there.Details)
	}
	changed, err = here.Update(entry, contact.Patch{City: &city}, ladder().Moment(noon.Add(2*time.Hour)))
	if err != nil || changed || !here.LastActivityAt.Equal(noon.Add(2*time.Hour)) {
		t.Errorf("an edit that changes nothing: entry changed %t, %v", changed, err)
	}
	before := here.Details
	bad := "nowhere"
	if _, err := here.Update(entry, contact.Patch{City: &none, State: &bad, FirstName: &none}, later); err == nil || here.Details != before ||
		!strings.Contains(err.Error(), "[state:") || !strings.Contains(err.Error(), "[first_name:") {
		t.Errorf("a bad edit: %v, %+v", err, here.Details)
	}
	if _, err := entry.AddToCampaign(ana, "again", later); !fault.Is(err, fault.KindConflict) {
		t.Errorf("adding twice: %v", err)
	}
	if entry.RemoveFromCampaign("campaign") || !entry.RemoveFromCampaign("other") {
		t.Error("the entry goes too early, or stays after its last contact")
	}
}

func TestVotePlan(t *testing.T) {
	c, _ := added(t)
	at := ladder().Moment(noon.Add(time.Hour))
	if err := c.SetVotePlan(" by mail ", at); err != nil || c.VotePlan != " by mail " {
		t.Errorf("the plan is %q, %v", c.VotePlan, err)
	}
	if err := c.SetVotePlan(strings.Repeat("a", contact.VotePlanLimit+1), at); !fault.Is(err, fault.KindInvalid) || c.VotePlan != " by mail " {
		t.Errorf("too long: %q, %v", c.VotePlan, err)
	}
	if err := c.SetVotePlan(" \n", at); err != nil || c.VotePlan != "" || !c.LastActivityAt.Equal(at.At) {
		t.Errorf("a blank plan is %q, %v", c.VotePlan, err)
	}
}
