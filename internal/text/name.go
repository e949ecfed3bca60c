package text

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/kithhq/kith/internal/fault"
)

// Name is a Line that must not be blank: message asks for it. A line that breaks another rule is not called blank too.
func Name(check *fault.Checker, field, input string, limit int, message string) string {
	Required(check, field, input, message)
	return Line(check, field, input, limit)
}

// Same reports whether a reader would take two lines for the same: case, kinds of space and ways of composing a letter
// make no difference.
func Same(a, b string) bool { return strings.EqualFold(plainForm(a), plainForm(b)) }

func plainForm(s string) string { return strings.Join(strings.Fields(norm.NFKC.String(s)), " ") }
