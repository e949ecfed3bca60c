package metrics

import (
	"time"

	"github.com/kithhq/kith/internal/campaign"
)

// Correction is the record of a repair: a row whose contribution is what was missing from counters. It goes through
// the stream and is counted once, like every row.
type Correction struct {
	ID          string // UUIDv7
	Campaign    campaign.ID
	At          time.Time
	Reason      string
	Adjustments []Adjustment
	Version     int
}

// Adjustment is how much a counter lacked; negative when it had too much.
type Adjustment struct {
	Kind Kind
	Name string // as in Item, empty for Core
	Cell Cell
	N    int
}

func (v Vector) correction(c *Correction, sign int) {
	touched := map[Item]bool{}
	for _, m := range c.Adjustments {
		i := Item{c.Campaign, m.Kind, m.Name}
		v.add(i, m.Cell, sign*m.N)
		if !touched[i] {
			touched[i] = true
			v.add(i, Corrections, sign)
		}
	}
}

// ProbeRow is a row that an audit moves to see its own change counted: what was written before it in the same
// partition of the table is counted too by then.
type ProbeRow struct {
	Campaign campaign.ID
	Number   int
	Version  int
}
