package infra

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFunctions_OfTemplate_HaveProgramRoleLogAlarmAndSampleEvent(t *testing.T) {
	template := readTemplate(t)
	var names []string
	for _, f := range functions(t, template) {
		names = append(names, f.name)
		t.Run(f.name, func(t *testing.T) {
			if _, err := os.Stat(filepath.Join("../functions", f.name, "main.go")); err != nil {
				t.Errorf("it has no program: %v", err)
			}
			if want := camel(f.name); f.logical != want {
				t.Errorf("its logical id is %s, want %s", f.logical, want)
			}
			if got, want := f.properties.at("FunctionName").text(), "kith-${Stage}-"+f.name; got != want {
				t.Errorf("FunctionName is %q; want %q", got, want)
			}
			if got, want := f.properties.at("Role").text(), "${"+f.logical+"Role.Arn}"; got != want {
				t.Errorf("Role is %q; want %q", got, want)
			}
			resource(t, template, f.logical+"Role", "AWS::IAM::Role")
			log := resource(t, template, f.logical+"Log", "AWS::Logs::LogGroup")
			if got, want := log.at("LogGroupName").text(), "/aws/lambda/kith-${Stage}-"+f.name; got != want {
				t.Errorf("its log group is %q; want %q", got, want)
			}
			if !log.at("RetentionInDays").exists() {
				t.Error("its log group has no retention")
			}
			alarm := resource(t, template, f.logical+"Errors", "AWS::CloudWatch::Alarm")
			if got := dimension(alarm, "FunctionName"); got != "${"+f.logical+"}" {
				t.Errorf("its alarm has the dimension %q", got)
			}
			failures := resource(t, template, f.logical+"FailuresFilter", "AWS::Logs::MetricFilter")
			if got := failures.at("LogGroupName").text(); got != "${"+f.logical+"Log}" {
				t.Errorf("the filter of its failures reads %s", got)
			}
			if events := samples(t, f.name, template); len(events) == 0 {
				t.Errorf("it has no sample event: add events/%s.json or events/%s-<case>.json", f.name, f.name)
			}
		})
	}

	programs, err := filepath.Glob("../functions/*/main.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range programs {
		if name := filepath.Base(filepath.Dir(p)); !slices.Contains(names, name) {
			t.Errorf("functions/%s is not in template.yaml", name)
		}
	}
}

func TestFunctions_Environment_EqualsVariablesRead(t *testing.T) {
	template := readTemplate(t)
	for _, f := range functions(t, template) {
		t.Run(f.name, func(t *testing.T) {
			read := variablesRead(t, filepath.Join("../functions", f.name, "main.go"))
			var set []string
			for name := range f.properties.at("Environment", "Variables").fields() {
				set = append(set, name)
			}
			for _, name := range read {
				if !slices.Contains(set, name) {
					t.Errorf("%s reads %s, which the template does not set", f, name)
				}
			}
			for _, name := range set {
				if !slices.Contains(read, name) {
					t.Errorf("the template sets %s for %s, which does not read it", name, f)
				}
			}
		})
	}
}

func TestMetricFilters_OfTemplate_CountMessagesThatCodeLogs(t *testing.T) {
	template := readTemplate(t)
	logged := logMessages(t, "../internal", "../functions")
	message := regexp.MustCompile(`\$\.message = "([^"]+)"`)
	for logical, r := range template.at("Resources").fields() {
		if r.at("Type").text() != "AWS::Logs::MetricFilter" {
			continue
		}
		pattern := r.at("Properties", "FilterPattern").text()
		if pattern == `{ $.level = "ERROR" }` {
			continue // it counts every failure, with any message
		}
		found := message.FindStringSubmatch(pattern)
		if found == nil {
			t.Errorf("%s has the pattern %q; select lines by $.message", logical, pattern)
			continue
		}
		if !logged[found[1]] {
			t.Errorf("%s counts the message %q, which no code logs", logical, found[1])
		}
	}
}

