package httpapi

import (
	"encoding/base64"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/fault"
)

func TestPageTokenOpensOnlyForWhatItWasSealedFor(t *testing.T) {
	pages := NewPages([]byte("secret"))
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.StringN(0, 6, -1), 4, 4)
		sealedFor, openedFor := parts.Draw(t, "sealed for"), parts.Draw(t, "opened for")
		position := rapid.String().Draw(t, "position")
		bind := func(p []string) []byte { return PageBinding(p[0], p[1], p[2], p[3]) }

		token, err := pages.Seal(bind(sealedFor), position)
		if err != nil {
			t.Fatal(err)
		}
		var got string
		if err := pages.Open(bind(sealedFor), token, &got); err != nil || got != position {
			t.Fatalf("opened %q, %v; sealed %q", got, err, position)
		}
		same := true
		for i := range sealedFor {
			same = same && sealedFor[i] == openedFor[i]
		}
		err = pages.Open(bind(openedFor), token, &got)
		if !same && !fault.Is(err, fault.KindInvalid) {
			t.Fatalf("a token for %q opened for %q: %v", sealedFor, openedFor, err)
		}
	})
}

func TestPageTokenCantBeChangedReadOrKept(t *testing.T) {
	pages := NewPages([]byte("secret"))
	bound := PageBinding("contacts", "user", "campaign", "name")
	token, err := pages.Seal(bound, "nguyen anh#0192")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	var got string
	for i := range raw {
		changed := append([]byte{}, raw...)
		changed[i] ^= 1
		err := pages.Open(bound, base64.RawURLEncoding.EncodeToString(changed), &got)
		if !fault.Is(err, fault.KindInvalid) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	if err := NewPages([]byte("other")).Open(bound, token, &got); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("another secret: %v", err)
	}
	for _, bad := range []string{"", "x", "%%%", token[:20]} {
		if err := pages.Open(bound, bad, &got); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("token %q: %v", bad, err)
		}
	}
	pages.now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	if err := pages.Open(bound, token, &got); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("after a day: %v", err)
	}
}
