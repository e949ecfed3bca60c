package audit_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/audit"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/metrics/metricstest"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/stream"
)

// checkLists checks that the stored lists are those of the campaign's rows and counters.
func (f *auditFixture) checkLists(after string, n int) {
	f.Helper()
	var rows []any
	f.must(f.store.EachRow(f.Context(), f.campaign.ID, func(row any, invalid error) {
		f.must(invalid)
		rows = append(rows, row)
	}))
	items, err := f.store.CounterItems(f.Context(), f.campaign.ID)
	f.must(err)
	differences, err := metricstest.ListDifferences(f.Context(), f.store, f.campaign.ID, rows, items)
	f.must(err)
	if len(differences) > 0 {
		f.Fatalf("after a crash %s, call %d: %s", after, n, strings.Join(differences, "\n"))
	}
}

// addNewContact adds a contact without any activity.
func (f *auditFixture) addNewContact(m *mobilizer.Mobilizer) *contact.Contact {
	f.Helper()
	at := f.moment()
	e := contact.NewEntry(m, contact.Details{FirstName: "Ivo"}, contact.PrivateDetails{}, contact.NewIDs(at.At), at.At)
	c, err := e.AddToCampaign(m, contact.NewIDs(at.At).Contact, at)
	f.must(err)
	f.commit(f.store.CreateContact(c, e))
	return f.contact(m, c.ID)
}

// deleteContact deletes a contact without any activity.
func (f *auditFixture) deleteContact(c *contact.Contact) {
	f.Helper()
	entry, err := f.store.AddressBookEntry(f.Context(), c.User, c.Organization, c.Entry)
	f.must(err)
	f.commit(f.store.DeleteContact(c, entry, true))
}

// The function crashes before and after each of its store calls, while it counts a batch with new, changed and removed contacts
// and a changed membership. The stream delivers the batch again.
func TestUpdater_CrashAtEachCall_RedeliveryCompletesLists(t *testing.T) {
	t.Parallel()
	f := newAuditFixture(t)
	m := f.join("ann")
	changed, removed := f.addContact(m), f.addNewContact(m)
	f.countStream()
	crashes := 0
	for n := 0; ; n++ {
		crashed := false
		for _, after := range []bool{false, true} {
			f.deleteContact(removed)
			removed = f.addNewContact(m)
			f.addNote(m, changed.ID)
			m = f.toggleConsent(m)
			redelivery := f.stream.Clone()
			db, process := dynamotest.NewCrashingClient(f.db, n, after)
			apply := stream.HandleRecords(newUpdater(dynamo.New(db, dynamo.Tables(f.tables))).Apply)
			for _, event := range f.stream.Events(t, f.now) {
				if process.Crashed() {
					break
				}
				reply, err := apply(t.Context(), event)
				if failed := err != nil || len(reply.BatchItemFailures) > 0; failed != process.Crashed() {
					t.Fatalf("crashed at call %d: %t, and the handler replies %+v, %v", n, process.Crashed(), reply, err)
				}
			}
			f.stream = redelivery
			f.countStream()
			f.checkLists("of update-metrics", n)
			crashed = crashed || process.Crashed()
		}
		if !crashed {
			break
		}
		crashes++
	}
	if crashes < 5 { // the fewest: all rows in one shard
		t.Errorf("crashed at %d calls, want at least 5", crashes)
	}
}

// toggleConsent changes a membership and returns it.
func (f *auditFixture) toggleConsent(m *mobilizer.Mobilizer) *mobilizer.Mobilizer {
	f.Helper()
	current, err := f.store.Membership(f.Context(), f.campaign.ID, m.ID)
	f.must(err)
	f.must(current.SetConsent(!current.Consent, f.campaign))
	f.commit(f.store.UpdateMembership(current))
	return current
}

// An audit crashes before each of its writes to the Lists table: while it builds lists, and while it repairs a lost, a stale and
// a leftover row and deletes an old tombstone. It writes one row after the other, so that a crash after a write is one before
// the next.
func TestRun_CrashAtEachWriteToLists_NextAuditCompletesThem(t *testing.T) {
	t.Parallel()
	f := newAuditFixture(t)
	m := f.join("ann")
	lost, stale := f.addContact(m), f.addNewContact(m)
	f.countStream()
	f.auditWithCrashes("of a build", 3, func() {
		f.deleteLists()
	})
	f.auditWithCrashes("of a repair", 4, func() {
		removed := f.addNewContact(m)
		f.countStream()
		f.deleteContact(removed)
		f.countStream()
		f.damageRow(lost, nil)
		earlier := peoplelist.NewContact(stale)
		earlier.Touchpoints = 99
		f.damageRow(stale, earlier.Encode(stale.Version))
		leftover, _ := peoplelist.ContactRow(lost)
		leftover.Name = "0123456789012345678901"
		_, err := f.store.RepairRow(t.Context(), leftover, nil, f.now)
		f.must(err)
		f.now = f.now.Add(49 * time.Hour)
	})
}

// auditWithCrashes audits damaged lists with a crash before each write to the Lists table in turn, and again without one. It
// checks that the second audit completes the lists, and the number of writes.
func (f *auditFixture) auditWithCrashes(name string, writes int, damage func()) {
	f.Helper()
	for n := 0; ; n++ {
		damage()
		db, process := dynamotest.NewCrashingWriter(f.db, f.tables.Lists, n, false)
		auditor := audit.Auditor{
			Store: dynamo.New(db, dynamo.Tables(f.tables)),
			Wait:  func(context.Context, time.Duration) error { f.countStream(); return nil },
		}
		_, err := auditor.Run(f.Context(), audit.Request{Campaign: f.campaign.ID, Time: f.now, Gap: "1s"})
		if (err != nil) != process.Crashed() {
			f.Fatalf("%s: crashed at write %d: %t, and the audit ended with %v", name, n, process.Crashed(), err)
		}
		if process.Crashed() {
			if report := f.audit(); report.Verdict != "verified" {
				f.Errorf("after a crash %s, write %d, the next audit reports %+v", name, n, report)
			}
		}
		f.checkLists(name, n)
		if built, err := f.store.ListsBuilt(f.Context(), f.campaign.ID); err != nil || !built {
			f.Errorf("after a crash %s, write %d: built %t, %v", name, n, built, err)
		}
		if !process.Crashed() {
			if n < writes {
				f.Errorf("%s has %d writes, want at least %d", name, n, writes)
			}
			return
		}
	}
}
