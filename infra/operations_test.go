package infra

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each procedure of the runbook names the tests that try it, or says that none does. TestDocs_NamedTests_Exist finds names
// without a test.
func TestOperations_EveryProcedure_NamesItsTestOrSaysNotTried(t *testing.T) {
	t.Parallel()
	_, rest, ok := strings.Cut(read(t, "../docs/operations.md"), "\n## Procedures\n")
	rest, _, end := strings.Cut(rest, "\n## ")
	if !ok || !end {
		t.Fatal("docs/operations.md has no section of procedures")
	}
	begin := regexp.MustCompile(`(?m)^(\*\*[^*]+\.\*\*|### .+$)`)
	places := begin.FindAllStringIndex(rest, -1)
	if len(places) < 10 {
		t.Fatalf("docs/operations.md has %d procedures", len(places))
	}
	tried := regexp.MustCompile("Tried by\\s+`Test\\w+`|[Nn]ot tried")
	for i, place := range places {
		text := rest[place[0]:]
		if i+1 < len(places) {
			text = rest[place[0]:places[i+1][0]]
		}
		if !tried.MatchString(text) {
			t.Errorf("docs/operations.md does not say which test tries %q", rest[place[0]:place[1]])
		}
	}
}

// The runbook has every alarm of the template, with its meaning and its action.
func TestOperations_Alarms_AreThoseOfTheTemplate(t *testing.T) {
	t.Parallel()
	explained, tried := alarmTables(t)
	alarms := alarmsOf(t)
	for name, rows := range map[string]map[string]string{"explains": explained, "says how it tries": tried} {
		if diff := cmp.Diff(alarms, slices.Sorted(maps.Keys(rows))); diff != "" {
			t.Errorf("alarms of the template (-) and those that docs/operations.md %s (+):\n%s", name, diff)
		}
	}
}

// Each alarm has a test that injects its failure into the running system and waits for it, or the reason why there is none: the
// local cloud has no such metric, or one machine can't reach the threshold.
func TestOperations_EveryAlarm_IsInjectedOrHasAReason(t *testing.T) {
	t.Parallel()
	_, tried := alarmTables(t)
	_, source, _ := strings.Cut(read(t, "local/cloud/alarms_test.go"), "var unmeasured = []string{")
	source, _, _ = strings.Cut(source, "}")
	files, err := filepath.Glob("../internal/e2e/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, file := range files {
		code.WriteString(read(t, file))
	}
	for alarm, how := range tried {
		unmeasured := strings.Contains(source, `"`+alarm+`"`)
		if only := strings.HasPrefix(how, "only AWS can raise it: "); only != unmeasured {
			t.Errorf("%s: the local cloud has no metric of it: %t; docs/operations.md says so: %t", alarm, unmeasured, only)
		}
		if unmeasured || strings.HasPrefix(how, "not injected: ") {
			continue
		}
		names := regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(how, -1)
		if len(names) == 0 {
			t.Errorf("docs/operations.md names no test and no reason for %s", alarm)
		}
		for _, name := range names {
			body := bodyOf(code.String(), "func "+name[1])
			for _, step := range regexp.MustCompile(`", w\.(\w+)}`).FindAllStringSubmatch(body, -1) { // of the walkthrough
				body += bodyOf(code.String(), "func (w *walk) "+step[1])
			}
			awaits := strings.Contains(body, `"`+alarm+`"`) || strings.HasSuffix(alarm, "Errors") && strings.Contains(body, `+"Errors"`)
			if !awaits {
				t.Errorf("%s does not await the alarm %s", name[1], alarm)
			}
		}
	}
}

// bodyOf returns the body of a function, empty if the code does not declare it.
func bodyOf(code, declaration string) string {
	_, body, _ := strings.Cut(code, "\n"+declaration+"(")
	body, _, _ = strings.Cut(body, "\n}\n")
	return body
}

// alarmsOf returns the names of the template's alarms.
func alarmsOf(t *testing.T) []string {
	t.Helper()
	var alarms []string
	for logical, r := range readTemplate(t).at("Resources").fields() {
		if r.at("Type").text() == "AWS::CloudWatch::Alarm" {
			alarms = append(alarms, logical)
		}
	}
	slices.Sort(alarms)
	return alarms
}

// alarmTables returns the rows of both tables of alarms in the runbook, by alarm: how to react, and how it is tried. An alarm of each
// function or table counts for all of them; a more specific row may follow it.
func alarmTables(t *testing.T) (explained, tried map[string]string) {
	t.Helper()
	template := readTemplate(t)
	_, page, _ := strings.Cut(read(t, "../docs/operations.md"), "\n## Alarms\n")
	page, _, _ = strings.Cut(page, "\n## ")
	reactions, injections, ok := strings.Cut(page, "\n| alarm | injected by |\n")
	if !ok {
		t.Fatal("docs/operations.md does not say how alarms are tried")
	}
	name := regexp.MustCompile("`(<Function>|<Table>)?(\\w+)`")
	rows := func(table string) map[string]string {
		all := map[string]string{}
		for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]+) \\| (.+) \\|$").FindAllStringSubmatch(table, -1) {
			for _, found := range name.FindAllStringSubmatch(row[1], -1) {
				kind := map[string]string{"<Function>": "AWS::Serverless::Function", "<Table>": "AWS::DynamoDB::Table"}[found[1]]
				if kind == "" {
					all[found[2]] = row[2]
					continue
				}
				for logical, r := range template.at("Resources").fields() {
					if r.at("Type").text() == kind {
						all[logical+found[2]] = row[2]
					}
				}
			}
		}
		return all
	}
	return rows(reactions), rows(injections)
}

