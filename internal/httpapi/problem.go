package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
)

// Problem is the body of every refusal: problem details as in RFC 9457.
type Problem struct {
	Type   string         `json:"type" enum:"about:blank" doc:"Always about:blank. The member code tells problems apart."`
	Title  string         `json:"title" doc:"Name of the HTTP status."`
	Status int            `json:"status" doc:"HTTP status."`
	Code   string         `json:"code" doc:"Stable code for programs, such as campaign_closed." example:"not_found"`
	Detail string         `json:"detail" doc:"What is wrong and what to do, for people."`
	Errors []ProblemField `json:"errors,omitempty" doc:"The invalid inputs, each with its reason."`

	At string `json:"at,omitempty" format:"date-time" doc:"The instant that the detail names, if it names one."`
	ProblemMembers

	retryAfter int // seconds
}

// ProblemMembers holds the members of a problem that only some refusals have.
type ProblemMembers struct {
	AttemptsLeft *int   `json:"attempts_left,omitempty" doc:"After a wrong passcode: number of attempts left before a pause. With 0, the member at is when the next attempt is possible."`
	Current      any    `json:"current,omitempty" doc:"With the code changed_meanwhile: the resource as it is now, as the route returns it on success."`
	Slug         string `json:"slug,omitempty" doc:"With the code left_since: slug of the landing page to join again from."`

	Organization string `json:"organization_name,omitempty" doc:"Of a refusal to the holder of a link: name of the organization."`
	Campaign     string `json:"campaign_name,omitempty" doc:"Of a refusal to the holder of a link: name of the campaign."`
	TimeZone     string `json:"time_zone,omitempty" doc:"Of a refusal to the holder of a link: time zone of the campaign, for the member at."`

	Invitation string   `json:"invitation_id,omitempty" doc:"With the code invitation_open: id of the address's open invitation."`
	Columns    []string `json:"columns,omitempty" doc:"With the code columns_unknown: the headings of the file."`

	Retry  string `json:"retry_path,omitempty" doc:"With the code consent_withdrawn: path to POST to in order to write the export's file again."`
	Resend string `json:"resend_path,omitempty" doc:"With the code invitation_open: path to POST to in order to resend that invitation."`
}

// memberError is a refusal with members of its own.
type memberError struct {
	error
	members ProblemMembers
}

// WithMembers adds members to the problem of a refusal.
func WithMembers(refusal error, members ProblemMembers) error { return &memberError{refusal, members} }

// Unwrap returns the refusal.
func (e *memberError) Unwrap() error { return e.error }

// ProblemField names one invalid input and says why it is invalid.
type ProblemField struct {
	Field   string `json:"field" example:"responses[1].text"`
	Message string `json:"message"`
}

// NewProblemFields returns fields as JSON.
func NewProblemFields(fields []fault.Field) []ProblemField {
	var all []ProblemField
	for _, f := range fields {
		all = append(all, ProblemField{f.Name, f.Message})
	}
	return all
}

// Error returns the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType returns the content type of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders returns Retry-After when the problem has a wait, and WWW-Authenticate with 401.
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

// statuses maps kinds of errors to HTTP statuses.
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

// NewProblem returns the problem that describes err to the client. The text of an unclassified error is not in it.
func NewProblem(err error) *Problem {
	classified := classify(err)
	p := &Problem{
		Type: "about:blank", Status: statuses[classified.Kind], Code: classified.Code,
		Detail: classified.Message, At: Timestamp(classified.At),
		retryAfter: int(math.Ceil(classified.RetryAfter.Seconds())),
	}
	p.Title = http.StatusText(p.Status)
	if p.Code == "" {
		p.Code = string(classified.Kind)
	}
	p.Errors = NewProblemFields(classified.Fields)
	if with, ok := errors.AsType[*memberError](err); ok {
		p.ProblemMembers = with.members
	}
	return p
}

// enumPrefix is the length of the constant part of huma's message about a value that is not in the enum.
var enumPrefix = strings.Index(validation.MsgExpectedOneOf, "%")

// newHumaError returns the problem of a request that huma refuses: an unreadable body, a wrong type, a limit exceeded.
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
		p.Detail = "The media type of the body is not supported. Send JSON with the header Content-Type: application/json."
		return p
	case http.StatusRequestEntityTooLarge:
		p.Detail = "The body is larger than 5 MB. Send a smaller one."
		return p
	case http.StatusUnprocessableEntity:
		invalid := fault.Invalid("body", message)
		p.Code, p.Detail = string(fault.KindInvalid), invalid.Message
		if len(errs) == 0 {
			p.Errors = append(p.Errors, ProblemField{"body", message}) // such as a missing body
		}
	}
	for _, err := range errs {
		detail, ok := err.(huma.ErrorDetailer)
		if !ok {
			p.Errors = append(p.Errors, ProblemField{"body", err.Error()})
			continue
		}
		found := newProblemField(detail.ErrorDetail())
		p.Errors = slices.DeleteFunc(p.Errors, func(earlier ProblemField) bool { // a resolver's message replaces the general one
			return earlier.Field == found.Field && strings.HasPrefix(earlier.Message, validation.MsgExpectedOneOf[:enumPrefix])
		})
		p.Errors = append(p.Errors, found)
	}
	return p
}

// newProblemField returns huma's finding with the field's name as the client knows it: without body, query or path.
func newProblemField(found *huma.ErrorDetail) ProblemField {
	field := found.Location
	message := found.Message
	if name, ok := missingProperty(message); ok {
		field, message = field+"."+name, "Give "+name+"."
	}
	for _, part := range []string{"body.", "query.", "path."} {
		field = strings.TrimPrefix(field, part)
	}
	return ProblemField{field, message}
}

// missingProperty returns the name in huma's message about a missing property, if it is one. Its location is the object.
func missingProperty(message string) (string, bool) {
	before, after, _ := strings.Cut(validation.MsgExpectedRequiredProperty, "%s")
	name, ok := strings.CutPrefix(message, before)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(name, after)
}

// classify returns the classified error inside err. A failed condition is a conflict, anything else internal.
func classify(err error) *fault.Error {
	if classified, ok := errors.AsType[*fault.Error](err); ok {
		return classified
	}
	if dynamo.ConditionFailed(err, "") {
		return fault.Conflict("busy", "Somebody else is changing this at the same time. Try again in a moment.")
	}
	return fault.Internal("%w", err)
}

// writeProblem answers with err's problem outside a handler.
func writeProblem(ctx huma.Context, err error) {
	logFailure(ctx.Context(), ctx.Operation().OperationID, err)
	p := NewProblem(err)
	for name, values := range p.GetHeaders() {
		ctx.SetHeader(name, values[0])
	}
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetStatus(p.Status)
	if err := json.NewEncoder(ctx.BodyWriter()).Encode(p); err != nil {
		slog.ErrorContext(ctx.Context(), "response not written", "error", err)
	}
}

// logFailure logs errors whose text the client does not get: failures of Kith and of services. This is the only place that
// logs them.
func logFailure(ctx context.Context, operation string, err error) {
	kind := classify(err).Kind
	if kind == fault.KindInternal || kind == fault.KindUnavailable {
		slog.ErrorContext(ctx, "request failed", "route", operation, "error", err)
	}
}
