package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// recountReport is the report of audit-metrics on one campaign.
type recountReport struct {
	Campaign    string
	Verdict     string
	Rows        int
	Counters    int
	Drift       []difference
	Pending     []difference
	Corrections []struct{ ID, Reason string }
}

// difference is a counter that differs from the recount.
type difference struct {
	Kind, Cell    string
	Counter, Rows int
}

// recount runs audit-metrics on the fixture's campaign.
func (fx *fixture) recount() recountReport {
	fx.t.Helper()
	fx.ok(kith.Settle(fx.t.Context()))
	answer, err := invoke(fx.t.Context(), "audit-metrics", map[string]string{"campaign": fx.campaign, "gap": "200ms"})
	fx.ok(err)
	var report struct{ Campaigns []recountReport }
	err = json.Unmarshal(answer, &report)
	if err != nil || len(report.Campaigns) != 1 {
		fx.t.Fatalf("the audit reports %s (%v), want one campaign", answer, err)
	}
	return report.Campaigns[0]
}

// checkNoDrift checks that a recount finds no difference.
func (fx *fixture) checkNoDrift() {
	fx.t.Helper()
	report := fx.recount()
	if report.Verdict != "verified" || len(report.Drift) != 0 || report.Counters == 0 {
		fx.t.Errorf("the audit says %+v, want it verified", report)
	}
}

func (w *walk) audit(t *testing.T) {
	w.useTest(t)
	w.checkNoDrift()
	before := w.analytics()
	if before.Recount == nil || before.Recount.Drift != 0 || before.Recount.VerifiedAt == "" {
		t.Errorf("Analytics shows the recount %+v, want it verified without drift", before.Recount)
	}

	w.ok(w.tamper(t.Context()))
	if wrong := w.analytics(); wrong.Totals.Contacts != before.Totals.Contacts+5 {
		t.Fatalf("the tampered page shows %d contacts, want %d", wrong.Totals.Contacts, before.Totals.Contacts+5)
	}
	report := w.recount()
	if report.Verdict != "repaired" || len(report.Drift) != 1 || report.Drift[0].Kind != "core" || len(report.Corrections) != 1 ||
		report.Corrections[0].Reason == "" {
		t.Errorf("the audit of a tampered counter says %+v, want one difference, repaired by one correction, and why", report)
	}
	expectAlarm(t, "Drift")
	after := w.analytics()
	if after.Totals.Contacts != before.Totals.Contacts {
		t.Errorf("after the repair the page shows %d contacts, want %d", after.Totals.Contacts, before.Totals.Contacts)
	}
	if after.Recount == nil || after.Recount.Drift != 1 || after.Recount.Repaired != 1 {
		t.Errorf("Analytics shows the recount %+v, want one drift, repaired", after.Recount)
	}
	w.checkNoDrift()
}

// tamper adds five contacts to one of the campaign's core counters, directly in the table.
func (w *walk) tamper(ctx context.Context) error {
	cloud := kith.Cloud()
	db := dynamodb.New(dynamodb.Options{BaseEndpoint: aws.String(cloud.DynamoDB), Region: region(), Credentials: keys()})
	table := aws.String(cloud.Tables["Metrics"])
	pages := dynamodb.NewScanPaginator(db, &dynamodb.ScanInput{
		TableName: table, FilterExpression: aws.String("contains(PK, :campaign) and contains(PK, :core) and attribute_exists(c)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":campaign": &types.AttributeValueMemberS{Value: w.campaign}, ":core": &types.AttributeValueMemberS{Value: "core"},
		},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("find a counter: %w", err)
		}
		for _, item := range page.Items {
			_, err := db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
				TableName: table, Key: map[string]types.AttributeValue{"PK": item["PK"], "SK": item["SK"]},
				UpdateExpression:          aws.String("ADD c :five"),
				ExpressionAttributeValues: map[string]types.AttributeValue{":five": &types.AttributeValueMemberN{Value: "5"}},
			})
			if err != nil {
				return fmt.Errorf("tamper: %w", err)
			}
			return nil
		}
	}
	return fmt.Errorf("campaign %s has no core counter", w.campaign)
}

// keys and region are the credentials and the region of the local cloud.
func keys() aws.CredentialsProvider {
	env := kith.Cloud().Env
	return credentials.NewStaticCredentialsProvider(env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], "")
}

func region() string { return kith.Cloud().Env["AWS_REGION"] }

func lambdaClient() *lambda.Client {
	return lambda.New(lambda.Options{BaseEndpoint: aws.String(kith.Cloud().Lambda), Region: region(), Credentials: keys()})
}

// invoke invokes a function with an event and returns its response.
func invoke(ctx context.Context, function string, event any) ([]byte, error) {
	payload, err := json.Marshal(event)
	if err != nil {
		return nil, err
	}
	out, err := lambdaClient().Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(function), Payload: payload})
	if err != nil {
		return nil, fmt.Errorf("invoke %s: %w", function, err)
	}
	if out.FunctionError != nil {
		return nil, fmt.Errorf("%s failed: %s", function, out.Payload)
	}
	return out.Payload, nil
}
