package infra

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	testFunction = regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)
	testName     = regexp.MustCompile(`^Test[A-Za-z0-9]+_[A-Za-z0-9]+_[A-Za-z0-9]+$`)
)

// otherNames are those of targets of the Makefile, and of tests whose golden files bear their names.
var otherNames = []string{"TestBench", "TestExportsFromTheStore", "TestContentItems", "TestPeopleItems", "TestRepairItems", "TestWorkItems"}

func TestTestNames_OfAllTests_AreSubjectConditionOutcome(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "git", "-C", "..", "ls-files", "*_test.go").Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	seen := 0
	for file := range strings.Lines(string(out)) {
		source, err := os.ReadFile("../" + strings.TrimSpace(file))
		if os.IsNotExist(err) {
			continue // deleted and not committed
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range testFunction.FindAllStringSubmatch(string(source), -1) {
			seen++
			if name := found[1]; !testName.MatchString(name) && !slices.Contains(otherNames, name) {
				t.Errorf("%s: name %s by TestSubject_Condition_Outcome", strings.TrimSpace(file), name)
			}
		}
	}
	if seen == 0 {
		t.Error("no test was found")
	}
}
