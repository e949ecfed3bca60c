package audit_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/audit"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/stream"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

func TestRun_QuietCampaign_Verifies(t *testing.T) {
	f := newAuditFixture(t)
	m := f.join("ann")
	f.addContact(m)
	f.addContact(m)
	f.countStream()
	report := f.audit()
	if report.Verdict != "verified" || report.Rows != 9 || len(report.Drift) != 0 {
		t.Errorf("the report is %+v", report)
	}
	a := f.analytics()
	if a.Contacts != 2 || a.Touchpoints != 6 || a.Mobilizers != 1 || a.Answered.Percent() != "100.00" {
		t.Errorf("analytics are %+v", a)
	}
	if a.Recount == nil || !a.Recount.VerifiedAt.Equal(f.now) || a.Recount.Drift != 0 {
		t.Errorf("the stored recount is %+v", a.Recount)
	}
	if len(a.Items) != 1 || a.Items[0].Responded != (metrics.Share{Count: 2, Of: 2}) || a.Items[0].Completed.Count != 2 {
		t.Errorf("the action item's numbers are %+v", a.Items)
	}
}

func TestRun_TamperedCounters_RepairsAndReports(t *testing.T) {
	f := newAuditFixture(t)
	m := f.join("ann")
	f.addContact(m)
	f.countStream()
	f.tamper("C#"+string(f.campaign.ID)+"#core", "1", "c", 41)
	f.tamper("C#"+string(f.campaign.ID)+"#day", "2026-10-24", "n", -3)
	if got := f.analytics().Contacts; got != 42 {
		t.Fatalf("tampered contacts are %d", got)
	}

	report := f.audit()
	if report.Verdict != "repaired" || len(report.Drift) != 2 || len(report.Corrections) != 1 {
		t.Fatalf("the report is %+v", report)
	}
	if reason := report.Corrections[0].Reason; !strings.Contains(reason, "core, c: the counter is 42, the rows sum to 1") {
		t.Errorf("the reason of the correction is: %s", reason)
	}
	a := f.analytics()
	if a.Contacts != 1 || a.Days[0].Touchpoints != 3 {
		t.Errorf("after the repair: %d contacts, days %v", a.Contacts, a.Days)
	}
	if a.Recount.Drift != 2 || a.Recount.Repaired != 2 || !a.Recount.VerifiedAt.Equal(f.now) {
		t.Errorf("the stored recount is %+v", a.Recount)
	}
	corrections, err := f.store.Corrections(t.Context(), f.campaign.ID)
	f.must(err)
	if len(corrections) != 1 || corrections[0].ID != report.Corrections[0].ID {
		t.Errorf("corrections are %v", corrections)
	}

	again := f.audit()
	if again.Verdict != "verified" || len(again.Drift) != 0 || len(again.Corrections) != 0 {
		t.Errorf("the next recount finds %+v", again)
	}
}

// The counters were verified before the metric was added: the difference is a backfill, and no alarm is due. Once it is
// verified, the next difference is drift.
func TestRun_MetricAddedLater_BackfillsWithoutDrift(t *testing.T) {
	f := newAuditFixture(t)
	f.addContact(f.join("ann"))
	f.countStream()
	if report := f.audit(); report.Verdict != "verified" {
		t.Fatalf("before the metric is added the report is %+v", report)
	}
	f.versions = metrics.Versions{metrics.ActionResponses: 1}
	core := "C#" + string(f.campaign.ID) + "#core"
	f.tamper(core, "1", "s", -1)

	report := f.audit()
	if report.Verdict != "backfilled" || len(report.Drift) != 0 || len(report.Backfill) != 1 || len(report.Corrections) != 1 {
		t.Fatalf("after the metric was added the report is %+v", report)
	}
	if a := f.analytics(); a.Recount.Drift != 0 || !a.Recount.VerifiedAt.Equal(f.now) || a.Recount.VerifiedVersion != 1 {
		t.Errorf("the stored recount is %+v", a.Recount)
	}
	f.tamper(core, "1", "s", -1)
	if report := f.audit(); report.Verdict != "repaired" || len(report.Drift) != 1 || len(report.Backfill) != 0 {
		t.Errorf("after the backfill a tampered counter is reported as %+v", report)
	}
}

