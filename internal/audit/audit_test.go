package audit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/audit"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/stream"
	"github.com/kithhq/kith/internal/stream/streamtest"
	"github.com/kithhq/kith/internal/user"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

var start = time.Date(2026, 10, 24, 9, 0, 0, 0, time.UTC)

// town is a campaign with mobilizers and contacts on a real engine, and the stream that counts it.
type town struct {
	*testing.T
	db       *dynamodb.Client
	tables   dynamotest.Tables
	store    *dynamo.Store
	stream   *streamtest.Follower
	counters *metrics.Updater
	campaign *campaign.Campaign
	item     *action.Item
	now      time.Time
	waited   func() // what happens while the audit waits; counting the stream unless set
}

type discardQuarantined struct{}

func (discardQuarantined) Put(context.Context, string, []byte) error { return nil }

func newTown(t *testing.T) *town {
	t.Helper()
	db, tables := dynamotest.New(t)
	store := dynamo.New(db, dynamo.Tables(tables))
	w := &town{
		T: t, db: db, tables: tables, store: store, stream: streamtest.Follow(db, tables.Records), now: start,
		counters: &metrics.Updater{Counters: store, Quarantine: discardQuarantined{}},
	}
	c, err := campaign.New("o", campaign.Details{Name: "Fall", Slug: "fall"}, start)
	w.must(err)
	c.Question.Text = "Will they vote?"
	w.must(c.Publish(start))
	item, err := action.New(c, nil, action.Input{Type: action.Task, Title: "Call", Target: action.TargetInput{Everyone: true}}, start)
	w.must(err)
	w.commit(append(store.CreateCampaign(c), store.CreateActionItem(item)...))
	w.campaign, w.item = c, item
	return w
}

func (w *town) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *town) commit(writes []dynamo.Write) {
	w.Helper()
	w.must(w.store.Commit(w.Context(), writes...))
}

func (w *town) moment() campaign.Moment {
	w.now = w.now.Add(time.Minute)
	return w.campaign.Moment(w.now)
}

func (w *town) joins(name string) *mobilizer.Mobilizer {
	m := mobilizer.Join(w.campaign, &user.User{ID: user.ID(name), Email: name + "@example.org"}, "p", mobilizer.JoinInput{}, w.moment().At)
	w.commit(w.store.CreateMembership(m))
	return m
}

// adds gives the mobilizer a contact with a note, an answer and a completed task.
func (w *town) adds(m *mobilizer.Mobilizer) *contact.Contact {
	at := w.moment()
	e := contact.NewEntry(m, contact.Details{FirstName: "Ada"}, contact.PrivateDetails{}, contact.NewIDs(at.At), at.At)
	c, err := e.AddToCampaign(m, contact.NewIDs(at.At).Contact, at)
	w.must(err)
	w.commit(w.store.CreateContact(c, e))
	return w.works(m, c.ID)
}

func (w *town) works(m *mobilizer.Mobilizer, id contact.ID) *contact.Contact {
	read := func() *contact.Contact {
		c, err := w.store.Contact(w.Context(), w.campaign.ID, m.ID, id)
		w.must(err)
		return c
	}
	c := read()
	note, err := c.CreateNote("Hello", w.moment())
	w.must(err)
	w.commit(w.store.CreateNote(c, note))
	c = read()
	answer, err := c.AnswerKeyQuestion(w.campaign, w.campaign.Question.Responses[2].ID, w.moment())
	w.must(err)
	w.commit(w.store.CreateAnswer(c, answer))
	c = read()
	done := true
	response, err := c.RespondToAction(w.item, nil, contact.ActionResponseInput{Completed: &done}, w.moment())
	w.must(err)
	w.commit(w.store.PutActionResponse(c, response))
	return read()
}

// counts hands on what has changed since the last time.
func (w *town) counts() {
	w.Helper()
	apply := stream.HandleRecords(w.counters.Apply)
	for _, event := range w.stream.Events(w, w.now) {
		reply, err := apply(w.Context(), event)
		w.must(err)
		if reply.State == nil || len(reply.BatchItemFailures) > 0 {
			w.Fatalf("the handler replies %+v", reply)
		}
	}
}