// The records that an operator publishes must belong to the domain that sends.
func TestOutputs_RecordsOfTheMailDomain_MatchTheIdentity(t *testing.T) {
	t.Parallel()
	template := readTemplate(t)
	sender := resource(t, template, "MailSender", "AWS::SES::EmailIdentity")
	from := sender.at("MailFromAttributes", "MailFromDomain").text()
	if sender.at("EmailIdentity").text() != "${MailIdentity}" || from != "bounce.${MailIdentity}" {
		t.Errorf("the identity is %q, its MAIL FROM domain %q", sender.at("EmailIdentity").text(), from)
	}
	if got := sender.at("MailFromAttributes", "BehaviorOnMxFailure").text(); got != "USE_DEFAULT_VALUE" {
		t.Errorf("without the MX record SES answers with %s; emails must leave with SES's own domain", got)
	}
	want := map[string]string{
		"MailDkim1":  "${MailSender.DkimDNSTokenName1} ${MailSender.DkimDNSTokenValue1}",
		"MailDkim2":  "${MailSender.DkimDNSTokenName2} ${MailSender.DkimDNSTokenValue2}",
		"MailDkim3":  "${MailSender.DkimDNSTokenName3} ${MailSender.DkimDNSTokenValue3}",
		"MailFromMx": from + " 10 feedback-smtp.${AWS::Region}.amazonses.com", "MailFromSpf": from + ` "v=spf1 include:amazonses.com ~all"`,
		"MailDmarc": `_dmarc.${MailIdentity} "v=DMARC1; p=none; adkim=s; aspf=r"`,
	}
	got := map[string]string{}
	page := read(t, "../docs/deployment.md")
	for name, output := range template.at("Outputs").fields() {
		if !strings.HasPrefix(name, "Mail") {
			continue
		}
		got[name] = output.at("Value").text()
		if !output.at("Description").exists() || name != "MailDkim2" && !strings.Contains(page, "`"+name+"`") {
			t.Errorf("%s has no description, or docs/deployment.md does not name it", name)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("records, want (-), got (+):\n%s", diff)
	}
	// aspf=r: the MAIL FROM domain is below that of the sender, so that SPF is aligned only when relaxed. adkim=s: SES signs with
	// the domain of the identity, which is that of the sender.
	from = resource(t, template, "SendInvitation", "AWS::Serverless::Function").at("Environment", "Variables", "MAIL_FROM").text()
	if !strings.HasSuffix(strings.TrimSuffix(from, ">"), "@${MailIdentity}") {
		t.Errorf("emails are sent by %q, not by an address of the identity", from)
	}
}

// The dashboard must be JSON, or the deployment fails, and have every function and table.
func TestDashboard_EveryFunctionAndTable_IsShown(t *testing.T) {
	t.Parallel()
	template := readTemplate(t)
	body := resource(t, template, "Overview", "AWS::CloudWatch::Dashboard").at("DashboardBody").text()
	var dashboard struct {
		Widgets []struct {
			Properties struct {
				Title   string
				Metrics [][]any
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &dashboard); err != nil {
		t.Fatalf("DashboardBody: %v", err)
	}
	shown := map[string]bool{}
	for _, widget := range dashboard.Widgets {
		if widget.Properties.Title == "" || len(widget.Properties.Metrics) == 0 {
			t.Errorf("a widget has no title or no metrics: %+v", widget)
		}
		for _, metric := range widget.Properties.Metrics {
			if len(metric) > 3 {
				shown[fmt.Sprintf("%v %v", metric[1], metric[3])] = true
			}
		}
	}
	for logical, r := range template.at("Resources").fields() {
		var want []string
		switch r.at("Type").text() {
		case "AWS::Serverless::Function":
			want = []string{"Errors " + r.at("Properties", "FunctionName").text()}
		case "AWS::DynamoDB::Table":
			want = []string{"ConsumedReadCapacityUnits ${" + logical + "}", "ConsumedWriteCapacityUnits ${" + logical + "}"}
		}
		for _, metric := range want {
			if !shown[metric] {
				t.Errorf("the dashboard lacks %s", metric)
			}
		}
	}
}

// SES tries to publish to the topic when the destination is created: the topic's policy must exist by then.
func TestMailEvents_PolicyOfTopic_IsCreatedBeforeItsPublisher(t *testing.T) {
	t.Parallel()
	if got := readTemplate(t).at("Resources", "MailEventsDestination", "DependsOn").text(); got != "MailEventsPolicy" {
		t.Errorf("MailEventsDestination depends on %q", got)
	}
}
