package dynamo

import (
	"testing"
	"time"

	"github.com/kithhq/kith/internal/metrics"
)

// TestRepairItems shows the audit's rows as the table holds them.
func TestRepairItems(t *testing.T) {
	correction := &metrics.Correction{
		ID: "01928d5e-0000-7000-8000-000000000002", Campaign: "01928d5e-0000-7000-8000-000000000001",
		At: time.Date(2026, 10, 24, 12, 0, 0, 1_000_000, time.UTC), Reason: "Two recounts with nothing in between found it.",
		Adjustments: []metrics.Adjustment{
			{Kind: metrics.Core, Cell: metrics.Contacts, N: -41},
			{Kind: metrics.Daily, Name: "2026-10-24", Cell: metrics.Touchpoints, N: 3},
		}, Version: 1,
	}
	signal := &metrics.ProbeRow{Campaign: "01928d5e-0000-7000-8000-000000000001", Number: 7, Version: 7}
	t.Run("correction", func(t *testing.T) {
		golden(t, newCorrectionItem(correction))
		roundTrip(t, newCorrectionItem(correction), correction)
	})
	t.Run("signal", func(t *testing.T) {
		golden(t, newProbeItem(signal))
		roundTrip(t, newProbeItem(signal), signal)
	})
}
