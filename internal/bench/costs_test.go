package bench

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

// costs measures the write units of the most frequent actions of mobilizers, from adding one contact to removing it, as the engine
// reports them. The targets are in docs/data-model.md.
func costs(t *testing.T) []line {
	t.Helper()
	db, names := dynamotest.New(t)
	m := &meter{}
	s := dynamo.New(dynamodb.New(db.Options(), m.attach), dynamo.Tables(names))
	at := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	in := &campaign.Campaign{
		ID: campaign.ID(id.At(at)), Organization: "01928d5e-0000-7000-8000-00000000000e", Status: campaign.Active,
		Question: campaign.KeyQuestion{Responses: []campaign.Response{{ID: "yes", Code: "00", Text: "Yes", Value: 2}, {ID: "no", Code: "01", Text: "No", Value: 1}}},
	}
	now := func() campaign.Moment {
		at = at.Add(time.Second)
		return in.Moment(at)
	}
	ann := mobilizer.Join(in, &user.User{ID: user.ID(id.At(at)), Email: "ann@example.org"}, user.PersonID(id.At(at)),
		mobilizer.JoinInput{Profile: mobilizer.Profile{FirstName: "Ann", LastName: "Stone"}}, at)
	commit(t, s, s.CreateMembership(ann))
	ids := contact.NewIDs(at)
	details := contact.Details{FirstName: "Josephine", LastName: "Nguyễn-O'Brien", City: "Portland", State: "ME", Zip: "04101"}
	entry := contact.NewEntry(ann, details, contact.PrivateDetails{Phone: "+12075550142"}, ids, at)
	helen, err := entry.AddToCampaign(ann, ids.Contact, now())
	if err != nil {
		t.Fatal(err)
	}

	var lines []line
	lists := newListWriter(t, s, ann, at)
	spends := func(what string, want float64, writes []dynamo.Write) {
		t.Helper()
		m.writes = 0
		commit(t, s, writes)
		lines = append(lines, line{"write units to " + what, fmt.Sprintf("%.0f", m.writes), fmt.Sprintf("%.0f", want), m.writes == want})
		previous := helen.Version
		helen, err = s.Contact(t.Context(), in.ID, ann.ID, ids.Contact)
		if err != nil && what != "remove a contact" {
			t.Fatal(err)
		}
		lists.write(t, helen, ids.Contact, previous)
		lines = append(lines, line{"  with its rows in the lists", fmt.Sprintf("%.0f", m.writes), fmt.Sprintf("<= %.0f", want+2), m.writes <= want+2})
	}
	spends("add a contact", 7, s.CreateContact(helen, entry))
	helen.ConfirmMatch(voter.Voter{
		CanonicalID: "ME0001234", StateFileID: "0001234", FirstName: "JOSEPHINE", LastName: "NGUYEN", City: "PORTLAND",
		State: "ME", Zip: "041012213",
	}, voter.Evidence{}, now())
	spends("match it", 1, s.UpdateContact(helen))
	answer, err := helen.AnswerKeyQuestion(in, "yes", now())
	if err != nil {
		t.Fatal(err)
	}
	spends("answer the Key Question first", 4, s.CreateAnswer(helen, answer))
	answer, err = helen.AnswerKeyQuestion(in, "no", now())
	if err != nil {
		t.Fatal(err)
	}
	spends("answer it otherwise", 4, s.CreateAnswer(helen, answer))
	spends("clear the answer", 4, s.CreateAnswer(helen, helen.ClearKeyQuestion(in, now())))
	done := true
	flyer := &action.Item{ID: action.ID(id.At(at)), Code: "00", Type: action.Task, Target: action.Target{Everyone: true}}
	response, err := helen.RespondToAction(flyer, nil, contact.ActionResponseInput{Completed: &done}, now())
	if err != nil {
		t.Fatal(err)
	}
	spends("respond to an action item first", 4, s.PutActionResponse(helen, response))
	note, err := helen.CreateNote("Met at the market. She will bring a neighbour.", now())
	if err != nil {
		t.Fatal(err)
	}
	spends("write a note", 5, s.CreateNote(helen, note))
	edited, err := helen.UpdateNote(note, "Met at the market.", now())
	if err != nil {
		t.Fatal(err)
	}
	spends("edit it", 4, s.UpdateNote(helen, edited))
	helen.DeleteNote(now())
	spends("delete it", 5, s.DeleteNote(helen, note.ID))
	held, _ := helen.WithdrawActionResponse(flyer, now())
	spends("withdraw the response", 4, s.DeleteActionResponse(helen, held))
	if err := helen.SetVotePlan("By bus, at noon", now()); err != nil {
		t.Fatal(err)
	}
	spends("record a vote plan", 1, s.UpdateContact(helen))
	name := "Helen"
	read, err := s.AddressBookEntry(t.Context(), ann.User, in.Organization, ids.Entry)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := helen.Update(read, contact.Patch{FirstName: &name}, now()); err != nil {
		t.Fatal(err)
	}
	spends("edit a name", 4, append(s.UpdateContact(helen), s.PutAddressBookEntry(read)...))
	read, err = s.AddressBookEntry(t.Context(), ann.User, in.Organization, ids.Entry)
	if err != nil {
		t.Fatal(err)
	}
	spends("remove a contact", 5, s.DeleteContact(helen, read, read.RemoveFromCampaign(in.ID)))
	for n := 32; n < 400; n++ {
		lists.putOther(t, n, 1)
	}
	m.writes = 0
	lists.putOther(t, 0, 2)
	return append(lines, line{"write units of the list for a change of one of a mobilizer's 400 contacts", fmt.Sprintf("%.0f", m.writes), "<= 10", m.writes <= 10})
}

