package e2e

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/kithhq/kith/internal/readertest"
)

// bundle compares the files of a bundle with the golden files. A bundle leaves out that Eve accepted, because her membership no
// longer exists.
func (s *goldenCampaign) bundle() {
	s.t.Helper()
	olivia, campaign := s.people["olivia"], s.ids["campaign"]
	made, whole, err := kith.exported(s.t.Context(), olivia, campaign, body{"type": "bundle", "profile": "extended"})
	s.ok(err)
	files, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	s.ok(err)
	found, contents := map[string]string{}, map[string][]byte{}
	for _, f := range files.File {
		content, err := f.Open()
		s.ok(err)
		text, err := io.ReadAll(content)
		s.ok(err)
		found[f.Name], contents[f.Name] = string(text), text
	}
	if len(found) != 14 {
		s.t.Errorf("the bundle holds %d files, want twelve exports, a data package and a manifest", len(found))
	}
	extended := map[string]bool{"contacts": true, "mobilizers": true, "voters": true, "notes": true, "action_item_responses": true}
	for name, got := range found {
		kind, isExport := strings.CutSuffix(name, ".csv")
		golden := name
		switch {
		case !isExport:
			continue
		case extended[kind]:
			golden = kind + "-extended.csv"
		case kind == "analytics":
			got = s.maskAsOf(got)
		}
		want := s.golden(golden)
		if kind == "invitations" {
			want = strings.NewReplacer("2026-06-01T13:24,Eve Moss,", ",,", "user-eve,membership-eve", ",").Replace(want)
		}
		s.compareText(golden, want, got)
	}

	for _, result := range readertest.Frictionless(s.t, contents, "datapackage.json") {
		if len(result.Errors) > 0 || result.Rows == 0 {
			s.t.Errorf("Frictionless read %d rows of the bundle and found errors: %+v", result.Rows, result.Errors)
		}
	}

	path := s.admin + "/exports/" + made
	var manifest json.RawMessage
	s.ok(olivia.Get(s.t.Context(), path+"/manifest", &manifest))
	if right, said := verifyExport(s.t, whole, manifest); !right {
		s.t.Errorf("verify-export: %s", said)
	}
	var link struct {
		URL      string
		FileName string `json:"file_name"`
	}
	s.ok(olivia.Do(s.t.Context(), http.MethodPost, path+"/download-link", nil, &link))
	if link.FileName != "riverbend-votes_water-for-riverbend_bundle_extended_2026-06-04.zip" {
		s.t.Errorf("the bundle is called %s", link.FileName)
	}
	s.ok(olivia.Do(s.t.Context(), http.MethodPost, path+"/schema/download-link", nil, &link))
	schema, err := fetch(s.t.Context(), http.MethodGet, link.URL, nil)
	s.ok(err)
	var m struct{ Schema string }
	s.ok(json.Unmarshal(manifest, &m))
	if string(schema) != found["datapackage.json"] || link.FileName != m.Schema || filepath.Ext(m.Schema) != ".json" {
		s.t.Errorf("the schema beside the bundle, %s (%s in the manifest), is not the one in it", link.FileName, m.Schema)
	}
}
