package alarm

import (
	"fmt"
	"regexp"
	"strings"
)

var pattern = regexp.MustCompile(`^\{ *\$\.([A-Za-z_]+) *= *"([^"*]*)" *\}$`)

// ParsePattern returns field and value of a filter pattern of the form { $.field = "value" }. It fails for other patterns,
// which the local cloud does not support.
func ParsePattern(text string) (string, string, error) {
	found := pattern.FindStringSubmatch(strings.TrimSpace(text))
	if found == nil {
		return "", "", fmt.Errorf(`the local cloud supports patterns of the form { $.field = "value" } only, not %s`, text)
	}
	return found[1], found[2], nil
}

// field returns the name in $.name, and whether text has that form.
func field(text string) (string, bool) {
	return strings.CutPrefix(text, "$.")
}
