package secret

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/fault"
)

func text(number int) string { return strings.Repeat(fmt.Sprint(number), minLength) }

func TestParse_GeneratedTextOrVersions_ReturnsVersions(t *testing.T) {
	t.Parallel()
	plain, err := Parse(text(7))
	if err != nil || len(plain) != 1 || plain[1] != (Version{1, text(7)}) {
		t.Errorf("a generated text: %v, %v; want version 1", plain, err)
	}
	value, err := Format(map[int]Version{1: {1, text(1)}, 3: {3, text(3)}})
	if err != nil {
		t.Fatal(err)
	}
	both, err := Parse(value)
	if err != nil || len(both) != 2 || both[1].Text != text(1) || both[3] != (Version{3, text(3)}) {
		t.Errorf("formatted versions: %v, %v", both, err)
	}
	for _, invalid := range []string{
		"", "short", "{", "{}", `{"1": 5}`, `{"0": "` + text(1) + `"}`, `{"01": "` + text(1) + `"}`, `{"x": "` + text(1) + `"}`, `{"1": "short"}`,
	} {
		_, err := Parse(invalid)
		if err == nil || strings.Contains(err.Error(), text(1)) {
			t.Errorf("%q: %v; want an error without the value", invalid, err)
		}
	}
}

func TestKey_VersionAndLabel_SelectKey(t *testing.T) {
	t.Parallel()
	v := Version{1, text(1)}
	again := Version{1, text(1)}
	if string(v.Key("a")) != string(again.Key("a")) || len(v.Key("a")) != 32 {
		t.Error("the key of a version and label is not always the same 32 bytes")
	}
	if string(v.Key("a")) == string(v.Key("b")) || string(v.Key("a")) == string(Version{1, text(2)}.Key("a")) {
		t.Error("another label or text has the same key")
	}
}

// readerFixture is a reader of a secret that tests change, with a clock that they set.
type readerFixture struct {
	*Reader
	value string
	err   error
	reads int
	at    time.Time
}

func newReaderFixture(t *testing.T, numbers ...int) *readerFixture {
	t.Helper()
	f := &readerFixture{at: time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)}
	f.Reader = NewReader(func(context.Context) (string, error) {
		f.reads++
		return f.value, f.err
	})
	f.now = func() time.Time { return f.at }
	f.set(t, numbers...)
	return f
}

func (f *readerFixture) set(t *testing.T, numbers ...int) {
	t.Helper()
	versions := map[int]Version{}
	for _, n := range numbers {
		versions[n] = Version{n, text(n)}
	}
	var err error
	f.value, err = Format(versions)
	if err != nil {
		t.Fatal(err)
	}
}

// expect checks the current version and how often the secret was read.
func (f *readerFixture) expect(t *testing.T, current, reads int) {
	t.Helper()
	v, err := f.Current(t.Context())
	if err != nil || v != (Version{current, text(current)}) || f.reads != reads {
		t.Errorf("version %d, %v, after %d reads; want %d after %d", v.Number, err, f.reads, current, reads)
	}
}

func TestReader_Current_ReadsWhenNeededAndEveryFiveMinutes(t *testing.T) {
	t.Parallel()
	f := newReaderFixture(t, 1)
	if f.reads != 0 {
		t.Error("it reads before a version is needed")
	}
	f.expect(t, 1, 1)
	f.set(t, 1, 2)
	f.at = f.at.Add(lifetime - 1)
	f.expect(t, 1, 1)
	f.at = f.at.Add(1)
	f.expect(t, 2, 2)
	old, err := f.Version(t.Context(), 1)
	if err != nil || old.Text != text(1) {
		t.Errorf("the old version: %v, %v", old, err)
	}
	if stored, err := f.Version(t.Context(), 0); err != nil || stored != old {
		t.Errorf("version 0: %v, %v; want version 1", stored, err)
	}
}

func TestReader_VersionOfAnotherProcess_ReadsAtOnceButNotForEveryNumber(t *testing.T) {
	t.Parallel()
	f := newReaderFixture(t, 1)
	f.expect(t, 1, 1)
	f.set(t, 1, 2)
	if v, err := f.Version(t.Context(), 2); err != nil || v.Text != text(2) || f.reads != 2 {
		t.Errorf("version 2: %v, %v after %d reads", v, err, f.reads)
	}
	for n := range 100 {
		if _, err := f.Version(t.Context(), 1000+n); !errors.Is(err, ErrUnknownVersion) {
			t.Fatal(err)
		}
	}
	if f.reads != 2 {
		t.Errorf("numbers that clients invented cause %d reads", f.reads-2)
	}
	f.set(t, 1, 2, 3)
	f.at = f.at.Add(unknownPause)
	if v, err := f.Version(t.Context(), 3); err != nil || v.Text != text(3) {
		t.Errorf("version 3: %v, %v", v, err)
	}
}

func TestReader_Outage_KeepsCachedVersions(t *testing.T) {
	t.Parallel()
	f := newReaderFixture(t, 1)
	f.err = errors.New("timeout")
	if _, err := f.Current(t.Context()); !fault.Is(err, fault.KindUnavailable) {
		t.Errorf("without a cached version: %v; want unavailable", err)
	}
	f.err = nil
	f.expect(t, 1, 2)
	f.set(t, 1, 2)
	f.err = errors.New("timeout")
	f.at = f.at.Add(lifetime)
	f.expect(t, 1, 3)
	f.expect(t, 1, 3) // it does not try again at once
	f.err = nil
	f.at = f.at.Add(retryPause)
	f.expect(t, 2, 4)
}
