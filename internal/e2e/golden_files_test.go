package e2e

import (
	"net/http"
	"slices"
	"strings"

	"github.com/kithhq/kith/internal/apiclient"
)

// files compares every export with what was worked out by hand: standard columns as data, all columns as data, and all
// columns as a spreadsheet.
func (s *story) files() {
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

// export asks for a file, waits for it and downloads it.
func (s *story) export(request body) string {
	s.t.Helper()
	file, err := kith.Export(s.t.Context(), s.people["olivia"], s.ids["campaign"], request)
	s.ok(err)
	if request["type"] == "analytics" {
		return s.maskAsOf(string(file.Bytes))
	}
	return string(file.Bytes)
}

// maskAsOf writes "as-of" for the one time that an Analytics export tells, which goes by the store's clock.
func (s *story) maskAsOf(file string) string {
	s.t.Helper()
	times := aTime.FindAllString(file, -1)
	slices.Sort(times)
	if told := slices.Compact(times); len(told) != 1 {
		s.t.Errorf("the Analytics export is as of %q", told)
	}
	return aTime.ReplaceAllString(file, "as-of")
}

// noFiles asks for files that there can't be.
func (s *story) noFiles() {
	s.t.Helper()
	for field, request := range map[string]body{
		"type":           {"type": "everything"},
		"profile":        {"type": "notes", "profile": "long"},
		"dialect":        {"type": "notes", "dialect": "xml"},
		"action_item_id": {"type": "specific_action_item_responses"},
	} {
		s.notExported(field, request)
	}
	s.notExported("action_item_id", body{"type": "specific_action_item_responses", "action_item_id": s.ids["campaign"]})
	for _, without := range []string{"legacy_mobilizers", "key_question_answers", "analytics"} {
		s.notExported("profile", body{"type": without, "profile": "extended"})
	}
	s.notExported("action_item_id", body{"type": "notes", "action_item_id": s.ids["item-vote"]})
}

// notExported is a request that is refused because of a field.
func (s *story) notExported(field string, request body) {
	s.t.Helper()
	err := s.people["olivia"].Post(s.t.Context(), s.admin+"/exports", request, nil)
	refused := apiclient.Refused(err)
	if apiclient.Status(err) != http.StatusUnprocessableEntity || refused == nil || len(refused.Errors) != 1 || !strings.HasSuffix(refused.Errors[0].Field, field) {
		s.t.Errorf("export %v: want a refusal of %s, got %v", request, field, err)
	}
}
