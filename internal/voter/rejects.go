package voter

import (
	"strconv"
	"strings"

	"github.com/kithhq/kith/internal/voter/layout"
)

// Limits of a voter file, documented in docs/voter-file.md.
const (
	MaxBytes       = 4 << 30  // of one upload
	MaxText        = 16 << 30 // bytes of its text, after decompression
	MaxID          = layout.MaxID
	MaxRejects     = 10_000   // rows listed in the rejects file; further ones are only counted
	maxRejectBytes = 16 << 20 // of the rejects file
)

// Duplicate is the reason to reject a row whose id occurred before.
const Duplicate = "An earlier row has the same voter id."

// Reject is a row that was not imported.
type Reject struct {
	Line   int // first line of the row in the file; the first line of the file is 1
	Reason string
	Raw    string // the row as it is in the file
}

// rejectsHeader returns the first line of a rejects file: line, reason, and the header of the file. It is empty for a file
// without a header.
func rejectsHeader(f layout.Format, header string) []byte {
	if !f.Header {
		return nil
	}
	return append([]byte("line"+f.Separator+"reason"+f.Separator+header), "\r\n"...)
}

// appendReject appends a row of a rejects file: line, reason, and the row byte for byte, so that a corrected rejects file
// can be uploaded.
func appendReject(file []byte, f layout.Format, r Reject) []byte {
	reason := r.Reason
	if f.Quoted {
		reason = `"` + strings.ReplaceAll(reason, `"`, `""`) + `"`
	}
	file = append(file, strconv.Itoa(r.Line)+f.Separator+reason+f.Separator...)
	return append(append(file, r.Raw...), "\r\n"...)
}
