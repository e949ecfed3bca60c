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

func TestUpdateFromClaims_ChangedClaims_AreReported(t *testing.T) {
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
	if _, err := u.UpdateFromClaims(Claims{Email: "lopez@example.org", Name: "Win at evil.com"}); err != nil || u.Name != "lopez@example.org" {
		t.Errorf("a name with a web address: %v, %+v", err, u)
	}
	if _, err := u.UpdateFromClaims(Claims{Email: "nobody"}); !fault.Is(err, fault.KindInvalid) || u.Email != "lopez@example.org" {
		t.Errorf("an invalid email: %v, %+v", err, u)
	}
}

func TestNew_EmailOfAnotherMailbox_IsInvalid(t *testing.T) {
	for email, reason := range map[string]string{
		"\u212aate@example.org": "before the @", "\u0130da@example.org": "before the @", "josé@example.org": "before the @",
		"k\u200bate@example.org": "before the @", "\u00a0kate@example.org": "before the @", "\u2068kate@example.org": "U+2068",
	} {
		if u, err := New(Claims{Email: email}, noon); !fault.Is(err, fault.KindInvalid) || !strings.Contains(err.Error(), reason) {
			t.Errorf("%q: %+v, %v", email, u, err)
		}
	}
	u, err := New(Claims{Email: "Kate@ExÁmple.org"}, noon)
	if err != nil || u.Email != "kate@xn--exmple-qta.org" {
		t.Errorf("an international domain: %+v, %v", u, err)
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
