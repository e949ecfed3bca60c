package fault

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Message is a text for users. It is English; package translation has the others, by the format.
type Message struct {
	text   string
	format string
	args   []any
}

// NewMessage returns a message, formatted as by fmt.Sprintf. Arguments are values without words, such as names and numbers,
// other messages, or values with a method In, as Localized has.
func NewMessage(format string, args ...any) Message {
	return Message{fmt.Sprintf(format, args...), format, args}
}

// Localized is an argument of a message that depends on the language, such as a time. Its String method returns the English text.
type Localized interface {
	fmt.Stringer
	In(language string) string
}

// String returns the English text.
func (m Message) String() string { return m.text }

// Empty reports whether there is no text.
func (m Message) Empty() bool { return m.text == "" }

// Equal reports whether two messages have the same text, format and arguments.
func (m Message) Equal(other Message) bool {
	return m.text == other.text && m.Encode() == other.Encode()
}

// Source returns the format and the arguments.
func (m Message) Source() (format string, args []any) { return m.format, m.args }

// Encode returns the format and the arguments for DecodeMessage, "" if there are no arguments. Only strings, integers and messages stay
// what they are; any other argument becomes its English text.
func (m Message) Encode() string {
	if len(m.args) == 0 {
		return ""
	}
	encoded, err := json.Marshal(m.parts())
	if err != nil {
		return "" // then the message stays English
	}
	return string(encoded)
}

func (m Message) parts() []any {
	parts := []any{m.format}
	for _, arg := range m.args {
		switch arg := arg.(type) {
		case Message:
			parts = append(parts, arg.parts())
		case string, int:
			parts = append(parts, arg)
		default:
			parts = append(parts, fmt.Sprint(arg))
		}
	}
	return parts
}

// DecodeMessage returns a message with an English text and what Encode returned.
func DecodeMessage(english, encoded string) Message {
	m := Message{text: english, format: english}
	if encoded == "" {
		return m
	}
	decoder := json.NewDecoder(strings.NewReader(encoded))
	decoder.UseNumber()
	var parts []any
	if err := decoder.Decode(&parts); err != nil {
		return m
	}
	decoded := newMessage(parts)
	decoded.text = english
	return decoded
}

func newMessage(parts []any) Message {
	var m Message
	for i, part := range parts {
		switch part := part.(type) {
		case string:
			if i == 0 {
				m.format = part
				continue
			}
			m.args = append(m.args, part)
		case json.Number:
			n, _ := strconv.Atoi(part.String()) // Encode writes integers only
			m.args = append(m.args, n)
		case []any:
			m.args = append(m.args, newMessage(part))
		}
	}
	m.text = fmt.Sprintf(m.format, m.args...)
	return m
}

// Match returns the message with a format whose English text is the given one, and whether there is one. Its arguments are strings,
// and integers for %d. It recognizes messages of other programs and of files, which have no source.
func Match(english, format string) (Message, bool) {
	rest, args := english, []any(nil)
	literal, following, more := strings.Cut(format, "%")
	rest, ok := strings.CutPrefix(rest, literal)
	for ok && more {
		verb := following[0]
		literal, following, more = strings.Cut(following[1:], "%")
		end := len(rest)
		switch {
		case more || literal != "" && !strings.HasSuffix(rest, literal):
			end = strings.Index(rest, literal)
		default:
			end -= len(literal)
		}
		if end < 0 {
			return Message{}, false
		}
		value := rest[:end]
		rest = rest[end+len(literal):]
		if verb != 'd' {
			args = append(args, value)
			continue
		}
		n, err := strconv.Atoi(value)
		if err != nil {
			return Message{}, false
		}
		args = append(args, n)
	}
	if !ok || rest != "" {
		return Message{}, false
	}
	return Message{english, format, args}, true
}
