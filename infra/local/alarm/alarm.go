// Package alarm evaluates the metric filters and alarms of a template, as Amazon CloudWatch does, from the log lines and
// metrics that the local cloud reports. Periods end at the time of the evaluation instead of at full minutes, so that a
// failure shows at once. It knows no other part of the local cloud.
package alarm

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// States of an alarm.
const (
	OK           = "OK"
	InAlarm      = "ALARM"
	Insufficient = "INSUFFICIENT_DATA"
)

// Filter is a metric filter: it counts the lines of a log group that match a pattern.
type Filter struct {
	LogGroup string
	// Field and Equals are those of the pattern { $.field = "value" }.
	Field, Equals string
	Metric        string // namespace, a space and name
	// Value is a number, or $.field for the number in a field of the line.
	Value string
}

// Alarm is an alarm on a metric.
type Alarm struct {
	Name, Description string
	Metric            string // namespace, a space and name
	// Dimensions are values of its dimension, whose metrics are added up; "" is the metric without a dimension.
	Dimensions []string
	Statistic  string // Sum, Maximum, or a percentile such as p99
	Period     time.Duration
	Periods    int // that must all breach
	Threshold  float64
	Below      bool // breaches below the threshold instead of at or above it
	// Missing is whether a period without data breaches.
	Missing bool
	// Measured is whether the local cloud reports the metric. The state of other alarms is always Insufficient.
	Measured bool
}

// State is the state of an alarm.
type State struct {
	Name        string    `json:"name"`
	State       string    `json:"state"`
	Since       time.Time `json:"since"`
	Description string    `json:"description"`
	Measured    bool      `json:"measured"`
}

type point struct {
	at    time.Time
	value float64
}

type series struct{ metric, dimension string }

// Watcher collects metrics and evaluates alarms.
type Watcher struct {
	filters []Filter
	alarms  []Alarm
	now     func() time.Time
	keep    time.Duration // the longest time that an alarm looks back

	mu     sync.Mutex
	began  time.Time
	points map[series][]point
	states map[string]State
}

// New returns a watcher without data. now is the clock.
func New(filters []Filter, alarms []Alarm, now func() time.Time) *Watcher {
	w := &Watcher{filters: filters, alarms: alarms, now: now, began: now(), points: map[series][]point{}, states: map[string]State{}}
	for _, a := range alarms {
		w.keep = max(w.keep, a.Period*time.Duration(a.Periods))
		w.states[a.Name] = State{Name: a.Name, State: Insufficient, Since: w.began, Description: a.Description, Measured: a.Measured}
	}
	return w
}

// Line applies the filters to a line of a log group.
func (w *Watcher) Line(group, text string) {
	var fields map[string]any
	for _, f := range w.filters {
		if f.LogGroup != group {
			continue
		}
		if fields == nil && json.Unmarshal([]byte(text), &fields) != nil {
			return // not JSON
		}
		if fields[f.Field] == f.Equals {
			w.add(f.Metric, "", f.value(fields))
		}
	}
}

func (f Filter) value(fields map[string]any) float64 {
	if field, ok := field(f.Value); ok {
		number, _ := fields[field].(float64)
		return number
	}
	var number float64
	_, _ = fmt.Sscan(f.Value, &number)
	return number
}

// Add adds a value to a metric and to that of one dimension.
func (w *Watcher) Add(metric, dimension string, value float64) {
	w.add(metric, "", value)
	if dimension != "" {
		w.add(metric, dimension, value)
	}
}

func (w *Watcher) add(metric, dimension string, value float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := series{metric, dimension}
	if !slices.ContainsFunc(w.alarms, func(a Alarm) bool { return a.Metric == metric && slices.Contains(a.Dimensions, dimension) }) {
		return
	}
	now := w.now()
	points := w.points[key]
	old := 0
	for old < len(points) && points[old].at.Before(now.Add(-w.keep)) {
		old++
	}
	w.points[key] = append(slices.Delete(points, 0, old), point{now, value})
}

// Evaluate returns the states of all alarms, sorted by name, and those that have changed since the last call.
func (w *Watcher) Evaluate() (all, changed []State) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.now()
	for _, a := range w.alarms {
		state := w.states[a.Name]
		if next := w.evaluate(a, now); next != state.State {
			state.State, state.Since = next, now
			w.states[a.Name] = state
			changed = append(changed, state)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(w.states)) {
		all = append(all, w.states[name])
	}
	return all, changed
}

// evaluate returns the state of an alarm. Without data, an alarm for which that is a breach needs as much time since the
// beginning as it looks back.
func (w *Watcher) evaluate(a Alarm, now time.Time) string {
	if !a.Measured {
		return Insufficient
	}
	breaches, data := 0, false
	for i := range a.Periods {
		end := now.Add(-time.Duration(i) * a.Period)
		var values []float64
		for _, dimension := range a.Dimensions {
			for _, p := range w.points[series{a.Metric, dimension}] {
				if p.at.After(end.Add(-a.Period)) && !p.at.After(end) {
					values = append(values, p.value)
				}
			}
		}
		if len(values) == 0 {
			if a.Missing && !end.Add(-a.Period).Before(w.began) {
				breaches++
			}
			continue
		}
		data = true
		value := a.statistic(values)
		if a.Below && value < a.Threshold || !a.Below && value >= a.Threshold {
			breaches++
		}
	}
	switch {
	case breaches == a.Periods:
		return InAlarm
	case a.Missing && !data:
		return Insufficient
	default:
		return OK
	}
}

func (a Alarm) statistic(values []float64) float64 {
	var percent float64
	switch n, _ := fmt.Sscanf(a.Statistic, "p%f", &percent); {
	case n == 1:
		slices.Sort(values)
		return values[min(len(values)-1, int(percent/100*float64(len(values))))]
	case a.Statistic == "Maximum":
		return slices.Max(values)
	}
	var sum float64
	for _, v := range values {
		sum += v
	}
	return sum
}
