package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kithhq/kith/internal/fault"
)

// checkJSON checks the body of a route that takes JSON. Others look at theirs themselves.
func checkJSON(op *huma.Operation, body []byte) error {
	if op.RequestBody != nil && op.RequestBody.Content["application/json"] == nil {
		return nil
	}
	return checkUnicode(body)
}

// checkUnicode refuses JSON whose texts are no Unicode: bytes that aren't UTF-8, and \ud800 to \udfff without their other
// half. Decoding would turn both into question marks without a word, so they are looked for before it.
//
// Invalid: the field that has one. What isn't JSON at all is left for decoding to refuse.
func checkUnicode(body []byte) error {
	if utf8.Valid(body) && !bytes.Contains(body, []byte(`\u`)) {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	var at place
	for {
		begin := decoder.InputOffset()
		token, err := decoder.Token()
		if err != nil {
			return nil // the end, or no JSON
		}
		written := body[begin:decoder.InputOffset()]
		if _, isText := token.(string); isText && (!utf8.Valid(written) || halved(written)) {
			return fault.Invalid(at.field(token), "This is not valid Unicode text: half a character is missing.")
		}
		at.pass(token)
	}
}

// halved reports whether JSON text holds half of a surrogate pair.
func halved(written []byte) bool {
	for i := 0; i+1 < len(written); i++ {
		if written[i] != '\\' {
			continue
		}
		if written[i+1] != 'u' {
			i++ // what is escaped is passed over, a backslash too
			continue
		}
		half := unit(written[i:])
		switch {
		case half >= 0xdc00 && half < 0xe000:
			return true
		case half >= 0xd800 && half < 0xdc00:
			low := unit(written[i+6:])
			if low < 0xdc00 || low >= 0xe000 {
				return true
			}
			i += 6
		}
		i += 5
	}
	return false
}

// unit reads \uXXXX at the beginning of written; -1 when something else stands there.
func unit(written []byte) int {
	if len(written) < 6 || written[0] != '\\' || written[1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(string(written[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return int(n)
}

// place follows the tokens of a JSON document and knows where in it they stand.
type place struct{ open []level }

// level is an object or an array that is open.
type level struct {
	array bool
	name  string // of the present field, once it was passed
	named bool   // the field's value comes next
	index int    // of the present element
}

// field names where token stands, such as responses[1].text; a name of a field stands for the field.
func (p *place) field(token json.Token) string {
	var b strings.Builder
	for n, l := range p.open {
		switch {
		case l.array:
			fmt.Fprintf(&b, "[%d]", l.index)
		case l.named:
			b.WriteString(dot(b.Len()) + l.name)
		case n == len(p.open)-1:
			fmt.Fprintf(&b, "%s%v", dot(b.Len()), token)
		}
	}
	if b.Len() == 0 {
		return "body"
	}
	return b.String()
}

func dot(before int) string {
	if before == 0 {
		return ""
	}
	return "."
}

// pass takes note of a token.
func (p *place) pass(token json.Token) {
	if delim, ok := token.(json.Delim); ok {
		switch delim {
		case '{', '[':
			p.open = append(p.open, level{array: delim == '['})
			return
		default:
			p.open = p.open[:len(p.open)-1]
		}
	}
	if len(p.open) == 0 {
		return
	}
	top := &p.open[len(p.open)-1]
	name, isText := token.(string)
	switch {
	case top.array:
		top.index++
	case top.named:
		top.named = false
	case isText:
		top.name, top.named = name, true
	}
}
