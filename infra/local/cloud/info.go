package cloud

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Info says where everything of a run is: one line of JSON on standard output, and running.json in the state folder.
type Info struct {
	API         string            `json:"api"`
	Site        string            `json:"site"`
	Issuer      string            `json:"issuer"`
	ClientID    string            `json:"client_id"`
	Scope       string            `json:"scope"`
	Audience    string            `json:"audience"`
	RedirectURI string            `json:"redirect_uri"`
	DynamoDB    string            `json:"dynamodb"`
	Streams     string            `json:"streams"`
	S3          string            `json:"s3"`
	Lambda      string            `json:"lambda"`
	Inbox       string            `json:"inbox"`
	Mail        string            `json:"mail"`
	Control     string            `json:"control"`
	Tables      map[string]string `json:"tables"`
	Buckets     map[string]string `json:"buckets"`
	Env         map[string]string `json:"env"`
	Secrets     map[string]string `json:"secrets"`
	Functions   []string          `json:"functions"`
	PID         int               `json:"pid"`
}

// ReadInfo returns where the local cloud that runs on a state folder is. It fails when none runs there.
func ReadInfo(folder string) (Info, error) {
	s := &state{folder: folder}
	var info Info
	_, err := os.Stat(s.path("running.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return info, fmt.Errorf("no local cloud runs on %s", folder)
	}
	return info, errors.Join(err, s.read("running.json", &info))
}

// forgetRun removes what says where the run is.
func (s *state) forgetRun() error {
	err := os.Remove(s.path("running.json"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forget the run: %w", err)
	}
	return nil
}

func pid() int { return os.Getpid() }

// randomID is part of the keys of objects that the local cloud writes.
func randomID() string { return rand.Text() }
