package infra

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/text"
)

// errorFiles are the files whose errors the public pages may receive.
var errorFiles = []string{
	"inviting/inviting.go",
	"httpapi/joinapi/join.go", "httpapi/joinapi/landing_page.go", "joining/accept.go", "joining/joining.go", "joining/request.go",
	"identity/identity.go",
	"invitation/access.go", "invitation/access_request.go", "invitation/invitation.go", "invitation/suppression.go", "invitation/target.go", "mobilizer/mobilizer.go", "mobilizer/passcode_attempts.go",
	"dynamo/table/write.go", "text/place.go",
}

// The public pages translate an error by its code. For an unknown code they would show the English message to a reader of
// Spanish.
func TestPages_ErrorCodes_AreTranslated(t *testing.T) {
	coded := regexp.MustCompile(`(?:Conflict|RateLimited|forbid|refuse)\(\s*"([a-z_]+)"|Code: +"([a-z_]+)"`)
	received := map[string]bool{"session_required": true}
	for _, kind := range []fault.Kind{
		fault.KindInvalid, fault.KindUnauthenticated, fault.KindForbidden, fault.KindNotFound, fault.KindRateLimited, fault.KindUnavailable,
		fault.KindInternal,
	} {
		received[string(kind)] = true
	}
	for _, file := range errorFiles {
		for _, found := range coded.FindAllStringSubmatch(read(t, "../internal/"+file), -1) {
			received[found[1]+found[2]] = true
		}
	}
	languages := regexp.MustCompile(`(?m)^  (en|es): \{$`).Split(read(t, "../dashboard/public/invite/words.js"), -1)
	if len(languages) != 3 {
		t.Fatalf("words.js has %d languages", len(languages)-1)
	}
	english, spanish := tables(t, languages[1]), tables(t, languages[2])
	for name, words := range english {
		if !maps.Equal(words, spanish[name]) {
			t.Errorf("%s has %v in English and %v in Spanish", name, names(words), names(spanish[name]))
		}
	}
	translated := maps.Clone(english["refusals"])
	for _, name := range []string{"landing", "deciding"} {
		maps.Copy(translated, english[name])
	}
	if !maps.Equal(translated, received) {
		t.Errorf("the pages translate %v,\nand may receive %v", names(translated), names(received))
	}
	asked := regexp.MustCompile(`(?m)^  ([a-z_]+): \{`)
	for _, found := range asked.FindAllStringSubmatch(read(t, "../dashboard/public/invite/form.js"), -1) {
		if field := found[1]; !english["labels"][field] || !english["fields"][field] {
			t.Errorf("the field %s has no label, or no message for an invalid value", field)
		}
	}
}

// A message that one language lacks would appear as "undefined".
func TestPages_Messages_ExistInEveryLanguage(t *testing.T) {
	languages := regexp.MustCompile(`(?m)^  (?:en|es): \{$`).Split(read(t, "../dashboard/public/invite/words.js"), -1)[1:]
	message := regexp.MustCompile(`(?m)^ {4}(?: {2})?([A-Za-z_]+):`)
	var defined []string
	for _, language := range languages {
		var all []string
		for _, found := range message.FindAllStringSubmatch(language, -1) {
			all = append(all, found[1])
		}
		if defined != nil && !slices.Equal(defined, all) {
			t.Errorf("the messages are %v\nin English, and %v\nin Spanish", defined, all)
		}
		defined = all
	}
	used := regexp.MustCompile(`\bmessages\.([A-Za-z]+)|\bkind: "([a-z]+)", (?:name|role|email)|finish\(\{ kind: "([a-z]+)"`)
	scripts, _ := filepath.Glob("../dashboard/public/invite/*.js")
	for _, file := range scripts {
		for _, found := range used.FindAllStringSubmatch(read(t, file), -1) {
			if name := found[1] + found[2] + found[3]; !slices.Contains(defined, name) {
				t.Errorf("%s uses the message %s, which is not defined", file, name)
			}
		}
	}
}

// The pages send the code of the chosen state, so every option must be a code that the API accepts, and each code an option.
func TestPages_States_AreThoseOfTheAPI(t *testing.T) {
	options := map[string]bool{}
	for _, found := range regexp.MustCompile(`([A-Z]{2}): "`).FindAllStringSubmatch(read(t, "../dashboard/public/invite/states.js"), -1) {
		options[found[1]] = true
	}
	for first := 'A'; first <= 'Z'; first++ {
		for second := 'A'; second <= 'Z'; second++ {
			code := string([]rune{first, second})
			if text.IsState(code) != options[code] {
				t.Errorf("the API accepts %s: %t; the pages offer it: %t", code, text.IsState(code), options[code])
			}
		}
	}
}

// The landing page asks back before the API does, so both must know the same states of zip codes.
func TestPages_StatesOfZipCodes_AreThoseOfTheAPI(t *testing.T) {
	starts := map[string]string{}
	for _, found := range regexp.MustCompile(`"([0-9]{3})": "([A-Z]*)"`).FindAllStringSubmatch(read(t, "../dashboard/public/invite/states.js"), -1) {
		starts[found[1]] = found[2]
	}
	state := ""
	for prefix := range 1000 {
		digits := fmt.Sprintf("%03d", prefix)
		if next, found := starts[digits]; found {
			state = next
		}
		if ours := text.StateOfZip(digits + "01"); ours != state {
			t.Errorf("%s is in %q for the API, in %q for the page", digits, ours, state)
		}
	}
	if len(starts) == 0 {
		t.Error("states.js has no prefixes")
	}
}

// tables returns the names in the tables of one language, by table.
func tables(t *testing.T, language string) map[string]map[string]bool {
	t.Helper()
	table := regexp.MustCompile(`(?ms)^    ([a-z]+): \{\n(.*?)^    \},$`)
	name := regexp.MustCompile(`(?m)^      ([a-z_]+):`)
	all := map[string]map[string]bool{}
	for _, found := range table.FindAllStringSubmatch(language, -1) {
		all[found[1]] = map[string]bool{}
		for _, one := range name.FindAllStringSubmatch(found[2], -1) {
			all[found[1]][one[1]] = true
		}
	}
	for _, wanted := range []string{"labels", "fields", "refusals", "landing", "deciding"} {
		if len(all[wanted]) == 0 {
			t.Fatalf("words.js has no table %s", wanted)
		}
	}
	return all
}

func names(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

// CloudFront answers a request for a missing file with the page, so that a missing import would fail silently.
func TestPages_Imports_Exist(t *testing.T) {
	const site = "../dashboard/public"
	scripts, err := filepath.Glob(site + "/invite/*.js")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	used := map[string]bool{}
	linked := regexp.MustCompile(`(?:from |src=|href=)"(/[^"]+)"`)
	for _, file := range append(scripts, "../dashboard/index.html") {
		content := read(t, file)
		for _, found := range linked.FindAllStringSubmatch(content, -1) {
			used[found[1]] = true
			_, published := os.Stat(site + found[1])
			if _, err := os.Stat("../dashboard" + found[1]); published != nil && err != nil {
				t.Errorf("%s: %v", file, published)
			}
		}
		if strings.Contains(content, "innerHTML") || strings.Contains(content, "insertAdjacentHTML") {
			t.Errorf("%s writes HTML: input of users could be executed", file)
		}
	}
	for _, script := range scripts {
		if !used[strings.TrimPrefix(script, site)] {
			t.Errorf("nothing imports %s", script)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
