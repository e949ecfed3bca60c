package audit_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/audit"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
)

// TestCrashOfTheAudit kills an audit that repairs before and after its store calls: every one of them in the soak, one
// in eleven else. The next audit leaves the counters right, whether the one before got as far as its correction or not.
func TestCrashOfTheAudit(t *testing.T) {
	w := newTown(t)
	w.adds(w.joins("ann"))
	w.counts()
	stride := 11
	if os.Getenv("KITH_SOAK") != "" {
		stride = 1
	}
	deaths := 0
	for n := 0; ; n += stride {
		died := false
		for _, after := range []bool{false, true} {
			w.now = w.now.Add(time.Hour)
			w.tamper("C#"+string(w.campaign.ID)+"#core", "1", "c", 7)
			db, process := dynamotest.NewCrashingClient(w.db, n, after)
			auditor := audit.Auditor{
				Store: dynamo.New(db, dynamo.Tables(w.tables)),
				Wait:  func(context.Context, time.Duration) error { w.counts(); return nil },
			}
			_, err := auditor.Run(t.Context(), audit.Request{Campaign: w.campaign.ID, Time: w.now, Gap: "1s"})
			if (err != nil) != process.Crashed() {
				t.Fatalf("killed at call %d: %v, and the audit ended with %v", n, process.Crashed(), err)
			}
			died = died || process.Crashed()
			w.counts()
			if report := w.audit(); report.Verdict != "repaired" && report.Verdict != "verified" {
				t.Errorf("killed at call %d, the next audit reports %+v", n, report)
			}
			if got := w.analytics().Contacts; got != 1 {
				t.Fatalf("killed at call %d, after the next audit there are %d contacts, want 1", n, got)
			}
		}
		if !died {
			break
		}
		deaths++
	}
	t.Logf("died at %d calls", deaths)
}
