package cloud

import (
	"slices"
	"testing"
	"time"

	"github.com/kithhq/kith/infra/local/alarm"
	"github.com/kithhq/kith/infra/local/template"
)

// unmeasured are the alarms of Kith's template whose metrics only AWS has.
var unmeasured = []string{
	"JobsThrottled", "ListsThrottled", "MetricsThrottled", "RecordsThrottled", "RequestsThrottled", "VotersThrottled",
}

// alarmsFixture has the alarms and metric filters of Kith's template and a clock.
type alarmsFixture struct {
	*alarm.Watcher
	now time.Time
}

func newAlarmsFixture(t *testing.T, loaded *template.Template) (*alarmsFixture, []alarm.Filter, []alarm.Alarm) {
	t.Helper()
	fx := &alarmsFixture{now: time.Date(2027, 5, 4, 12, 0, 0, 0, time.UTC)}
	filters, alarms := (&cloud{template: loaded}).watched()
	fx.Watcher = alarm.New(filters, alarms, func() time.Time { return fx.now })
	return fx, filters, alarms
}

// raised returns the alarms in the state ALARM.
func (fx *alarmsFixture) raised() []string {
	all, _ := fx.Evaluate()
	var names []string
	for _, s := range all {
		if s.State == alarm.InAlarm {
			names = append(names, s.Name)
		}
	}
	return names
}

// fail reports the failure that an alarm is about, by a line of each filter's log or by the metric.
func (fx *alarmsFixture) fail(a alarm.Alarm, filter *alarm.Filter, value float64) {
	if filter == nil {
		fx.Add(a.Metric, a.Dimensions[len(a.Dimensions)-1], value)
		return
	}
	for range int(value) {
		fx.Line(filter.LogGroup, `{"`+filter.Field+`":"`+filter.Equals+`","drift":1}`)
	}
}

// TestAlarms_FailureOfEach_RaisesItUntilItEnds injects the failure of every alarm of Kith's template: through each metric
// filter whose metric it reads, and with the dimension, threshold and periods of the template.
func TestAlarms_FailureOfEach_RaisesItUntilItEnds(t *testing.T) {
	t.Parallel()
	address := func(string) string { return "http://127.0.0.1" }
	loaded, err := template.Load("../../../template.yaml", template.Environment{
		Region: region, Account: account, Stack: stack, API: address, Site: address, Issuer: address(""), Client: clientID,
		Secret: func(string, template.SecretSpec) (string, error) { return "secret", nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	_, filters, alarms := newAlarmsFixture(t, loaded)
	var known, unknown []string
	for _, a := range alarms {
		if !a.Measured {
			unknown = append(unknown, a.Name)
			continue
		}
		known = append(known, a.Name)
		ways := []*alarm.Filter{nil}
		if i := slices.IndexFunc(filters, func(f alarm.Filter) bool { return f.Metric == a.Metric }); i >= 0 {
			ways = nil
			for i := range filters {
				if filters[i].Metric == a.Metric {
					ways = append(ways, &filters[i])
				}
			}
		}
		for _, way := range ways {
			fx, _, _ := newAlarmsFixture(t, loaded)
			if slices.Contains(fx.raised(), a.Name) {
				t.Errorf("%s is raised at the start", a.Name)
			}
			for range a.Periods {
				fx.now = fx.now.Add(a.Period)
				if !a.Below { // the failure of the others is that nothing is reported
					fx.fail(a, way, a.Threshold)
				}
			}
			fx.now = fx.now.Add(time.Second)
			if a.Below {
				fx.now = fx.now.Add(a.Period)
			}
			if !slices.Contains(fx.raised(), a.Name) {
				t.Errorf("%s is not raised by its failure through %+v", a.Name, way)
			}
			if a.Below {
				fx.fail(a, way, a.Threshold)
			} else {
				fx.now = fx.now.Add(a.Period * time.Duration(a.Periods+1))
			}
			if slices.Contains(fx.raised(), a.Name) {
				t.Errorf("%s stays raised after its failure has ended", a.Name)
			}
		}
	}
	slices.Sort(unknown)
	if !slices.Equal(unmeasured, unknown) {
		t.Errorf("alarms without a metric here: %v, want %v", unknown, unmeasured)
	}
	if len(known) < 30 {
		t.Errorf("only %d alarms were tried: %v", len(known), known)
	}
}
