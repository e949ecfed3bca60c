package httpapi

import (
	"crypto/hkdf"
	"crypto/sha256"
)

// passcodeKey is what passcodes are kept under, by administrators' routes, and compared with, by joining.
func PasscodeKey(secret []byte) []byte { return DerivedKey(secret, "kith passcodes") }

// bulkKey makes the ids of contacts that are added many at once.
func BulkKey(secret []byte) []byte { return DerivedKey(secret, "kith bulk ids") }

func DerivedKey(secret []byte, purpose string) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, purpose, 32)
	if err != nil {
		panic("httpapi: " + purpose + ": " + err.Error()) // only for lengths that are wrong in this file
	}
	return key
}
