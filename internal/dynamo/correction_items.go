package dynamo

import (
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/metrics"
)

var (
	correctionType = register("correction", (*correctionItem).domain)
	probeType      = register("signal", (*probeItem).domain)
)

type missingItem struct {
	Kind string `dynamodbav:"Kind"`
	Name string `dynamodbav:"Name,omitempty"`
	Cell string `dynamodbav:"Cell"`
	N    int    `dynamodbav:"N"`
}

type correctionItem struct {
	key
	header
	ID       string        `dynamodbav:"ID"`
	Campaign string        `dynamodbav:"Campaign"`
	At       millis        `dynamodbav:"At"`
	Why      string        `dynamodbav:"Why"`
	Missing  []missingItem `dynamodbav:"Missing"`
}

func newCorrectionItem(c *metrics.Correction) *correctionItem {
	missing := make([]missingItem, len(c.Adjustments))
	for i, m := range c.Adjustments {
		missing[i] = missingItem{string(m.Kind), m.Name, string(m.Cell), m.N}
	}
	return &correctionItem{
		key: correctionKey(c.Campaign, c.ID), header: header{Type: correctionType, Version: c.Version}, ID: c.ID,
		Campaign: string(c.Campaign), At: millisOf(c.At), Why: c.Reason, Missing: missing,
	}
}

func (i *correctionItem) domain() *metrics.Correction {
	missing := make([]metrics.Adjustment, len(i.Missing))
	for n, m := range i.Missing {
		missing[n] = metrics.Adjustment{Kind: metrics.Kind(m.Kind), Name: m.Name, Cell: metrics.Cell(m.Cell), N: m.N}
	}
	return &metrics.Correction{
		ID: i.ID, Campaign: campaign.ID(i.Campaign), At: i.At.time(), Reason: i.Why, Adjustments: missing, Version: i.Version,
	}
}

type probeItem struct {
	key
	header
	Campaign string `dynamodbav:"Campaign"`
	Number   int    `dynamodbav:"Number"`
}

func newProbeItem(r *metrics.ProbeRow) *probeItem {
	return &probeItem{
		key: probeKey(r.Campaign), header: header{Type: probeType, Version: r.Version}, Campaign: string(r.Campaign), Number: r.Number,
	}
}

func (i *probeItem) domain() *metrics.ProbeRow {
	return &metrics.ProbeRow{Campaign: campaign.ID(i.Campaign), Number: i.Number, Version: i.Version}
}
