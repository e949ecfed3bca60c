package contact_test

import (
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// noon is the instant at which the fixtures are made.
var noon = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

// newCampaignFixture returns a campaign in New York with the responses a, b and c, of which c is retired.
func newCampaignFixture() *campaign.Campaign {
	return &campaign.Campaign{ID: "campaign", Status: campaign.Active, TimeZone: "America/New_York", Question: campaign.KeyQuestion{
		Responses: []campaign.Response{
			{ID: "a", Code: "00", Text: "Maybe", Value: 3},
			{ID: "b", Code: "01", Text: "Probably", Value: 4},
			{ID: "c", Code: "02", Text: "Never", Value: -1, Retired: true},
		},
	}}
}

var ana = &mobilizer.Mobilizer{ID: "membership", User: "user", Campaign: "campaign", Organization: "organization"}

func newContactFixture(t *testing.T) (*contact.Contact, *contact.Entry) {
	t.Helper()
	details, private, err := contact.Clean(contact.Details{FirstName: " José ", Zip: "02139"}, contact.PrivateDetails{Phone: "617 555 0123"})
	if err != nil {
		t.Fatal(err)
	}
	ids := contact.NewIDs(noon)
	entry := contact.NewEntry(ana, details, private, ids, noon)
	c, err := entry.AddToCampaign(ana, ids.Contact, newCampaignFixture().Moment(noon))
	if err != nil {
		t.Fatal(err)
	}
	return c, entry
}

// answerAt records a response some hours after noon, "" for clearing, and reports whether the history has a new entry.
func answerAt(t *testing.T, c *contact.Contact, response string, hours float64) bool {
	t.Helper()
	at := newCampaignFixture().Moment(noon.Add(time.Duration(hours * float64(time.Hour))))
	if response == "" {
		return c.ClearKeyQuestion(newCampaignFixture(), at) != nil
	}
	entry, err := c.AnswerKeyQuestion(newCampaignFixture(), response, at)
	if err != nil {
		t.Fatal(err)
	}
	return entry != nil
}

func TestAnswerKeyQuestion_Sequence_CountsEntriesAndChanges(t *testing.T) {
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
		{"midnight in New York", []step{{"a", 15.5}, {"a", 16.5}}, 2, 2, 0, "00"}, // 23:30 and 0:30 there
		{"midnight in UTC", []step{{"a", 11.5}, {"a", 12.5}}, 1, 1, 0, "00"},
		{"A, B, A", []step{{"a", 0}, {"b", 1}, {"a", 2}}, 3, 3, 2, "00"},
		{"A, cleared, A", []step{{"a", 0}, {"", 1}, {"a", 2}}, 3, 2, 2, "00"},
		{"A, cleared", []step{{"a", 0}, {"", 1}}, 2, 1, 1, ""},
		{"A, cleared, cleared", []step{{"a", 0}, {"", 1}, {"", 2}}, 2, 1, 1, ""},
		{"A, cleared, B", []step{{"a", 0}, {"", 1}, {"b", 2}}, 3, 2, 2, "01"},
		{"clearing nothing", []step{{"", 0}}, 0, 0, 0, ""},
		{"clearing nothing, then a first answer", []step{{"", 0}, {"b", 1}}, 1, 1, 0, "01"},
	} {
		t.Run(s.name, func(t *testing.T) {
			c, _ := newContactFixture(t)
			entries := 0
			for _, step := range s.steps {
				if answerAt(t, c, step.response, step.hours) {
					entries++
				}
			}
			if entries != s.entries || c.Touchpoints != s.touchpoints || c.KeyQuestionChanges != s.changes || c.KeyQuestionCode != s.response {
				t.Errorf("history has %d entries, %d touchpoints, %d changes, response %q; want %d, %d, %d, %q",
					entries, c.Touchpoints, c.KeyQuestionChanges, c.KeyQuestionCode, s.entries, s.touchpoints, s.changes, s.response)
			}
			if (c.KeyQuestionCode == "") != c.AnsweredAt.IsZero() {
				t.Errorf("response %q has AnsweredAt %v", c.KeyQuestionCode, c.AnsweredAt)
			}
			if last := noon.Add(time.Duration(s.steps[len(s.steps)-1].hours * float64(time.Hour))); !c.LastActivityAt.Equal(last) {
				t.Errorf("last activity is %v, want %v", c.LastActivityAt, last)
			}
		})
	}
}

