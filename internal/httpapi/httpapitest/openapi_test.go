package httpapitest_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

var update = flag.Bool("update", false, "write docs/openapi.json and testdata")

func TestDescription_MatchesHandlers_Exactly(t *testing.T) {
	const file = "../../../docs/openapi.json"
	got, err := httpapitest.All().Describe()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("docs/openapi.json differs from the handlers. Run make openapi.\n%s",
			cmp.Diff(string(want), string(got)))
	}
}

// closedName matches the names of members whose values are usually one of a fixed set.
var closedName = regexp.MustCompile(`(^|_)(status|type|types|role|profile|dialect|compression|order|sort|reason|language|method|kind|code|verdict|list|severity|outcome)$`)

// openMembers are the members with such a name that have no fixed set of values, and why.
var openMembers = map[string]string{
	"Problem.code":                           "codes are added; a program that does not know one uses the status",
	"InvitationRow.language":                 "cell of a file, as it is",
	"SuppressionLiftBody.reason":             "text of a person",
	"Suppression.lift_reason":                "text of a person",
	"VoterPreview.reason":                    "sentence",
	"RejectReason.reason":                    "sentence",
	"RejectedRow.reason":                     "sentence",
	"Invitation.mail_held_reason":            "sentence",
	"InvitationsPage.mail_held_reason":       "sentence",
	"InvitationListPreview.mail_held_reason": "sentence",
	"InvitationListReport.mail_held_reason":  "sentence",
	"list-contacts.match_status":             "several, separated by commas",
	"list-mobilizers.match_status":           "several, separated by commas",
}

// Each member and parameter with a fixed set of values has an enum, so that typed clients check it.
func TestDescription_ClosedSets_HaveEnums(t *testing.T) {
	doc := httpapitest.All().OpenAPI()
	seen := map[string]bool{}
	check := func(owner, name string, schema *huma.Schema) {
		if schema.Type == huma.TypeArray {
			schema = schema.Items
		}
		if schema == nil || schema.Type != huma.TypeString || len(schema.Enum) > 0 || schema.Format != "" || !closedName.MatchString(name) {
			return
		}
		at := owner + "." + name
		seen[at] = true
		if openMembers[at] == "" {
			t.Errorf("%s has no enum", at)
		}
	}
	for owner, schema := range doc.Components.Schemas.Map() {
		for name, member := range schema.Properties {
			check(owner, name, member)
		}
	}
	for _, r := range routes() {
		for _, parameter := range r.op.Parameters {
			check(r.op.OperationID, parameter.Name, parameter.Schema)
		}
	}
	for at := range openMembers {
		if !seen[at] {
			t.Errorf("%s does not exist without an enum", at)
		}
	}
}

func TestRegister_EachFunction_IsServedOnceAndDescribed(t *testing.T) {
	served := map[string][]string{} // mains by register function
	for _, file := range append(glob(t, "../*.go"), glob(t, "../*api/*.go")...) {
		source := read(t, file)
		name := regexp.MustCompile(`(?m)^package (\w+)`).FindStringSubmatch(source)[1]
		for _, found := range regexp.MustCompile(`(?m)^func (Register\w+)\(`).FindAllStringSubmatch(source, -1) {
			served[name+"."+found[1]] = nil
		}
	}
	for _, file := range glob(t, "../../../functions/*/main.go") {
		for _, found := range regexp.MustCompile(`\w+api\.Register\w+`).FindAllString(read(t, file), -1) {
			served[found] = append(served[found], file)
		}
	}
	described := read(t, "fixture.go")
	for register, by := range served {
		if len(by) != 1 {
			t.Errorf("%s is served by %v, want one function", register, by)
		}
		if register != "httpapi.RegisterDescription" && !strings.Contains(described, "\t"+register+"(") {
			t.Errorf("%s is not described", register)
		}
	}
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v, %d files", pattern, err, len(files))
	}
	return files
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