func (w *town) audit() audit.CampaignReport {
	w.Helper()
	auditor := audit.Auditor{Store: w.store, Wait: func(context.Context, time.Duration) error {
		if w.waited != nil {
			w.waited()
			return nil
		}
		w.counts()
		return nil
	}}
	report, err := auditor.Run(w.Context(), audit.Request{Campaign: w.campaign.ID, Time: w.now, Gap: "1s"})
	w.must(err)
	if len(report.Campaigns) != 1 {
		w.Fatalf("the report is %+v", report)
	}
	return report.Campaigns[0]
}

func (w *town) analytics() *metrics.Analytics {
	w.Helper()
	a, err := w.store.Analytics(w.Context(), w.campaign.ID, w.now)
	w.must(err)
	return a
}

// tamper changes one attribute of a counter item behind everybody's back.
func (w *town) tamper(pk, sk, cell string, n int) {
	w.Helper()
	_, err := w.db.UpdateItem(w.Context(), &dynamodb.UpdateItemInput{
		TableName: &w.tables.Metrics,
		Key: map[string]types.AttributeValue{
			"PK": &types.AttributeValueMemberS{Value: pk}, "SK": &types.AttributeValueMemberS{Value: sk},
		},
		UpdateExpression:          aws.String("ADD #c :n"),
		ExpressionAttributeNames:  map[string]string{"#c": cell},
		ExpressionAttributeValues: map[string]types.AttributeValue{":n": &types.AttributeValueMemberN{Value: fmt.Sprint(n)}},
	})
	w.must(err)
}

func TestARecountOfAQuietCampaignFindsNothing(t *testing.T) {
	w := newTown(t)
	m := w.joins("ann")
	w.adds(m)
	w.adds(m)
	w.counts()
	report := w.audit()
	if report.Verdict != "verified" || report.Rows != 9 || len(report.Drift) != 0 {
		t.Errorf("the report is %+v", report)
	}
	a := w.analytics()
	if a.Contacts != 2 || a.Touchpoints != 6 || a.Mobilizers != 1 || a.Answered.Percent() != "100.00" {
		t.Errorf("analytics are %+v", a)
	}
	if a.Recount == nil || !a.Recount.VerifiedAt.Equal(w.now) || a.Recount.Drift != 0 {
		t.Errorf("analytics say of the recount %+v", a.Recount)
	}
	if len(a.Items) != 1 || a.Items[0].Responded != (metrics.Share{Count: 2, Of: 2}) || a.Items[0].Completed.Count != 2 {
		t.Errorf("the action item's numbers are %+v", a.Items)
	}
}

func TestATamperedCounterIsFoundRepairedAndSaid(t *testing.T) {
	w := newTown(t)
	m := w.joins("ann")
	w.adds(m)
	w.counts()
	w.tamper("C#"+string(w.campaign.ID)+"#core", "1", "c", 41)
	w.tamper("C#"+string(w.campaign.ID)+"#day", "2026-10-24", "n", -3)
	if got := w.analytics().Contacts; got != 42 {
		t.Fatalf("tampered contacts are %d", got)
	}

	report := w.audit()
	if report.Verdict != "repaired" || len(report.Drift) != 2 || len(report.Corrections) != 1 {
		t.Fatalf("the report is %+v", report)
	}
	if why := report.Corrections[0].Why; !strings.Contains(why, "core, c: the counter says 42, the rows say 1") {
		t.Errorf("the correction says: %s", why)
	}
	a := w.analytics()
	if a.Contacts != 1 || a.Days[0].Touchpoints != 3 {
		t.Errorf("after the repair: %d contacts, days %v", a.Contacts, a.Days)
	}
	if a.Recount.Drift != 2 || a.Recount.Repaired != 2 || !a.Recount.VerifiedAt.Equal(w.now) {
		t.Errorf("analytics say of the recount %+v", a.Recount)
	}
	corrections, err := w.store.Corrections(t.Context(), w.campaign.ID)
	w.must(err)
	if len(corrections) != 1 || corrections[0].ID != report.Corrections[0].ID {
		t.Errorf("corrections are %v", corrections)
	}

	again := w.audit()
	if again.Verdict != "verified" || len(again.Drift) != 0 || len(again.Corrections) != 0 {
		t.Errorf("the next recount finds %+v", again)
	}
}

