package httpapi

import (
	"crypto/hkdf"
	"crypto/sha256"
)

// PasscodeKey derives the key of passcode MACs from the application's secret.
func PasscodeKey(secret []byte) []byte { return deriveKey(secret, "kith passcodes") }

// BulkKey derives the key that the ids of contacts added in bulk are made with.
func BulkKey(secret []byte) []byte { return deriveKey(secret, "kith bulk ids") }

func deriveKey(secret []byte, label string) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, label, 32)
	if err != nil {
		panic("httpapi: " + label + ": " + err.Error()) // only a length that is wrong in this file fails
	}
	return key
}
