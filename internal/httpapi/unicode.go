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

// checkJSON runs checkUnicode on the body of a route that takes JSON. Other routes check their bodies themselves.
func checkJSON(op *huma.Operation, body []byte) error {
	if op.RequestBody != nil && op.RequestBody.Content["application/json"] == nil {
		return nil
	}
	return checkUnicode(body)
}

// checkUnicode refuses JSON with strings that are not Unicode: bytes that are not UTF-8, and unpaired surrogates (\ud800 to
// \udfff). Decoding would silently replace both by U+FFFD.
//
// Invalid, naming the field. A body that is not JSON passes: decoding refuses it.
func checkUnicode(body []byte) error {
	if utf8.Valid(body) && !bytes.Contains(body, []byte(`\u`)) {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	var at jsonPath
	for {
		begin := decoder.InputOffset()
		token, err := decoder.Token()
		if err != nil {
			return nil // the end, or not JSON
		}
		literal := body[begin:decoder.InputOffset()]
		if _, isString := token.(string); isString && (!utf8.Valid(literal) || hasUnpairedSurrogate(literal)) {
			return fault.Invalid(at.field(token), "This text is not valid Unicode. Send UTF-8 without unpaired surrogates.")
		}
		at.advance(token)
	}
}

// hasUnpairedSurrogate reports whether a JSON string literal has one half of a surrogate pair.
func hasUnpairedSurrogate(literal []byte) bool {
	for i := 0; i+1 < len(literal); i++ {
		if literal[i] != '\\' {
			continue
		}
		if literal[i+1] != 'u' {
			i++ // skip the escaped character, which may be a backslash
			continue
		}
		half := codeUnit(literal[i:])
		switch {
		case half >= 0xdc00 && half < 0xe000:
			return true
		case half >= 0xd800 && half < 0xdc00:
			low := codeUnit(literal[i+6:])
			if low < 0xdc00 || low >= 0xe000 {
				return true
			}
			i += 6
		}
		i += 5
	}
	return false
}

// codeUnit returns the UTF-16 code unit of the escape \uXXXX that literal begins with; -1 when it begins with anything else.
func codeUnit(literal []byte) int {
	if len(literal) < 6 || literal[0] != '\\' || literal[1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(string(literal[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return int(n)
}

// jsonPath is the path of the current token in a JSON document.
type jsonPath struct{ open []level }

// level is an object or an array that contains the current token.
type level struct {
	array bool
	name  string // of the current field
	named bool   // whether the field's value comes next
	index int    // of the current element
}

// field returns the path of token, such as responses[1].text. The path of a field's name is that of the field.
func (p *jsonPath) field(token json.Token) string {
	var b strings.Builder
	for n, l := range p.open {
		switch {
		case l.array:
			fmt.Fprintf(&b, "[%d]", l.index)
		case l.named:
			b.WriteString(separator(b.Len()) + l.name)
		case n == len(p.open)-1:
			fmt.Fprintf(&b, "%s%v", separator(b.Len()), token)
		}
	}
	if b.Len() == 0 {
		return "body"
	}
	return b.String()
}

func separator(before int) string {
	if before == 0 {
		return ""
	}
	return "."
}

// advance moves the path past token.
func (p *jsonPath) advance(token json.Token) {
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
	name, isString := token.(string)
	switch {
	case top.array:
		top.index++
	case top.named:
		top.named = false
	case isString:
		top.name, top.named = name, true
	}
}