func TestALostCorrectionIsRepairedToo(t *testing.T) {
	w := newTown(t)
	w.adds(w.joins("ann"))
	w.counts()
	lost := &metrics.Correction{ID: "01928d5e-0000-7000-8000-000000000001", Campaign: w.campaign.ID, Adjustments: []metrics.Adjustment{
		{Kind: metrics.Core, Cell: metrics.Contacts, N: 1},
	}}
	w.commit(w.store.CreateCorrection(lost))
	w.stream.Events(t, w.now) // nobody counts it
	w.tamper("C#"+string(w.campaign.ID)+"#core", "1", "c", -1)

	report := w.audit()
	if report.Verdict != "repaired" || len(report.Drift) != 2 {
		t.Fatalf("the report is %+v", report)
	}
	if report := w.audit(); report.Verdict != "verified" {
		t.Errorf("the next recount finds %+v", report)
	}
}

func TestChangesOnTheirWayAreNoDrift(t *testing.T) {
	w := newTown(t)
	m := w.joins("ann")
	w.adds(m)
	w.counts()
	w.adds(m)
	report := w.audit()
	if report.Verdict != "verified" || len(report.Drift) != 0 {
		t.Errorf("with changes on their way the report is %+v", report)
	}
}

func TestACampaignWhoseStreamStandsStillIsNotCalledRight(t *testing.T) {
	w := newTown(t)
	m := w.joins("ann")
	w.adds(m)
	w.counts()
	if report := w.audit(); report.Verdict != "verified" {
		t.Fatalf("the report is %+v", report)
	}
	verified := w.now
	w.adds(m)
	w.waited = func() {}
	report := w.audit()
	if len(report.Drift) != 0 || len(report.Pending) == 0 || report.Verdict != "not verified since "+verified.Format(time.RFC3339) {
		t.Errorf("the report is %+v", report)
	}
	w.waited = nil
	if report := w.audit(); report.Verdict != "verified" {
		t.Errorf("once the stream goes on the report is %+v", report)
	}
}

func TestABusyCampaignIsNotCalledRight(t *testing.T) {
	w := newTown(t)
	m := w.joins("ann")
	c := w.adds(m)
	w.counts()
	w.tamper("C#"+string(w.campaign.ID)+"#core", "1", "m", 1)
	w.waited = func() {
		read, err := w.store.Contact(t.Context(), w.campaign.ID, m.ID, c.ID)
		w.must(err)
		note, err := read.CreateNote("again", w.moment())
		w.must(err)
		w.commit(w.store.CreateNote(read, note))
		w.counts()
	}
	report := w.audit()
	if len(report.Drift) != 0 || len(report.Pending) != 1 || !strings.HasPrefix(report.Verdict, "not verified yet") {
		t.Errorf("the report is %+v", report)
	}
	w.waited = nil
	if report := w.audit(); report.Verdict != "repaired" {
		t.Errorf("once it is quiet the report is %+v", report)
	}
}

