package audit_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/audit"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/peoplelist"
)

// storedLists returns the rows of the campaign's lists that are no tombstones.
func (f *auditFixture) storedLists() map[string][]byte {
	f.Helper()
	rows := map[string][]byte{}
	f.must(f.store.EachListRow(f.Context(), f.campaign.ID, func(row peoplelist.Row) {
		if _, removed := peoplelist.TombstoneTime(row.Value); !removed {
			rows[row.Name] = row.Value
		}
	}))
	return rows
}

// damageRow writes or, without a value, deletes the row of a contact.
func (f *auditFixture) damageRow(c *contact.Contact, value []byte) {
	f.Helper()
	row, _ := peoplelist.ContactRow(c)
	stored := f.storedLists()[row.Name]
	row.Value = value
	ok, err := f.store.RepairRow(f.Context(), row, stored, f.now)
	f.must(err)
	if !ok {
		f.Fatal("the row has changed")
	}
}

func TestRun_DamagedListRows_RepairsAndReports(t *testing.T) {
	f := newAuditFixture(t)
	m := f.join("ann")
	lost, stale, right := f.addContact(m), f.addContact(m), f.addContact(m)
	f.countStream()
	want := f.storedLists()
	if len(want) != 5 {
		t.Fatalf("%d rows, want three contacts, a profile and its counters", len(want))
	}
	f.damageRow(lost, nil)
	earlier := peoplelist.NewContact(stale)
	earlier.Touchpoints = 99
	f.damageRow(stale, earlier.Encode(stale.Version))
	leftover, _ := peoplelist.ContactRow(right)
	leftover.Name = "0123456789012345678901"
	if _, err := f.store.RepairRow(t.Context(), leftover, nil, f.now); err != nil {
		t.Fatal(err)
	}
	report := f.audit()
	if report.ListRepaired != 3 || report.ListPending != 0 || report.Verdict != "verified" {
		t.Errorf("the report is %+v", report)
	}
	got := f.storedLists()
	for name, value := range want {
		if !bytes.Equal(got[name], value) {
			t.Errorf("%s is % x, want % x", name, got[name], value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d rows, want %d", len(got), len(want))
	}
	if again := f.audit(); again.ListRepaired != 0 || again.Verdict != "verified" {
		t.Errorf("the next report is %+v", again)
	}
}

func TestRun_UncountedRows_NoListDrift(t *testing.T) {
	f := newAuditFixture(t)
	f.addContact(f.join("ann"))
	if report := f.audit(); report.ListRepaired != 0 || report.Verdict != "verified" {
		t.Errorf("the report is %+v", report)
	}
}

func TestRun_ListsNotBuilt_BuildsThem(t *testing.T) {
	f := newAuditFixture(t)
	m := f.join("ann")
	removed := f.addContact(m)
	f.addContact(m)
	f.countStream()
	want := f.storedLists()
	f.deleteLists()
	f.countStream()
	if built, err := f.store.ListsBuilt(t.Context(), f.campaign.ID); err != nil || built {
		t.Fatalf("built: %v, %v", built, err)
	}
	report := f.audit()
	if !report.ListBuilt || report.ListRepaired != 0 {
		t.Errorf("the report is %+v", report)
	}
	if built, err := f.store.ListsBuilt(t.Context(), f.campaign.ID); err != nil || !built {
		t.Errorf("built: %v, %v", built, err)
	}
	if got := f.storedLists(); len(got) != len(want) {
		t.Errorf("%d rows, want %d", len(got), len(want))
	}
	// A row that was deleted while the lists were built does not return with a late duplicate.
	entry, err := f.store.AddressBookEntry(t.Context(), removed.User, removed.Organization, removed.Entry)
	f.must(err)
	f.commit(f.store.DeleteContact(removed, entry, true))
	f.countStream()
	if got := f.storedLists(); len(got) != len(want)-1 {
		t.Errorf("after a removal there are %d rows, want %d", len(got), len(want)-1)
	}
	f.now = f.now.Add(49 * time.Hour)
	f.audit()
	count := 0
	f.must(f.store.EachListRow(t.Context(), f.campaign.ID, func(peoplelist.Row) { count++ }))
	if count != len(want)-1 {
		t.Errorf("%d rows and tombstones are left, want %d", count, len(want)-1)
	}
}

// deleteLists deletes every item of the Lists table.
func (f *auditFixture) deleteLists() {
	f.Helper()
	out, err := f.db.Scan(f.Context(), &dynamodb.ScanInput{TableName: &f.tables.Lists})
	f.must(err)
	for _, item := range out.Items {
		_, err := f.db.DeleteItem(f.Context(), &dynamodb.DeleteItemInput{
			TableName: &f.tables.Lists, Key: map[string]types.AttributeValue{"PK": item["PK"], "SK": item["SK"]},
		})
		f.must(err)
	}
}

// The schedule sends no campaign. A campaign is read again only after it has changed.
func TestRun_Schedule_SkipsUnchangedCampaigns(t *testing.T) {
	f := newAuditFixture(t)
	m := f.join("ann")
	f.addContact(m)
	f.countStream()
	run := func() *audit.Report {
		f.now = f.now.Add(time.Hour)
		auditor := audit.Auditor{Store: f.store, Wait: func(context.Context, time.Duration) error { f.countStream(); return nil }}
		report, err := auditor.Run(t.Context(), audit.Request{Time: f.now, Gap: "1s"})
		f.must(err)
		return report
	}
	for n, want := range []int{1, 0, 0} {
		if report := run(); len(report.Campaigns) != want || report.Unchanged != 1-want {
			t.Errorf("run %d: %+v", n, report)
		}
	}
	f.addContact(m)
	f.countStream()
	if report := run(); len(report.Campaigns) != 1 || report.Campaigns[0].Verdict != "verified" {
		t.Errorf("after a change: %+v", report)
	}
	f.damageRow(f.addContact(m), nil)
	f.must(f.store.RequestRecount(t.Context(), f.campaign.ID, f.now, "asked"))
	f.countStream()
	if report := run(); len(report.Campaigns) != 1 {
		t.Errorf("after a request: %+v", report)
	}
}

// The counters of a deleted membership remain for 48 hours, and then their row goes with them.
func TestRun_MobilizerRemoved_NoListDrift(t *testing.T) {
	f := newAuditFixture(t)
	m := f.join("ann")
	removed := f.addContact(m)
	f.countStream()
	entry, err := f.store.AddressBookEntry(t.Context(), removed.User, removed.Organization, removed.Entry)
	f.must(err)
	f.commit(append(f.store.DeleteContact(removed, entry, true), f.store.DeleteMembership(m)...))
	f.must(f.store.DeleteDependents(t.Context(), removed))
	f.countStream()
	for range 2 {
		if report := f.audit(); report.ListRepaired != 0 || report.Verdict != "verified" {
			t.Errorf("the report is %+v", report)
		}
		f.now = f.now.Add(49 * time.Hour)
		f.join(f.now.Format(time.RFC3339)) // the sweep compares the latest change
		f.countStream()
	}
	f.audit()
	if got := f.storedLists(); len(got) != 2 {
		t.Errorf("%d rows remain, want those of two joiners' profiles", len(got))
	}
}
