package audit_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/audit"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/metrics"
)

// earlierVersion is the latest version of metrics.CellVersions that the earlier version of Kith counted.
const earlierVersion = 1

// TestRun_RowsOfEarlierVersion_Verifies recounts the tables of an earlier version: the counters that it wrote agree with its rows as
// they are read now. Its lists have another format, so they are built again, and that is no drift. Metrics that came later are
// a backfill, which stays pending because no stream counts it here.
func TestRun_RowsOfEarlierVersion_Verifies(t *testing.T) {
	t.Parallel()
	db, tables := dynamotest.New(t)
	dynamotest.LoadEarlierRows(t, db, tables)
	auditor := audit.Auditor{
		Store: dynamo.New(db, dynamo.Tables(tables)), Versions: metrics.CellVersions,
		Wait: func(context.Context, time.Duration) error { return nil },
	}
	report, err := auditor.Run(t.Context(), audit.Request{Time: time.Date(2026, 11, 29, 13, 0, 0, 0, time.UTC), Gap: "1s"})
	if err != nil || report.Drift != 0 || len(report.Campaigns) != 3 {
		t.Fatalf("the report is %+v, %v", report, err)
	}
	for _, c := range report.Campaigns {
		c.Pending = slices.DeleteFunc(c.Pending, func(d audit.DifferenceReport) bool {
			return metrics.CellVersions.AddedAfter(metrics.Cell(d.Cell), earlierVersion)
		})
		if !c.ListBuilt || c.Unreadable != 0 || c.ListRepaired != 0 || c.ListPending != 0 || c.OrphansRemoved != 0 || len(c.Pending) != 0 {
			t.Errorf("the report of a campaign is %+v", c)
		}
	}
}