func TestRowsThatHangOnNothingAreRemovedAndCounted(t *testing.T) {
	w := newTown(t)
	m, other := w.joins("ann"), w.joins("ben")
	kept, gone := w.adds(m), w.adds(m)
	w.adds(other)
	w.counts()
	entry, err := w.store.AddressBookEntry(t.Context(), gone.User, gone.Organization, gone.Entry)
	w.must(err)
	w.commit(w.store.DeleteContact(gone, entry, entry.RemoveFromCampaign(w.campaign.ID)))
	left, err := w.store.Membership(t.Context(), w.campaign.ID, other.ID)
	w.must(err)
	w.commit(w.store.DeleteMembership(left))

	report := w.audit()
	if report.OrphansRemoved < 4 {
		t.Errorf("the report is %+v", report)
	}
	w.counts()
	if report = w.audit(); report.Verdict != "verified" {
		t.Errorf("afterwards the report is %+v", report)
	}
	a := w.analytics()
	if a.Contacts != 1 || a.Touchpoints != 3 || a.Mobilizers != 1 || a.Days[0].Touchpoints != 3 {
		t.Errorf("afterwards analytics are %+v", a)
	}
	if _, err := w.store.Contact(t.Context(), w.campaign.ID, m.ID, kept.ID); err != nil {
		t.Errorf("the contact that has its mobilizer: %v", err)
	}
}

// Audits overlap: one that waited long for a quiet moment may end after one that began later.
func TestAnOlderAuditThatEndsLaterDoesNotHideTheNewer(t *testing.T) {
	w := newTown(t)
	newer := w.now
	w.audit()
	w.now = newer.Add(-24 * time.Hour)
	w.audit()
	if of := w.analytics().Recount; !of.At.Equal(newer) || !of.VerifiedAt.Equal(newer) {
		t.Errorf("analytics say of the recount %+v, want that of %v", of, newer)
	}
}

func TestTheScheduleRecountsEveryCampaign(t *testing.T) {
	w := newTown(t)
	second, err := campaign.New("o", campaign.Details{Name: "Spring", Slug: "spring"}, start)
	w.must(err)
	w.commit(w.store.CreateCampaign(second))
	w.adds(w.joins("ann"))
	w.counts()
	auditor := audit.Auditor{Store: w.store, Wait: func(context.Context, time.Duration) error { w.counts(); return nil }}
	report, err := auditor.Run(t.Context(), audit.Request{Time: w.now})
	w.must(err)
	if len(report.Campaigns) != 2 || report.Drift != 0 {
		t.Errorf("the report is %+v", report)
	}
	report, err = auditor.Run(t.Context(), audit.Request{Campaign: "01928d5e-0000-7000-8000-000000000009"})
	w.must(err)
	if len(report.Campaigns) != 1 || report.Campaigns[0].Verdict != "There is no such campaign." {
		t.Errorf("of a campaign that there is not the report is %+v", report)
	}
}

func TestWhatCouldNotBeDecodedIsRecountedAndRepaired(t *testing.T) {
	w := newTown(t)
	m := w.joins("ann")
	w.adds(m)
	w.counts()
	w.adds(m)
	apply := stream.HandleRecords(w.counters.Apply)
	for _, event := range w.stream.Events(t, w.now) {
		broken := strings.ReplaceAll(string(event), `"T":{"S":"contact"}`, `"T":{"S":"garbled"}`)
		reply, err := apply(t.Context(), json.RawMessage(broken))
		w.must(err)
		if len(reply.BatchItemFailures) > 0 {
			t.Fatalf("the handler replies %+v", reply)
		}
	}
	before := w.analytics()
	if before.Contacts != 1 || before.Recount == nil || before.Recount.RequestedAt.IsZero() {
		t.Fatalf("with a contact that could not be decoded: %d contacts, recount %+v", before.Contacts, before.Recount)
	}
	if report := w.audit(); report.Verdict != "repaired" {
		t.Fatalf("the report is %+v", report)
	}
	after := w.analytics()
	if after.Contacts != 2 || after.Touchpoints != 6 || !after.Recount.RequestedAt.IsZero() {
		t.Errorf("after the repair: %d contacts, %d touchpoints, recount %+v", after.Contacts, after.Touchpoints, after.Recount)
	}
	counts, err := w.store.MobilizerCounts(t.Context(), w.campaign.ID, []mobilizer.ID{m.ID})
	w.must(err)
	if counts[m.ID].Contacts != 2 || counts[m.ID].ByResponse["02"] != 2 {
		t.Errorf("after the repair the mobilizer has %+v", counts[m.ID])
	}
}
