package cloud

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/kithhq/kith/infra/local/process"
)

// build builds the functions; with --bin it checks that the binaries exist.
func (c *cloud) build(ctx context.Context) error {
	if c.opts.Binaries != "" {
		for _, r := range c.enabledFunctions() {
			_, err := os.Stat(c.binary(label(r)))
			if err != nil {
				r.Properties.At("CodeUri").Problemf("there is no %s. Build it, or run without --bin", c.binary(label(r)))
			}
		}
		return c.template.Err() //nolint:wrapcheck // the error has file and lines
	}
	var folders, names []string
	for _, r := range c.enabledFunctions() {
		uri := r.Properties.At("CodeUri")
		folder := filepath.Join(c.template.Folder, uri.Text())
		_, err := os.Stat(folder)
		if err != nil {
			uri.Problemf("there is no folder %s. Create it, or exclude %s with --without %s", uri.Text(), r.ID, label(r))
			continue
		}
		folders, names = append(folders, folder), append(names, label(r))
	}
	err := c.template.Err()
	if err != nil {
		return err //nolint:wrapcheck // the error has file and lines
	}
	if len(folders) == 0 {
		return nil
	}
	cache, release, err := c.buildCache()
	if err != nil {
		return err
	}
	defer release()
	args := []string{"build", "-tags", "lambda.norpc", "-trimpath", "-ldflags=-s", "-buildvcs=false", "-o", cache + "/"}
	err = goBuild(ctx, c.template.Folder, append(args, folders...))
	if err != nil {
		return err
	}
	for _, name := range names {
		err = c.installBinary(cache, name)
		if err != nil {
			return err
		}
	}
	return nil
}

// buildCache locks and returns the folder in which this checkout's functions are built; the second result unlocks it.
// go build does not link a binary that is up to date there, so a run with a new state folder, such as a test's, is fast.
func (c *cloud) buildCache() (string, func(), error) {
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	sum := sha256.Sum256([]byte(c.template.Folder))
	folder := filepath.Join(base, "kith-local", hex.EncodeToString(sum[:8]))
	err = os.MkdirAll(folder, 0o700)
	if err != nil {
		return "", nil, fmt.Errorf("create the folder of binaries: %w", err)
	}
	lock, err := os.OpenFile(folder+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", nil, fmt.Errorf("lock the folder of binaries: %w", err)
	}
	err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX)
	if err != nil {
		return "", nil, errors.Join(fmt.Errorf("lock the folder of binaries: %w", err), lock.Close())
	}
	return folder, func() { _ = lock.Close() }, nil
}

// installBinary puts a binary into the state folder: as a link, because the next build replaces the file in the cache.
func (c *cloud) installBinary(cache, name string) error {
	built, target := filepath.Join(cache, name), c.binary(name)
	err := os.MkdirAll(filepath.Dir(target), 0o700)
	if err != nil {
		return fmt.Errorf("create the folder of binaries: %w", err)
	}
	err = os.Remove(target)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("replace a binary: %w", err)
	}
	if os.Link(built, target) == nil {
		return nil
	}
	data, err := os.ReadFile(built)
	if err != nil {
		return fmt.Errorf("copy a binary: %w", err)
	}
	err = os.WriteFile(target, data, 0o700) //nolint:gosec // a program
	if err != nil {
		return fmt.Errorf("copy a binary: %w", err)
	}
	return nil
}

func goBuild(ctx context.Context, folder string, args []string) error {
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // the folders that the template names
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Cancel = func() error { return process.Kill(cmd) }
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	err := process.Start(cmd)
	if err != nil {
		return fmt.Errorf("build the functions: %w", err)
	}
	err = cmd.Wait()
	if err != nil {
		return errors.Join(fmt.Errorf("build the functions: %w", err), errors.New(strings.TrimSpace(out.String())))
	}
	return nil
}
