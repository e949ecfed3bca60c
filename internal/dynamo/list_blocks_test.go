package dynamo_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/peoplelist"
)

func listRows(t *testing.T, s *dynamo.Store, c campaign.ID) map[string][]byte {
	t.Helper()
	rows := map[string][]byte{}
	if err := s.EachListRow(t.Context(), c, func(row peoplelist.Row) { rows[row.Name] = row.Value }); err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestUpdateBlock_OlderOrSameVersion_KeepsTheStoredRow(t *testing.T) {
	t.Parallel()
	db, tables := dynamotest.New(t)
	s := dynamo.New(db, dynamo.Tables(tables))
	at := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	c := &contact.Contact{Campaign: "c", Mobilizer: mobilizer.ID(id.At(at)), ID: contact.ID(id.At(at)), Version: 2}
	write := func(row peoplelist.Row) bool {
		stored, err := s.UpdateBlock(t.Context(), row.Block, []peoplelist.Row{row}, at)
		if err != nil {
			t.Fatal(err)
		}
		return stored == nil
	}
	row, _ := peoplelist.ContactRow(c)
	if !write(row) {
		t.Fatal("the first row was not written")
	}
	removed := row
	removed.Value = peoplelist.EncodeTombstone(4, at)
	if !write(removed) {
		t.Fatal("a removal was not written")
	}
	for version := 1; version <= 4; version++ {
		c.Version = version
		late, _ := peoplelist.ContactRow(c)
		if write(late) {
			t.Errorf("version %d replaced the tombstone of version 4", version)
		}
	}
	if got := listRows(t, s, "c"); len(got) != 1 || peoplelist.VersionOf(got[row.Name]) != 4 {
		t.Errorf("stored: %v", got)
	}
}

// An expression ends at 300 operators and 4 KB.
func TestWriteRows_ManyRowsOfABlock_WritesAll(t *testing.T) {
	t.Parallel()
	db, tables := dynamotest.New(t)
	s := dynamo.New(db, dynamo.Tables(tables))
	at := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	var rows []peoplelist.Row
	block := peoplelist.Block{Campaign: "c", Number: 7}
	for n := range 150 {
		counts := peoplelist.Counts{Contacts: n}
		rows = append(rows, peoplelist.Row{Block: block, Name: fmt.Sprintf("%022d.c", n), Value: counts.Encode(n + 1)})
	}
	for range 2 {
		if err := peoplelist.WriteRows(t.Context(), s, block, rows, at); err != nil {
			t.Fatal(err)
		}
	}
	if got := listRows(t, s, "c"); len(got) != len(rows) {
		t.Errorf("%d rows are stored, want %d", len(got), len(rows))
	}
}

func TestRepairRow_RowChangedMeanwhile_KeepsIt(t *testing.T) {
	t.Parallel()
	db, tables := dynamotest.New(t)
	s := dynamo.New(db, dynamo.Tables(tables))
	at := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	row := peoplelist.Row{Block: peoplelist.Block{Campaign: "c"}, Name: "0123456789012345678901.c", Value: peoplelist.Counts{Contacts: 1}.Encode(1)}
	changed := peoplelist.Row{Block: row.Block, Name: row.Name, Value: peoplelist.Counts{Contacts: 2}.Encode(2)}
	for n, step := range []struct {
		row  peoplelist.Row
		read []byte
		want bool
	}{
		{row, nil, true},
		{row, nil, false},
		{changed, row.Value, true},
		{row, row.Value, false},
		{peoplelist.Row{Block: row.Block, Name: row.Name}, row.Value, false},
		{peoplelist.Row{Block: row.Block, Name: row.Name}, changed.Value, true},
	} {
		got, err := s.RepairRow(t.Context(), step.row, step.read, at)
		if err != nil || got != step.want {
			t.Errorf("step %d: %v, %v, want %v", n, got, err, step.want)
		}
	}
	if got := listRows(t, s, "c"); len(got) != 0 {
		t.Errorf("stored: %v", got)
	}
}
