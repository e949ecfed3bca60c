package text

import (
	"testing"
	"time"
)

func TestEnglishTime_Zones_AreNamed(t *testing.T) {
	at := time.Date(2026, 11, 3, 17, 0, 0, 0, time.UTC)
	for name, want := range map[string]string{
		"America/New_York":             "November 3, 2026 at 12:00 PM (New York time)",
		"America/Indiana/Indianapolis": "November 3, 2026 at 12:00 PM (Indianapolis time)",
		"Etc/GMT+5":                    "November 3, 2026 at 12:00 PM (Etc/GMT+5)",
		"UTC":                          "November 3, 2026 at 5:00 PM (UTC)",
	} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := EnglishTime(at.In(zone)); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
