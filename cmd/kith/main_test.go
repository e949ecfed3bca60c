package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestVerifyExport_DamagedFiles_AreRefused(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const sum = "f2abd1f00000f5b8f67ef72842a6c0a8ae57c54f9ae3b3b0e2e61ec6c1e4fa2f"
	file := write("f.csv", "id,name\n1,Ana\n")
	manifest := write("f.manifest.json", fmt.Sprintf(
		`{"format": "kith-export-manifest/1", "compression": "none", "columns": ["id", "name"], "rows": 1, "bytes": 14, "sha256": %q}`, sum))
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"verify-export", file, manifest}, 1, "sha256: the manifest says " + sum},
		{[]string{"verify-export", write("g.csv", "id,name\n"), manifest}, 1, "rows: the manifest says 1, the file has 0"},
		{[]string{"verify-export", filepath.Join(folder, "none"), manifest}, 2, "no such file"},
		{[]string{"verify-export", file, file}, 2, "manifest: invalid"},
		{[]string{"verify-export", file}, 2, "usage:"},
		{[]string{"verify-export", "", ""}, 2, "make verify-export FILE="}, // as make has it when neither is given
		{[]string{"verify-export", file, ""}, 2, "make verify-export FILE="},
		{nil, 2, "usage:"},
	} {
		var out bytes.Buffer
		if code := run(c.args, &out, &out); code != c.code || !strings.Contains(out.String(), c.says) {
			t.Errorf("kith %s: %d %s, want %d and %q", strings.Join(c.args, " "), code, out.String(), c.code, c.says)
		}
	}
	var out bytes.Buffer
	run([]string{"verify-export", file, manifest}, &out, &out)
	_, has, _ := strings.Cut(out.String(), "the file has ")
	has, _, _ = strings.Cut(has, "\n")
	right := write("right.json", strings.Replace(readAll(t, manifest), sum, has, 1))
	out.Reset()
	if code := run([]string{"verify-export", file, right}, &out, &out); code != 0 || !strings.Contains(out.String(), "matches its manifest: 1 rows, 14 bytes") {
		t.Errorf("the file itself: %d %s", code, out.String())
	}
}

func readAll(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
