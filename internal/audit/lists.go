package audit

import (
	"bytes"
	"context"
	"time"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/peoplelist"
)

// listRow identifies a row of the lists.
type listRow struct {
	block peoplelist.Block
	name  string
}

// listRows are the rows that the lists of a campaign must have, with their values.
type listRows map[listRow][]byte

func newListRows() listRows { return listRows{} }

func (rows listRows) put(row peoplelist.Row, ok bool) {
	if ok {
		rows[listRow{row.Block, row.Name}] = row.Value
	}
}

// add adds the row of a contact or membership.
func (rows listRows) add(row any) {
	switch r := row.(type) {
	case *contact.Contact:
		rows.put(peoplelist.ContactRow(r))
	case *mobilizer.Mobilizer:
		rows.put(peoplelist.ProfileRow(r))
	}
}

// addCounters adds the rows of the counters of mobilizers. Those of deleted memberships remain until the counters are swept.
func (rows listRows) addCounters(counters map[metrics.Item]metrics.ItemState) {
	for item, state := range counters {
		if item.Kind == metrics.Member {
			rows.put(peoplelist.CountsRow(item.Campaign, mobilizer.ID(item.Name), state))
		}
	}
}

// listAudit is the state of the comparison of a campaign's lists with its rows.
type listAudit struct {
	built    bool // whether the lists were built before, so that a difference is a defect
	builtNow bool // whether this run has built them
	rows     int
	pending  map[listRow]listDifference // differences of the last comparison that are not confirmed
	repaired int
}

// listDifference is a stored row that differs from its source; nil for a row or a source that does not exist.
type listDifference struct{ stored, wanted []byte }

func (d listDifference) equal(other listDifference) bool {
	return bytes.Equal(d.stored, other.stored) && bytes.Equal(d.wanted, other.wanted)
}

// tombstoneRetention is how long tombstones are kept: longer than a record can be delivered again.
const tombstoneRetention = 48 * time.Hour

// compareLists compares the stored rows with the wanted ones. It builds lists that are not built. It repairs rows that have
// the same difference as in the previous comparison: the stream has been counted in between, so that they do not merely lag.
// It deletes old tombstones.
func (a *Auditor) compareLists(ctx context.Context, c *campaignAudit, wanted listRows, at time.Time) error {
	c.lists.rows = len(wanted)
	differences := map[listRow]listDifference{}
	var expired []peoplelist.Row
	err := a.Store.EachListRow(ctx, c.campaign, func(row peoplelist.Row) {
		k := listRow{row.Block, row.Name}
		value := wanted[k]
		delete(wanted, k)
		removed, isTombstone := peoplelist.TombstoneTime(row.Value)
		switch {
		case isTombstone && value == nil:
			if at.Sub(removed) > tombstoneRetention {
				expired = append(expired, row)
			}
		case !bytes.Equal(row.Value, value):
			differences[k] = listDifference{row.Value, value}
		}
	})
	if err != nil {
		return err
	}
	for k, value := range wanted {
		differences[k] = listDifference{nil, value}
	}
	for _, row := range expired {
		_, err := a.Store.RepairRow(ctx, peoplelist.Row{Block: row.Block, Name: row.Name}, row.Value, at)
		if err != nil {
			return err
		}
	}
	if !c.lists.built {
		return a.buildLists(ctx, c, differences, at)
	}
	previous := c.lists.pending
	c.lists.pending = differences
	for k, d := range differences {
		if earlier, ok := previous[k]; !ok || !earlier.equal(d) {
			continue
		}
		repaired, err := a.Store.RepairRow(ctx, peoplelist.Row{Block: k.block, Name: k.name, Value: d.wanted}, d.stored, at)
		if err != nil {
			return err
		}
		if repaired {
			delete(differences, k)
		}
		if repaired && (d.wanted != nil || !peoplelist.IsCountsRow(k.name)) { // not the row of swept counters
			c.lists.repaired++
		}
	}
	return nil
}

// buildLists writes every row that differs. Of a row that the stream writes at the same time the later version wins.
func (a *Auditor) buildLists(ctx context.Context, c *campaignAudit, differences map[listRow]listDifference, at time.Time) error {
	blocks := map[peoplelist.Block][]peoplelist.Row{}
	for k, d := range differences {
		row := peoplelist.Row{Block: k.block, Name: k.name, Value: d.wanted}
		switch {
		case d.wanted == nil: // the next audit deletes the row, if it is still stored then
		case d.stored != nil && peoplelist.VersionOf(d.stored) == peoplelist.VersionOf(d.wanted): // of an earlier format
			if _, err := a.Store.RepairRow(ctx, row, d.stored, at); err != nil {
				return err
			}
		default:
			blocks[k.block] = append(blocks[k.block], row)
		}
	}
	for block, rows := range blocks {
		if err := peoplelist.WriteRows(ctx, a.Store, block, rows, at); err != nil {
			return err
		}
	}
	if err := a.Store.FinishLists(ctx, c.campaign, at); err != nil {
		return err
	}
	c.lists.built, c.lists.builtNow = true, true
	return nil
}
