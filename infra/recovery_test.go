package infra

import (
	"slices"
	"testing"
)

// Tables whose rows can be made again: from Records, from voter files, or not at all because they expire.
var rebuiltTables = []string{"Lists", "Requests", "Voters"}

func TestTables_NotRebuilt_HavePointInTimeRecovery(t *testing.T) {
	for logical, r := range readTemplate(t).at("Resources").fields() {
		if r.at("Type").text() != "AWS::DynamoDB::Table" {
			continue
		}
		recovery := r.at("Properties", "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled").text() == "true"
		if recovery == slices.Contains(rebuiltTables, logical) {
			t.Errorf("template.yaml:%d: %s has point-in-time recovery: %t", r.line(), logical, recovery)
		}
	}
}
