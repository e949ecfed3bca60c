package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	sestypes "github.com/aws/aws-sdk-go-v2/service/sesv2/types"
)

// TestAlarms_FailureInjected_RaisesItsAlarm injects the failures that would disturb other tests into a local cloud of its own. No
// schedule runs there, and one voter file is imported at a time.
func TestAlarms_FailureInjected_RaisesItsAlarm(t *testing.T) {
	t.Parallel()
	fx := newAlarmsFixture(t)
	for _, c := range []struct {
		fail   func(*alarmsFixture)
		alarms []string
	}{
		{(*alarmsFixture).passHoursWithoutSchedules, []string{"AuditMetricsStopped", "SweepJobsStopped"}},
		{(*alarmsFixture).killDuringRequests, []string{"ApiFailures"}},
		{(*alarmsFixture).slowDownStore, []string{"ApiSlow"}},
		{(*alarmsFixture).useUpConcurrency, []string{"FunctionsThrottled"}},
		{(*alarmsFixture).delayStreams, []string{"UpdateMetricsLate", "RemoveRecordsLate", "SendInvitationLate", "WriteExportLate"}},
		{(*alarmsFixture).guessPasscodes, []string{"PasscodeCaps"}},
		{(*alarmsFixture).searchManyVoters, []string{"VoterSearchLimits"}},
		{(*alarmsFixture).refuseEmail, []string{"EmailsRejected"}},
		{(*alarmsFixture).bounceAndComplain, []string{"SesBounces", "SesComplaints"}},
		{(*alarmsFixture).useUpEmailQuota, []string{"EmailQuota"}},
		{(*alarmsFixture).removeQuarantine, []string{"DestinationFailures"}},
	} {
		t.Run(c.alarms[0], func(t *testing.T) {
			fx := &alarmsFixture{fx.of(t), fx.shift}
			for _, alarm := range c.alarms {
				if raised, err := fx.kith.raised(t.Context(), alarm); raised || err != nil {
					t.Errorf("before the failure %s is raised: %t, %v", alarm, raised, err)
				}
			}
			c.fail(fx)
			for _, alarm := range c.alarms {
				awaitAlarm(t, fx.kith, alarm)
			}
		})
	}
}

// alarmsFixture is an active campaign in a local cloud of its own.
type alarmsFixture struct {
	*fixture
	shift *time.Duration // of the clock
}

