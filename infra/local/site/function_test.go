package site

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

const routes = `function handler(event) {
  var request = event.request;
  if (!/\.[a-z0-9]+$/.test(request.uri)) request.uri = '/index.html';
  return request;
}`

func TestSite_WithFunction_SendsPagesButNoMissingFiles(t *testing.T) {
	folder := t.TempDir()
	err := os.MkdirAll(filepath.Join(folder, "assets"), 0o700)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"index.html": "app", "404.html": "missing", "assets/a.js": "js"} {
		err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600)
		if err != nil {
			t.Fatal(err)
		}
	}
	f, err := NewFunction(routes)
	if err != nil {
		t.Fatal(err)
	}
	s := New(Config{
		Folder: folder, Root: "index.html", Function: f, Pages: map[int]Page{403: {Status: 404, Path: "/404.html"}},
		Read: func(_ context.Context, _, _ string) (Object, error) { return Object{}, ErrNoObject },
	})
	for _, c := range []struct {
		path, body, cache string
		status            int
	}{
		{"/", "app", "no-cache", http.StatusOK},
		{"/c/0199/people", "app", "no-cache", http.StatusOK},
		{"/assets/a.js", "js", "public, max-age=31536000, immutable", http.StatusOK},
		{"/assets/old.js", "missing", "no-cache", http.StatusNotFound},
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, c.path, nil))
		if w.Code != c.status || w.Body.String() != c.body || w.Header().Get("Cache-Control") != c.cache {
			t.Errorf("GET %s: %d %q %v", c.path, w.Code, w.Body, w.Header())
		}
	}
}

func TestFunction_WithoutRequest_Fails(t *testing.T) {
	for _, code := range []string{`var x = 1`, `function handler(`} {
		_, err := NewFunction(code)
		if err == nil {
			t.Errorf("%s compiles", code)
		}
	}
	for _, code := range []string{`function handler() {}`, `function handler() { return { statusCode: 302 } }`, `function handler() { throw 'x' }`} {
		f, err := NewFunction(code)
		if err != nil {
			t.Fatal(err)
		}
		path, location, err := f.Rewrite("example.org", "/", nil)
		if err == nil {
			t.Errorf("%s returns the path %q and redirects to %q", code, path, location)
		}
	}
}
