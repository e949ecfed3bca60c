// Package secret owns the versions of the application's root secret: it caches them and derives keys from them. It neither
// stores them nor says how keys are used.
package secret

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/kithhq/kith/internal/fault"
)

// Version is one version of the root secret. Everything that is stored or sent names the version of its key.
type Version struct {
	Number int // from 1; a stored 0 means 1, because rows had no number before there was a second version
	Text   string
}

// Key derives the key of a use. Labels of different uses give independent keys.
func (v Version) Key(label string) []byte {
	key, err := hkdf.Key(sha256.New, []byte(v.Text), nil, label, 32)
	if err != nil {
		panic("secret: " + label + ": " + err.Error()) // only for a wrong length in this function
	}
	return key
}

// minLength is the length that the text of a version needs.
const minLength = 32

// Parse returns the versions in a secret's value, by number. The value is the text of version 1, as it was generated, or a
// JSON object of texts by number. It fails if a number or a text is invalid.
func Parse(value string) (map[int]Version, error) {
	texts := map[string]string{"1": value}
	if strings.HasPrefix(strings.TrimSpace(value), "{") {
		texts = nil
		if err := json.Unmarshal([]byte(value), &texts); err != nil {
			return nil, errors.New("secret: the value is no JSON object of texts") // the cause would quote the value
		}
	}
	versions := map[int]Version{}
	for name, text := range texts {
		number, err := strconv.Atoi(name)
		if err != nil || number < 1 || strconv.Itoa(number) != name {
			return nil, errors.New("secret: the name of a version is not a number from 1")
		}
		if len(text) < minLength {
			return nil, fmt.Errorf("secret: version %d has fewer than %d characters", number, minLength)
		}
		versions[number] = Version{number, text}
	}
	if len(versions) == 0 {
		return nil, errors.New("secret: the value has no version")
	}
	return versions, nil
}

// Format returns the value that Parse returns the versions of. It fails for no version.
func Format(versions map[int]Version) (string, error) {
	texts := map[string]string{}
	for number, v := range versions {
		texts[strconv.Itoa(number)] = v.Text
	}
	value, err := json.Marshal(texts)
	if err == nil {
		_, err = Parse(string(value))
	}
	return string(value), err
}

const (
	lifetime     = 5 * time.Minute  // of the cached versions: a new version is used after it
	retryPause   = 30 * time.Second // between attempts to replace versions that could not be read again
	unknownPause = 5 * time.Second  // between reads for unknown versions, whose numbers clients may invent
)

// ErrUnknownVersion means that the secret has no such version.
var ErrUnknownVersion = errors.New("secret: unknown version")

// Reader reads the secret when a version is first needed, and caches its versions. It is safe for concurrent use.
type Reader struct {
	read func(context.Context) (string, error)
	now  func() time.Time

	mu       sync.Mutex
	versions map[int]Version
	current  int
	next     time.Time // when the cache is to be replaced
	unknown  time.Time // of the last read for an unknown version
}

// NewReader returns a reader of the secret whose value read returns.
func NewReader(read func(context.Context) (string, error)) *Reader {
	return &Reader{read: read, now: time.Now}
}

// Fixed returns a reader of a secret that has only this version.
func Fixed(v Version) *Reader {
	return NewReader(func(context.Context) (string, error) {
		return Format(map[int]Version{v.Number: v})
	})
}

// Current returns the version for new hashes and tokens: that with the highest number.
//
// Unavailable: the secret can't be read, and was not read before.
func (r *Reader) Current(ctx context.Context) (Version, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.refresh(ctx); err != nil {
		return Version{}, err
	}
	return r.versions[r.current], nil
}

// Version returns the version that a hash or token names. A version that another process has used already is read at once.
//
// ErrUnknownVersion: there is no such version, or none any more. Unavailable: as for Current.
func (r *Reader) Version(ctx context.Context, number int) (Version, error) {
	number = max(number, 1)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.refresh(ctx); err != nil {
		return Version{}, err
	}
	if _, known := r.versions[number]; !known && r.now().Sub(r.unknown) >= unknownPause {
		r.next, r.unknown = time.Time{}, r.now()
		if err := r.refresh(ctx); err != nil {
			return Version{}, err
		}
	}
	v, known := r.versions[number]
	if !known {
		return Version{}, fmt.Errorf("%w %d", ErrUnknownVersion, number)
	}
	return v, nil
}

// refresh reads the secret if the cache is empty or old. If it can't be read again, the cached versions stay.
func (r *Reader) refresh(ctx context.Context) error {
	now := r.now()
	if now.Before(r.next) {
		return nil
	}
	value, err := r.read(ctx)
	var versions map[int]Version
	if err == nil {
		versions, err = Parse(value)
	}
	if err != nil && r.versions == nil {
		return fault.Unavailable(err)
	}
	if err != nil {
		slog.ErrorContext(ctx, "secret not read again", "error", err)
		r.next = now.Add(retryPause)
		return nil
	}
	r.versions, r.current, r.next = versions, 0, now.Add(lifetime)
	for number := range versions {
		r.current = max(r.current, number)
	}
	return nil
}
