package metrics

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// Sequence is a stream record's sequence number, packed so that comparing the bytes compares the numbers: a byte with
// the length, then the number. Numbers of different shards must never be compared.
type Sequence string

// maxDigits is the length of the longest sequence number: longer than a number of the store may be.
const maxDigits = 40

// ParseSequence packs a decimal sequence number.
func ParseSequence(decimal string) (Sequence, error) {
	digits := strings.TrimLeft(decimal, "0")
	n, ok := new(big.Int).SetString("0"+digits, 10)
	if decimal == "" || len(digits) > maxDigits || !ok || strings.Trim(decimal, "0123456789") != "" {
		return "", fmt.Errorf("metrics: %q is no sequence number", decimal)
	}
	b := n.Bytes()
	return Sequence(append([]byte{byte(len(b))}, b...)), nil
}

// Mark is what a counter item remembers of one stream shard: the last sequence number counted, and when its record was
// made. The packed number comes first, so that mark < sequence says that the record has not been counted.
type Mark string

// The moments of marks are minutes since this instant in three bytes, which last until 2057.
var markEpoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

const markTime = 3 // bytes

// newMark returns the mark for a record and when it was made.
func newMark(s Sequence, at time.Time) Mark {
	minutes := max(0, min(int64(at.Sub(markEpoch)/time.Minute), 1<<24-1))
	return Mark(s) + Mark([]byte{byte(minutes >> 16), byte(minutes >> 8), byte(minutes)})
}

// covers reports whether the record has been counted. An absent mark covers nothing.
func (m Mark) covers(s Sequence) bool { return m != "" && Sequence(m) >= s }

// seen returns when the record of the mark was made.
func (m Mark) seen() time.Time {
	if len(m) < markTime {
		return markEpoch
	}
	b := m[len(m)-markTime:]
	return markEpoch.Add(time.Duration(int64(b[0])<<16|int64(b[1])<<8|int64(b[2])) * time.Minute)
}

// keepMarks is how long marks are kept: longer than the stream keeps records (24 hours), so that no record comes again
// when its mark is gone.
const keepMarks = 36 * time.Hour

// MarkName is the attribute that holds the mark of a stream shard: six characters, which no cell's name has.
func MarkName(shard string) string {
	sum := sha256.Sum256([]byte(shard))
	return base64.RawURLEncoding.EncodeToString(sum[:])[:6]
}
