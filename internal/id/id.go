// Package id creates and reads the ids of rows: UUIDv7 strings whose time is the row's creation time, so that id order is
// time order. The types of ids belong to the packages of the rows.
package id

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"

	"github.com/google/uuid"
)

// At returns a new UUIDv7 for the instant, to the millisecond, with 74 random bits.
func At(t time.Time) string {
	var random [10]byte
	if _, err := rand.Read(random[:]); err != nil {
		panic("id: no randomness: " + err.Error()) // crypto/rand never fails on supported systems
	}
	return from(t, random)
}

// Derived returns the UUIDv7 for the instant whose 74 remaining bits come from seed, such as an HMAC, so that a retry of
// a request creates the same id. The first 10 bytes of the seed should be uniformly distributed; shorter seeds are hashed.
func Derived(t time.Time, seed []byte) string {
	if len(seed) < 10 {
		sum := sha256.Sum256(seed)
		seed = sum[:]
	}
	return from(t, [10]byte(seed[:10]))
}

func from(t time.Time, bits [10]byte) string {
	var u uuid.UUID
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(t.UnixMilli()))
	copy(u[:6], ms[2:])
	copy(u[6:], bits[:])
	u[6] = u[6]&0x0f | 0x70
	u[8] = u[8]&0x3f | 0x80
	return u.String()
}

// Valid reports whether s is a UUIDv7 in its canonical lower-case form. Only such strings may become keys.
func Valid(s string) bool {
	u, err := uuid.Parse(s)
	return err == nil && u.Version() == 7 && u.String() == s
}

// Time returns the instant of an id, in UTC, or the zero time if s is not an id.
func Time(s string) time.Time {
	raw, err := hex.DecodeString(firstTwelve(s))
	if err != nil || len(raw) != 6 {
		return time.Time{}
	}
	var ms [8]byte
	copy(ms[2:], raw)
	return time.UnixMilli(int64(binary.BigEndian.Uint64(ms[:]))).UTC()
}

func firstTwelve(s string) string {
	if len(s) != 36 {
		return ""
	}
	return s[:8] + s[9:13]
}

// Floor returns the smallest id of the instant: every id created at or after t sorts at or after it.
func Floor(t time.Time) string {
	var u uuid.UUID
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(t.UnixMilli()))
	copy(u[:6], ms[2:])
	return u.String()
}
