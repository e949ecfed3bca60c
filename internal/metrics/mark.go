package metrics

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// Sequence is a stream record's sequence number, packed so that the order of the bytes is the order of the numbers: a
// byte with the length, then the number. Only numbers of the same shard may be compared.
type Sequence string

// maxDigits is the maximum length of a sequence number. DynamoDB numbers have 38 digits only.
const maxDigits = 40

// ParseSequence packs a decimal sequence number. It fails if decimal is not a number of at most maxDigits digits.
func ParseSequence(decimal string) (Sequence, error) {
	digits := strings.TrimLeft(decimal, "0")
	n, ok := new(big.Int).SetString("0"+digits, 10)
	if decimal == "" || len(digits) > maxDigits || !ok || strings.Trim(decimal, "0123456789") != "" {
		return "", fmt.Errorf("metrics: %q is not a sequence number", decimal)
	}
	b := n.Bytes()
	return Sequence(append([]byte{byte(len(b))}, b...)), nil
}

// Mark records how far a counter item has counted one stream shard: the last sequence number counted, and the time of
// its record. The packed number comes first, so that mark < sequence if and only if the record is not counted yet.
type Mark string

// The time of a mark is stored as minutes since markEpoch in markTime bytes, which lasts until 2057.
var markEpoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

const markTime = 3

// newMark returns the mark of a record with the sequence number and time.
func newMark(s Sequence, at time.Time) Mark {
	minutes := max(0, min(int64(at.Sub(markEpoch)/time.Minute), 1<<24-1))
	return Mark(s) + Mark([]byte{byte(minutes >> 16), byte(minutes >> 8), byte(minutes)})
}

// covers reports whether the record has been counted. An absent mark covers no record.
func (m Mark) covers(s Sequence) bool { return m != "" && Sequence(m) >= s }

// recordTime returns the time of the mark's record.
func (m Mark) recordTime() time.Time {
	if len(m) < markTime {
		return markEpoch
	}
	b := m[len(m)-markTime:]
	return markEpoch.Add(time.Duration(int64(b[0])<<16|int64(b[1])<<8|int64(b[2])) * time.Minute)
}

// markRetention is how long marks are kept: longer than the stream keeps records (24 hours), so that no record is
// delivered again after its mark was dropped.
const markRetention = 36 * time.Hour

// MarkName returns the name of the attribute with the mark of a stream shard: six characters, one more than a cell has.
func MarkName(shard string) string {
	sum := sha256.Sum256([]byte(shard))
	return base64.RawURLEncoding.EncodeToString(sum[:])[:6]
}
