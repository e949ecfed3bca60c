package infra

import (
	"encoding/json"
	"fmt"
	"maps"
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

// The runbook has every alarm of the template, and marks those that no test can raise.
func TestOperations_Alarms_AreThoseOfTheTemplate(t *testing.T) {
	t.Parallel()
	template := readTemplate(t)
	_, table, _ := strings.Cut(read(t, "../docs/operations.md"), "\n## Alarms\n")
	table, _, _ = strings.Cut(table, "\n## ")
	cells := regexp.MustCompile("(?m)^\\| (`[^|]+) \\|").FindAllStringSubmatch(table, -1)
	listed := map[string]bool{} // whether it is marked
	name := regexp.MustCompile("`(<Function>|<Table>)?(\\w+)`( †)?")
	for _, cell := range cells {
		for _, found := range name.FindAllStringSubmatch(cell[1], -1) {
			kind := map[string]string{"<Function>": "AWS::Serverless::Function", "<Table>": "AWS::DynamoDB::Table"}[found[1]]
			for logical, r := range template.at("Resources").fields() {
				if kind != "" && r.at("Type").text() == kind {
					listed[logical+found[2]] = found[3] != ""
				}
			}
			if kind == "" {
				listed[found[2]] = found[3] != ""
			}
		}
	}
	var alarms []string
	for logical, r := range template.at("Resources").fields() {
		if r.at("Type").text() == "AWS::CloudWatch::Alarm" {
			alarms = append(alarms, logical)
		}
	}
	slices.Sort(alarms)
	if diff := cmp.Diff(alarms, slices.Sorted(maps.Keys(listed))); diff != "" {
		t.Errorf("alarms of the template (-) and of docs/operations.md (+):\n%s", diff)
	}
	_, source, _ := strings.Cut(read(t, "local/cloud/alarms_test.go"), "var unmeasured = []string{")
	source, _, _ = strings.Cut(source, "}")
	for _, alarm := range alarms {
		if marked := strings.Contains(source, `"`+alarm+`"`); marked != listed[alarm] {
			t.Errorf("%s: no test can raise it: %t; docs/operations.md marks it: %t", alarm, marked, listed[alarm])
		}
	}
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
