// Package secrets replaces AWS Secrets Manager: it stores the versions of the template's secrets and serves GetSecretValue and
// PutSecretValue. It does not generate values.
package secrets

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// The staging labels that Secrets Manager moves itself.
const (
	current  = "AWSCURRENT"
	previous = "AWSPREVIOUS"
)

// Version is one value of a secret. A version without stages is deprecated; its value can still be read by its id.
type Version struct {
	ID        string    `json:"id"`
	Value     string    `json:"value"`
	Stages    []string  `json:"stages"`
	CreatedAt time.Time `json:"created_at"`
}

// versions are those of a secret, in order of creation.
type versions []*Version

// UnmarshalJSON decodes the versions. A text is the only version, as earlier versions of the local cloud stored it.
func (v *versions) UnmarshalJSON(data []byte) error {
	var value string
	if json.Unmarshal(data, &value) == nil {
		*v = versions{newVersion("", value, time.Time{})}
		return nil
	}
	return json.Unmarshal(data, (*[]*Version)(v)) //nolint:wrapcheck // the caller's error names the file
}

func newVersion(id, value string, at time.Time) *Version {
	if id == "" {
		id = uuid.NewString()
	}
	return &Version{ID: id, Value: value, Stages: []string{current}, CreatedAt: at}
}

// find returns the version with a stage, nil if there is none.
func (v versions) find(stage string) *Version {
	i := slices.IndexFunc(v, func(v *Version) bool { return slices.Contains(v.Stages, stage) })
	if i < 0 {
		return nil
	}
	return v[i]
}

// Store has the secrets of a state folder in a file.
type Store struct {
	path string

	mu      sync.Mutex
	secrets map[string]versions
	arns    map[string]string // of the template's secrets, by name
}

// Open returns the store in a file, which may be missing.
func Open(path string) (*Store, error) {
	s := &Store{path: path, secrets: map[string]versions{}, arns: map[string]string{}}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &s.secrets)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return s, nil
}

// Value returns the current value of a secret. The first call stores what generate returns.
func (s *Store) Value(name string, generate func() (string, error)) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.secrets[name].find(current); v != nil {
		return v.Value, nil
	}
	value, err := generate()
	if err != nil {
		return "", err
	}
	s.secrets[name] = versions{newVersion("", value, time.Now())}
	return value, s.save()
}

// Serve makes the API know a secret.
func (s *Store) Serve(name, arn string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arns[name] = arn
}

// save replaces the file atomically.
func (s *Store) save() error {
	data, err := json.MarshalIndent(s.secrets, "", "  ")
	if err == nil {
		err = os.WriteFile(s.path+".new", append(data, '\n'), 0o600)
	}
	if err == nil {
		err = os.Rename(s.path+".new", s.path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", s.path, err)
	}
	return nil
}

// name returns the name of a secret by its name, its ARN, or its ARN without the random suffix; empty if there is none.
func (s *Store) name(id string) string {
	for name, arn := range s.arns {
		if id == name || id == arn || id == arn[:strings.LastIndexByte(arn, '-')] {
			return name
		}
	}
	return ""
}

// get returns the version that a request names: by id, by stage, by both, or the current one.
func (s *Store) get(name, id, stage string) (*Version, error) {
	if id == "" && stage == "" {
		stage = current
	}
	byStage := s.secrets[name].find(stage)
	if id == "" {
		if byStage == nil {
			return nil, notFound("Secrets Manager can't find the specified secret value for staging label: " + stage)
		}
		return byStage, nil
	}
	i := slices.IndexFunc(s.secrets[name], func(v *Version) bool { return v.ID == id })
	if i < 0 {
		return nil, notFound("Secrets Manager can't find the specified secret value for VersionId: " + id)
	}
	if v := s.secrets[name][i]; stage == "" || v == byStage {
		return v, nil
	}
	return nil, &apiError{"InvalidRequestException", "You provided a VersionStage that is not associated to the provided VersionId."}
}

// put adds a version with stages. A stage belongs to one version: the new one takes it from the other. The version that loses
// AWSCURRENT becomes AWSPREVIOUS. Repeating a request has no effect.
func (s *Store) put(name, id, value string, stages []string, at time.Time) (*Version, error) {
	if len(stages) == 0 {
		stages = []string{current}
	}
	all := s.secrets[name]
	if i := slices.IndexFunc(all, func(v *Version) bool { return v.ID == id }); i >= 0 {
		if all[i].Value != value {
			return nil, &apiError{"ResourceExistsException", "A resource with the ID you requested already exists."}
		}
		return all[i], nil
	}
	if slices.Contains(stages, current) {
		if last := all.find(current); last != nil {
			take(all, previous)
			last.Stages = append(last.Stages, previous)
		}
	}
	for _, stage := range stages {
		take(all, stage)
	}
	v := newVersion(id, value, at)
	v.Stages = stages
	s.secrets[name] = append(all, v)
	return v, s.save()
}

func take(from versions, stage string) {
	for _, v := range from {
		v.Stages = slices.DeleteFunc(v.Stages, func(s string) bool { return s == stage })
	}
}
