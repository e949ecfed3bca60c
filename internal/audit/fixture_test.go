package audit_test

import (
	"context"
	"fmt"
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
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/stream"
	"github.com/kithhq/kith/internal/stream/streamtest"
	"github.com/kithhq/kith/internal/user"
)

var start = time.Date(2026, 10, 24, 9, 0, 0, 0, time.UTC)

// auditFixture is a campaign with mobilizers and contacts in a DynamoDB engine, and the consumer of its stream.
type auditFixture struct {
	*testing.T
	db       *dynamodb.Client
	tables   dynamotest.Tables
	store    *dynamo.Store
	stream   *streamtest.Follower
	counters *peoplelist.Updater
	campaign *campaign.Campaign
	item     *action.Item
	now      time.Time
	versions metrics.Versions
	onWait   func() // called when the audit waits; counts the stream unless set
}

type discardQuarantined struct{}

func (discardQuarantined) Put(context.Context, string, []byte) error { return nil }

func newUpdater(s *dynamo.Store) *peoplelist.Updater {
	return &peoplelist.Updater{Counters: &metrics.Updater{Counters: s, Quarantine: discardQuarantined{}}, Blocks: s}
}

func newAuditFixture(t *testing.T) *auditFixture {
	t.Helper()
	db, tables := dynamotest.New(t)
	store := dynamo.New(db, dynamo.Tables(tables))
	f := &auditFixture{
		T: t, db: db, tables: tables, store: store, stream: streamtest.Follow(db, tables.Records), now: start,
		counters: newUpdater(store),
	}
	c, err := campaign.New("o", campaign.Details{Name: "Fall", Slug: "fall"}, start)
	f.must(err)
	c.Question.Text = "Will they vote?"
	f.must(c.Publish(start))
	item, err := action.New(c, nil, action.Input{Type: action.Task, Title: "Call", Target: action.TargetInput{Everyone: true}}, start)
	f.must(err)
	f.commit(append(store.CreateCampaign(c), store.CreateActionItem(item)...))
	f.campaign, f.item = c, item
	return f
}

func (f *auditFixture) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

func (f *auditFixture) commit(writes []dynamo.Write) {
	f.Helper()
	f.must(f.store.Commit(f.Context(), writes...))
}

func (f *auditFixture) moment() campaign.Moment {
	f.now = f.now.Add(time.Minute)
	return f.campaign.Moment(f.now)
}

func (f *auditFixture) join(name string) *mobilizer.Mobilizer {
	m := mobilizer.Join(f.campaign, &user.User{ID: user.ID(name), Email: name + "@example.org"}, "p", mobilizer.JoinInput{}, f.moment().At)
	f.commit(f.store.CreateMembership(m))
	return m
}

// addContact adds a contact with a note, an answer and a completed task.
func (f *auditFixture) addContact(m *mobilizer.Mobilizer) *contact.Contact {
	at := f.moment()
	e := contact.NewEntry(m, contact.Details{FirstName: "Ada"}, contact.PrivateDetails{}, contact.NewIDs(at.At), at.At)
	c, err := e.AddToCampaign(m, contact.NewIDs(at.At).Contact, at)
	f.must(err)
	f.commit(f.store.CreateContact(c, e))
	return f.addActivity(m, c.ID)
}

func (f *auditFixture) addActivity(m *mobilizer.Mobilizer, id contact.ID) *contact.Contact {
	read := func() *contact.Contact {
		c, err := f.store.Contact(f.Context(), f.campaign.ID, m.ID, id)
		f.must(err)
		return c
	}
	c := read()
	note, err := c.CreateNote("Hello", f.moment())
	f.must(err)
	f.commit(f.store.CreateNote(c, note))
	c = read()
	answer, err := c.AnswerKeyQuestion(f.campaign, f.campaign.Question.Responses[2].ID, f.moment())
	f.must(err)
	f.commit(f.store.CreateAnswer(c, answer))
	c = read()
	done := true
	response, err := c.RespondToAction(f.item, nil, contact.ActionResponseInput{Completed: &done}, f.moment())
	f.must(err)
	f.commit(f.store.PutActionResponse(c, response))
	return read()
}

// countStream delivers the stream's new records.
func (f *auditFixture) countStream() {
	f.Helper()
	apply := stream.HandleRecords(f.counters.Apply)
	for _, event := range f.stream.Events(f, f.now) {
		reply, err := apply(f.Context(), event)
		f.must(err)
		if reply.State == nil || len(reply.BatchItemFailures) > 0 {
			f.Fatalf("the handler replies %+v", reply)
		}
	}
}

func (f *auditFixture) audit() audit.CampaignReport {
	f.Helper()
	auditor := audit.Auditor{Store: f.store, Versions: f.versions, Wait: func(context.Context, time.Duration) error {
		if f.onWait != nil {
			f.onWait()
			return nil
		}
		f.countStream()
		return nil
	}}
	report, err := auditor.Run(f.Context(), audit.Request{Campaign: f.campaign.ID, Time: f.now, Gap: "1s"})
	f.must(err)
	if len(report.Campaigns) != 1 {
		f.Fatalf("the report is %+v", report)
	}
	return report.Campaigns[0]
}

func (f *auditFixture) analytics() *metrics.Analytics {
	f.Helper()
	a, err := f.store.Analytics(f.Context(), f.campaign.ID, f.now)
	f.must(err)
	return a
}

// tamper changes a counter directly, without a row.
func (f *auditFixture) tamper(pk, sk, cell string, n int) {
	f.Helper()
	_, err := f.db.UpdateItem(f.Context(), &dynamodb.UpdateItemInput{
		TableName: &f.tables.Metrics,
		Key: map[string]types.AttributeValue{
			"PK": &types.AttributeValueMemberS{Value: pk}, "SK": &types.AttributeValueMemberS{Value: sk},
		},
		UpdateExpression:          aws.String("ADD #c :n"),
		ExpressionAttributeNames:  map[string]string{"#c": cell},
		ExpressionAttributeValues: map[string]types.AttributeValue{":n": &types.AttributeValueMemberN{Value: fmt.Sprint(n)}},
	})
	f.must(err)
}
