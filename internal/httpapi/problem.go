package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
)

// Problem is the body of every refusal: problem details as in RFC 9457.
type Problem struct {
	Type   string         `json:"type" doc:"Always about:blank; code tells kinds of refusal apart."`
	Title  string         `json:"title" doc:"The status in words."`
	Status int            `json:"status" doc:"The HTTP status."`
	Code   string         `json:"code" doc:"A stable word for programs, such as campaign_closed." example:"not_found"`
	Detail string         `json:"detail" doc:"What is wrong and what to do, for people."`
	Errors []ProblemField `json:"errors,omitempty" doc:"The inputs that can't be accepted, each with its reason."`

	At string `json:"at,omitempty" format:"date-time" doc:"The instant that the detail tells of, if it tells of one."`
	ProblemMembers

	retryAfter int
}

// ProblemMembers are the members that only some refusals have.
type ProblemMembers struct {
	TriesLeft *int   `json:"tries_left,omitempty" doc:"After a wrong passcode: how many tries there are before waiting."`
	Slug      string `json:"slug,omitempty" doc:"With the code left_since: of the landing page to join again from."`

	Invitation string `json:"invitation,omitempty" doc:"With the code invitation_open: id of the invitation that the address has."`
	Resend     string `json:"resend,omitempty" doc:"With the code invitation_open: the path that a POST goes to in order to send that one again."`
}

// memberError is a refusal with members of its own.
type memberError interface {
	error
	Members() ProblemMembers
}

// ProblemField names one input and says why it can't be accepted.
type ProblemField struct {
	Field   string `json:"field" example:"responses[1].text"`
	Message string `json:"message"`
}

// Error returns the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders tells when to try again, and what to send to be let in.
func (p *Problem) GetHeaders() http.Header {
	headers := http.Header{}
	if p.retryAfter > 0 {
		headers.Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	if p.Status == http.StatusUnauthorized {
		headers.Set("WWW-Authenticate", "Bearer")
	}
	return headers
}

// statuses is the one table from kinds of error to HTTP statuses.
var statuses = map[fault.Kind]int{
	fault.KindInvalid:         http.StatusUnprocessableEntity,
	fault.KindUnauthenticated: http.StatusUnauthorized,
	fault.KindForbidden:       http.StatusForbidden,
	fault.KindNotFound:        http.StatusNotFound,
	fault.KindConflict:        http.StatusConflict,
	fault.KindRateLimited:     http.StatusTooManyRequests,
	fault.KindUnavailable:     http.StatusServiceUnavailable,
	fault.KindInternal:        http.StatusInternalServerError,
}

// problemOf turns any error into what the user may read of it. Errors that nobody classified keep their text to us.
func NewProblem(err error) *Problem {
	classified := asFault(err)
	p := &Problem{
		Type: "about:blank", Status: statuses[classified.Kind], Code: classified.Code,
		Detail: classified.Message, At: Timestamp(classified.At),
	}
	p.Title = http.StatusText(p.Status)
	if p.Code == "" {
		p.Code = string(classified.Kind)
	}
	for _, f := range classified.Fields {
		p.Errors = append(p.Errors, ProblemField{f.Name, f.Message})
	}
	if with, ok := errors.AsType[memberError](err); ok {
		p.ProblemMembers = with.Members()
	}
	if classified.RetryAfter > 0 {
		p.retryAfter = int(classified.RetryAfter.Seconds() + 0.999)
	}
	return p
}

// newHumaError makes problem details of what huma itself refuses: unreadable bodies, wrong types, limits.
func newHumaError(status int, message string, errs ...error) huma.StatusError {
	if status == http.StatusBadRequest {
		status = http.StatusUnprocessableEntity
	}
	p := &Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: message,
		Code: strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "_"),
	}
	switch status {
	case http.StatusUnsupportedMediaType:
		p.Detail = "Send the body as JSON, with the header Content-Type: application/json."
		return p
	case http.StatusUnprocessableEntity:
		p.Code, p.Detail = string(fault.KindInvalid), "Some fields are invalid. Correct them and try again."
		if len(errs) == 0 {
			p.Errors = append(p.Errors, ProblemField{"body", message}) // a missing body, for one
		}
	}
	for _, err := range errs {
		detail, ok := err.(huma.ErrorDetailer)
		if !ok {
			p.Errors = append(p.Errors, ProblemField{"body", err.Error()})
			continue
		}
		p.Errors = append(p.Errors, fieldOf(detail.ErrorDetail()))
	}
	return p
}

// fieldOf says what huma has found, of the field as whoever sent it knows it.
func fieldOf(found *huma.ErrorDetail) ProblemField {
	at := found.Location
	if name, ok := missing(found.Message); ok {
		at, found.Message = at+"."+name, "Give "+name+"."
	}
	for _, part := range []string{"body.", "query.", "path."} {
		at = strings.TrimPrefix(at, part)
	}
	return ProblemField{at, found.Message}
}

// missing returns the name of a field that huma misses, if that is its message. It names the object that lacks it.
func missing(message string) (string, bool) {
	before, after, _ := strings.Cut(validation.MsgExpectedRequiredProperty, "%s")
	name, is := strings.CutPrefix(message, before)
	if !is {
		return "", false
	}
	return strings.CutSuffix(name, after)
}

// asFault returns the classified error inside err; anything else is a mistake of ours.
func asFault(err error) *fault.Error {
	if classified, ok := errors.AsType[*fault.Error](err); ok {
		return classified
	}
	if dynamo.ConditionFailed(err, "") {
		return fault.Conflict("busy", "Somebody else is changing this at the same time. Please try again.")
	}
	return fault.Internal("%w", err)
}

// writeProblem answers a request with err outside a handler.
func writeProblem(ctx huma.Context, err error) {
	logFailure(ctx.Context(), ctx.Operation().OperationID, err)
	p := NewProblem(err)
	for name, values := range p.GetHeaders() {
		ctx.SetHeader(name, values[0])
	}
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetStatus(p.Status)
	if err := json.NewEncoder(ctx.BodyWriter()).Encode(p); err != nil {
		slog.ErrorContext(ctx.Context(), "reply not written", "error", err)
	}
}

// logFailure logs what the user is not told: failures of ours and of services. Each is logged once, here.
func logFailure(ctx context.Context, route string, err error) {
	kind := asFault(err).Kind
	if kind == fault.KindInternal || kind == fault.KindUnavailable {
		slog.ErrorContext(ctx, "request failed", "route", route, "error", err)
	}
}
