package mail

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Message is a message that was sent, without its text.
type Message struct {
	ID               string              `json:"id"`
	Time             time.Time           `json:"time"` // by the shifted clock
	From             string              `json:"from"`
	Recipients       []string            `json:"recipients"`
	Subject          string              `json:"subject"`
	Tags             map[string][]string `json:"tags"`
	ConfigurationSet string              `json:"configuration_set"`
	// Events are the types of events that have been published.
	Events []string `json:"events"`
}

// ErrNoMessage says that there is no message of that id.
var ErrNoMessage = errors.New("no such message")

// box keeps messages: each as it was sent in ID.eml, and what SES knows of it in ID.json.
type box struct {
	folder string

	mu       sync.Mutex
	messages []*Message // by time of arrival

	gate   sync.Mutex  // one message after the other is held to the quota
	quota  Quota       // when it was changed while running
	recent []time.Time // one for each recipient of the last second, by the machine's clock
}

func openBox(folder string) (*box, error) {
	err := os.MkdirAll(folder, 0o700)
	if err != nil {
		return nil, fmt.Errorf("folder of the mail: %w", err)
	}
	b := &box{folder: folder}
	names, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("folder of the mail: %w", err)
	}
	slices.Sort(names) // ids begin with the time of arrival
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read kept mail: %w", err)
		}
		m := &Message{}
		err = json.Unmarshal(text, m)
		if err != nil {
			return nil, fmt.Errorf("kept mail %s: %w", name, err)
		}
		b.messages = append(b.messages, m)
	}
	return b, nil
}

func (b *box) file(id, kind string) string { return filepath.Join(b.folder, id+kind) }

// add keeps a message. It is on disk when add returns.
func (b *box) add(m *Message, raw []byte) error {
	err := os.WriteFile(b.file(m.ID, ".eml"), raw, 0o600)
	if err != nil {
		return fmt.Errorf("keep message: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.messages = append(b.messages, m)
	return b.write(m)
}

func (b *box) write(m *Message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("keep message: %w", err)
	}
	err = os.WriteFile(b.file(m.ID, ".new"), text, 0o600)
	if err == nil {
		err = os.Rename(b.file(m.ID, ".new"), b.file(m.ID, ".json"))
	}
	if err != nil {
		return fmt.Errorf("keep message: %w", err)
	}
	return nil
}

// happened notes an event of a message.
func (b *box) happened(id, event string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.messages {
		if m.ID == id {
			m.Events = append(m.Events, event)
			return b.write(m)
		}
	}
	return ErrNoMessage
}

// list returns copies of all messages, oldest first.
func (b *box) list() []Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make([]Message, 0, len(b.messages))
	for _, m := range b.messages {
		c := *m
		c.Events = slices.Clone(m.Events)
		out = append(out, c)
	}
	return out
}

func (b *box) find(id string) (Message, error) {
	for _, m := range b.list() {
		if m.ID == id {
			return m, nil
		}
	}
	return Message{}, ErrNoMessage
}

func (b *box) raw(id string) ([]byte, error) {
	raw, err := os.ReadFile(b.file(id, ".eml"))
	if errors.Is(err, fs.ErrNotExist) || strings.ContainsAny(id, `/\`) {
		return nil, ErrNoMessage
	}
	if err != nil {
		return nil, fmt.Errorf("read message: %w", err)
	}
	return raw, nil
}

// recipientsSince counts the recipients of the messages after a time.
func (b *box) recipientsSince(t time.Time) float64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for _, m := range b.messages {
		if m.Time.After(t) {
			n += len(m.Recipients)
		}
	}
	return float64(n)
}

func (b *box) clear() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var errs []error
	for _, m := range b.messages {
		errs = append(errs, os.Remove(b.file(m.ID, ".json")), os.Remove(b.file(m.ID, ".eml")))
	}
	b.messages = nil
	return errors.Join(errs...)
}
