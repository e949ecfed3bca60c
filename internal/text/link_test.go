package text

import (
	"strings"
	"testing"
)

func TestLink_Inputs_AcceptedOrRejected(t *testing.T) {
	for _, c := range []struct{ input, want string }{
		{" https://example.org/vote?x=1#how ", "https://example.org/vote?x=1#how"},
		{"http://example.org", "http://example.org"},
		{"HTTPS://example.org", "HTTPS://example.org"},
		{"https://пример.рф/о", "https://пример.рф/о"},
		{" ", ""},
	} {
		if stored, message := run(Link, c.input); stored != c.want || message != "" {
			t.Errorf("%q: returns %q with the message %q, want %q", c.input, stored, message, c.want)
		}
	}
	for _, bad := range []string{
		"example.org", "//example.org", "ftp://example.org", "javascript:alert(1)", "https://", "https:///path",
		"https://user:secret@example.org", "data:text/html,x", "https://example.org/a b", "https://example.org/\"onclick=",
		"mailto:a@example.org", "https://exa\nmple.org", "https://example.org/" + strings.Repeat("a", 2000),
	} {
		if stored, message := run(Link, bad); stored != "" || message == "" {
			t.Errorf("%q is accepted as %q", bad, stored)
		}
	}
}
