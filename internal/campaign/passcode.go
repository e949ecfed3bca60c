package campaign

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"

	"github.com/kithhq/kith/internal/fault"
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

// SetPasscode makes joining require the passcode; it replaces an earlier one. The key is the installation's secret.
//
// Conflict: the campaign is closed.
func (c *Campaign) SetPasscode(key []byte, passcode string) error {
	if err := c.checkNotClosed(); err != nil {
		return err
	}
	c.PasscodeMAC = c.passcodeMAC(key, passcode)
	return nil
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
// L for the digits that they resemble. It accepts any input if the campaign has no passcode. It compares in constant
// time.
func (c *Campaign) VerifyPasscode(key []byte, input string) bool {
	if c.PasscodeMAC == "" {
		return true
	}
	return hmac.Equal([]byte(c.passcodeMAC(key, input)), []byte(c.PasscodeMAC))
}

// canonical removes separators and replaces letters that are easily misread by the digits that they resemble.
var canonical = strings.NewReplacer(" ", "", "-", "", "\t", "", "O", "0", "I", "1", "L", "1")

func (c *Campaign) passcodeMAC(key []byte, passcode string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("passcode\x00" + string(c.ID) + "\x00" + canonical.Replace(strings.ToUpper(passcode))))
	return hex.EncodeToString(mac.Sum(nil))
}
