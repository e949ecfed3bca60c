package alarm

import (
	"testing"
	"time"
)

const group = "/aws/lambda/audit-metrics"

// newWatcherFixture returns a watcher of one alarm, and its clock.
func newWatcherFixture(a Alarm) (*Watcher, *time.Time) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	a.Name, a.Metric, a.Dimensions, a.Measured = "Drift", "Kith Drift", []string{""}, true
	filters := []Filter{{LogGroup: group, Field: "message", Equals: "drift", Metric: "Kith Drift", Value: "$.drift"}}
	return New(filters, []Alarm{a}, func() time.Time { return now }), &now
}

func expectState(t *testing.T, w *Watcher, want string) {
	t.Helper()
	all, _ := w.Evaluate()
	if len(all) != 1 || all[0].State != want {
		t.Errorf("the states are %+v; want %s", all, want)
	}
}

func TestWatcher_MatchingLine_RaisesTheAlarmForOnePeriod(t *testing.T) {
	w, now := newWatcherFixture(Alarm{Statistic: "Sum", Period: 5 * time.Minute, Periods: 1, Threshold: 3})
	expectState(t, w, OK)
	w.Line(group, `{"message": "drift", "drift": 2}`)
	w.Line(group, `{"message": "no drift", "drift": 2}`)
	w.Line("/aws/lambda/other", `{"message": "drift", "drift": 2}`)
	w.Line(group, "drift")
	expectState(t, w, OK)
	*now = now.Add(time.Minute)
	w.Line(group, `{"message": "drift", "drift": 1}`)
	expectState(t, w, InAlarm)
	*now = now.Add(5 * time.Minute)
	expectState(t, w, OK)
}

func TestWatcher_SeveralPeriods_AllMustBreach(t *testing.T) {
	w, now := newWatcherFixture(Alarm{Statistic: "Maximum", Period: time.Minute, Periods: 2, Threshold: 60})
	w.Add("Kith Drift", "", 70)
	expectState(t, w, OK)
	*now = now.Add(90 * time.Second)
	w.Add("Kith Drift", "", 50)
	expectState(t, w, OK)
	w.Add("Kith Drift", "", 61)
	expectState(t, w, InAlarm)
}

func TestWatcher_MissingDataBreaches_AlarmsAfterItsPeriods(t *testing.T) {
	w, now := newWatcherFixture(Alarm{Statistic: "Sum", Period: 5 * time.Minute, Periods: 2, Threshold: 1, Below: true, Missing: true})
	expectState(t, w, Insufficient)
	w.Add("Kith Drift", "", 1)
	expectState(t, w, OK)
	*now = now.Add(16 * time.Minute)
	expectState(t, w, InAlarm)
}

func TestWatcher_Percentile_IgnoresTheRarest(t *testing.T) {
	w, _ := newWatcherFixture(Alarm{Statistic: "p99", Period: time.Minute, Periods: 1, Threshold: 3000})
	for range 199 {
		w.Add("Kith Drift", "", 10)
	}
	w.Add("Kith Drift", "", 5000)
	expectState(t, w, OK)
	for range 5 {
		w.Add("Kith Drift", "", 5000)
	}
	expectState(t, w, InAlarm)
}

func TestWatcher_UnknownMetric_HasNoState(t *testing.T) {
	w := New(nil, []Alarm{{Name: "SesBounces", Metric: "AWS/SES Reputation.BounceRate", Periods: 1, Period: time.Hour}}, time.Now)
	expectState(t, w, Insufficient)
}

func TestParsePattern_OtherForms_AreRefused(t *testing.T) {
	field, value, err := ParsePattern(`{ $.level = "ERROR" }`)
	if field != "level" || value != "ERROR" || err != nil {
		t.Errorf("ParsePattern returned %q, %q and %v", field, value, err)
	}
	for _, text := range []string{"ERROR", `{ $.latency > 3 }`, `{ $.a = "x" && $.b = "y" }`, `{ $.message = "counter*" }`} {
		if _, _, err := ParsePattern(text); err == nil {
			t.Errorf("the pattern %s was accepted", text)
		}
	}
}
