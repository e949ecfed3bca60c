package text

import (
	"net/url"
	"strings"

	"github.com/kithhq/kith/internal/fault"
)

// linkLimit is how long an address may be: what every browser still opens.
const linkLimit = 2000

// Link is a web address: absolute, http or https, without a user name in it.
func Link(check *fault.Checker, field, input string) string {
	address := Line(check, field, input, linkLimit)
	if address == "" || isLink(address) {
		return address
	}
	check.Check(false, field, "Use a web address that begins with https:// or http://.")
	return ""
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