func TestAnswerKeyQuestion_Response_StoresWordingAndDay(t *testing.T) {
	c, _ := newContactFixture(t)
	entry, err := c.AnswerKeyQuestion(newCampaignFixture(), "a", newCampaignFixture().Moment(noon.Add(20*time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	if entry.ResponseText != "Maybe" || entry.ResponseValue != 3 || entry.TouchpointDay != "2026-10-25" || entry.AnsweredBy != "user" {
		t.Errorf("the entry is %+v", entry)
	}
	cleared := c.ClearKeyQuestion(newCampaignFixture(), newCampaignFixture().Moment(noon.Add(21*time.Hour)))
	if cleared.TouchpointDay != "" || cleared.Code != "" || cleared.ResponseText != "" {
		t.Errorf("the clearing is %+v", cleared)
	}
}

func TestAnswerKeyQuestion_OutOfOrderArrival_KeepsRecordingOrder(t *testing.T) {
	c, _ := newContactFixture(t)
	answerAt(t, c, "a", 2)
	first := c.LatestAnswerID
	answerAt(t, c, "b", 1) // arrived earlier, recorded later
	if c.LatestAnswerID <= first {
		t.Errorf("the latest entry %s sorts before %s", c.LatestAnswerID, first)
	}
	if want := noon.Add(2 * time.Hour); !c.LastActivityAt.Equal(want) {
		t.Errorf("last activity is %v, want %v", c.LastActivityAt, want)
	}
}

func TestAnswerKeyQuestion_UnknownOrRetired_Invalid(t *testing.T) {
	c, _ := newContactFixture(t)
	for response, want := range map[string]string{"c": "no longer offered", "z": "one of the campaign's responses", "": "one of the campaign's responses"} {
		before := *c
		_, err := c.AnswerKeyQuestion(newCampaignFixture(), response, newCampaignFixture().Moment(noon.Add(time.Hour)))
		if !fault.Is(err, fault.KindInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("answer %q: %v", response, err)
		}
		if c.LastActivityAt != before.LastActivityAt || c.Touchpoints != 0 {
			t.Errorf("a rejected answer changed the contact: %+v", c)
		}
	}
}

func TestNotes_CreateUpdateDelete_MoveTouchpoints(t *testing.T) {
	c, _ := newContactFixture(t)
	first, err := c.CreateNote(" =HYPERLINK(1)\n", newCampaignFixture().Moment(noon))
	if err != nil || first.Content != " =HYPERLINK(1)\n" || first.TouchpointDay != "2026-10-24" || c.Touchpoints != 1 {
		t.Fatalf("wrote %+v, %v", first, err)
	}
	later := newCampaignFixture().Moment(noon.Add(48 * time.Hour))
	same, err := c.UpdateNote(first, first.Content, later)
	if err != nil || same != nil || !c.LastActivityAt.Equal(later.At) {
		t.Errorf("an update without an effect stores %v, %v", same, err)
	}
	updated, err := c.UpdateNote(first, "مرحبا 👋", later)
	if err != nil || updated.TouchpointDay != first.TouchpointDay || updated.CreatedAt != first.CreatedAt || !updated.UpdatedAt.Equal(later.At) || c.Touchpoints != 1 {
		t.Errorf("updated to %+v, %v", updated, err)
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
			t.Errorf("note updated to %.10q: %v", bad, err)
		}
	}
}

func TestMatch_ConfirmedResetStatus_ChangesContact(t *testing.T) {
	c, _ := newContactFixture(t)
	v := voter.Voter{CanonicalID: "MA01", StateFileID: "01", FirstName: "Jose"}
	first, later, last := newCampaignFixture().Moment(noon), newCampaignFixture().Moment(noon.Add(time.Hour)), newCampaignFixture().Moment(noon.Add(2*time.Hour))
	c.ConfirmMatch(v, voter.Evidence{}, first)
	c.ConfirmMatch(v, voter.Evidence{}, later)
	if c.Match.State() != voter.Confirmed || !c.Match.At.Equal(first.At) || !c.LastActivityAt.Equal(later.At) {
		t.Errorf("after confirming the same voter again the match is %+v", c.Match)
	}
	c.ConfirmMatch(voter.Voter{CanonicalID: "MA02"}, voter.Evidence{}, later)
	if !c.Match.At.Equal(later.At) || c.Match.Voter.FirstName != "" {
		t.Errorf("after confirming another voter the match is %+v", c.Match)
	}
	if err := c.SetMatchStatus(voter.NoMatches, last); err != nil || c.Match != (voter.Match{Status: voter.NoMatches}) {
		t.Errorf("after NO_MATCHES the match is %+v, %v", c.Match, err)
	}
	c.ConfirmMatch(v, voter.Evidence{}, last)
	c.ResetMatch(last)
	if c.Match.State() != voter.Pending || c.Match.Voter != (voter.Voter{}) || !c.Match.At.IsZero() {
		t.Errorf("after a reset the match is %+v", c.Match)
	}
	for _, bad := range []voter.Status{voter.Confirmed, voter.Pending, "", "MAYBE"} {
		if err := c.SetMatchStatus(bad, last); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("status %q: %v", bad, err)
		}
	}
}

func TestUpdate_EntryInTwoCampaigns_ChangesEntryAndOneContact(t *testing.T) {
	here, entry := newContactFixture(t)
	other := *ana
	other.Campaign = "other"
	there, err := entry.AddToCampaign(&other, contact.NewIDs(noon).Contact, newCampaignFixture().Moment(noon))
	if err != nil || there.Details != here.Details || there.Person != here.Person {
		t.Fatalf("the contact added from the address book is %+v, %v", there, err)
	}
	later := newCampaignFixture().Moment(noon.Add(time.Hour))
	city, none := " Boston ", " "
	changed, err := here.Update(entry, contact.Patch{City: &city, Zip: &none}, later)
	if err != nil || !changed || here.Details != (contact.Details{FirstName: "José", City: "Boston"}) || entry.Details != here.Details {
		t.Errorf("updated to %+v, entry %+v, %v", here.Details, entry.Details, err)
	}
	if there.Details.Zip != "02139" || there.Details.City != "" {
		t.Errorf("the other campaign's contact became %+v", there.Details)
	}
	changed, err = here.Update(entry, contact.Patch{City: &city}, newCampaignFixture().Moment(noon.Add(2*time.Hour)))
	if err != nil || changed || !here.LastActivityAt.Equal(noon.Add(2*time.Hour)) {
		t.Errorf("an update without an effect: entry changed %t, %v", changed, err)
	}
	before := here.Details
	bad := "nowhere"
	if _, err := here.Update(entry, contact.Patch{City: &none, State: &bad, FirstName: &none}, later); err == nil || here.Details != before ||
		!strings.Contains(err.Error(), "[state:") || !strings.Contains(err.Error(), "[first_name:") {
		t.Errorf("an invalid update: %v, %+v", err, here.Details)
	}
	if _, err := entry.AddToCampaign(ana, "again", later); !fault.Is(err, fault.KindConflict) {
		t.Errorf("adding twice: %v", err)
	}
	if entry.RemoveFromCampaign("campaign") || !entry.RemoveFromCampaign("other") {
		t.Error("the entry is deleted too early, or not with its last contact")
	}
}

func TestSetVotePlan_Text_IsKeptExactlyUpToTheLimit(t *testing.T) {
	c, _ := newContactFixture(t)
	at := newCampaignFixture().Moment(noon.Add(time.Hour))
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
