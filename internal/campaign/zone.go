package campaign

import (
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // days are counted alike wherever we run, also where there is no zone database
)

// zones keeps the time zones in use, for loading one reads and parses a file. There are about 600 names.
var zones sync.Map // of *time.Location by IANA name

// zone returns the time zone of an IANA name such as America/New_York, and whether there is one. What only a machine
// knows (Local), or counts with leap seconds (right/…), is none.
func zone(name string) (*time.Location, bool) {
	if kept, ok := zones.Load(name); ok {
		location, ok := kept.(*time.Location)
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

// Location returns the campaign's time zone, UTC when it has none.
func (c *Campaign) Location() *time.Location {
	location, ok := zone(c.TimeZone)
	if !ok {
		return time.UTC
	}
	return location
}
