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

// watchInterval is the time between checks for changed files.
const watchInterval = 300 * time.Millisecond

// Watch rebuilds the functions when a Go file has changed, until ctx is done. A function whose binary has changed handles
// the next event with the new binary.
func (r *Running) Watch(ctx context.Context) {
	c := r.c
	tick := time.NewTicker(watchInterval)
	defer tick.Stop()
	last := c.sourceVersion()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := c.sourceVersion()
		if now == last {
			continue
		}
		last = now
		before := c.binaryHashes()
		began := time.Now()
		err := c.build(ctx)
		if err != nil {
			if ctx.Err() == nil {
				c.log.Alert("local", "build", err.Error())
			}
			continue
		}
		var replaced []string
		for name, sum := range c.binaryHashes() {
			if sum != before[name] && c.pool.Replace(name) == nil {
				replaced = append(replaced, name)
			}
		}
		if len(replaced) > 0 {
			c.log.Alert("local", "build", fmt.Sprintf("rebuilt %s in %.1f s", strings.Join(replaced, ", "), time.Since(began).Seconds()))
		}
	}
}

// sourceVersion identifies the state of the Go files: it changes when a file is saved, created or removed.
type sourceVersion struct {
	newest time.Time
	count  int
}

// sourceVersion returns the version of the Go files of the functions.
func (c *cloud) sourceVersion() sourceVersion {
	var s sourceVersion
	// Unreadable folders are skipped.
	_ = filepath.WalkDir(c.template.Folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // skipped
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
			return nil //nolint:nilerr // the file was just removed
		}
		s.count++
		if info.ModTime().After(s.newest) {
			s.newest = info.ModTime()
		}
		return nil
	})
	return s
}

// binaryHashes returns the hashes of the functions' binaries, by label.
func (c *cloud) binaryHashes() map[string][sha256.Size]byte {
	all := map[string][sha256.Size]byte{}
	for _, r := range c.enabledFunctions() {
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
