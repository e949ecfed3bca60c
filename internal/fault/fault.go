// Package fault owns the errors of all packages: each has a kind that callers can act on and a message that users may
// read. It does not map kinds to HTTP statuses: package httpapi does. It imports the standard library only.
package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind is the class of an error.
type Kind string

// The kinds. One table in httpapi maps them to HTTP statuses.
const (
	KindInvalid         Kind = "invalid"         // the input breaks a rule; Fields name the inputs
	KindUnauthenticated Kind = "unauthenticated" // the caller is not signed in, or the token is stale
	KindForbidden       Kind = "forbidden"       // the caller may see the resource, but not do this
	KindNotFound        Kind = "not_found"       // the resource does not exist, or the caller may not see it
	KindConflict        Kind = "conflict"        // the present state does not allow the request
	KindRateLimited     Kind = "rate_limited"    // too many requests; retry later
	KindUnavailable     Kind = "unavailable"     // a dependency failed; retry
	KindInternal        Kind = "internal"        // a defect; the cause is logged and never sent to users
)

// Field is a message about one named input, such as "responses[2].text".
type Field struct {
	Name    string
	Message Message
}

// Error is a classified failure.
type Error struct {
	Kind       Kind
	Code       string        // optional stable identifier for programs, such as "campaign_closed"
	Message    Message       // for users: what is wrong, then what to do
	Fields     []Field       // the inputs that cause the error
	RetryAfter time.Duration // for KindRateLimited and KindUnavailable, if known
	At         time.Time     // optional: the instant that the message refers to, for clients with their own messages
	cause      error
}

// Error returns the message with fields and cause, for logs.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message.String())
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " [%s: %s]", f.Name, f.Message)
	}
	if e.cause != nil {
		b.WriteString(": ")
		b.WriteString(e.cause.Error())
	}
	return b.String()
}

// Unwrap returns the cause, or nil.
func (e *Error) Unwrap() error { return e.cause }

// Invalid returns an error about one invalid input. The message is formatted as by fmt.Sprintf.
func Invalid(field, format string, args ...any) *Error {
	return invalid([]Field{{field, NewMessage(format, args...)}})
}

func invalid(fields []Field) *Error {
	return &Error{Kind: KindInvalid, Message: NewMessage("Some fields are invalid. Correct them and try again."), Fields: fields}
}

// NotFound returns an error that the resource, such as "campaign", does not exist for this caller.
func NotFound(resource string) *Error {
	sentence := "There is no such " + resource + "."
	return &Error{Kind: KindNotFound, Message: Message{text: sentence, format: sentence}}
}

// Conflict returns an error that the present state does not allow the request. code is a stable identifier for programs.
func Conflict(code, format string, args ...any) *Error {
	return &Error{Kind: KindConflict, Code: code, Message: NewMessage(format, args...)}
}

// Forbidden returns an error that the caller may see the resource, but not do this.
func Forbidden(format string, args ...any) *Error {
	return &Error{Kind: KindForbidden, Message: NewMessage(format, args...)}
}

// Unauthenticated returns an error that the caller must sign in.
func Unauthenticated(format string, args ...any) *Error {
	return &Error{Kind: KindUnauthenticated, Message: NewMessage(format, args...)}
}

// RateLimited returns an error that the caller must wait for after. code is a stable identifier for programs.
func RateLimited(code string, after time.Duration, format string, args ...any) *Error {
	return &Error{Kind: KindRateLimited, Code: code, Message: NewMessage(format, args...), RetryAfter: after}
}

// WithTime sets the instant that e's message refers to, and returns e.
func (e *Error) WithTime(at time.Time) *Error {
	e.At = at
	return e
}

// AtField sets the input that causes the error, with its message, and returns e.
func (e *Error) AtField(name string) *Error {
	e.Fields = []Field{{name, e.Message}}
	return e
}

// Unavailable returns an error that a dependency failed temporarily.
func Unavailable(cause error) *Error {
	return &Error{Kind: KindUnavailable, Message: NewMessage("A service that we need did not answer. Please try again in a moment."), cause: cause}
}

// Internal returns an error about a defect. The formatted text is its cause, for logs only.
func Internal(format string, args ...any) *Error {
	return &Error{Kind: KindInternal, Message: NewMessage("Something went wrong on our side."), cause: fmt.Errorf(format, args...)}
}

// KindOf returns the kind of err: KindInternal for an error of another package, and "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return KindInternal
}

// Is reports whether err is of the kind.
func Is(err error, kind Kind) bool { return KindOf(err) == kind }

// Checker collects the invalid fields of an input, so that one error reports them all.
type Checker struct{ fields []Field }

// Check records a message for field unless ok. The message is formatted as by fmt.Sprintf.
func (c *Checker) Check(ok bool, field, format string, args ...any) {
	if !ok {
		c.fields = append(c.fields, Field{field, NewMessage(format, args...)})
	}
}

// Record records a message for field.
func (c *Checker) Record(field string, m Message) { c.fields = append(c.fields, Field{field, m}) }

// Add records the fields of an invalid error, with the prefix before each name. It ignores other errors, and nil.
func (c *Checker) Add(prefix string, err error) {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Kind != KindInvalid {
		return
	}
	for _, f := range e.Fields {
		c.fields = append(c.fields, Field{prefix + f.Name, f.Message})
	}
}

// Err returns an invalid error with the recorded fields, or nil if there are none.
func (c *Checker) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return invalid(c.fields)
}
