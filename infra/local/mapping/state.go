package mapping

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// consumerState is the stored state of a consumer.
type consumerState struct {
	Stream     string                    `json:"stream"`
	Parallel   int                       `json:"parallel"`
	Partitions map[string]partitionState `json:"partitions"`
}

// partitionState is the position of a partition and its open window.
type partitionState struct {
	After  string  `json:"after"`
	Window *window `json:"window,omitempty"`
}

// readState reads a state file into v. It does not change v if the file is missing.
func readState(file string, v any) error {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read state: %w", err)
	}
	err = json.Unmarshal(b, v)
	if err != nil {
		return fmt.Errorf("state file %s: %w; delete the data with `make clean`", file, err)
	}
	return nil
}

// writeState replaces a state file atomically.
func writeState(file string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write state: %w", err)
	}
	err = os.MkdirAll(filepath.Dir(file), 0o700)
	if err != nil {
		return fmt.Errorf("write state: %w", err)
	}
	err = os.WriteFile(file+".new", b, 0o600)
	if err != nil {
		return fmt.Errorf("write state: %w", err)
	}
	err = os.Rename(file+".new", file)
	if err != nil {
		return fmt.Errorf("write state: %w", err)
	}
	return nil
}
