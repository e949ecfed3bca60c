package bench

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/metrics"
)

// analyticsReads counts the store calls and items of one read of Analytics, for a small and a large campaign.
func analyticsReads(t *testing.T) []line {
	t.Helper()
	db, names := dynamotest.New(t)
	var calls meter
	store := dynamo.New(dynamodb.New(db.Options(), calls.attach), dynamo.Tables(names))
	at := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	taken := map[int]int{}
	for _, contacts := range []int{1_000, 1_000_000} {
		c, err := campaign.New("o", campaign.Details{Name: "Fall", Slug: fmt.Sprintf("fall-%d", contacts)}, at)
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Commit(t.Context(), store.CreateCampaign(c)...); err != nil {
			t.Fatal(err)
		}
		sequence, err := metrics.ParseSequence("1")
		if err != nil {
			t.Fatal(err)
		}
		_, moved, err := store.UpdateCounter(t.Context(), metrics.ItemUpdate{
			Item: metrics.Item{Campaign: c.ID, Kind: metrics.Core, Name: "0"}, Add: metrics.Cells{metrics.Contacts: contacts},
			MarkName: metrics.MarkName("s"), First: sequence, Mark: metrics.Mark(sequence) + "abc", UpdatedAt: at,
		})
		if err != nil || !moved {
			t.Fatalf("%v %v", moved, err)
		}
		calls = meter{}
		read, err := store.Analytics(t.Context(), c.ID, at)
		if err != nil {
			t.Fatal(err)
		}
		if read.Contacts != contacts {
			t.Fatalf("Analytics shows %d contacts, want %d", read.Contacts, contacts)
		}
		taken[contacts] = calls.calls
	}
	return []line{{
		"store calls of Analytics at 1,000 and 1,000,000 contacts", fmt.Sprintf("%d and %d", taken[1_000], taken[1_000_000]), "the same",
		taken[1_000] == taken[1_000_000],
	}}
}
