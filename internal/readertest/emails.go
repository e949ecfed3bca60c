package readertest

import (
	_ "embed"
	"encoding/json"
	"path/filepath"
	"testing"
)

//go:embed emails.py
var emailsScript string

// Email is an email as Python's email package reads it.
type Email struct {
	People  map[string][]Mailbox // by header: From, To, Reply-To
	Subject string
	Text    string   // the plain text
	Defects []string // of the headers
}

// Mailbox is a name and an email address.
type Mailbox struct{ Name, Address string }

// Emails reads messages with Python's email package.
func Emails(t testing.TB, raw [][]byte) []Email {
	t.Helper()
	input, err := json.Marshal(raw)
	if err != nil {
		t.Fatal(err)
	}
	out, err := run(t.Context(), t.TempDir(), string(input), filepath.Join(binFolder(t), "python"), "-c", emailsScript)
	if err != nil {
		t.Fatal(err)
	}
	var emails []Email
	if err := json.Unmarshal([]byte(out), &emails); err != nil {
		t.Fatal(err)
	}
	return emails
}
