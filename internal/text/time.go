package text

import (
	"strings"
	"time"
)

// EnglishTime returns a time for people, in its location, which it names: "November 3, 2026 at 12:00 PM (New York time)".
func EnglishTime(at time.Time) string {
	return at.Format("January 2, 2006 at 3:04 PM") + " (" + EnglishZone(at) + ")"
}

// EnglishZone returns the name of the time zone of a time, such as "New York time" or "UTC".
func EnglishZone(at time.Time) string {
	if city := ZoneCity(at); city != "" {
		return city + " time"
	}
	return at.Location().String()
}

// ZoneCity returns the city that a time zone is named for, "" for zones without one, such as UTC.
func ZoneCity(at time.Time) string {
	_, city, found := strings.Cut(at.Location().String(), "/")
	if !found || strings.HasPrefix(at.Location().String(), "Etc/") {
		return ""
	}
	return strings.ReplaceAll(city[strings.LastIndex(city, "/")+1:], "_", " ")
}
