package e2e

import (
	"net/http"
	"slices"
	"strings"

	"github.com/kithhq/kith/internal/apiclient"
)

// files compares every export with its golden files: standard and extended columns in the data dialect, and extended columns in
// the spreadsheet dialect.
func (s *goldenCampaign) files() {
	s.t.Helper()
	for _, of := range []struct {
		kind     string
		extended bool
		item     string
	}{
		{kind: "contacts", extended: true},
		{kind: "mobilizers", extended: true},
		{kind: "voters", extended: true},
		{kind: "notes", extended: true},
		{kind: "action_item_responses", extended: true},
		{kind: "specific_action_item_responses", extended: true, item: "item-vote"},
		{kind: "legacy_mobilizers"},
		{kind: "legacy_contacts"},
		{kind: "legacy_contact_action_responses"},
		{kind: "key_question_answers"},
		{kind: "invitations"},
		{kind: "management_notes"},
		{kind: "analytics"},
	} {
		request := body{"type": of.kind}
		if of.item != "" {
			request["action_item_id"] = s.ids[of.item]
		}
		s.compare(of.kind+".csv", s.export(request))
		name := of.kind
		if of.extended {
			name += "-extended"
			request["profile"] = "extended"
			s.compare(name+".csv", s.export(request))
		}
		request["dialect"] = "spreadsheet"
		s.compare(name+"-spreadsheet.csv", s.export(request))
	}
}

// export creates an export and downloads it.
func (s *goldenCampaign) export(request body) string {
	s.t.Helper()
	file, err := kith.Export(s.t.Context(), s.people["olivia"], s.ids["campaign"], request)
	s.ok(err)
	if request["type"] == "analytics" {
		return s.maskAsOf(string(file.Bytes))
	}
	return string(file.Bytes)
}

// maskAsOf replaces the time in an Analytics export, which is from the store's clock, by "as-of".
func (s *goldenCampaign) maskAsOf(file string) string {
	s.t.Helper()
	times := aTime.FindAllString(file, -1)
	slices.Sort(times)
	if read := slices.Compact(times); len(read) != 1 {
		s.t.Errorf("the Analytics export is as of %q", read)
	}
	return aTime.ReplaceAllString(file, "as-of")
}

// rejectInvalidExports requests exports with invalid parameters.
func (s *goldenCampaign) rejectInvalidExports() {
	s.t.Helper()
	for field, request := range map[string]body{
		"type":           {"type": "everything"},
		"profile":        {"type": "notes", "profile": "long"},
		"dialect":        {"type": "notes", "dialect": "xml"},
		"action_item_id": {"type": "specific_action_item_responses"},
	} {
		s.expectRejectedExport(field, request)
	}
	s.expectRejectedExport("action_item_id", body{"type": "specific_action_item_responses", "action_item_id": s.ids["campaign"]})
	for _, without := range []string{"legacy_mobilizers", "key_question_answers", "analytics"} {
		s.expectRejectedExport("profile", body{"type": without, "profile": "extended"})
	}
	s.expectRejectedExport("action_item_id", body{"type": "notes", "action_item_id": s.ids["item-vote"]})
}

// expectRejectedExport checks that an export request fails because of a field.
func (s *goldenCampaign) expectRejectedExport(field string, request body) {
	s.t.Helper()
	err := s.people["olivia"].Post(s.t.Context(), s.admin+"/exports", request, nil)
	refused := apiclient.Refused(err)
	if apiclient.Status(err) != http.StatusUnprocessableEntity || refused == nil || len(refused.Errors) != 1 || !strings.HasSuffix(refused.Errors[0].Field, field) {
		s.t.Errorf("export %v: want a refusal of %s, got %v", request, field, err)
	}
}
