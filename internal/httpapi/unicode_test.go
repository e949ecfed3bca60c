package httpapi

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/fault"
)

func TestCheckUnicode_InvalidText_NamesField(t *testing.T) {
	for body, want := range map[string]string{
		`{"name":"Jos\u00e9 \ud83d\ude00"}`:                         "",
		`{"name":"\\ud800"}`:                                        "",
		`{"name":"\\\\\ud83d\ude00"}`:                               "",
		`{"name":"\ud800"}`:                                         "name",
		`{"name":"\udc00\ud800"}`:                                   "name",
		`{"name":"\ud800\u0041"}`:                                   "name",
		`{"name":"\uD800x"}`:                                        "name",
		`{"name":"ok","website":"\ud83d"}`:                          "website",
		`{"text":"?","responses":[{"text":"a"},{"text":"\ud83d"}]}`: "responses[1].text",
		`{"a":{"b":[1,[2,"\ud83d"]]}}`:                              "a.b[1][1]",
		`{"a":[{},{"x":"\u0041"}],"b":"\ud83d"}`:                    "b",
		`{"\ud83d":1}`:                                              "�",
		`["\ud83d"]`:                                                "[0]",
		`"\ud83d"`:                                                  "body",
		"{\"name\":\"a\xff\"}":                                      "name",
		"{\"name\":\"ok\\u0041\",\"note\":\"\xc3\x28\"}":            "note",
		`{"name":"\u00`:                                             "",
		`not json \ud800`:                                           "",
		``:                                                          "",
	} {
		err := checkUnicode([]byte(body))
		refusal, ok := errors.AsType[*fault.Error](err)
		if (want != "") != ok {
			t.Errorf("%s: %v, want %q", body, err, want)
			continue
		}
		if ok && refusal.Fields[0].Name != want {
			t.Errorf("%s: names %q, want %q", body, refusal.Fields[0].Name, want)
		}
	}
}

// Text passes exactly if decoding it loses nothing.
func TestCheckUnicode_PassingText_DecodesWithoutLoss(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.SampledFrom([]string{`\ud83d`, `\ude00`, `\u0041`, `\\`, `\"`, `a`, `é`, `\n`, `u`, "\xff"})).Draw(t, "parts")
		body := `{"v":"` + strings.Join(parts, "") + `"}`
		var got struct{ V string }
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatal(err)
		}
		lossless := utf8.ValidString(got.V) && !strings.ContainsRune(got.V, utf8.RuneError)
		if passes := checkUnicode([]byte(body)) == nil; passes != lossless {
			t.Fatalf("%s passes: %v, is decoded as %q", body, passes, got.V)
		}
	})
}
