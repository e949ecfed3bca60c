package campaign_test

import (
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
)

// Clocks of Santiago skip midnight in spring, those of Havana show it twice in autumn.
func TestStartOf_AnyDay_IsItsFirstInstant(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"", "America/New_York", "America/Santiago", "America/Havana", "Asia/Kathmandu", "Pacific/Apia"} {
		c := &campaign.Campaign{TimeZone: zone}
		for at := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC); at.Year() < 2028; at = at.Add(24 * time.Hour) {
			day := c.Moment(at).Day
			start, ok := c.StartOf(day)
			if !ok || c.Moment(start).Day != day || c.Moment(start.Add(-time.Millisecond)).Day == day {
				t.Errorf("%s %s starts at %s, %v", zone, day, start, ok)
			}
		}
		if _, ok := c.StartOf("2026-02-30"); ok {
			t.Error("2026-02-30 is taken for a day")
		}
	}
}
