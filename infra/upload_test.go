package infra

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUploadDashboard_List_SendsPagesLastAndCachesOnlyAssets(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"index.html", "404.html", "favicon.svg", "assets/a-1.js", "assets/a-1.css", "m/assets/b-1.js", "m/index.html", "m/sw.js"} {
		path := filepath.Join(folder, name)
		err := os.MkdirAll(filepath.Dir(path), 0o700)
		if err == nil {
			err = os.WriteFile(path, nil, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.CommandContext(t.Context(), "python3", "tools/upload_dashboard.py", "--list", folder).Output()
	if err != nil {
		t.Fatal(err)
	}
	var got [][3]string
	var objects []struct{ Key, ContentType, CacheControl string }
	err = json.Unmarshal(out, &objects)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range objects {
		got = append(got, [3]string{o.Key, o.ContentType, o.CacheControl})
	}
	const forever = "public, max-age=31536000, immutable"
	want := [][3]string{
		{"assets/a-1.css", "text/css", forever},
		{"assets/a-1.js", "text/javascript", forever},
		{"favicon.svg", "image/svg+xml", "no-cache"},
		{"m/assets/b-1.js", "text/javascript", forever},
		{"404.html", "text/html", "no-cache"},
		{"index.html", "text/html", "no-cache"},
		{"m/index.html", "text/html", "no-cache"},
		{"m/sw.js", "text/javascript", "no-cache"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
