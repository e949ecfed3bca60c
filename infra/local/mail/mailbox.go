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

// Message is a sent message, without its text.
type Message struct {
	ID               string              `json:"id"`
	Time             time.Time           `json:"time"` // by the shifted clock
	From             string              `json:"from"`
	Recipients       []string            `json:"recipients"`
	Subject          string              `json:"subject"`
	Tags             map[string][]string `json:"tags"`
	ConfigurationSet string              `json:"configuration_set"`
	// Events are the types of the events that were published.
	Events []string `json:"events"`
}

// Account is the state of the account, as tests set it.
type Account struct {
	Production bool     `json:"production"` // false: the sandbox, in which only verified recipients get mail
	Sending    bool     `json:"sending"`    // false: sending is paused
	Verified   bool     `json:"verified"`   // whether the senders' identities are verified
	Recipients []string `json:"recipients"` // verified recipients, addresses or domains
}

var healthyAccount = Account{Production: true, Sending: true, Verified: true}

// ErrNoMessage is the error for an unknown message id.
var ErrNoMessage = errors.New("no such message")

// mailbox stores messages: ID.eml holds the message as it was sent, ID.json the Message.
type mailbox struct {
	folder string

	mu       sync.Mutex
	messages []*Message // in the order of arrival

	quotaMu sync.Mutex  // held while a message is checked against the quota and stored
	quota   Quota       // set while running; zero for the configured one
	account Account     // set while running
	recent  []time.Time // one entry per recipient of the last second, by the machine's clock
}

func openMailbox(folder string) (*mailbox, error) {
	err := os.MkdirAll(folder, 0o700)
	if err != nil {
		return nil, fmt.Errorf("open the mail folder: %w", err)
	}
	b := &mailbox{folder: folder, account: healthyAccount}
	names, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("open the mail folder: %w", err)
	}
	slices.Sort(names) // ids start with the time of arrival
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read a stored message: %w", err)
		}
		m := &Message{}
		err = json.Unmarshal(text, m)
		if err != nil {
			return nil, fmt.Errorf("read the stored message %s: %w", name, err)
		}
		b.messages = append(b.messages, m)
	}
	return b, nil
}

func (b *mailbox) file(id, kind string) string { return filepath.Join(b.folder, id+kind) }

// add stores a message. It is on disk when add returns.
func (b *mailbox) add(m *Message, raw []byte) error {
	err := os.WriteFile(b.file(m.ID, ".eml"), raw, 0o600)
	if err != nil {
		return fmt.Errorf("store message: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.messages = append(b.messages, m)
	return b.write(m)
}

func (b *mailbox) write(m *Message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("store message: %w", err)
	}
	err = os.WriteFile(b.file(m.ID, ".new"), text, 0o600)
	if err == nil {
		err = os.Rename(b.file(m.ID, ".new"), b.file(m.ID, ".json"))
	}
	if err != nil {
		return fmt.Errorf("store message: %w", err)
	}
	return nil
}

// addEvent stores the type of a message's event. It fails with ErrNoMessage.
func (b *mailbox) addEvent(id, event string) error {
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
func (b *mailbox) list() []Message {
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

func (b *mailbox) find(id string) (Message, error) {
	for _, m := range b.list() {
		if m.ID == id {
			return m, nil
		}
	}
	return Message{}, ErrNoMessage
}

func (b *mailbox) raw(id string) ([]byte, error) {
	raw, err := os.ReadFile(b.file(id, ".eml"))
	if errors.Is(err, fs.ErrNotExist) || strings.ContainsAny(id, `/\`) {
		return nil, ErrNoMessage
	}
	if err != nil {
		return nil, fmt.Errorf("read message: %w", err)
	}
	return raw, nil
}

// recipientsSince counts the recipients of the messages that were sent after a time.
func (b *mailbox) recipientsSince(t time.Time) float64 {
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

func (b *mailbox) clear() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var errs []error
	for _, m := range b.messages {
		errs = append(errs, os.Remove(b.file(m.ID, ".json")), os.Remove(b.file(m.ID, ".eml")))
	}
	b.messages = nil
	return errors.Join(errs...)
}