func newAlarmsFixture(t *testing.T) *alarmsFixture {
	t.Helper()
	state := t.TempDir()
	log, err := os.Create(filepath.Join(state, "log"))
	if err != nil {
		t.Fatal(err)
	}
	own, err := Start(t.Context(), Options{
		State: state, Log: log, Parameters: []string{"ImportConcurrency=1"}, Without: []string{"audit-metrics", "sweep-jobs"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(own.Stop(), log.Close()); err != nil {
			t.Error(err)
		}
	})
	fx := &alarmsFixture{newFixtureOf(t, own), new(time.Duration)}
	fx.startCampaign()
	return fx
}

// of returns the fixture for a subtest.
func (fx *fixture) of(t *testing.T) *fixture {
	other := *fx
	other.t = t
	return &other
}

// pass moves the clock.
func (fx *alarmsFixture) pass(d time.Duration) {
	fx.t.Helper()
	*fx.shift += d
	fx.ok(fx.kith.control(fx.t.Context(), http.MethodPost, "/clock", map[string]string{"shift": fx.shift.String()}, nil))
}

// await polls until a condition is met.
func (fx *alarmsFixture) await(ask func(context.Context) (bool, error)) {
	fx.t.Helper()
	fx.ok(Until(fx.t.Context(), time.Minute, ask))
}

// getPage reads the landing page of the campaign, for which public-api reads the store.
func (fx *alarmsFixture) getPage() error {
	_, err := fetch(fx.t.Context(), http.MethodGet, fx.kith.Cloud().API+"/v1/public/campaigns/"+fx.slug, nil)
	return err
}

func (fx *alarmsFixture) passHoursWithoutSchedules() { fx.pass(3 * time.Hour) }

// killDuringRequests kills public-api while it waits for the store.
func (fx *alarmsFixture) killDuringRequests() {
	const requests = 8
	fx.ok(fx.kith.Pause(fx.t.Context(), 5*time.Second))
	var all sync.WaitGroup
	for range requests {
		all.Go(func() { _ = fx.getPage() })
	}
	done := make(chan struct{})
	go func() {
		all.Wait()
		close(done)
	}()
	fx.await(func(ctx context.Context) (bool, error) {
		select {
		case <-done:
			return true, nil
		default:
			return false, fx.kith.Kill(ctx, "public-api")
		}
	})
}

// slowDownStore makes one request in each of three periods wait for the store.
func (fx *alarmsFixture) slowDownStore() {
	for period := range 3 {
		if period > 0 {
			fx.pass(5*time.Minute + time.Second)
		}
		fx.ok(fx.kith.Pause(fx.t.Context(), 3500*time.Millisecond))
		fx.ok(fx.getPage())
	}
}

// useUpConcurrency invokes import-voters twice at once, of which one is refused, in each of two periods.
func (fx *alarmsFixture) useUpConcurrency() {
	upload, err := os.ReadFile("../../events/import-voters.json")
	fx.ok(err)
	client := fx.lambda()
	for period := range 2 {
		if period > 0 {
			fx.pass(5*time.Minute + time.Second)
		}
		fx.ok(fx.kith.Pause(fx.t.Context(), 3*time.Second))
		var both sync.WaitGroup
		var refused atomic.Int32
		for range 2 {
			both.Go(func() {
				_, err := client.Invoke(fx.t.Context(), &lambda.InvokeInput{FunctionName: aws.String("import-voters"), Payload: upload})
				if _, ok := errors.AsType[*lambdatypes.TooManyRequestsException](err); ok {
					refused.Add(1)
				} else if err != nil {
					fx.t.Error(err)
				}
			})
		}
		both.Wait()
		if refused.Load() != 1 {
			fx.t.Errorf("in period %d, %d of two imports at a time are refused", period, refused.Load())
		}
	}
}

// delayStreams lets the records of both streams wait a minute, in each of five periods.
func (fx *alarmsFixture) delayStreams() {
	functions := []string{"update-metrics", "remove-records", "send-invitation", "write-export"}
	enable := func(enabled bool) {
		for _, function := range functions {
			fx.ok(fx.kith.SetMappings(fx.t.Context(), function, enabled))
		}
	}
	who, _ := fx.join("Dora Delay", nil)
	contact := fx.contact(fx.add(who, body{"first_name": "Kim", "last_name": "Late"}))
	fx.ok(fx.kith.Settle(fx.t.Context()))
	for period := range 5 {
		enable(false)
		var note struct{ ID string }
		fx.post(who, contact+"/notes", body{"content": "hello"}, &note)
		fx.delete(who, contact+"/notes/"+note.ID)
		fx.inviteAddress(fmt.Sprintf("late%d.%s@example.org", period, fx.tag))
		fx.post(fx.owner, fx.admin()+"/exports", body{"type": "contacts"}, nil)
		fx.pass(61 * time.Second)
		enable(true)
		fx.ok(fx.kith.Settle(fx.t.Context()))
	}
}

// guessPasscodes enters more wrong passcodes than a network may, five a person.
func (fx *alarmsFixture) guessPasscodes() {
	fx.post(fx.owner, fx.admin()+"/passcode", nil, nil)
	for n := range 21 {
		who := fx.newPerson(fmt.Sprintf("Gabriel Guess%d", n))
		for range 5 {
			err := who.Post(fx.t.Context(), "/v1/mobilizer/join", body{
				"slug": fx.slug, "first_name": "Gabriel", "last_name": "Guess", "consent": false, "passcode": "00000000",
			}, nil)
			if err == nil {
				fx.t.Fatal("a wrong passcode is accepted")
			}
			if n == 20 {
				fx.expectProblem(err, http.StatusTooManyRequests, "network")
				break
			}
		}
	}
	fx.ok(fx.owner.Delete(fx.t.Context(), fx.admin()+"/passcode"))
}

// searchManyVoters searches for more people than a mobilizer may.
func (fx *alarmsFixture) searchManyVoters() {
	fx.importVoters("ME", "state_file_id,first_name,last_name,city,state,zip", "0001,HELEN,NGUYEN,PORTLAND,ME,04101")
	who, _ := fx.join("Sara Search", nil)
	refused := 0
	for n := range 60 + 10 {
		query := url.Values{"first_name": {"Helen"}, "last_name": {fmt.Sprintf("Nguyen%c%c", 'a'+n/26, 'a'+n%26)}, "state": {"ME"}}
		err := who.Get(fx.t.Context(), fx.mine()+"/voters?"+query.Encode(), nil)
		if n < 60 {
			fx.ok(err)
			continue
		}
		fx.expectProblem(err, http.StatusTooManyRequests, "60 people")
		refused++
	}
	if refused != 10 {
		fx.t.Errorf("%d searches were refused", refused)
	}
}

// refuseEmail changes the address of an invitation before it is sent to one that SES does not accept.
func (fx *alarmsFixture) refuseEmail() {
	fx.ok(fx.kith.SetMappings(fx.t.Context(), "send-invitation", false))
	address := "jose." + fx.tag + "@example.org"
	fx.inviteAddress(address)
	fx.setEmail(address, "josé."+fx.tag+"@example.org")
	fx.ok(fx.kith.SetMappings(fx.t.Context(), "send-invitation", true))
}

// setEmail changes the address of an invitation directly in the table.
func (fx *alarmsFixture) setEmail(from, to string) {
	fx.t.Helper()
	cloud := fx.kith.Cloud()
	db := dynamodb.New(dynamodb.Options{BaseEndpoint: aws.String(cloud.DynamoDB), Region: region(), Credentials: keys()})
	table := aws.String(cloud.Tables["Records"])
	page, err := db.Scan(fx.t.Context(), &dynamodb.ScanInput{
		TableName: table, FilterExpression: aws.String("Email = :from and attribute_exists(Generation)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":from": &types.AttributeValueMemberS{Value: from}},
	})
	fx.ok(err)
	if len(page.Items) != 1 {
		fx.t.Fatalf("%d invitations of %s", len(page.Items), from)
	}
	_, err = db.UpdateItem(fx.t.Context(), &dynamodb.UpdateItemInput{
		TableName: table, Key: map[string]types.AttributeValue{"PK": page.Items[0]["PK"], "SK": page.Items[0]["SK"]},
		UpdateExpression:          aws.String("SET Email = :to"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":to": &types.AttributeValueMemberS{Value: to}},
	})
	fx.ok(err)
}

// bounceAndComplain sends 108 emails, of which 7 bounce and one is reported as spam.
func (fx *alarmsFixture) bounceAndComplain() {
	fx.ok(fx.kith.SetMailQuota(fx.t.Context(), 50_000, 1000))
	client := sesv2.New(sesv2.Options{BaseEndpoint: aws.String(fx.kith.Cloud().Mail), Region: region(), Credentials: keys()})
	for n := range 108 {
		outcome := "success"
		if n >= 100 {
			outcome = "bounce"
		}
		if n == 107 {
			outcome = "complaint"
		}
		to := fx.simulator(outcome, fmt.Sprint(n))
		raw := fmt.Appendf(nil, "From: Kith <invitations@kith.example>\r\nTo: %s\r\nSubject: Hello\r\n\r\nHello\r\n", to)
		_, err := client.SendEmail(fx.t.Context(), &sesv2.SendEmailInput{
			ConfigurationSetName: aws.String("kith-dev"), Content: &sestypes.EmailContent{Raw: &sestypes.RawMessage{Data: raw}},
		})
		fx.ok(err)
	}
}

func (fx *alarmsFixture) useUpEmailQuota() {
	fx.ok(fx.kith.SetMailQuota(fx.t.Context(), 1, 1000))
	fx.inviteAddress("quota." + fx.tag + "@example.org")
}

// removeQuarantine lets an event fail whose record can't be stored.
func (fx *alarmsFixture) removeQuarantine() {
	fx.deleteQuarantine()
	_, err := fx.lambda().Invoke(fx.t.Context(), &lambda.InvokeInput{
		FunctionName: aws.String("record-delivery"), Payload: []byte(`"not an event"`), InvocationType: lambdatypes.InvocationTypeEvent,
	})
	fx.ok(err)
}

// lambda returns a client that does not retry.
func (fx *alarmsFixture) lambda() *lambda.Client {
	return lambda.New(lambda.Options{
		BaseEndpoint: aws.String(fx.kith.Cloud().Lambda), Region: region(), Credentials: keys(), RetryMaxAttempts: 1,
	})
}
