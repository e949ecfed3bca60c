package file

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/exporttest"
	"github.com/kithhq/kith/internal/readertest"
)

// difficultFixture is a fixture with the difficult campaign.
type difficultFixture struct {
	*fixture
	scope *dataset.Scope
}

func (b *difficultFixture) Scope(context.Context, campaign.ID) (*dataset.Scope, error) {
	return b.scope, nil
}

// writeBundle returns the files of a bundle of the difficult campaign with texts.
func writeBundle(t *testing.T, texts []string, types ...export.Type) map[string][]byte {
	t.Helper()
	src, scope := exporttest.NewDifficultCampaign(texts)
	b := &difficultFixture{newBundleFixture(t, 1, 1), scope}
	b.Source = *src
	b.export.Organization, b.export.Campaign = scope.Organization.ID, scope.Campaign.ID
	b.export.Request.Types, _ = export.NewTypes(types)
	b.export.Request.Item = exporttest.DifficultOptions(&dataset.SpecificActionItemResponses, csv.Data, dataset.Extended).Item
	if err := b.workerWith(b, b, 0).Work(t.Context(), "j", b.job.Version, exporttest.Noon, 10*time.Minute); err != nil || b.export.State != export.Ready {
		t.Fatalf("bundle: state %s (%s), error %v", b.export.State, b.export.Error, err)
	}
	files := map[string][]byte{}
	for name, content := range readZip(t, b.objects[b.export.Object]) {
		files[name] = []byte(content)
	}
	return files
}

// Frictionless validates the files of a bundle and their foreign keys. Damaged bundles show that it detects each kind of error.
func TestBundle_Frictionless_IsValidDataPackage(t *testing.T) {
	t.Parallel()
	texts := slices.DeleteFunc(exporttest.DifficultTexts(), func(s string) bool { return strings.TrimSpace(s) != s })
	var all []export.Type
	for _, d := range dataset.All() {
		all = append(all, export.Type(d.Info().Name))
	}
	bundle := writeBundle(t, texts[:len(texts)/2*2], all...)
	small := writeBundle(t, texts[:6], "analytics", "contacts", "notes", "action_item_responses")
	m, err := ReadManifest(bundle[manifestName])
	if err != nil {
		t.Fatal(err)
	}
	change := func(name, old, changed string) map[string][]byte {
		files := maps.Clone(small)
		if files[name] = bytes.Replace(small[name], []byte(old), []byte(changed), 1); bytes.Equal(files[name], small[name]) {
			t.Fatalf("%s has no %s", name, old)
		}
		return files
	}
	first, notes, _ := strings.Cut(string(small["notes.csv"]), "\n")
	_, contacts, _ := strings.Cut(string(small["contacts.csv"]), "\n")
	damaged := map[string]struct {
		files map[string][]byte
		error string
	}{
		"duplicate row":   {change("notes.csv", notes, notes+notes), "primary-key"},
		"missing parent":  {change("contacts.csv", contacts, ""), "foreign-key"},
		"invalid id":      {change("notes.csv", exporttest.UUID(14, 0), "14"), "type-error"},
		"invalid time":    {change("notes.csv", "2026-", "at "), "type-error"},
		"invalid number":  {change("analytics.csv", ",1,", ",one,"), "type-error"},
		"invalid boolean": {change("action_item_responses.csv", ",true", ",yes"), "type-error"},
		"empty id":        {change("notes.csv", exporttest.UUID(5, 0), ""), "constraint-error"},
		"renamed column":  {change("notes.csv", first, strings.Replace(first, "note_content", "content", 1)), "incorrect-label"},
		"invalid schema":  {change(dataPackageName, `"type": "datetime"`, `"type": "instant"`), "field-error"},
	}
	files, packages := map[string][]byte{}, []string{}
	add := func(folder string, all map[string][]byte) {
		for name, content := range all {
			files[folder+"/"+name] = content
		}
		packages = append(packages, folder+"/"+dataPackageName)
	}
	add("valid", bundle)
	for name, d := range damaged {
		add(name, d.files)
	}
	found := readertest.Frictionless(t, files, packages...)
	if valid := found["valid/"+dataPackageName]; len(valid.Errors) > 0 || valid.Rows != m.Rows || len(m.Files) != len(dataset.All()) {
		t.Errorf("%d of %d rows were read, errors %+v", valid.Rows, m.Rows, valid.Errors)
	}
	for name, d := range damaged {
		errs := found[name+"/"+dataPackageName].Errors
		if !slices.ContainsFunc(errs, func(e readertest.Error) bool { return e.Type == d.error }) {
			t.Errorf("%s: errors %+v, want %s", name, errs, d.error)
		}
	}
}
