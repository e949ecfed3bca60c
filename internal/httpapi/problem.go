package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/translation"
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

	language   text.Language
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

// NewProblemFields returns fields as JSON, in a language.
func NewProblemFields(fields []fault.Field, l text.Language) []ProblemField {
	var all []ProblemField
	for _, f := range fields {
		all = append(all, ProblemField{f.Name, translation.In(l, f.Message)})
	}
	return all
}

// Error returns the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType returns the content type of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders returns Content-Language, Retry-After when the problem has a wait, and WWW-Authenticate with 401.
func (p *Problem) GetHeaders() http.Header {
	headers := http.Header{"Content-Language": {string(p.language)}}
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

// NewProblem returns the problem that describes err to the client, in a language. The text of an unclassified error is not in it.
func NewProblem(err error, l text.Language) *Problem {
	classified := classify(err)
	p := &Problem{
		Type: "about:blank", Status: statuses[classified.Kind], Code: classified.Code,
		Detail: translation.In(l, classified.Message), At: Timestamp(classified.At),
		language: l, retryAfter: int(math.Ceil(classified.RetryAfter.Seconds())),
	}
	p.Title = http.StatusText(p.Status)
	if p.Code == "" {
		p.Code = string(classified.Kind)
	}
	p.Errors = NewProblemFields(classified.Fields, l)
	if with, ok := errors.AsType[*memberError](err); ok {
		p.ProblemMembers = with.members
	}
	return p
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
	p := NewProblem(err, LanguageOf(ctx.Context()))
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