// A stream drops records that are not read within 24 hours.
func TestStreamConsumers_OfTemplate_HaveIteratorAgeAlarm(t *testing.T) {
	template := readTemplate(t)
	for _, f := range functions(t, template) {
		for _, event := range f.properties.at("Events").fields() {
			if event.at("Type").text() != "DynamoDB" {
				continue
			}
			alarm := resource(t, template, f.logical+"Late", "AWS::CloudWatch::Alarm")
			if alarm.at("MetricName").text() != "IteratorAge" || dimension(alarm, "FunctionName") != "${"+f.logical+"}" {
				t.Errorf("%sLate is not an alarm on the iterator age of %s", f.logical, f.name)
			}
		}
	}
}

// DynamoDB counts the throttled reads and writes of a table without those of its indexes.
func TestTables_OfTemplate_HaveThrottleAlarm(t *testing.T) {
	template := readTemplate(t)
	tables := 0
	for logical, declared := range template.at("Resources").fields() {
		if declared.at("Type").text() != "AWS::DynamoDB::Table" {
			continue
		}
		tables++
		want := []string{"ReadThrottleEvents ", "WriteThrottleEvents "}
		for _, index := range declared.at("Properties", "GlobalSecondaryIndexes").list() {
			name := index.at("IndexName").text()
			want = append(want, "ReadThrottleEvents "+name, "WriteThrottleEvents "+name)
		}
		var got []string
		for _, metric := range metricsOf(resource(t, template, logical+"Throttled", "AWS::CloudWatch::Alarm")) {
			if dimension(metric, "TableName") == "${"+logical+"}" {
				got = append(got, metric.at("MetricName").text()+" "+dimension(metric, "GlobalSecondaryIndexName"))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%sThrottled adds up other metrics (-want +got):\n%s", logical, diff)
		}
	}
	if tables == 0 {
		t.Error("the template has no table")
	}
}

// The alarm on dropped events adds up the functions that are invoked asynchronously: by an event source that is no stream and no
// API, or by another function.
func TestEventsDropped_AsynchronousFunctions_AreAddedUp(t *testing.T) {
	template := readTemplate(t)
	var want, got []string
	for _, f := range functions(t, template) {
		asynchronous := false
		for _, event := range f.properties.at("Events").fields() {
			asynchronous = asynchronous || !slices.Contains([]string{"DynamoDB", "HttpApi"}, event.at("Type").text())
		}
		if asynchronous {
			want = append(want, "${"+f.logical+"}")
		}
	}
	for _, declared := range template.at("Resources").fields() {
		if declared.at("Type").text() == "AWS::SNS::Subscription" && declared.at("Properties", "Protocol").text() == "lambda" {
			want = append(want, strings.TrimSuffix(declared.at("Properties", "Endpoint").text(), ".Arn"))
		}
	}
	for _, metric := range metricsOf(resource(t, template, "EventsDropped", "AWS::CloudWatch::Alarm")) {
		got = append(got, dimension(metric, "FunctionName"))
	}
	slices.Sort(want)
	if diff := cmp.Diff(slices.Compact(want), got); diff != "" || len(got) == 0 {
		t.Errorf("functions that are invoked asynchronously (-) and those of EventsDropped (+):\n%s", diff)
	}
}

// metricsOf returns the metrics of an alarm, which may add up several.
func metricsOf(alarm value) []value {
	if len(alarm.at("Metrics").list()) == 0 {
		return []value{alarm}
	}
	var all []value
	for _, m := range alarm.at("Metrics").list() {
		if m.at("Expression").text() == "" {
			all = append(all, m.at("MetricStat", "Metric"))
		}
	}
	return all
}

// awsMetrics are the metrics of AWS that alarms may read, each with the dimensions under which its service publishes it, by the
// services' documentation. An alarm on other dimensions never has data, and no tool notices it.
var awsMetrics = map[string][]string{
	"AWS/ApiGateway 5xx":     {"ApiId"},
	"AWS/ApiGateway Latency": {"ApiId"},
	// ThrottledRequests has the dimensions TableName and Operation only: no alarm could name all operations.
	"AWS/DynamoDB ReadThrottleEvents":        {"TableName", "TableName GlobalSecondaryIndexName"},
	"AWS/DynamoDB WriteThrottleEvents":       {"TableName", "TableName GlobalSecondaryIndexName"},
	"AWS/Lambda AsyncEventsDropped":          {"FunctionName"},
	"AWS/Lambda ConcurrentExecutions":        {"", "FunctionName"},
	"AWS/Lambda DestinationDeliveryFailures": {"", "FunctionName"},
	"AWS/Lambda Errors":                      {"", "FunctionName"},
	"AWS/Lambda Invocations":                 {"", "FunctionName"},
	"AWS/Lambda IteratorAge":                 {"FunctionName"},
	"AWS/Lambda Throttles":                   {"", "FunctionName"},
	"AWS/SES Reputation.BounceRate":          {""},
	"AWS/SES Reputation.ComplaintRate":       {""},
}

func TestAlarms_MetricsOfAWS_HaveDimensionsOfTheirService(t *testing.T) {
	template := readTemplate(t)
	checked := 0
	for logical, declared := range template.at("Resources").fields() {
		if declared.at("Type").text() != "AWS::CloudWatch::Alarm" {
			continue
		}
		for _, alarm := range metricsOf(declared.at("Properties")) {
			if !strings.HasPrefix(alarm.at("Namespace").text(), "AWS/") {
				continue
			}
			checked++
			metric := alarm.at("Namespace").text() + " " + alarm.at("MetricName").text()
			var names []string
			for _, d := range alarm.at("Dimensions").list() {
				names = append(names, d.at("Name").text())
			}
			if !slices.Contains(awsMetrics[metric], strings.Join(names, " ")) {
				t.Errorf("%s: %s is not published with the dimensions %q, only with %q", logical, metric, names, awsMetrics[metric])
			}
		}
	}
	if checked < 30 {
		t.Errorf("only %d alarms are on metrics of AWS", checked)
	}
}

func dimension(alarm value, name string) string {
	for _, d := range alarm.at("Dimensions").list() {
		if d.at("Name").text() == name {
			return d.at("Value").text()
		}
	}
	return ""
}

// samples returns the sample events of a function: events/<name>.json and events/<name>-<case>.json, without those of a
// function whose name begins with this one's.
func samples(t *testing.T, name string, template value) []string {
	t.Helper()
	files, err := filepath.Glob("../events/" + name + "*.json")
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(files, func(file string) bool {
		base := strings.TrimSuffix(filepath.Base(file), ".json")
		if base == name {
			return false
		}
		if !strings.HasPrefix(base, name+"-") {
			return true
		}
		for _, other := range functions(t, template) {
			if len(other.name) > len(name) && strings.HasPrefix(base, other.name) {
				return true
			}
		}
		return false
	})
}

func camel(name string) string {
	var out string
	for part := range strings.SplitSeq(name, "-") {
		out += strings.ToUpper(part[:1]) + part[1:]
	}
	return out
}

// variablesRead returns the names in the env tags of a main package's structs.
func variablesRead(t *testing.T, path string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	ast.Inspect(file, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok || field.Tag == nil {
			return true
		}
		tag, err := strconv.Unquote(field.Tag.Value)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return true
		}
		name, _, _ := strings.Cut(reflect.StructTag(tag).Get("env"), ",")
		if name != "" {
			names = append(names, name)
		}
		return true
	})
	return names
}

// logMessages returns the messages that the code in the folders logs: the first string literals in calls of slog.
func logMessages(t *testing.T, folders ...string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					message, logged := logMessage(call)
					all[message] = all[message] || logged
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func logMessage(call *ast.CallExpr) (string, bool) {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	from, ok := method.X.(*ast.Ident)
	if !ok || from.Name != "slog" {
		return "", false
	}
	for _, argument := range call.Args {
		if literal, ok := argument.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			message, err := strconv.Unquote(literal.Value)
			return message, err == nil
		}
	}
	return "", false
}
