package cloud

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// look is how often saved files are looked for.
const look = 300 * time.Millisecond

// Watch builds the functions anew whenever a Go file of theirs is saved, until ctx ends. Functions whose binary changed
// take their next event with the new one.
func (r *Running) Watch(ctx context.Context) {
	c := r.c
	tick := time.NewTicker(look)
	defer tick.Stop()
	seen := c.newest()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := c.newest()
		if now == seen {
			continue
		}
		seen = now
		before := c.sums()
		began := time.Now()
		err := c.build(ctx)
		if err != nil {
			if ctx.Err() == nil {
				c.log.Alert("local", "build", err.Error())
			}
			continue
		}
		var renewed []string
		for name, sum := range c.sums() {
			if sum != before[name] && c.pool.Renew(name) == nil {
				renewed = append(renewed, name)
			}
		}
		if len(renewed) > 0 {
			c.log.Alert("local", "build", fmt.Sprintf("took up %s after %.1f s", strings.Join(renewed, ", "), time.Since(began).Seconds()))
		}
	}
}

// stamp is the same as long as no file was saved, made or removed.
type stamp struct {
	newest time.Time
	count  int
}

func (c *cloud) newest() stamp {
	var s stamp
	// A folder that can't be read is one without Go files.
	_ = filepath.WalkDir(c.template.Folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // see above
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != c.template.Folder && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "infra" || name == "dashboard") {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" && name != "go.mod" && name != "go.sum" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return nil //nolint:nilerr // it was removed just now
		}
		s.count++
		if info.ModTime().After(s.newest) {
			s.newest = info.ModTime()
		}
		return nil
	})
	return s
}

// sums are the hashes of the functions' binaries by label.
func (c *cloud) sums() map[string][sha256.Size]byte {
	all := map[string][sha256.Size]byte{}
	for _, r := range c.functionsOf() {
		f, err := os.Open(c.binary(label(r)))
		if err != nil {
			continue
		}
		h := sha256.New()
		_, err = io.Copy(h, f)
		_ = f.Close()
		if err == nil {
			all[label(r)] = [sha256.Size]byte(h.Sum(nil))
		}
	}
	return all
}
