package text

import (
	"fmt"
	"strings"
	"time"
)

// LocalTime is a time as an argument of a message, in its location.
type LocalTime time.Time

// String returns the time in English.
func (t LocalTime) String() string { return EnglishTime(time.Time(t)) }

// In returns the time in a language.
func (t LocalTime) In(language string) string {
	if Language(language) == Spanish {
		return SpanishTime(time.Time(t))
	}
	return t.String()
}

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

var (
	spanishMonths = [...]string{
		"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
	}
	spanishCities = map[string]string{"New York": "Nueva York", "Los Angeles": "Los Ángeles"}
)

// SpanishTime returns a time as EnglishTime does: "3 de noviembre de 2026 a las 12:00 (hora de Nueva York)".
func SpanishTime(at time.Time) string {
	zone := at.Location().String()
	if city := ZoneCity(at); city != "" {
		if spanish, ok := spanishCities[city]; ok {
			city = spanish
		}
		zone = "hora de " + city
	}
	return fmt.Sprintf("%d de %s de %d a las %s (%s)", at.Day(), spanishMonths[at.Month()-1], at.Year(), at.Format("15:04"), zone)
}

// ZoneCity returns the city that a time zone is named for, "" for zones without one, such as UTC.
func ZoneCity(at time.Time) string {
	_, city, found := strings.Cut(at.Location().String(), "/")
	if !found || strings.HasPrefix(at.Location().String(), "Etc/") {
		return ""
	}
	return strings.ReplaceAll(city[strings.LastIndex(city, "/")+1:], "_", " ")
}
