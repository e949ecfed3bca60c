package text

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/kithhq/kith/internal/fault"
)

// linkLimit is the maximum length of a web address: every browser still opens one of that length.
const linkLimit = 2000

// Link returns a web address: absolute, with the scheme http or https, without a user name.
func Link(check *fault.Checker, field, input string) string {
	address := Line(check, field, input, linkLimit)
	if address == "" || isLink(address) {
		return address
	}
	check.Check(false, field, "Use a web address that begins with https:// or http://.")
	return ""
}

// domain matches a web address without a scheme: a name with a dot, and perhaps a port and a path.
var domain = regexp.MustCompile(`^[\pL\pN][\pL\pN-]*(\.[\pL\pN-]+)+(:[0-9]+)?([/?#].*)?$`)

// WithScheme puts https:// in front of a web address that has no scheme, such as example.org. Other texts stay.
func WithScheme(input string) string {
	if address := strings.TrimSpace(input); domain.MatchString(address) {
		return "https://" + address
	}
	return input
}

func isLink(address string) bool {
	if strings.ContainsAny(address, " \u00a0\"<>\\^`{|}") {
		return false
	}
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	return (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil
}
