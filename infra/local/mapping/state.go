package mapping

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// flowState is what a mapping keeps over a restart.
type flowState struct {
	Stream   string               `json:"stream"`
	Parallel int                  `json:"parallel"`
	Lanes    map[string]laneState `json:"lanes"`
}

// laneState says how far a lane has come, and the window it is in.
type laneState struct {
	After  string  `json:"after"`
	Window *window `json:"window,omitempty"`
}

// load reads a state file into v; a missing file leaves v as it is.
func load(file string, v any) error {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read state: %w", err)
	}
	err = json.Unmarshal(b, v)
	if err != nil {
		return fmt.Errorf("state file %s: %w; `make clean` empties the state", file, err)
	}
	return nil
}

// save replaces a state file as a whole.
func save(file string, v any) error {
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