func TestRun_LostCorrection_RepairsAgain(t *testing.T) {
	f := newAuditFixture(t)
	f.addContact(f.join("ann"))
	f.countStream()
	lost := &metrics.Correction{ID: "01928d5e-0000-7000-8000-000000000001", Campaign: f.campaign.ID, Adjustments: []metrics.Adjustment{
		{Kind: metrics.Core, Cell: metrics.Contacts, N: 1},
	}}
	f.commit(f.store.CreateCorrection(lost))
	f.stream.Events(t, f.now) // reads the record without counting it
	f.tamper("C#"+string(f.campaign.ID)+"#core", "1", "c", -1)

	report := f.audit()
	if report.Verdict != "repaired" || len(report.Drift) != 2 {
		t.Fatalf("the report is %+v", report)
	}
	if report := f.audit(); report.Verdict != "verified" {
		t.Errorf("the next recount finds %+v", report)
	}
}

func TestRun_UncountedRecords_NoDrift(t *testing.T) {
	f := newAuditFixture(t)
	m := f.join("ann")
	f.addContact(m)
	f.countStream()
	f.addContact(m)
	report := f.audit()
	if report.Verdict != "verified" || len(report.Drift) != 0 {
		t.Errorf("with uncounted records the report is %+v", report)
	}
}

func TestRun_StreamStopped_NotVerified(t *testing.T) {
	f := newAuditFixture(t)
	m := f.join("ann")
	f.addContact(m)
	f.countStream()
	if report := f.audit(); report.Verdict != "verified" {
		t.Fatalf("the report is %+v", report)
	}
	verified := f.now
	f.addContact(m)
	f.onWait = func() {}
	report := f.audit()
	if len(report.Drift) != 0 || len(report.Pending) == 0 || report.Verdict != "not verified since "+verified.Format(time.RFC3339) {
		t.Errorf("the report is %+v", report)
	}
	f.onWait = nil
	if report := f.audit(); report.Verdict != "verified" {
		t.Errorf("after the stream has resumed the report is %+v", report)
	}
}

func TestRun_BusyCampaign_NotVerified(t *testing.T) {
	f := newAuditFixture(t)
	m := f.join("ann")
	c := f.addContact(m)
	f.countStream()
	f.tamper("C#"+string(f.campaign.ID)+"#core", "1", "m", 1)
	f.onWait = func() {
		read, err := f.store.Contact(t.Context(), f.campaign.ID, m.ID, c.ID)
		f.must(err)
		note, err := read.CreateNote("again", f.moment())
		f.must(err)
		f.commit(f.store.CreateNote(read, note))
		f.countStream()
	}
	report := f.audit()
	if len(report.Drift) != 0 || len(report.Pending) != 1 || !strings.HasPrefix(report.Verdict, "not verified yet") {
		t.Errorf("the report is %+v", report)
	}
	f.onWait = nil
	if report := f.audit(); report.Verdict != "repaired" {
		t.Errorf("when it is quiet the report is %+v", report)
	}
}

