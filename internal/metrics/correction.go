package metrics

import (
	"time"

	"github.com/kithhq/kith/internal/campaign"
)

// Correction is a row that repairs counters: its contribution is what they lack. It is counted through the stream, once,
// like every row, and remains as the record of the repair.
type Correction struct {
	ID          string // UUIDv7
	Campaign    campaign.ID
	At          time.Time
	Reason      string
	Adjustments []Adjustment
	Version     int
}

// Adjustment is the amount that a counter lacks: negative if it is too high.
type Adjustment struct {
	Kind Kind
	Name string // as in Item; empty for Core
	Cell Cell
	N    int
}

func (v Vector) correction(c *Correction, sign int) {
	corrected := map[Item]bool{}
	for _, m := range c.Adjustments {
		i := Item{c.Campaign, m.Kind, m.Name}
		v.add(i, m.Cell, sign*m.N)
		if !corrected[i] {
			corrected[i] = true
			v.add(i, Corrections, sign)
		}
	}
}

// ProbeRow is a row that an audit changes in order to see the change counted: by then, earlier writes to the same
// partition of the table are counted too.
type ProbeRow struct {
	Campaign campaign.ID
	Number   int
	Version  int
}
