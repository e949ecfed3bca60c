package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

const (
	filledCampaign     = campaign.ID("01928d5e-0000-7000-8000-0000000000c1")
	filledOrganization = organization.ID("01928d5e-0000-7000-8000-0000000000a1")
)

var filledAt = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

// generateContact returns the nth contact of 400 mobilizers. Half are matched, most have a Key Question answer, each has one or
// two action responses. An item has about 1.1 KB. Contacts are one millisecond apart.
func generateContact(n int) *contact.Contact {
	uuid := func(kind, n int) string { return fmt.Sprintf("01928d5e-%04x-7000-8000-%012x", kind, n) }
	added := filledAt.Add(time.Duration(n) * time.Millisecond)
	of := n * 7919 % 400
	c := &contact.Contact{
		ID: contact.ID(fmt.Sprintf("%08x-%04x-7%03x-8000-%012x", added.UnixMilli()>>16, added.UnixMilli()&0xffff, n%4096, n)), Entry: contact.EntryID(uuid(2, n)), Person: user.PersonID(uuid(3, n)), User: user.ID(uuid(4, of)),
		Mobilizer: mobilizer.ID(uuid(5, of)), Campaign: filledCampaign, Organization: filledOrganization,
		Details: contact.Details{
			FirstName: []string{"Josephine", "Ada", "Łukasz", "Mary Ann"}[n%4], LastName: []string{"O'Brien", "Lee", "García Márquez"}[n%3],
			City: "San José", State: "CA", Zip: "95112",
		},
		AddedAt: added, AddedDay: "2026-10-24", LastActivityAt: added.Add(time.Hour), Touchpoints: n % 9, Version: 1 + n%5,
	}
	if n%2 == 0 {
		c.Match = voter.Match{Status: voter.Confirmed, At: added, Voter: voter.Voter{
			CanonicalID: fmt.Sprintf("CA%010d", n), StateFileID: fmt.Sprintf("%010d", n),
			FirstName: "JOSEPHINE", LastName: "O'BRIEN, JR", City: "SAN JOSE", State: "CA", Zip: "95112",
		}}
	}
	if n%3 != 0 {
		c.KeyQuestionCode, c.AnsweredAt, c.KeyQuestionChanges = "01", added.Add(time.Minute), n%2
		c.LatestAnswerID, c.LatestAnswerCode, c.LatestAnswerDay = contact.AnswerID(uuid(6, n)), "01", "2026-10-24"
	}
	c.ActionResponses = map[action.Code]contact.ActionResponseSummary{"00": {ID: contact.ActionResponseID(uuid(7, n)), Choice: contact.ChoiceCompleted}}
	if n%4 == 0 {
		c.ActionResponses["01"] = contact.ActionResponseSummary{ID: contact.ActionResponseID(uuid(8, n)), Choice: "02"}
	}
	return c
}

// filledScope returns the campaign of the contacts and its organization.
func filledScope() (*campaign.Campaign, *organization.Organization) {
	of := &campaign.Campaign{
		ID: filledCampaign, Organization: filledOrganization, Name: "Autumn, 2026", Slug: "autumn", TimeZone: "America/New_York",
		Status: campaign.Active, Question: campaign.KeyQuestion{
			Text: "Will they vote?", NextCode: 2,
			Responses: []campaign.Response{{ID: "r0", Code: "00", Text: "No", Value: 1}, {ID: "r1", Code: "01", Text: "Yes", Value: 2}},
		}, CreatedAt: filledAt, PublishedAt: filledAt,
	}
	return of, &organization.Organization{ID: filledOrganization, Name: "Neighbors", CreatedAt: filledAt}
}

// newFilledEngine starts an engine with contacts of one campaign.
func newFilledEngine(t *testing.T, contacts int) *dynamotest.Engine {
	t.Helper()
	return dynamotest.NewFilledEngine(t, func(add func(item []byte) error) error {
		caught := &putRecorder{}
		s := dynamo.New(client(caught), dynamo.Tables{Records: "Records"})
		for n := range contacts {
			if err := s.Commit(context.Background(), s.UpdateContact(generateContact(n))...); err != nil {
				return err
			}
			if err := add(caught.item); err != nil {
				return err
			}
		}
		return nil
	})
}

// putRecorder is an HTTP client that records the item of a PutItem request.
type putRecorder struct{ item json.RawMessage }

func (c *putRecorder) Do(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".PutItem") {
		return nil, fmt.Errorf("caught %s", r.Header.Get("X-Amz-Target"))
	}
	var put struct{ Item json.RawMessage }
	if err := json.NewDecoder(r.Body).Decode(&put); err != nil {
		return nil, err
	}
	c.item = put.Item
	return replyOf([]byte("{}")), nil
}

func replyOf(body []byte) *http.Response {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
}

// client returns a DynamoDB client that uses the HTTP client.
func client(over dynamodb.HTTPClient) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: "us-east-1", HTTPClient: over, BaseEndpoint: aws.String("http://canned"),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})
}
