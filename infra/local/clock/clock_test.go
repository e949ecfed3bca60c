package clock

import (
	"testing"
	"time"
)

func TestClock_Set_NotifiesAndKeepsRunning(t *testing.T) {
	var c Clock
	changed := c.Changed()
	at := time.Date(2027, 3, 1, 23, 59, 0, 0, time.UTC)
	c.Set(at)
	select {
	case <-changed:
	default:
		t.Fatal("Changed was not closed")
	}
	first := c.Now()
	if first.Before(at) || first.Sub(at) > time.Minute {
		t.Fatalf("set to %s, Now is %s", at, first)
	}
	for !c.Now().After(first) {
	}
	c.SetShift(-time.Hour)
	if d := time.Since(c.Now()); d < 59*time.Minute || d > 61*time.Minute {
		t.Fatalf("set an hour behind, it is %s behind", d)
	}
}
