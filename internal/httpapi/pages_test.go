package httpapi

import (
	"encoding/base64"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/fault"
)

func TestCursorPosition_OtherBinding_Refuses(t *testing.T) {
	pages := NewPages([]byte("secret"))
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.StringN(0, 6, -1), 4, 4)
		made, read := parts.Draw(t, "made"), parts.Draw(t, "read")
		position := rapid.String().Draw(t, "position")

		token, err := pages.cursor(made...).Token(position)
		if err != nil {
			t.Fatal(err)
		}
		var got string
		if err := pages.cursor(made...).Position(token, &got); err != nil || got != position {
			t.Fatalf("position %q, %v; want %q", got, err, position)
		}
		same := true
		for i := range made {
			same = same && made[i] == read[i]
		}
		err = pages.cursor(read...).Position(token, &got)
		if !same && !fault.Is(err, fault.KindInvalid) {
			t.Fatalf("a token of %q is accepted by %q: %v", made, read, err)
		}
	})
}

func TestCursorPosition_ChangedForeignOrExpiredToken_Refuses(t *testing.T) {
	pages := NewPages([]byte("secret"))
	bound := []string{"contacts", "user", "campaign", "name"}
	cursor := pages.cursor(bound...)
	token, err := cursor.Token("nguyen anh#0192")
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
		err := cursor.Position(base64.RawURLEncoding.EncodeToString(changed), &got)
		if !fault.Is(err, fault.KindInvalid) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	if err := NewPages([]byte("other")).cursor(bound...).Position(token, &got); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("another secret: %v", err)
	}
	for _, bad := range []string{"x", "%%%", token[:20]} {
		if err := cursor.Position(bad, &got); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("token %q: %v", bad, err)
		}
	}
	if err := cursor.Position("", &got); err != nil || got != "" {
		t.Errorf("no token: position %q, %v; want none", got, err)
	}
	pages.now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	if err := cursor.Position(token, &got); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("after a day: %v", err)
	}
}
