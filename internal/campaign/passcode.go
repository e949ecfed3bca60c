package campaign

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strconv"
	"strings"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/secret"
)

// crockford is Crockford's base 32: no I, L, O or U, so that a code can be read aloud.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// NewPasscode returns a passcode of 8 characters, 40 random bits. It is shown once; only its HMAC is stored.
func NewPasscode() string {
	var bits [5]byte
	if _, err := rand.Read(bits[:]); err != nil {
		panic("campaign: no randomness: " + err.Error()) // crypto/rand never fails on supported systems
	}
	return crockford.EncodeToString(bits[:])
}

// SetPasscode makes joining require the passcode; it replaces an earlier one. version is that of the application's
// secret.
//
// Conflict: the campaign is closed.
func (c *Campaign) SetPasscode(version secret.Version, passcode string) error {
	if err := c.checkNotClosed(); err != nil {
		return err
	}
	c.PasscodeMAC = c.passcodeMAC(version, passcode)
	return nil
}

// PasscodeVersion returns the version of the secret that the passcode's MAC is made with.
func (c *Campaign) PasscodeVersion() int {
	number, _, _ := strings.Cut(c.namedMAC(), ":")
	version, err := strconv.Atoi(number)
	if err != nil {
		return 0
	}
	return version
}

// namedMAC returns the passcode's MAC with its version, which MACs from before there was a second version lack.
func (c *Campaign) namedMAC() string {
	if strings.Contains(c.PasscodeMAC, ":") {
		return c.PasscodeMAC
	}
	return "1:" + c.PasscodeMAC
}

// RemovePasscode makes joining require no passcode.
//
// Conflict: the campaign is closed.
func (c *Campaign) RemovePasscode() error {
	if err := c.checkNotClosed(); err != nil {
		return err
	}
	c.PasscodeMAC = ""
	return nil
}

func (c *Campaign) checkNotClosed() error {
	if c.Status == Closed {
		return fault.Conflict("campaign_closed", "This campaign is closed, so nobody can join it. Its passcode can't change.")
	}
	return nil
}

// VerifyPasscode reports whether input is the campaign's passcode: in any case, with spaces or hyphens, and with O, I and
// L for the digits that they resemble. It accepts any input if the campaign has no passcode. version is that
// of PasscodeVersion. It compares in constant time.
func (c *Campaign) VerifyPasscode(version secret.Version, input string) bool {
	if c.PasscodeMAC == "" {
		return true
	}
	return hmac.Equal([]byte(c.passcodeMAC(version, input)), []byte(c.namedMAC()))
}

// RenewPasscode replaces the MAC of a passcode that VerifyPasscode accepted by one of another version of the secret. The
// passcode stays.
func (c *Campaign) RenewPasscode(version secret.Version, passcode string) {
	c.PasscodeMAC = c.passcodeMAC(version, passcode)
}

// canonical removes separators and replaces letters that are easily misread by the digits that they resemble.
var canonical = strings.NewReplacer(" ", "", "-", "", "\t", "", "O", "0", "I", "1", "L", "1")

func (c *Campaign) passcodeMAC(version secret.Version, passcode string) string {
	return c.mac(version, "passcode", canonical.Replace(strings.ToUpper(passcode)))
}

// NetworkMAC returns a MAC of a client's network, by which attempts from it are counted without storing the address.
func (c *Campaign) NetworkMAC(version secret.Version, network string) string {
	return c.mac(version, "network", network)
}

// mac returns "version of the secret:hex".
func (c *Campaign) mac(version secret.Version, kind, value string) string {
	mac := hmac.New(sha256.New, version.Key("kith passcodes"))
	mac.Write([]byte(kind + "\x00" + string(c.ID) + "\x00" + value))
	return fmt.Sprintf("%d:%x", version.Number, mac.Sum(nil))
}