// listWriter writes the rows of one contact and of its mobilizer's counters, who has 32 further contacts.
type listWriter struct {
	store    *dynamo.Store
	of       *mobilizer.Mobilizer
	at       time.Time
	counters metrics.ItemState
}

func newListWriter(t *testing.T, s *dynamo.Store, of *mobilizer.Mobilizer, at time.Time) *listWriter {
	t.Helper()
	w := &listWriter{store: s, of: of, at: at}
	for n := range 32 {
		w.putOther(t, n, 1)
	}
	return w
}

// putOther writes the row of the nth further contact at a version.
func (w *listWriter) putOther(t *testing.T, n, version int) {
	t.Helper()
	other := generateContact(n)
	other.Campaign, other.Mobilizer, other.Version = w.of.Campaign, w.of.ID, version
	row, _ := peoplelist.ContactRow(other)
	w.put(t, row)
}

func (w *listWriter) put(t *testing.T, row peoplelist.Row) {
	t.Helper()
	if err := peoplelist.WriteRows(t.Context(), w.store, row.Block, []peoplelist.Row{row}, w.at); err != nil {
		t.Fatal(err)
	}
}

// write writes the rows after a change of the contact, which is nil after its removal at a version.
func (w *listWriter) write(t *testing.T, c *contact.Contact, id contact.ID, version int) {
	t.Helper()
	removed := c == nil
	if removed {
		c = &contact.Contact{ID: id, Mobilizer: w.of.ID, Campaign: w.of.Campaign}
	}
	row, _ := peoplelist.ContactRow(c)
	if removed {
		row.Value = peoplelist.EncodeTombstone(version+1, w.at)
	}
	w.put(t, row)
	w.counters.Version++
	row, _ = peoplelist.CountsRow(w.of.Campaign, w.of.ID, w.counters)
	w.put(t, row)
}

// TestWriteUnits_FrequentActions_AreAsDocumented compares the write units of the most frequent actions with docs/data-model.md. They do not depend on the machine.
func TestWriteUnits_FrequentActions_AreAsDocumented(t *testing.T) {
	for _, l := range costs(t) {
		if !l.met {
			t.Errorf("%s: %s, want %s", l.what, l.measured, l.target)
		}
	}
}
