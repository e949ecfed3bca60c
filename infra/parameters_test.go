package infra

import (
	"regexp"
	"testing"
	"time"
)

// CloudFormation refuses a parameter that the functions could not read, or that the exports bucket would contradict: it rejects links
// older than 5 minutes.
func TestParameters_Durations_AreThoseThatFunctionsRead(t *testing.T) {
	t.Parallel()
	for name, values := range map[string]struct{ accepted, refused []string }{
		"DownloadLinkLifetime": {[]string{"1s", "45s", "300s", "1m", "5m"}, []string{"", "0s", "301s", "0m", "6m", "1h", "5", "5 m", "-5m", "1m30s"}},
		"InvitationLifetime":   {[]string{"1h", "336h", "9999h"}, []string{"", "0h", "10000h", "14d", "336", "20160m"}},
	} {
		parameter := readTemplate(t).at("Parameters", name)
		pattern, err := regexp.Compile("^(?:" + parameter.at("AllowedPattern").text() + ")$") // CloudFormation matches the whole value
		if err != nil || parameter.at("ConstraintDescription").text() == "" {
			t.Fatalf("%s has no pattern, or none that says what it allows: %v", name, err)
		}
		for _, value := range append(values.accepted, parameter.at("Default").text()) {
			if _, err := time.ParseDuration(value); err != nil || !pattern.MatchString(value) {
				t.Errorf("%s does not accept %q, or functions don't: %v", name, value, err)
			}
		}
		for _, value := range values.refused {
			if pattern.MatchString(value) {
				t.Errorf("%s accepts %q", name, value)
			}
		}
	}
}

// Lambda writes the REPORT line of an invocation, with duration, memory and cold start, at the level INFO of its own log lines.
func TestFunctions_Logs_KeepReportLines(t *testing.T) {
	t.Parallel()
	template := readTemplate(t)
	logging := template.at("Globals", "Function", "LoggingConfig")
	if logging.at("LogFormat").text() != "JSON" || logging.at("SystemLogLevel").text() != "INFO" {
		t.Errorf("functions log as %s from the system level %s on", logging.at("LogFormat").text(), logging.at("SystemLogLevel").text())
	}
	for _, f := range functions(t, template) {
		if f.properties.at("LoggingConfig").exists() {
			t.Errorf("%s has a log configuration of its own", f.name)
		}
	}
}
