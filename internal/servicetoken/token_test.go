package servicetoken

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/user"
)

var (
	noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	of   = &campaign.Campaign{ID: "c", Organization: "o", Status: campaign.Closed}
	ann  = &user.User{ID: "u", Name: "Ann"}
)

func TestNewSecret_Many_AreValidAndUnique(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^kith_[a-z2-7]{32}$`)
	seen := map[Secret]bool{}
	for range 1000 {
		s := NewSecret()
		if !form.MatchString(string(s)) || !s.Valid() || seen[s] {
			t.Fatalf("invalid or duplicate secret: %s", string(s))
		}
		seen[s] = true
	}
	valid := string(NewSecret())
	for _, invalid := range []string{"", "kith_", valid[5:], valid[:36], valid + "a", "kith_" + strings.Repeat("A", 32), "kith-" + valid[5:], valid[:36] + "é", valid[:36] + "1"} {
		if Secret(invalid).Valid() {
			t.Errorf("%q is valid", invalid)
		}
	}
}

// The hash is stored: another one would invalidate every token.
func TestSecret_Hash_IsStable(t *testing.T) {
	t.Parallel()
	const want = "1adfffd600c94a6a3043d15f0d363041bda4bb84172a5b2e212c2ae3390557b3"
	if got := Secret("kith_mfrggzdfmztwq2lknnwg23tpoayaeaya").Hash(); got != want {
		t.Errorf("hash %s, want %s", got, want)
	}
}

func TestSecret_Formatted_IsHidden(t *testing.T) {
	t.Parallel()
	s := NewSecret()
	if printed := fmt.Sprintf("%v %s %+v", s, s, struct{ Secret Secret }{s}); strings.Contains(printed, string(s)) {
		t.Errorf("printed %s", printed)
	}
}

// create returns a new token and the tokens to delete.
func create(t *testing.T, name string, existing []*Token, at time.Time) (*Token, []*Token) {
	t.Helper()
	token, deleted, err := New(name, NewSecret(), of, existing, ann, at)
	if err != nil {
		t.Fatal(err)
	}
	return token, deleted
}

func TestNew_BlankOrUsedName_IsInvalid(t *testing.T) {
	t.Parallel()
	first, _ := create(t, "  Nightly load ", nil, noon)
	if first.Name != "Nightly load" || first.CreatedByName != "Ann" || first.Campaign != "c" || first.Organization != "o" || !first.CreatedAt.Equal(noon) {
		t.Errorf("created %+v", first)
	}
	for name, want := range map[string]string{
		"": "Enter the name", " \u200b ": "Enter the name", "nightly LOAD": "has this name", "a\nb": "one line", strings.Repeat("x", 101): "100",
	} {
		_, _, err := New(name, NewSecret(), of, []*Token{first}, ann, noon)
		if !fault.Is(err, fault.KindInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("New(%q): %v, want invalid with %q", name, err, want)
		}
	}
	first.Revoke(ann, noon)
	create(t, "Nightly load", []*Token{first}, noon)
}

func TestNew_TwentyUsableTokens_Conflicts(t *testing.T) {
	t.Parallel()
	var existing []*Token
	for n := range 20 {
		token, _ := create(t, fmt.Sprint("Load ", n), existing, noon)
		existing = append([]*Token{token}, existing...)
	}
	_, _, err := New("One more", NewSecret(), of, existing, ann, noon)
	if !fault.Is(err, fault.KindConflict) || !strings.Contains(err.Error(), "Revoke one") {
		t.Errorf("21st token: %v, want a conflict", err)
	}
	existing[7].Revoke(ann, noon)
	create(t, "One more", existing, noon)
}

func TestNew_HundredTokens_DeletesOldestRevoked(t *testing.T) {
	t.Parallel()
	usable, _ := create(t, "Never revoked", nil, noon)
	existing := []*Token{usable}
	for n := range 98 {
		token, deleted := create(t, fmt.Sprint("Load ", n), existing, noon)
		if len(deleted) != 0 {
			t.Fatalf("after %d tokens, %d are deleted", len(existing), len(deleted))
		}
		token.Revoke(ann, noon)
		existing = append([]*Token{token}, existing...)
	}
	if _, deleted := create(t, "The hundredth", existing, noon); len(deleted) != 0 {
		t.Errorf("after the 100th token, %d are deleted", len(deleted))
	}
	another, _ := create(t, "Another", existing, noon)
	another.Revoke(ann, noon)
	existing = append([]*Token{another}, existing...)
	if _, deleted := create(t, "Too many", existing, noon); len(deleted) != 1 || deleted[0].Name != "Load 0" {
		t.Errorf("after the 101st token, %+v are deleted, want the oldest revoked one", deleted)
	}
}

func TestRecordUse_WithinAMinute_ChangesNothing(t *testing.T) {
	t.Parallel()
	token, _ := create(t, "Load", nil, noon)
	for _, step := range []struct {
		after   time.Duration
		changed bool
	}{{0, true}, {time.Second, false}, {59 * time.Second, false}, {time.Minute, true}, {61 * time.Second, false}, {time.Hour, true}} {
		at := noon.Add(step.after)
		if got := token.RecordUse(at); got != step.changed || step.changed && !token.LastUsedAt.Equal(at) {
			t.Errorf("use after %v: changed %t, last used at %v, want changed %t", step.after, got, token.LastUsedAt, step.changed)
		}
	}
}

func TestRevoke_Twice_KeepsFirst(t *testing.T) {
	t.Parallel()
	token, _ := create(t, "Load", nil, noon)
	if err := token.CheckUsable(); err != nil {
		t.Errorf("a new token: %v", err)
	}
	if !token.Revoke(&user.User{Name: "Hal"}, noon.Add(time.Hour)) || token.Revoke(ann, noon.Add(2*time.Hour)) {
		t.Error("Revoke: want true, then false")
	}
	if token.RevokedBy != "Hal" || !token.RevokedAt.Equal(noon.Add(time.Hour)) {
		t.Errorf("revoked by %s at %v, want the first revocation", token.RevokedBy, token.RevokedAt)
	}
	if err := token.CheckUsable(); !fault.Is(err, fault.KindUnauthenticated) || !strings.Contains(err.Error(), "revoked") {
		t.Errorf("a revoked token: %v", err)
	}
}
