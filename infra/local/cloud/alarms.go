package cloud

import (
	"net/http"
	"strings"
	"time"

	"github.com/kithhq/kith/infra/local/alarm"
	"github.com/kithhq/kith/infra/local/lambda"
	"github.com/kithhq/kith/infra/local/logs"
	"github.com/kithhq/kith/infra/local/template"
)

// measured lists the metrics of AWS that the local cloud reports, each with its dimension, "" for none. The engine throttles no
// requests, so those of DynamoDB are missing.
var measured = map[string]string{
	"AWS/Lambda Invocations": "FunctionName", "AWS/Lambda Errors": "FunctionName", "AWS/Lambda Throttles": "FunctionName",
	"AWS/Lambda AsyncEventsDropped": "FunctionName", "AWS/Lambda DestinationDeliveryFailures": "FunctionName",
	"AWS/Lambda IteratorAge": "FunctionName", "AWS/Lambda ConcurrentExecutions": "",
	"AWS/ApiGateway 5xx": "ApiId", "AWS/ApiGateway Latency": "ApiId",
	"AWS/SES Reputation.BounceRate": "", "AWS/SES Reputation.ComplaintRate": "",
}

// watcher returns the watcher of the template's metric filters and alarms.
func (c *cloud) watcher() *alarm.Watcher {
	filters, alarms := c.watched()
	return alarm.New(filters, alarms, c.clock.Now)
}

// watched returns the metric filters and alarms of the template.
func (c *cloud) watched() (filters []alarm.Filter, alarms []alarm.Alarm) {
	counted := map[string]bool{}
	for _, r := range c.template.OfType("AWS::Logs::MetricFilter") {
		p := r.Properties
		field, equals, err := alarm.ParsePattern(p.At("FilterPattern").Text())
		if err != nil {
			p.At("FilterPattern").Problemf("%v", err)
			continue
		}
		for _, m := range p.At("MetricTransformations").List() {
			f := alarm.Filter{
				LogGroup: p.At("LogGroupName").Text(), Field: field, Equals: equals,
				Metric: m.At("MetricNamespace").Text() + " " + m.At("MetricName").Text(), Value: m.At("MetricValue").Text(),
			}
			filters = append(filters, f)
			counted[f.Metric] = true
		}
	}
	for _, r := range c.template.OfType("AWS::CloudWatch::Alarm") {
		alarms = append(alarms, c.alarm(r, counted))
	}
	return filters, alarms
}

func (c *cloud) alarm(r *template.Resource, counted map[string]bool) alarm.Alarm {
	p := r.Properties
	a := alarm.Alarm{
		Name: r.ID, Description: p.At("AlarmDescription").Text(),
		Metric:    p.At("Namespace").Text() + " " + p.At("MetricName").Text(),
		Statistic: p.At("Statistic").Text() + p.At("ExtendedStatistic").Text(),
		Period:    time.Duration(p.At("Period").Int(60)) * time.Second, Periods: p.At("EvaluationPeriods").Int(1),
		Threshold: p.At("Threshold").Float(0), Below: p.At("ComparisonOperator").Text() == "LessThanThreshold",
		Missing: p.At("TreatMissingData").Text() == "breaching",
	}
	if p.At("Metrics").Exists() {
		c.addUp(&a, p.At("Metrics").List())
		return a
	}
	a.Dimensions, a.Measured = dimensionOf(a.Metric, p.At("Dimensions").List())
	a.Measured = a.Measured || counted[a.Metric]
	return a
}

// addUp makes an alarm one on the sum of metrics of several dimensions.
func (c *cloud) addUp(a *alarm.Alarm, metrics []template.Value) {
	for i, m := range metrics {
		if m.At("Expression").Exists() {
			continue
		}
		stat := m.At("MetricStat", "Metric")
		metric := stat.At("Namespace").Text() + " " + stat.At("MetricName").Text()
		dimensions, known := dimensionOf(metric, stat.At("Dimensions").List())
		if len(a.Dimensions) == 0 {
			a.Metric, a.Measured, a.Statistic = metric, known, m.At("MetricStat", "Stat").Text()
			a.Period = time.Duration(m.At("MetricStat", "Period").Int(60)) * time.Second
		}
		if a.Measured && metric != a.Metric {
			metrics[i].Problemf("the local cloud adds up one metric of several dimensions only")
		}
		a.Dimensions = append(a.Dimensions, dimensions...)
	}
}

// dimensionOf returns the value of the dimension of a metric, and whether the local cloud reports the metric with it.
func dimensionOf(metric string, dimensions []template.Value) ([]string, bool) {
	value := ""
	for _, d := range dimensions {
		value = d.At("Value").Text()
	}
	name, known := measured[metric]
	return []string{value}, known && (len(dimensions) == 0 || len(dimensions) == 1 && dimensions[0].At("Name").Text() == name)
}

// watch applies the filters to all further log lines, and prints alarms until stop is closed.
func (c *cloud) watch(functions []lambda.Function, stop <-chan struct{}) {
	groups := map[string]string{}
	for _, f := range functions {
		groups[f.Label] = f.LogGroup
	}
	c.log.Observe(func(e logs.Entry) {
		if group := groups[e.Source]; group != "" && strings.HasPrefix(e.Text, "{") {
			c.alarms.Line(group, e.Text)
		}
	})
	go func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			_, changed := c.alarms.Evaluate()
			for _, s := range changed {
				if s.State == alarm.InAlarm {
					c.log.Alert("alarm", "", s.Name+": "+s.Description)
				}
			}
			select {
			case <-stop:
				return
			case <-tick.C:
			}
		}
	}()
}

func (c *cloud) getAlarms(w http.ResponseWriter, _ *http.Request) {
	all, _ := c.alarms.Evaluate()
	writeJSON(w, http.StatusOK, all)
}
