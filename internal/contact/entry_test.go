package contact

import (
	"testing"
	"time"
)

func TestSetStoredAt_MoreThanTwentySecondsLate_RecordsTime(t *testing.T) {
	first := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	for after, late := range map[time.Duration]bool{0: false, 20 * time.Second: false, 20*time.Second + 1: true, 23 * time.Hour: true} {
		c := &Contact{AddedAt: first}
		if c.SetStoredAt(first.Add(after)); c.StoredLateAt.IsZero() == late || late && !c.StoredLateAt.Equal(first.Add(after)) {
			t.Errorf("stored %v after the first try: %v", after, c.StoredLateAt)
		}
	}
}
