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

// difficultFixture is a worker's workbench with a hostile campaign.
type difficultFixture struct {
	*fixture
	scope *dataset.Scope
}

func (b *difficultFixture) Scope(context.Context, campaign.ID) (*dataset.Scope, error) {
	return b.scope, nil
}

// bundleOf returns the files of a bundle that the worker makes of a campaign with texts.
func bundleOf(t *testing.T, texts []string, types ...export.Type) map[string][]byte {
	t.Helper()
	src, scope := exporttest.NewDifficultCampaign(texts)
	b := &difficultFixture{newBundleFixture(t, 1, 1), scope}
	b.Source = *src
	b.export.Organization, b.export.Campaign = scope.Organization.ID, scope.Campaign.ID
	b.export.Request.Types, _ = export.NewTypes(types)
	b.export.Request.Item = exporttest.DifficultOptions(&dataset.SpecificActionItemResponses, csv.Data, dataset.Extended).Item
	w := b.worker(0)
	w.Store = b
	if err := w.Work(t.Context(), "j", b.job.Version, exporttest.Noon, 10*time.Minute); err != nil || b.export.State != export.Ready {
		t.Fatalf("bundle: state %s (%s), error %v", b.export.State, b.export.Error, err)
	}
	files := map[string][]byte{}
	for name, content := range unpacked(t, b.objects[b.export.Object]) {
		files[name] = []byte(content)
	}
	return files
}

// Of a bundle it checks how the files join as well. To show that it does, it is given bundles that are wrong.
func TestABundleIsADataPackageToFrictionless(t *testing.T) {
	texts := slices.DeleteFunc(exporttest.DifficultTexts(), func(s string) bool { return strings.TrimSpace(s) != s })
	var all []export.Type
	for _, d := range dataset.All() {
		all = append(all, export.Type(d.Info().Name))
	}
	bundle := bundleOf(t, texts[:len(texts)/2*2], all...)
	small := bundleOf(t, texts[:6], "analytics", "contacts", "notes", "action_item_responses")
	m, err := ReadManifest(bundle[manifestName])
	if err != nil {
		t.Fatal(err)
	}
	change := func(name, was, is string) map[string][]byte {
		wrong := maps.Clone(small)
		if wrong[name] = bytes.Replace(small[name], []byte(was), []byte(is), 1); bytes.Equal(wrong[name], small[name]) {
			t.Fatalf("%s has no %s", name, was)
		}
		return wrong
	}
	first, notes, _ := strings.Cut(string(small["notes.csv"]), "\n")
	_, contacts, _ := strings.Cut(string(small["contacts.csv"]), "\n")
	wrong := map[string]struct {
		files map[string][]byte
		says  string
	}{
		"a row that is there twice": {change("notes.csv", notes, notes+notes), "primary-key"},
		"a parent that is missing":  {change("contacts.csv", contacts, ""), "foreign-key"},
		"an id that is none":        {change("notes.csv", exporttest.UUID(14, 0), "14"), "type-error"},
		"a time that is none":       {change("notes.csv", "2026-", "at "), "type-error"},
		"a number that is none":     {change("analytics.csv", ",1,", ",one,"), "type-error"},
		"a flag that is none":       {change("action_item_responses.csv", ",true", ",yes"), "type-error"},
		"an id that is empty":       {change("notes.csv", exporttest.UUID(5, 0), ""), "constraint-error"},
		"a column of another name":  {change("notes.csv", first, strings.Replace(first, "note_content", "content", 1)), "incorrect-label"},
		"a schema that is none":     {change(dataPackageName, `"type": "datetime"`, `"type": "instant"`), "field-error"},
	}
	files, wanted := map[string][]byte{}, []string{}
	put := func(folder string, all map[string][]byte) {
		for name, content := range all {
			files[folder+"/"+name] = content
		}
		wanted = append(wanted, folder+"/"+dataPackageName)
	}
	put("right", bundle)
	for what, w := range wrong {
		put(what, w.files)
	}
	found := readertest.Frictionless(t, files, wanted...)
	if right := found["right/"+dataPackageName]; len(right.Wrong) > 0 || right.Rows != m.Rows || len(m.Files) != len(dataset.All()) {
		t.Errorf("of %d rows it reads %d, and says %+v", m.Rows, right.Rows, right.Wrong)
	}
	for what, w := range wrong {
		said := found[what+"/"+dataPackageName].Wrong
		if !slices.ContainsFunc(said, func(said readertest.Wrong) bool { return said.Type == w.says }) {
			t.Errorf("%s: it says %+v", what, said)
		}
	}
}
