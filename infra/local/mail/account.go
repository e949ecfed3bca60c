package mail

import (
	"net/http"
	"slices"
	"strings"
)

// checkAccount fails with SES's error if the account is in a state in which SES does not send from or to the addresses.
func (r *Recorder) checkAccount(from string, recipients []string) error {
	a := r.account()
	if !a.Sending {
		return &sesError{
			"AccountSendingPausedException", "SendingPausedException", http.StatusBadRequest,
			"Email sending is disabled for this account.",
		}
	}
	var unverified []string
	if !a.Verified {
		unverified = append(unverified, from)
	}
	if !a.Production {
		for _, to := range recipients {
			if !a.verified(to) {
				unverified = append(unverified, to)
			}
		}
	}
	if len(unverified) == 0 {
		return nil
	}
	return rejected("Email address is not verified. The following identities failed the check in region %s: %s",
		strings.ToUpper(r.c.Region), strings.Join(unverified, ", "))
}

// verified reports whether an address may get mail in the sandbox. Those of the mailbox simulator always may.
func (a Account) verified(address string) bool {
	_, domain, _ := strings.Cut(address, "@")
	return "@"+strings.ToLower(domain) == simulator || slices.ContainsFunc(a.Recipients, func(r string) bool {
		return strings.EqualFold(r, address) || strings.EqualFold(r, domain)
	})
}
