package site

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSite_AnyPath_IsAnsweredLikeCloudFront(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{"index.html": "<p>folder", "app.js": "js", "../secret": "no"} {
		err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600)
		if err != nil {
			t.Fatal(err)
		}
	}
	bucket := map[string]Object{
		"a b.txt": {Body: []byte("text"), ContentType: "text/plain", CacheControl: "no-cache"},
		"app.js":  {Body: []byte("newer"), ContentType: "text/javascript"},
	}
	failing := false
	s := New(Config{
		Bucket: "pages", Folder: folder, Root: "index.html", Pages: map[int]Page{403: {Status: 200, Path: "/index.html"}},
		Headers: map[string]string{"Referrer-Policy": "no-referrer"},
		Read: func(_ context.Context, name, key string) (Object, error) {
			if failing || name != "pages" {
				return Object{}, errors.New("unavailable")
			}
			o, ok := bucket[key]
			if !ok {
				return Object{}, ErrNoObject
			}
			return o, nil
		},
	})
	server := httptest.NewServer(s)
	defer server.Close()
	ask := func(method, path string) (*http.Response, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res, string(body)
	}
	for path, want := range map[string]string{
		"/": "<p>folder", "/a%20b.txt": "text", "/app.js": "newer", "/page/of/the/app": "<p>folder", "/..%2Fsecret": "<p>folder",
	} {
		res, body := ask("GET", path)
		if res.StatusCode != 200 || body != want || res.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("GET %s: %s %q %v", path, res.Status, body, res.Header)
		}
	}
	res, body := ask("HEAD", "/a%20b.txt")
	if res.ContentLength != 4 || body != "" || res.Header.Get("Cache-Control") != "no-cache" || res.Header.Get("Content-Type") != "text/plain" {
		t.Errorf("HEAD: %v %q", res.Header, body)
	}
	res, _ = ask("POST", "/")
	if res.StatusCode != 403 {
		t.Errorf("POST: %s", res.Status)
	}
	s.c.Pages = nil
	res, body = ask("GET", "/missing")
	if res.StatusCode != 403 || res.Header.Get("Content-Type") != "application/xml" {
		t.Errorf("a missing object, without an error page: %s %q", res.Status, body)
	}
	failing = true
	res, _ = ask("GET", "/app.js")
	if res.StatusCode != 502 {
		t.Errorf("a bucket that fails: %s", res.Status)
	}
}

func TestSite_LongText_IsCompressedForClientsThatAcceptGzip(t *testing.T) {
	long := strings.Repeat("the same line\n", 100)
	s := New(Config{Compress: true, Read: func(_ context.Context, _, key string) (Object, error) {
		return Object{Body: []byte(long), ContentType: mime.TypeByExtension(filepath.Ext(key))}, nil
	}})
	for _, c := range []struct {
		path, accepted string
		compressed     bool
	}{{"/app.js", "br, gzip", true}, {"/app.js", "", false}, {"/photo.png", "gzip", false}} {
		request := httptest.NewRequestWithContext(t.Context(), "GET", c.path, nil)
		request.Header.Set("Accept-Encoding", c.accepted)
		response := httptest.NewRecorder()
		s.ServeHTTP(response, request)
		body := response.Body.Bytes()
		if got := response.Header().Get("Content-Encoding") == "gzip"; got != c.compressed {
			t.Errorf("%s for %q: %v", c.path, c.accepted, response.Header())
			continue
		}
		if c.compressed {
			zipped, err := gzip.NewReader(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			body, err = io.ReadAll(zipped)
			if err != nil {
				t.Fatal(err)
			}
		}
		if string(body) != long {
			t.Errorf("%s for %q has another body", c.path, c.accepted)
		}
	}
}
