package campaign

import (
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // so that days do not depend on the machine's time zone database
)

// zones caches time zones, since loading one reads and parses a file. There are about 600 names.
var zones sync.Map // of *time.Location by IANA name

// zone returns the time zone of an IANA name such as America/New_York, and whether there is one. It rejects names whose
// meaning depends on the machine (Local), and zones with leap seconds (right/…).
func zone(name string) (*time.Location, bool) {
	if cached, ok := zones.Load(name); ok {
		location, ok := cached.(*time.Location)
		return location, ok
	}
	switch name {
	case "", "Local", "localtime", "posixrules", "Factory":
		return nil, false
	}
	if strings.HasPrefix(name, "right/") || strings.HasPrefix(name, "posix/") || len(name) > 64 {
		return nil, false
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return nil, false
	}
	zones.Store(name, location)
	return location, true
}

// Location returns the campaign's time zone, or UTC if it has none.
func (c *Campaign) Location() *time.Location {
	location, ok := zone(c.TimeZone)
	if !ok {
		return time.UTC
	}
	return location
}

// StartOf returns the first instant of a day in the campaign's time zone. It reports false if day is no date.
func (c *Campaign) StartOf(day Day) (time.Time, bool) {
	date, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return time.Time{}, false
	}
	const step = 15 * time.Minute // offsets of time zones are multiples of it
	at := time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, 0, c.Location())
	for c.Moment(at).Day < day { // clocks skip midnight
		at = at.Add(step)
	}
	for c.Moment(at.Add(-step)).Day == day { // clocks show midnight twice
		at = at.Add(-step)
	}
	return at.UTC(), true
}
