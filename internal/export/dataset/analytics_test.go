package dataset_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/exporttest"
	"github.com/kithhq/kith/internal/metrics"
)

// newAnalyticsRowsFixture returns the rows of the Analytics export of a campaign with so many contacts and mobilizers, a
// task and a question.
func newAnalyticsRowsFixture(t *testing.T, contacts, mobilizers int) []map[string]string {
	t.Helper()
	scope := exporttest.NewScopeWithResponses()
	scope.Numbers = &metrics.CampaignCounters{Core: metrics.Cells{metrics.Contacts: contacts, metrics.Mobilizers: mobilizers}}
	scope.Items = []*action.Item{
		{ID: "flyer", Code: "00", Type: action.Task, Title: "Hand over the flyer", Nickname: "Flyer", Target: action.Target{Everyone: true}},
		{
			ID: "vote", Code: "01", Type: action.MultipleChoice, Title: `How, "exactly"?`, Target: action.Target{Everyone: true}, Position: 1,
			Options: []action.Option{{ID: "post", Code: "00", Text: "By post"}},
		},
	}
	return readDataset(t, &dataset.Analytics, &exporttest.Source{}, scope, dataset.Options{Dialect: csv.Data, Profile: dataset.Standard})
}

func TestAnalytics_ActionItemTitle_IsOnItemAndOptionRowsOnly(t *testing.T) {
	t.Parallel()
	rows := map[string]int{}
	for _, row := range newAnalyticsRowsFixture(t, 7, 2) {
		rows[row["section"]]++
		want := ""
		switch row["item_id"] {
		case "flyer":
			want = "Hand over the flyer"
		case "vote", "post":
			want = `How, "exactly"?`
		}
		if got := row["action_item_title"]; got != want {
			t.Errorf("%s %s: action_item_title is %q, want %q", row["section"], row["name"], got, want)
		}
	}
	if want := map[string]int{"totals": 7, "ladder": 4, "movement": 3, "action_item": 7, "option": 1}; !cmp.Equal(rows, want) {
		t.Errorf("rows by section: %v, want %v", rows, want)
	}
}

func TestAnalytics_Average_IsOnAverageRowOnly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		contacts, mobilizers int
		want                 string
	}{{12, 4, "3.0"}, {7, 2, "3.5"}, {5, 4, "1.3"}, {1, 3, "0.3"}, {0, 4, "0.0"}, {0, 0, ""}} {
		found := false
		for _, row := range newAnalyticsRowsFixture(t, c.contacts, c.mobilizers) {
			want := ""
			if row["name"] == "average_contacts_per_mobilizer" {
				found, want = true, c.want
				if row["percent"] != "" {
					t.Errorf("the average has the percent %s", row["percent"])
				}
			}
			if got := row["average"]; got != want {
				t.Errorf("%d contacts, %d mobilizers: average of %s is %q, want %q", c.contacts, c.mobilizers, row["name"], got, want)
			}
		}
		if !found {
			t.Error("no row average_contacts_per_mobilizer")
		}
	}
}
