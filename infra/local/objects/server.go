package objects

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
)

// settingsVar carries the settings of the server process, and makes this program that process.
const settingsVar = "KITH_OBJECTS"

// health is answered without a signature; no bucket may have this name.
const health = "/kith-health"

// settings are what the server process needs.
type settings struct {
	Address string `json:"address"`
	Folder  string `json:"folder"`
	Region  string `json:"region"`
	Access  string `json:"access"`
	Secret  string `json:"secret"`
	Events  string `json:"events"`
}

// Child is the first thing that the local cloud's main does. In the process that Start started it serves S3 and does
// not return; in any other it does nothing.
//
// The server has a process of its own since the library changes the working directory, prints to standard output and
// allows one server a process; so it can be killed and started again like the others.
func Child() {
	text := os.Getenv(settingsVar)
	if text == "" {
		return
	}
	err := serve(text)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func serve(text string) error {
	var s settings
	err := json.Unmarshal([]byte(text), &s)
	if err != nil {
		return fmt.Errorf("settings of the object store: %w", err)
	}
	buckets, about := filepath.Join(s.Folder, "buckets"), filepath.Join(s.Folder, "about")
	err = errors.Join(os.MkdirAll(buckets, 0o700), os.MkdirAll(about, 0o700))
	if err != nil {
		return fmt.Errorf("folders of the object store: %w", err)
	}
	// Files beside the objects, not extended attributes: every file system has files.
	side, err := meta.NewSideCar(about)
	if err != nil {
		return fmt.Errorf("folder of the object store: %w", err)
	}
	be, err := posix.New(buckets, side, posix.PosixOpts{SideCarDir: about, NewDirPerm: 0o700, NewFilePerm: 0o600})
	if err != nil {
		return fmt.Errorf("folder of the object store: %w", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	err = embedgw.RunVersityGW(ctx, be, &embedgw.Config{
		RootUserAccess: s.Access, RootUserSecret: s.Secret, Region: s.Region, Ports: []string{s.Address},
		MaxConnections: 1024, MaxRequests: 512, MultipartMaxParts: 10000, HealthPath: health, Quiet: true, KeepAlive: true,
		EventWebhookURL: s.Events,
	})
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("object store: %w", err)
	}
	return nil
}