func TestRun_OrphanedRows_RemovesAndCountsThem(t *testing.T) {
	f := newAuditFixture(t)
	m, other := f.join("ann"), f.join("ben")
	kept, gone := f.addContact(m), f.addContact(m)
	f.addContact(other)
	f.countStream()
	entry, err := f.store.AddressBookEntry(t.Context(), gone.User, gone.Organization, gone.Entry)
	f.must(err)
	f.commit(f.store.DeleteContact(gone, entry, entry.RemoveFromCampaign(f.campaign.ID)))
	left, err := f.store.Membership(t.Context(), f.campaign.ID, other.ID)
	f.must(err)
	f.commit(f.store.DeleteMembership(left))

	report := f.audit()
	if report.OrphansRemoved < 4 {
		t.Errorf("the report is %+v", report)
	}
	f.countStream()
	if report = f.audit(); report.Verdict != "verified" {
		t.Errorf("afterwards the report is %+v", report)
	}
	a := f.analytics()
	if a.Contacts != 1 || a.Touchpoints != 3 || a.Mobilizers != 1 || a.Days[0].Touchpoints != 3 {
		t.Errorf("afterwards analytics are %+v", a)
	}
	if _, err := f.store.Contact(t.Context(), f.campaign.ID, m.ID, kept.ID); err != nil {
		t.Errorf("the contact with a mobilizer: %v", err)
	}
}

// Audits may overlap: one that waits long for a quiet period may end after one that began later.
func TestRun_OlderAuditEndsLater_KeepsNewerResult(t *testing.T) {
	f := newAuditFixture(t)
	newer := f.now
	f.audit()
	f.now = newer.Add(-24 * time.Hour)
	f.audit()
	if of := f.analytics().Recount; !of.At.Equal(newer) || !of.VerifiedAt.Equal(newer) {
		t.Errorf("the stored recount is %+v, want the one of %v", of, newer)
	}
}

func TestRun_NoCampaignGiven_AuditsAll(t *testing.T) {
	f := newAuditFixture(t)
	second, err := campaign.New("o", campaign.Details{Name: "Spring", Slug: "spring"}, start)
	f.must(err)
	f.commit(f.store.CreateCampaign(second))
	f.addContact(f.join("ann"))
	f.countStream()
	auditor := audit.Auditor{Store: f.store, Wait: func(context.Context, time.Duration) error { f.countStream(); return nil }}
	report, err := auditor.Run(t.Context(), audit.Request{Time: f.now})
	f.must(err)
	if len(report.Campaigns) != 2 || report.Drift != 0 {
		t.Errorf("the report is %+v", report)
	}
	report, err = auditor.Run(t.Context(), audit.Request{Campaign: "01928d5e-0000-7000-8000-000000000009"})
	f.must(err)
	if len(report.Campaigns) != 1 || report.Campaigns[0].Verdict != "There is no such campaign." {
		t.Errorf("for an unknown campaign the report is %+v", report)
	}
}

func TestRun_UndecodableRecord_RecountsAndRepairs(t *testing.T) {
	f := newAuditFixture(t)
	m := f.join("ann")
	f.addContact(m)
	f.countStream()
	f.addContact(m)
	apply := stream.HandleRecords(f.counters.Apply)
	for _, event := range f.stream.Events(t, f.now) {
		broken := strings.ReplaceAll(string(event), `"T":{"S":"contact"}`, `"T":{"S":"garbled"}`)
		reply, err := apply(t.Context(), json.RawMessage(broken))
		f.must(err)
		if len(reply.BatchItemFailures) > 0 {
			t.Fatalf("the handler replies %+v", reply)
		}
	}
	before := f.analytics()
	if before.Contacts != 1 || before.Recount == nil || before.Recount.RequestedAt.IsZero() {
		t.Fatalf("with an undecodable contact: %d contacts, recount %+v", before.Contacts, before.Recount)
	}
	if report := f.audit(); report.Verdict != "repaired" {
		t.Fatalf("the report is %+v", report)
	}
	after := f.analytics()
	if after.Contacts != 2 || after.Touchpoints != 6 || !after.Recount.RequestedAt.IsZero() {
		t.Errorf("after the repair: %d contacts, %d touchpoints, recount %+v", after.Contacts, after.Touchpoints, after.Recount)
	}
	counts, err := f.store.MobilizerCounts(t.Context(), f.campaign.ID, []mobilizer.ID{m.ID})
	f.must(err)
	if counts[m.ID].Contacts != 2 || counts[m.ID].ByResponse["02"] != 2 {
		t.Errorf("after the repair the mobilizer has %+v", counts[m.ID])
	}
}
