package export_test

import (
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/exporttest"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
)

func TestFileName_UnsafeNames_HasSafeCharactersOnly(t *testing.T) {
	t.Parallel()
	e := &export.Export{Request: export.Request{Type: "key_question_answers"}, RequestedAt: exporttest.Noon}
	for _, name := range [][2]string{
		{"Neighbors \"United\"\r\nX: y", "../../etc"}, {"Ünïtéd", "日本"}, {strings.Repeat("long ", 99), ""},
	} {
		got := e.FileName(name[0], &campaign.Campaign{Name: name[1], Slug: strings.Repeat("x", 60)})
		if strings.Trim(got, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" || len(got) > 150 || strings.Contains(got, "..") {
			t.Errorf("%q: file name %q", name, got)
		}
	}
}

func TestFileName_NonLatinCampaignNames_UsesSlug(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		of               export.Type
		organization     string
		name, slug, want string
	}{
		{"key_question_answers", "Neighbors United", "Autumn '26", "ward-3", "neighbors-united_autumn-26_key-question-answers_2026-10-24.csv"},
		{"contacts", "Brëak Org", "Ünïtéd Đặng Straße", "ward-3", "break-org_united-dang-strasse_contacts_2026-10-24.csv"},
		{"contacts", "Соседи", "Парки для всех", "ward-3", "ward-3_contacts_2026-10-24.csv"},
		{"bundle", "Vecinos", "公園", "ward-4", "vecinos_ward-4_bundle_2026-10-24.zip"},
		{"contacts", "Vecinos", "Парки 2026", "ward-5", "vecinos_ward-5_contacts_2026-10-24.csv"},
		{"contacts", "Vecinos", "🌳", "ward-6", "vecinos_ward-6_contacts_2026-10-24.csv"},
		{"contacts", "Vecinos", "🌳 Parks", "ward-7", "vecinos_parks_contacts_2026-10-24.csv"},
	} {
		e := &export.Export{Request: export.Request{Type: c.of}, RequestedAt: exporttest.Noon}
		if got := e.FileName(c.organization, &campaign.Campaign{Name: c.name, Slug: c.slug}); got != c.want {
			t.Errorf("%s of %q: file name %s, want %s", c.of, c.name, got, c.want)
		}
	}
}

// Files of one campaign and day have different names if they have different action items, columns or dialects.
func TestFileName_OptionsOfRequest_AreInName(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]export.Request{
		"neighbors_autumn_notes_2026-10-24.csv":                      {Type: "notes", Dialect: csv.Data, Profile: dataset.Standard},
		"neighbors_autumn_notes_extended_2026-10-24.csv":             {Type: "notes", Dialect: csv.Data, Profile: dataset.Extended},
		"neighbors_autumn_notes_spreadsheet_2026-10-24.csv":          {Type: "notes", Dialect: csv.Spreadsheet, Profile: dataset.Standard},
		"neighbors_autumn_notes_extended_spreadsheet_2026-10-24.csv": {Type: "notes", Dialect: csv.Spreadsheet, Profile: dataset.Extended},
		"neighbors_autumn_specific-action-item-responses_0123456789ab_2026-10-24.csv": {
			Type: "specific_action_item_responses", Dialect: csv.Data, Profile: dataset.Standard, Item: "0192bd06-5e05-7abc-8def-0123456789ab",
		},
		"neighbors_autumn_bundle_ba9876543210_extended_2026-10-24.zip": {
			Type: export.Bundle, Dialect: csv.Data, Profile: dataset.Extended, Item: "0192bd06-5e05-7abc-8def-ba9876543210",
		},
	} {
		e := &export.Export{Request: r, RequestedAt: exporttest.Noon}
		if got := e.FileName("Neighbors", &campaign.Campaign{Name: "Autumn"}); got != want {
			t.Errorf("file name %s, want %s", got, want)
		}
		schema := strings.TrimSuffix(strings.TrimSuffix(want, ".csv"), ".zip") + ".schema.json"
		if got := e.SchemaFileName("Neighbors", &campaign.Campaign{Name: "Autumn"}); got != schema {
			t.Errorf("file name of the schema %s, want %s", got, schema)
		}
	}
}

// A schedule's file does not expire by age, and its key is not under the prefix that the bucket's lifecycle rule removes.
func TestExport_OfSchedule_DoesNotExpire(t *testing.T) {
	t.Parallel()
	e := &export.Export{ID: "e", Organization: "org", Campaign: "camp", State: export.Ready, FinishedAt: exporttest.Noon}
	j := &job.Job{ID: "j", Version: 3}
	later := exporttest.Noon.Add(100 * 24 * time.Hour)
	if e.StateAt(later) != export.Expired || e.Key(j) != "exports/org/camp/e/j/3.csv" {
		t.Errorf("an export that a person asked for: %s, %s", e.StateAt(later), e.Key(j))
	}
	e.Schedule = "s"
	if e.StateAt(later) != export.Ready || !e.ExpiresAt().IsZero() || e.Key(j) != "scheduled/org/camp/s/e/j/3.csv" {
		t.Errorf("a scheduled one: %s, expires at %v, %s", e.StateAt(later), e.ExpiresAt(), e.Key(j))
	}
	e.State = export.Expired
	if err := e.Downloadable(later); !fault.Is(err, fault.KindConflict) || !strings.Contains(err.Error(), "newer files") {
		t.Errorf("a link to one that is gone: %v", err)
	}
}
