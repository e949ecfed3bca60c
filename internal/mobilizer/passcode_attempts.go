package mobilizer

import (
	"net/netip"
	"time"

	"github.com/kithhq/kith/internal/fault"
)

// Limits of wrong passcodes at one campaign. A passcode has 40 bits, so they need not be exact to prevent guessing.
const (
	attemptsOfCaller  = 5              // without a pause
	attemptsOfNetwork = 100            // without a pause, of all callers of a client network
	firstPause        = time.Minute    // doubles with each further attempt
	longestPause      = time.Hour      // of a caller and of a network
	attemptsKept      = 24 * time.Hour // after the last one
	ipv6NetworkBits   = 64             // what a provider gives one customer at least
)

// NetworkPauseCode is the code of the refusal because of other callers in the same network.
const NetworkPauseCode = "passcode_tries_network"

// PasscodeAttempts are the wrong attempts of one caller, or of the callers of one client network, to enter the present
// passcode of one campaign. The zero value has none.
type PasscodeAttempts struct {
	Count int
	Last  time.Time
}

// PasscodeAllowance is what remains after an attempt.
type PasscodeAllowance struct {
	Attempts int       // before a pause
	Next     time.Time // when the next attempt is possible; zero if there is no pause
}

// CountPasscodeAttempt counts an attempt of a caller in a network. Both must be stored before the passcode is compared, so that
// no attempt goes uncounted.
//
// Rate limited: the caller, or all callers in the network, must wait. Nothing is counted then.
func CountPasscodeAttempt(caller, network *PasscodeAttempts, at time.Time) (PasscodeAllowance, error) {
	if next := caller.next(attemptsOfCaller); at.Before(next) {
		return PasscodeAllowance{}, fault.RateLimited("passcode_tries",
			next.Sub(at), "You have tried too many passcodes. Wait, then try again.").WithTime(next)
	}
	if next := network.next(attemptsOfNetwork); at.Before(next) {
		return PasscodeAllowance{}, fault.RateLimited("passcode_tries_network",
			next.Sub(at), "Too many wrong passcodes were entered from your network. Wait, or try again from another network.").WithTime(next)
	}
	caller.add(at)
	network.add(at)
	allowance := PasscodeAllowance{
		Attempts: max(0, min(attemptsOfCaller-caller.Count, attemptsOfNetwork-network.Count)), Next: caller.next(attemptsOfCaller),
	}
	if next := network.next(attemptsOfNetwork); next.After(allowance.Next) {
		allowance.Next = next
	}
	return allowance, nil
}

func (a *PasscodeAttempts) add(at time.Time) {
	if !at.Before(a.Expires()) {
		a.Count = 0
	}
	a.Count++
	if at.After(a.Last) { // concurrent attempts are counted in any order
		a.Last = at
	}
}

// Expires returns when the attempts are forgotten.
func (a *PasscodeAttempts) Expires() time.Time { return a.Last.Add(attemptsKept) }

// next returns when the next attempt is possible, if so many are possible without a pause. It returns the zero time before the
// first pause, so that of concurrent attempts the earlier one is not refused if it is counted last.
func (a *PasscodeAttempts) next(free int) time.Time {
	if a.Count < free {
		return time.Time{}
	}
	pause := firstPause
	for range min(a.Count-free, 10) { // no overflow
		pause *= 2
	}
	return a.Last.Add(min(pause, longestPause))
}

// ClientNetwork returns the network of a client's address: an IPv4 address itself, since a household or an office has one, and
// the /64 of an IPv6 address. It returns "" for an invalid address.
func ClientNetwork(address netip.Addr) string {
	address = address.Unmap().WithZone("")
	if address.Is4() {
		return address.String()
	}
	network, err := address.Prefix(ipv6NetworkBits)
	if err != nil || !network.IsValid() {
		return ""
	}
	return network.String()
}
