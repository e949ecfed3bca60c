package state

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/kithhq/kith/infra/local/template"
)

func TestState_KeptPorts_AreUsedAgain(t *testing.T) {
	folder := t.TempDir()
	open := func(keep bool) int {
		t.Helper()
		s, err := Open(folder, keep)
		if err != nil {
			t.Fatal(err)
		}
		l, err := s.Listen(t.Context(), "api")
		if err != nil {
			t.Fatal(err)
		}
		_ = l.Close()
		_ = s.Close()
		_, text, err := net.SplitHostPort(l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		port, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		return port
	}
	first := open(true)
	if again := open(true); again != first {
		t.Errorf("the port was %d, then %d", first, again)
	}
	open(false)
	if again := open(true); again != first {
		t.Errorf("a run with free ports changed the stored port %d to %d", first, again)
	}
	l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(first))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	s, err := Open(folder, true)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Listen(t.Context(), "api")
	if err == nil || !strings.Contains(err.Error(), "another program uses port") {
		t.Errorf("a stored port that is in use: %v", err)
	}
	_, err = Open(folder, true)
	if err == nil || !strings.Contains(err.Error(), "is running on") {
		t.Errorf("a second run on the folder: %v", err)
	}
	_ = s.Close()
}

func TestSecret_Generated_FollowsTheSpecAndIsStored(t *testing.T) {
	s, err := Open(t.TempDir(), true)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for name, spec := range map[string]template.SecretSpec{
		"letters and digits": {Length: 64, NoPunctuation: true},
		"few characters":     {Length: 8, NoPunctuation: true, NoUpper: true, NoLower: true, Exclude: "01234567"},
		"given":              {Value: "abc"},
		"in a template":      {Length: 16, Template: `{"user":"u"}`, Key: "password"},
	} {
		value, err := s.Secret(name, spec)
		again, errAgain := s.Secret(name, spec)
		if err != nil || errAgain != nil || value != again {
			t.Errorf("%s: %q %v, then %q %v", name, value, err, again, errAgain)
		}
		ok := map[string]bool{
			"letters and digits": len(value) == 64 && strings.ContainsAny(value, "abcdefghijklmnopqrstuvwxyz") &&
				strings.ContainsAny(value, "0123456789") && !strings.ContainsAny(value, " !\"#$%&'()*+,-./:;<=>?@[]^_`{|}~"),
			"few characters": len(value) == 8 && strings.Trim(value, "89") == "",
			"given":          value == "abc",
			"in a template":  strings.HasPrefix(value, `{"password":"`) && strings.HasSuffix(value, `","user":"u"}`),
		}[name]
		if !ok {
			t.Errorf("%s: %q", name, value)
		}
	}
	_, err = s.Secret("impossible", template.SecretSpec{Length: 2})
	if err == nil {
		t.Error("a secret that is too short for all kinds of characters was generated")
	}
}

func TestOpenState_DataOfAnotherVersion_IsRefused(t *testing.T) {
	const message = "This data is from another version. Run make clean."
	folder := t.TempDir()
	s, err := Open(folder, true)
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	number, err := os.ReadFile(filepath.Join(folder, "format"))
	if err != nil || strings.TrimSpace(string(number)) != strconv.Itoa(dataFormat) {
		t.Errorf("format holds %q, %v", number, err)
	}
	s, err = Open(folder, true)
	if err != nil {
		t.Fatalf("data of this version: %v", err)
	}
	_ = s.Close()

	write := func(name, text string) string {
		t.Helper()
		folder := t.TempDir()
		err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600)
		if err != nil {
			t.Fatal(err)
		}
		return folder
	}
	for name, folder := range map[string]string{
		"another number":                   write("format", strconv.Itoa(dataFormat+1)+"\n"),
		"not a number":                     write("format", "new\n"),
		"data from before the format file": write("dynamodb.sqlite", ""),
	} {
		_, err := Open(folder, true)
		if err == nil || err.Error() != message {
			t.Errorf("%s: %v", name, err)
		}
		_, err = Open(folder, true)
		if err == nil || err.Error() != message {
			t.Errorf("%s, a second time: %v", name, err)
		}
	}
}
