package schedule

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// expression returns the next time of a schedule after t; the zero time if there is none.
type expression interface {
	after(t time.Time) time.Time
}

// parse parses an EventBridge expression: rate(…) or cron(…).
func parse(text string, zone *time.Location) (expression, error) {
	kind, rest, _ := strings.Cut(text, "(")
	inside, ok := strings.CutSuffix(rest, ")")
	if !ok {
		return nil, fmt.Errorf("schedule %q is neither rate(…) nor cron(…)", text)
	}
	var e expression
	var err error
	switch kind {
	case "rate":
		e, err = parseRate(inside)
	case "cron":
		e, err = parseCron(inside, zone)
	default:
		err = errors.New("the local cloud supports rate(…) and cron(…) only")
	}
	if err != nil {
		return nil, fmt.Errorf("schedule %q: %w", text, err)
	}
	return e, nil
}

type rate time.Duration

func (r rate) after(t time.Time) time.Time { return t.Add(time.Duration(r)) }

func parseRate(text string) (rate, error) {
	number, unit, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%q is not a whole number above 0", number)
	}
	units := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}
	d, ok := units[strings.TrimSuffix(unit, "s")]
	if !ok || (n == 1) == strings.HasSuffix(unit, "s") {
		return 0, fmt.Errorf("the unit %q is not minute, hour or day, or their plural after a number above 1", unit)
	}
	return rate(time.Duration(n) * d), nil
}

// cron holds the allowed values of each field.
type cron struct {
	minute, hour, day, month, weekday, year map[int]bool // day or weekday is nil for ?
	zone                                    *time.Location
}

var (
	months   = []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
	weekdays = []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
)

func parseCron(text string, zone *time.Location) (*cron, error) {
	f := strings.Fields(text)
	if len(f) != 6 {
		return nil, fmt.Errorf("%d fields, not 6", len(f))
	}
	if (f[2] == "?") == (f[4] == "?") {
		return nil, errors.New("exactly one of day of month and day of week is ?")
	}
	c := &cron{zone: zone}
	for i, spec := range []struct {
		into     *map[int]bool
		low, top int
		names    []string
	}{
		{&c.minute, 0, 59, nil},
		{&c.hour, 0, 23, nil},
		{&c.day, 1, 31, nil},
		{&c.month, 1, 12, months},
		{&c.weekday, 1, 7, weekdays},
		{&c.year, 1970, 2199, nil},
	} {
		if f[i] == "?" && (i == 2 || i == 4) {
			continue
		}
		set, err := parseField(f[i], spec.low, spec.top, spec.names)
		if err != nil {
			return nil, err
		}
		*spec.into = set
	}
	return c, nil
}

func parseField(text string, low, top int, names []string) (map[int]bool, error) {
	value := func(s string) (int, error) {
		for i, n := range names {
			if strings.EqualFold(n, s) {
				return low + i, nil
			}
		}
		n, err := strconv.Atoi(s)
		if err != nil || n < low || n > top {
			return 0, fmt.Errorf("%q is not %d to %d (the local cloud does not support L, W and #)", s, low, top)
		}
		return n, nil
	}
	set := map[int]bool{}
	for part := range strings.SplitSeq(text, ",") {
		span, stepText, stepped := strings.Cut(part, "/")
		step := 1
		if stepped {
			n, err := strconv.Atoi(stepText)
			if err != nil || n < 1 {
				return nil, fmt.Errorf("%q is not a step", stepText)
			}
			step = n
		}
		from, to := low, top
		if span != "*" {
			a, b, ranged := strings.Cut(span, "-")
			var err error
			from, err = value(a)
			if err != nil {
				return nil, err
			}
			switch {
			case ranged:
				to, err = value(b)
				if err != nil {
					return nil, err
				}
			case !stepped:
				to = from
			}
		}
		for n := from; n <= to; n += step {
			set[n] = true
		}
	}
	return set, nil
}

// after searches ten years ahead.
func (c *cron) after(t time.Time) time.Time {
	t = t.In(c.zone).Truncate(time.Minute).Add(time.Minute)
	for end := t.AddDate(10, 0, 0); t.Before(end); {
		day := c.year[t.Year()] && c.month[int(t.Month())] &&
			(c.day == nil || c.day[t.Day()]) && (c.weekday == nil || c.weekday[int(t.Weekday())+1])
		switch {
		case !day:
			t = time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, c.zone)
		case c.hour[t.Hour()] && c.minute[t.Minute()]:
			return t.UTC()
		default:
			t = t.Add(time.Minute)
		}
	}
	return time.Time{}
}
