package httpapi

import (
	"encoding/base64"
	"net/http"
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
		bind := func(p []string) []byte { return binding(p[0], p[1], p[2], p[3]) }

		token, err := pages.seal(bind(sealedFor), position)
		if err != nil {
			t.Fatal(err)
		}
		var got string
		if err := pages.open(bind(sealedFor), token, &got); err != nil || got != position {
			t.Fatalf("opened %q, %v; sealed %q", got, err, position)
		}
		same := true
		for i := range sealedFor {
			same = same && sealedFor[i] == openedFor[i]
		}
		err = pages.open(bind(openedFor), token, &got)
		if !same && !fault.Is(err, fault.KindInvalid) {
			t.Fatalf("a token for %q opened for %q: %v", sealedFor, openedFor, err)
		}
	})
}

func TestPageTokenCantBeChangedReadOrKept(t *testing.T) {
	pages := NewPages([]byte("secret"))
	bound := binding("contacts", "user", "campaign", "name")
	token, err := pages.seal(bound, "nguyen anh#0192")
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
		err := pages.open(bound, base64.RawURLEncoding.EncodeToString(changed), &got)
		if !fault.Is(err, fault.KindInvalid) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	if err := NewPages([]byte("other")).open(bound, token, &got); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("another secret: %v", err)
	}
	for _, bad := range []string{"", "x", "%%%", token[:20]} {
		if err := pages.open(bound, bad, &got); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("token %q: %v", bad, err)
		}
	}
	pages.now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	if err := pages.open(bound, token, &got); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("after a day: %v", err)
	}
}

func TestAMisspeltFilterIsRefused(t *testing.T) {
	s := newStage(t)
	ana := s.mobilizer("Ana")
	ana.get(ana.at("contacts") + "?limit=5").is(http.StatusOK)
	ana.get(ana.at("contacts")+"?next=abc&limit=5").refused(http.StatusUnprocessableEntity, "invalid", `"next"`)
}
