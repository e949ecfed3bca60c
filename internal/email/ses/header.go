package ses

import (
	"encoding/base64"
	"net/mail"
	"strings"
	"unicode/utf8"
)

const (
	wordBytes = 45  // in one encoded word of RFC 2047, which has at most 75 characters: 60 of them in base64
	plainSize = 400 // characters of a value that needs no folding; a line has at most 998
)

// mailbox returns the value of an address header. The reader of the message sees the name unchanged.
//
// It fails with invalid if the address cannot be written.
func mailbox(name, address string) (string, error) {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address {
		return "", rejected("address")
	}
	if isPlain(name) {
		return (&mail.Address{Name: name, Address: address}).String(), nil
	}
	return encodedWords(name) + "\r\n <" + address + ">", nil
}

// unstructured returns the value of a header of free text. The reader of the message sees the text unchanged.
func unstructured(text string) string {
	if isPlain(text) {
		return text
	}
	return encodedWords(text)
}

// isPlain reports whether a header can have a text as it is: readers decode one that looks encoded, and some drop the second of
// two blanks.
func isPlain(text string) bool {
	special := func(r rune) bool { return r < ' ' || r > '~' }
	return len(text) <= plainSize && !strings.ContainsFunc(text, special) && !strings.Contains(text, "=?") && !strings.Contains(text, "  ")
}

// encodedWords returns a text in encoded words of RFC 2047, one a line. Readers drop the line ends between them.
func encodedWords(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	var words []string
	for text != "" {
		end := 0
		for _, r := range text {
			if end+utf8.RuneLen(r) > wordBytes {
				break
			}
			end += utf8.RuneLen(r)
		}
		words = append(words, "=?utf-8?b?"+base64.StdEncoding.EncodeToString([]byte(text[:end]))+"?=")
		text = text[end:]
	}
	return strings.Join(words, "\r\n ")
}
