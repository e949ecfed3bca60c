package text

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPreferredLanguage_Headers_BestOfBoth(t *testing.T) {
	for header, want := range map[string]Language{
		"": English, "en": English, "es": Spanish, "es-MX": Spanish, "ES-419, en;q=0.9": Spanish,
		"en-US,en;q=0.9,es;q=0.8": English, "fr, es;q=0.5": Spanish, "es;q=0.1, en;q=0.9": English, "zh": English, "*": English,
		"es;q=0": English, "\x00": English, "es;q=x": English, strings.Repeat("-", 2000): English,
	} {
		if got := PreferredLanguage(header); got != want {
			t.Errorf("%.30q: %s, want %s", header, got, want)
		}
	}
}

func TestPreferredLanguage_AnyHeader_IsALanguage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		header := rapid.OneOf(rapid.String(), rapid.StringMatching(`([a-z]{2}(-[A-Z]{2})?(;q=[01](\.[0-9])?)?,? ?){0,5}`)).Draw(t, "header")
		if got := PreferredLanguage(header); got != English && got != Spanish {
			t.Fatalf("language %q", got)
		}
	})
}

func TestChoose_MissingSpanishText_ReturnsPrimary(t *testing.T) {
	for _, c := range []struct {
		language               Language
		primary, spanish, want string
	}{
		{English, "Vote", "Votar", "Vote"},
		{Spanish, "Vote", "Votar", "Votar"},
		{Spanish, "Vote", "", "Vote"},
		{English, "", "Votar", ""},
		{"", "Vote", "Votar", "Vote"},
	} {
		if got := c.language.Choose(c.primary, c.spanish); got != c.want {
			t.Errorf("%s of %q and %q: %q, want %q", c.language, c.primary, c.spanish, got, c.want)
		}
	}
}
