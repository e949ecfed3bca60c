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

// settingsVar is the environment variable with the settings of the server process. A process that has it is that server.
const settingsVar = "KITH_OBJECTS"

// health is a path that needs no signature. No bucket may have this name.
const health = "/kith-health"

// settings are the settings of the server process.
type settings struct {
	Address string `json:"address"`
	Folder  string `json:"folder"`
	Region  string `json:"region"`
	Access  string `json:"access"`
	Secret  string `json:"secret"`
	Events  string `json:"events"`
}

// RunServer runs the S3 server and exits, in the process that Start has started; in any other process it does nothing.
// main calls it first.
//
// The server has a process of its own because the library changes the working directory, prints to standard output and
// allows one server per process. It can also be killed and restarted like the other services.
func RunServer() {
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
	buckets, metadata := filepath.Join(s.Folder, "buckets"), filepath.Join(s.Folder, "about")
	err = errors.Join(os.MkdirAll(buckets, 0o700), os.MkdirAll(metadata, 0o700))
	if err != nil {
		return fmt.Errorf("folders of the object store: %w", err)
	}
	// Metadata is stored in files instead of extended attributes, which some file systems lack.
	sideCar, err := meta.NewSideCar(metadata)
	if err != nil {
		return fmt.Errorf("folder of the object store: %w", err)
	}
	be, err := posix.New(buckets, sideCar, posix.PosixOpts{SideCarDir: metadata, NewDirPerm: 0o700, NewFilePerm: 0o600})
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
