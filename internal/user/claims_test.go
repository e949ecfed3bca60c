package user

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/fault"
)

var noon = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

func TestUpdateFromClaims_ReportsChanges(t *testing.T) {
	u, err := New(Claims{Email: " Ana@Example.org", Name: " Ana\n López "}, noon)
	if err != nil {
		t.Fatal(err)
	}
	if u.Email != "ana@example.org" || u.Name != "Ana López" || !u.CreatedAt.Equal(noon) {
		t.Errorf("created %+v", u)
	}
	if changed, err := u.UpdateFromClaims(Claims{Email: "ANA@example.org", Name: "Ana López"}); changed || err != nil {
		t.Errorf("the same claims again are reported as a change: %v", err)
	}
	if changed, err := u.UpdateFromClaims(Claims{Email: "lopez@example.org"}); !changed || err != nil || u.Name != "lopez@example.org" {
		t.Errorf("a new email: %v, %+v", err, u)
	}
	if _, err := u.UpdateFromClaims(Claims{Email: "nobody"}); !fault.Is(err, fault.KindInvalid) || u.Email != "lopez@example.org" {
		t.Errorf("an invalid email: %v, %+v", err, u)
	}
}

func TestNew_AnyName_BecomesOneLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name") + rapid.SampledFrom([]string{"", "\x00", "\u202egro", "\xff", strings.Repeat("ñ", 300)}).Draw(t, "tail")
		u, err := New(Claims{Email: "a@example.org", Name: name}, noon)
		if err != nil {
			t.Fatal(err)
		}
		if !utf8.ValidString(u.Name) || strings.ContainsAny(u.Name, "\x00\n\t\u202e") || u.Name == "" || utf8.RuneCountInString(u.Name) > nameLimit {
			t.Fatalf("the name %q became %q", name, u.Name)
		}
	})
}
