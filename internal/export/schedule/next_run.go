package schedule

import "time"

// NextRun returns the first instant after from at which a schedule with an hour, 0 to 23, is due in a time zone. Each
// calendar day has one such instant: the first at which clocks show that hour. If daylight saving skips the hour, it is the
// next valid time. An hour that occurs twice counts once. A day that the zone skips has none.
func NextRun(hour int, zone *time.Location, from time.Time) time.Time {
	year, month, day := from.In(zone).Date()
	for n := -2; ; n++ { // clocks may be set back past midnight
		date := time.Date(year, month, day+n, 0, 0, 0, 0, time.UTC)
		begins := firstInstant(date, zone)
		if !sameDate(begins.In(zone), date) {
			continue
		}
		if due := firstInstant(date.Add(time.Duration(hour)*time.Hour), zone); due.After(from) {
			return due.UTC()
		}
	}
}

func sameDate(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// firstInstant returns the earliest instant at which clocks in a zone show a date and time, or a later one. The date and
// time are given as if in UTC.
func firstInstant(shown time.Time, zone *time.Location) time.Time {
	at := shown.Add(-26 * time.Hour) // no zone's offset has ever been that large
	for {
		local := at.In(zone)
		_, offset := local.Zone()
		_, end := local.ZoneBounds()
		instant := shown.Add(-time.Duration(offset) * time.Second)
		if instant.Before(at) {
			instant = at
		}
		if end.IsZero() || instant.Before(end) {
			return instant
		}
		at = end
	}
}
