package export

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
	"github.com/kithhq/kith/internal/readertest"
)

// Another implementation of the Data Package standard reads each schema, and finds each file, in either dialect, to be
// what the schema says.
func TestFilesAreWhatTheirSchemasSayToFrictionless(t *testing.T) {
	_, scope := hostileCampaignOf(hostile())
	files, rows := map[string][]byte{}, map[string]int{}
	for _, d := range []csv.Dialect{csv.Data, csv.Spreadsheet} {
		everyFile(t, d, func(t *testing.T, f *hostileFile) {
			schema, err := Schema(f.of, scope, f.profile)
			if err != nil {
				t.Fatal(err)
			}
			name := string(f.of.Name()) + "-" + string(f.profile) + "-" + string(d)
			files[name+".csv"], files[name+".json"] = f.bytes, schema
			rows[name+".csv="+name+".json"] = len(f.cells) - 1
		})
	}
	for what, found := range readertest.Frictionless(t, files, slices.Sorted(maps.Keys(rows))...) {
		if found.Rows != rows[what] {
			t.Errorf("%s: %d rows were read, want %d", what, found.Rows, rows[what])
		}
		for _, w := range found.Wrong {
			// It trims the first line's cells, and not the names that it compares them with: here they end with all sorts
			// of blanks, below they don't.
			if !strings.HasPrefix(what, "legacy_mobilizers-") || !strings.HasSuffix(w.Type, "-label") {
				t.Errorf("%s: %+v", what, w)
			}
		}
	}
}

// hostileBundle is a worker's workbench with a hostile campaign.
type hostileBundle struct {
	*bench
	scope *Scope
}

func (b *hostileBundle) Scope(context.Context, campaign.ID) (*Scope, error) { return b.scope, nil }

// bundleOf returns the files of a bundle that the worker makes of a campaign with texts.
func bundleOf(t *testing.T, texts []string, types ...Type) map[string][]byte {
	t.Helper()
	src, scope := hostileCampaignOf(texts)
	b := &hostileBundle{newBundle(t, 1, 1), scope}
	b.rows = *src
	b.export.Organization, b.export.Campaign = scope.Organization.ID, scope.Campaign.ID
	b.export.Request.Types, _ = NewTypes(types)
	b.export.Request.Item = hostileRequest(&SpecificActionItemResponses, csv.Data, Extended).Item
	w := b.worker(0)
	w.Store = b
	if err := w.Work(t.Context(), "j", b.job.Version, noon, 10*time.Minute); err != nil || b.export.State != Ready {
		t.Fatalf("the bundle is %s: %s, %v", b.export.State, b.export.Error, err)
	}
	files := map[string][]byte{}
	for name, content := range unpacked(t, b.objects[b.export.Object]) {
		files[name] = []byte(content)
	}
	return files
}

// Of a bundle it checks how the files join as well. To show that it does, it is given bundles that are wrong.
func TestABundleIsADataPackageToFrictionless(t *testing.T) {
	texts := slices.DeleteFunc(hostile(), func(s string) bool { return strings.TrimSpace(s) != s })
	var all []Type
	for _, table := range Tables() {
		all = append(all, table.Name())
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
		"an id that is none":        {change("notes.csv", uuid(14, 0), "14"), "type-error"},
		"a time that is none":       {change("notes.csv", "2026-", "at "), "type-error"},
		"a number that is none":     {change("analytics.csv", ",1,", ",one,"), "type-error"},
		"a flag that is none":       {change("action_item_responses.csv", ",true", ",yes"), "type-error"},
		"an id that is empty":       {change("notes.csv", uuid(5, 0), ""), "constraint-error"},
		"a column of another name":  {change("notes.csv", first, strings.Replace(first, "note_content", "content", 1)), "incorrect-label"},
		"a schema that is none":     {change(packageName, `"type": "datetime"`, `"type": "instant"`), "field-error"},
	}
	files, wanted := map[string][]byte{}, []string{}
	put := func(folder string, all map[string][]byte) {
		for name, content := range all {
			files[folder+"/"+name] = content
		}
		wanted = append(wanted, folder+"/"+packageName)
	}
	put("right", bundle)
	for what, w := range wrong {
		put(what, w.files)
	}
	found := readertest.Frictionless(t, files, wanted...)
	if right := found["right/"+packageName]; len(right.Wrong) > 0 || right.Rows != m.Rows || len(m.Files) != len(Tables()) {
		t.Errorf("of %d rows it reads %d, and says %+v", m.Rows, right.Rows, right.Wrong)
	}
	for what, w := range wrong {
		said := found[what+"/"+packageName].Wrong
		if !slices.ContainsFunc(said, func(said readertest.Wrong) bool { return said.Type == w.says }) {
			t.Errorf("%s: it says %+v", what, said)
		}
	}
}
