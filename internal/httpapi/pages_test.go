package httpapi

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/secret"
)

var pageSecret = secret.Version{Number: 1, Text: "a secret of the tests, long enough"}

func TestCursorPosition_OtherBinding_Refuses(t *testing.T) {
	pages := NewPages(secret.Fixed(pageSecret))
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.StringN(0, 6, -1), 4, 4)
		made, read := parts.Draw(t, "made"), parts.Draw(t, "read")
		position := rapid.String().Draw(t, "position")

		token, err := pages.cursor(context.Background(), made...).Token(position)
		if err != nil {
			t.Fatal(err)
		}
		var got string
		if err := pages.cursor(context.Background(), made...).Position(token, &got); err != nil || got != position {
			t.Fatalf("position %q, %v; want %q", got, err, position)
		}
		same := true
		for i := range made {
			same = same && made[i] == read[i]
		}
		err = pages.cursor(context.Background(), read...).Position(token, &got)
		if !same && !fault.Is(err, fault.KindInvalid) {
			t.Fatalf("a token of %q is accepted by %q: %v", made, read, err)
		}
	})
}

func TestCursorPosition_ChangedForeignOrExpiredToken_Refuses(t *testing.T) {
	pages := NewPages(secret.Fixed(pageSecret))
	bound := []string{"contacts", "user", "campaign", "name"}
	cursor := pages.cursor(t.Context(), bound...)
	token, err := cursor.Token("nguyen anh#0192")
	if err != nil {
		t.Fatal(err)
	}
	ciphertext, ok := strings.CutPrefix(token, "1.")
	if !ok {
		t.Fatalf("the token %q does not name version 1 of the secret", token)
	}
	raw, err := base64.RawURLEncoding.DecodeString(ciphertext)
	if err != nil {
		t.Fatal(err)
	}
	var got string
	for i := range raw {
		changed := append([]byte{}, raw...)
		changed[i] ^= 1
		err := cursor.Position("1."+base64.RawURLEncoding.EncodeToString(changed), &got)
		if !fault.Is(err, fault.KindInvalid) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	if err := NewPages(secret.Fixed(secret.Version{Number: 1, Text: "another secret of the tests, also long"})).cursor(t.Context(), bound...).Position(token, &got); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("another secret: %v", err)
	}
	for _, bad := range []string{"x", "%%%", "1.%%%", "1.", token[:20], ciphertext, "2." + ciphertext} {
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
