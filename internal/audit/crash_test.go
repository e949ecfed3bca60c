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

// It crashes an audit before and after store calls: every eleventh one, with KITH_SOAK set each. After the next audit the
// counters must be right, whether the crashed one has written its correction or not.
func TestCrash_AuditRun_NextAuditRepairs(t *testing.T) {
	f := newAuditFixture(t)
	f.addContact(f.join("ann"))
	f.countStream()
	stride := 11
	if os.Getenv("KITH_SOAK") != "" {
		stride = 1
	}
	crashes := dynamotest.EachCrash(func(n int, after bool) *dynamotest.CrashingProcess {
		n *= stride
		f.now = f.now.Add(time.Hour)
		f.tamper("C#"+string(f.campaign.ID)+"#core", "1", "c", 7)
		db, process := dynamotest.NewCrashingClient(f.db, n, after)
		auditor := audit.Auditor{
			Store: dynamo.New(db, dynamo.Tables(f.tables)),
			Wait:  func(context.Context, time.Duration) error { f.countStream(); return nil },
		}
		_, err := auditor.Run(t.Context(), audit.Request{Campaign: f.campaign.ID, Time: f.now, Gap: "1s"})
		if (err != nil) != process.Crashed() {
			t.Fatalf("crashed at call %d: %t, and the audit ended with %v", n, process.Crashed(), err)
		}
		f.countStream()
		if report := f.audit(); report.Verdict != "repaired" && report.Verdict != "verified" {
			t.Errorf("after a crash at call %d the next audit reports %+v", n, report)
		}
		if got := f.analytics().Contacts; got != 1 {
			t.Fatalf("after a crash at call %d and the next audit there are %d contacts, want 1", n, got)
		}
		return process
	})
	t.Logf("crashed at %d calls", crashes)
}
