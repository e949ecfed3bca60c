// Package site serves a bucket of static files as CloudFront does: the default root object, custom error pages, response
// headers and compression. A folder serves the files that the bucket lacks, so that a built web app needs no upload.
package site

import (
	"context"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// ErrNoObject is the error for a missing object.
var ErrNoObject = errors.New("no such object")

// Object is an object of a bucket.
type Object struct {
	Body         []byte
	ContentType  string
	CacheControl string
}

// Page replaces an error response.
type Page struct {
	Status int
	Path   string
}

// Config configures a site.
type Config struct {
	Bucket string
	// Aliases are the own domains. A request to the listener's address counts as one to the first.
	Aliases []string
	// Read returns an object. It fails with ErrNoObject if there is none.
	Read func(ctx context.Context, bucket, key string) (Object, error)
	// Folder holds the files that the bucket lacks; empty for none.
	Folder string
	// Root is the key of the object for the path /.
	Root string
	// Pages holds the replacement of each error status.
	Pages map[int]Page
	// Headers are set on every response.
	Headers map[string]string
	// Compress compresses texts for clients that accept gzip.
	Compress bool
	// Function changes the path of each request first; nil for none.
	Function *Function
}

// Site is an http.Handler.
type Site struct{ c Config }

// New returns a site.
func New(c Config) *Site { return &Site{c} }

// ServeHTTP answers GET and HEAD.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for name, value := range s.c.Headers {
		w.Header().Set(name, value)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "This distribution accepts GET and HEAD only.", http.StatusForbidden)
		return
	}
	uri := r.URL.EscapedPath()
	if s.c.Function != nil {
		rewritten, location, err := s.c.Function.Rewrite(s.host(r), uri, r.URL.Query())
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		if location != "" {
			w.Header().Set("Location", location)
			w.WriteHeader(http.StatusFound)
			return
		}
		uri = rewritten
	}
	key, err := url.PathUnescape(strings.TrimPrefix(uri, "/"))
	if err != nil {
		http.Error(w, "The path is invalid.", http.StatusBadRequest)
		return
	}
	if key == "" {
		key = s.c.Root
	}
	object, err := s.read(r.Context(), key)
	if err == nil {
		s.send(w, r, http.StatusOK, object)
		return
	}
	if !errors.Is(err, ErrNoObject) {
		http.Error(w, "The bucket can't be read: "+err.Error(), http.StatusBadGateway)
		return
	}
	// S3 answers 403 for a missing object to a caller that may not list the bucket, such as CloudFront.
	page, ok := s.c.Pages[http.StatusForbidden]
	if ok {
		object, err = s.read(r.Context(), strings.TrimPrefix(page.Path, "/"))
		if err == nil {
			s.send(w, r, page.Status, object)
			return
		}
	}
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(http.StatusForbidden)
	_, _ = w.Write([]byte(`<?xml version="1.0" encoding="UTF-8"?>` + "\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"))
}

// host returns the name that a request has on AWS: an own domain, or one below cloudfront.net. Requests to the listener's
// address are requests to the first own domain.
func (s *Site) host(r *http.Request) string {
	if len(s.c.Aliases) == 0 || slices.Contains(s.c.Aliases, r.Host) || strings.HasSuffix(r.Host, ".cloudfront.net") {
		return r.Host
	}
	return s.c.Aliases[0]
}

func (s *Site) read(ctx context.Context, key string) (Object, error) {
	if key == "" {
		return Object{}, ErrNoObject
	}
	object, err := s.c.Read(ctx, s.c.Bucket, key)
	if !errors.Is(err, ErrNoObject) || s.c.Folder == "" {
		return object, err
	}
	if !filepath.IsLocal(filepath.FromSlash(key)) {
		return Object{}, ErrNoObject
	}
	body, err := os.ReadFile(filepath.Join(s.c.Folder, filepath.FromSlash(key))) //nolint:gosec // IsLocal keeps it inside
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return Object{}, ErrNoObject
	}
	return Object{Body: body, ContentType: mime.TypeByExtension(path.Ext(key)), CacheControl: cacheControl(key)}, err
}

// cacheControl returns the header that an upload sets: the names of assets contain a hash of their content.
func cacheControl(key string) string {
	if strings.HasPrefix(key, "assets/") || strings.HasPrefix(key, "m/assets/") {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}

func (s *Site) send(w http.ResponseWriter, r *http.Request, status int, o Object) {
	h := w.Header()
	if o.ContentType == "" {
		o.ContentType = "binary/octet-stream"
	}
	h.Set("Content-Type", o.ContentType)
	body := o.Body
	if s.c.Compress {
		body = compress(h, r, o)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if o.CacheControl != "" {
		h.Set("Cache-Control", o.CacheControl)
	}
	w.WriteHeader(status)
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) //nolint:gosec // a file of the site, served as it is
	}
}
