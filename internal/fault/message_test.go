package fault_test

import (
	"testing"

	"github.com/kithhq/kith/internal/fault"
)

func TestMessage_EncodedAndDecoded_IsTheSame(t *testing.T) {
	t.Parallel()
	inner := fault.NewMessage("Row %d has no name.", 7)
	for _, m := range []fault.Message{
		fault.NewMessage("Say 100 %% of it."),
		fault.NewMessage("%s has %d rows. %s", "a.csv", 12, inner),
		{},
	} {
		decoded := fault.DecodeMessage(m.String(), m.Encode())
		if decoded.String() != m.String() || decoded.Encode() != m.Encode() {
			t.Errorf("%q, %q: got %q, %q", m, m.Encode(), decoded, decoded.Encode())
		}
	}
	if m := fault.DecodeMessage("An old message.", ""); m.String() != "An old message." {
		t.Errorf("got %q", m)
	}
}

func TestMatch_TextOfFormat_FindsArguments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, format, want string }{
		{"expected length <= 20", "expected length <= %d", `["expected length \u003c= %d",20]`},
		{"expected length <= x", "expected length <= %d", ""},
		{`one of "a, b"`, `one of "%s"`, `["one of \"%s\"","a, b"]`},
		{"property a to be present when b is present", "property %s to be present when %s is present", `["property %s to be present when %s is present","a","b"]`},
		{"state is not MA, the state of this file.", "state is not %s, the state of this file.", `["state is not %s, the state of this file.","MA"]`},
		{"expected string and more", "expected string", ""},
		{"other", "expected %s", ""},
	} {
		m, ok := fault.Match(c.text, c.format)
		if ok != (c.want != "") || m.Encode() != c.want || ok && m.String() != c.text {
			t.Errorf("%q as %q: got %q, %t", c.text, c.format, m.Encode(), ok)
		}
	}
}
