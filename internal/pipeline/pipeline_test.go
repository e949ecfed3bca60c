package pipeline

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

func TestASecretIsRandomAndKnownByItsForm(t *testing.T) {
	form := regexp.MustCompile(`^kith_[a-z2-7]{32}$`)
	seen := map[Secret]bool{}
	for range 1000 {
		s := NewSecret()
		if !form.MatchString(string(s)) || !s.Valid() || seen[s] {
			t.Fatalf("a secret of the wrong form, or one that came before: %s", string(s))
		}
		seen[s] = true
	}
	whole := string(NewSecret())
	for _, wrong := range []string{"", "kith_", whole[5:], whole[:36], whole + "a", "kith_" + strings.Repeat("A", 32), "kith-" + whole[5:], whole[:36] + "é", whole[:36] + "1"} {
		if Secret(wrong).Valid() {
			t.Errorf("%q is taken for a secret", wrong)
		}
	}
}

// The hash is what the tables hold: another one would lock every program out.
func TestTheHashIsSHA256(t *testing.T) {
	const want = "1adfffd600c94a6a3043d15f0d363041bda4bb84172a5b2e212c2ae3390557b3"
	if got := Secret("kith_mfrggzdfmztwq2lknnwg23tpoayaeaya").Hash(); got != want {
		t.Errorf("hash %s, want %s", got, want)
	}
}

func TestASecretDoesNotPrintItself(t *testing.T) {
	s := NewSecret()
	if said := fmt.Sprintf("%v %s %+v", s, s, struct{ Secret Secret }{s}); strings.Contains(said, string(s)) {
		t.Errorf("printed: %s", said)
	}
}

func make1(t *testing.T, name string, there []*Token, at time.Time) (*Token, []*Token) {
	t.Helper()
	made, gone, err := New(name, NewSecret(), of, there, ann, at)
	if err != nil {
		t.Fatal(err)
	}
	return made, gone
}

func TestATokenHasANameOfItsOwn(t *testing.T) {
	first, _ := make1(t, "  Nightly load ", nil, noon)
	if first.Name != "Nightly load" || first.ByName != "Ann" || first.Campaign != "c" || first.Organization != "o" || !first.CreatedAt.Equal(noon) {
		t.Errorf("made %+v", first)
	}
	for name, says := range map[string]string{
		"": "Say what", " \u200b ": "Say what", "nightly LOAD": "in use", "a\nb": "one line", strings.Repeat("x", 101): "100",
	} {
		_, _, err := New(name, NewSecret(), of, []*Token{first}, ann, noon)
		if !fault.Is(err, fault.KindInvalid) || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want it refused with %q", name, err, says)
		}
	}
	first.Revoke(ann, noon)
	make1(t, "Nightly load", []*Token{first}, noon)
}

func TestACampaignHasAtMostTwentyGoodTokens(t *testing.T) {
	var there []*Token
	for n := range 20 {
		made, _ := make1(t, fmt.Sprint("Load ", n), there, noon)
		there = append([]*Token{made}, there...)
	}
	_, _, err := New("One more", NewSecret(), of, there, ann, noon)
	if !fault.Is(err, fault.KindConflict) || !strings.Contains(err.Error(), "Revoke one") {
		t.Errorf("a token too many: %v", err)
	}
	there[7].Revoke(ann, noon)
	make1(t, "One more", there, noon)
}

func TestTheOldestRevokedTokensMakeRoom(t *testing.T) {
	good, _ := make1(t, "Kept since ever", nil, noon)
	there := []*Token{good}
	for n := range 98 {
		made, gone := make1(t, fmt.Sprint("Load ", n), there, noon)
		if len(gone) != 0 {
			t.Fatalf("after %d tokens, some go", len(there))
		}
		made.Revoke(ann, noon)
		there = append([]*Token{made}, there...)
	}
	if _, gone := make1(t, "The hundredth", there, noon); len(gone) != 0 {
		t.Errorf("the hundredth token makes %d go", len(gone))
	}
	another, _ := make1(t, "Another", there, noon)
	another.Revoke(ann, noon)
	there = append([]*Token{another}, there...)
	if _, gone := make1(t, "Too many", there, noon); len(gone) != 1 || gone[0].Name != "Load 0" {
		t.Errorf("for the 101st token these go: %+v; want the oldest that was revoked", gone)
	}
}

func TestUseIsNotedOnceAMinute(t *testing.T) {
	token, _ := make1(t, "Load", nil, noon)
	for _, step := range []struct {
		after time.Duration
		noted bool
	}{{0, true}, {time.Second, false}, {59 * time.Second, false}, {time.Minute, true}, {61 * time.Second, false}, {time.Hour, true}} {
		at := noon.Add(step.after)
		if got := token.Use(at); got != step.noted || step.noted && !token.LastUsedAt.Equal(at) {
			t.Errorf("use after %v: noted %t as %v, want %t", step.after, got, token.LastUsedAt, step.noted)
		}
	}
}

func TestARevokedTokenStaysRevoked(t *testing.T) {
	token, _ := make1(t, "Load", nil, noon)
	if err := token.Good(); err != nil {
		t.Errorf("a new token: %v", err)
	}
	if !token.Revoke(&user.User{Name: "Hal"}, noon.Add(time.Hour)) || token.Revoke(ann, noon.Add(2*time.Hour)) {
		t.Error("revoking does not tell whether it changed anything")
	}
	if token.RevokedBy != "Hal" || !token.RevokedAt.Equal(noon.Add(time.Hour)) {
		t.Errorf("revoked by %s at %v, want what was first", token.RevokedBy, token.RevokedAt)
	}
	if err := token.Good(); !fault.Is(err, fault.KindUnauthenticated) || !strings.Contains(err.Error(), "revoked") {
		t.Errorf("a revoked token: %v", err)
	}
}
