// Package fault gives every error a kind that callers can act on and a message that a user may read.
// It uses the standard library only, so that rules, storage and HTTP can all speak it.
package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what sort of failure an error is. The zero Kind is Internal's: an error nobody classified.
type Kind string

// The kinds. One table in httpapi maps them to HTTP statuses.
const (
	KindInvalid         Kind = "invalid"         // the input breaks a rule; its fields say which
	KindUnauthenticated Kind = "unauthenticated" // nobody is signed in, or the proof is stale
	KindForbidden       Kind = "forbidden"       // signed in, and known to the thing, but not allowed
	KindNotFound        Kind = "not_found"       // absent, or not to be seen by this caller
	KindConflict        Kind = "conflict"        // the state of things does not allow it now
	KindRateLimited     Kind = "rate_limited"    // too often; try again after a while
	KindUnavailable     Kind = "unavailable"     // a service we need did not answer; try again
	KindInternal        Kind = "internal"        // our mistake; its text never leaves
)

// Field is a message about one named input, such as "responses[2].text".
type Field struct {
	Name    string
	Message string
}

// Error is a classified failure.
type Error struct {
	Kind       Kind
	Code       string        // optional, stable word for programs, such as "campaign_closed"
	Message    string        // safe for users; says what to do
	Fields     []Field       // for KindInvalid: which inputs, and why
	RetryAfter time.Duration // for KindRateLimited and KindUnavailable, when known
	At         time.Time     // optional: the instant that the message tells of, for who writes their own
	cause      error
}

// Error returns the message with its fields and cause, for logs.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message)
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

// Invalid reports one bad input by its name.
func Invalid(field, message string) *Error {
	return &Error{Kind: KindInvalid, Message: "Some of what you sent can't be accepted.", Fields: []Field{{field, message}}}
}

// NotFound reports that there is no such thing for this caller, such as NotFound("campaign").
func NotFound(what string) *Error {
	return &Error{Kind: KindNotFound, Message: "There is no such " + what + "."}
}

// Conflict reports that the present state refuses the request. The code is a stable word for programs.
func Conflict(code, message string) *Error {
	return &Error{Kind: KindConflict, Code: code, Message: message}
}

// Forbidden reports that the caller may see the thing but not do this to it.
func Forbidden(message string) *Error {
	return &Error{Kind: KindForbidden, Message: message}
}

// Unauthenticated reports that the caller must sign in, again or at all.
func Unauthenticated(message string) *Error {
	return &Error{Kind: KindUnauthenticated, Message: message}
}

// RateLimited reports that the caller must wait for after. The code is a stable word for programs.
func RateLimited(code, message string, after time.Duration) *Error {
	return &Error{Kind: KindRateLimited, Code: code, Message: message, RetryAfter: after}
}

// WithTime returns e with the instant that its message tells of.
func (e *Error) WithTime(at time.Time) *Error {
	e.At = at
	return e
}

// Unavailable reports that a service we depend on failed in a way that may pass.
func Unavailable(cause error) *Error {
	return &Error{Kind: KindUnavailable, Message: "A service we need did not answer. Please try again in a moment.", cause: cause}
}

// Internal reports a mistake of ours. The text is for logs only.
func Internal(format string, args ...any) *Error {
	return &Error{Kind: KindInternal, Message: "Something went wrong on our side.", cause: fmt.Errorf(format, args...)}
}

// KindOf returns the kind of err, KindInternal for an error nobody classified, and "" for nil.
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

// Checker collects invalid fields, so that a user hears of all of them at once.
type Checker struct{ fields []Field }

// Check records message about field unless ok.
func (c *Checker) Check(ok bool, field, message string) {
	if !ok {
		c.fields = append(c.fields, Field{field, message})
	}
}

// Add takes over the fields of an invalid error, each name prefixed. Other errors, nil included, add nothing.
func (c *Checker) Add(prefix string, err error) {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Kind != KindInvalid {
		return
	}
	for _, f := range e.Fields {
		c.fields = append(c.fields, Field{prefix + f.Name, f.Message})
	}
}

// Err returns nil, or one invalid error with every recorded field.
func (c *Checker) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return &Error{Kind: KindInvalid, Message: "Some of what you sent can't be accepted.", Fields: c.fields}
}
