package httpapi

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/translation"
)

// finding is an invalid field that a resolver reports to huma.
type finding struct {
	detail  *huma.ErrorDetail
	message fault.Message
}

var _ huma.ErrorDetailer = (*finding)(nil)

// Error returns the English message with the location and the value.
func (f *finding) Error() string { return f.detail.Error() }

// ErrorDetail returns the finding for huma.
func (f *finding) ErrorDetail() *huma.ErrorDetail { return f.detail }

// NewFinding returns the error with which a resolver reports that the value at a location in the request is invalid.
func NewFinding(location string, m fault.Message, value any) error {
	return &finding{&huma.ErrorDetail{Location: location, Message: m.String(), Value: value}, m}
}

// newHumaError returns the problem of a request that huma refuses: an unreadable body, a wrong type, a limit exceeded.
func newHumaError(status int, message string, l text.Language, errs []error) huma.StatusError {
	if status == http.StatusBadRequest {
		status = http.StatusUnprocessableEntity
	}
	p := &Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, language: l,
		Code: strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "_"),
	}
	detail := recognize(message)
	switch status {
	case http.StatusUnsupportedMediaType:
		detail = fault.NewMessage("The media type of the body is not supported. Send JSON with the header Content-Type: application/json.")
	case http.StatusRequestEntityTooLarge:
		detail = fault.NewMessage("The body is larger than 5 MB. Send a smaller one.")
	case http.StatusUnprocessableEntity:
		fields := fieldsOf(errs)
		if len(errs) == 0 {
			fields = []fault.Field{{Name: "body", Message: detail}} // such as a missing body
		}
		p.Code, detail = string(fault.KindInvalid), fault.Invalid("", "").Message
		p.Errors = NewProblemFields(fields, l)
	}
	p.Detail = translation.In(l, detail)
	return p
}

// fieldsOf returns the fields of huma's findings.
func fieldsOf(errs []error) []fault.Field {
	var fields []fault.Field
	for _, err := range errs {
		found := newField(err)
		fields = slices.DeleteFunc(fields, func(earlier fault.Field) bool { // a resolver's message replaces the general one
			format, _ := earlier.Message.Source()
			return earlier.Name == found.Name && format == validation.MsgExpectedOneOf
		})
		fields = append(fields, found)
	}
	return fields
}

// newField returns huma's finding with the field's name as the client knows it: without body, query or path.
func newField(err error) fault.Field {
	detailer, ok := err.(huma.ErrorDetailer)
	if !ok {
		return fault.Field{Name: "body", Message: recognize(err.Error())}
	}
	detail := detailer.ErrorDetail()
	field := fault.Field{Name: detail.Location, Message: recognize(detail.Message)}
	if own, ok := errors.AsType[*finding](err); ok {
		field.Message = own.message
	}
	if format, args := field.Message.Source(); format == validation.MsgExpectedRequiredProperty {
		field.Name += "." + args[0].(string) // the location is the object
		field.Message = fault.NewMessage("Give %s.", args[0])
	}
	for _, part := range []string{"body.", "query.", "path."} {
		field.Name = strings.TrimPrefix(field.Name, part)
	}
	return field
}

// findings are the formats of huma's messages about values that requests of this API can have.
var findings = []string{
	validation.MsgUnexpectedProperty, validation.MsgExpectedRequiredProperty, validation.MsgExpectedOneOf,
	validation.MsgExpectedRFC3339DateTime, validation.MsgExpectedRFC3339Date,
	validation.MsgExpectedBoolean, validation.MsgExpectedNumber, validation.MsgExpectedInteger, validation.MsgExpectedString,
	validation.MsgExpectedArray, validation.MsgExpectedObject, validation.MsgExpectedArrayItemsUnique,
	validation.MsgExpectedMinimumNumber, validation.MsgExpectedMaximumNumber,
	validation.MsgExpectedMinLength, validation.MsgExpectedMaxLength, validation.MsgExpectedMinItems, validation.MsgExpectedMaxItems,
	validation.MsgExpectedMatchPattern, validation.MsgExpectedBePattern,
}

// readings are huma's messages about requests that it cannot read.
var readings = []fault.Message{
	fault.NewMessage("invalid integer"), fault.NewMessage("invalid boolean"), fault.NewMessage("request body is required"),
	fault.NewMessage("required query parameter is missing"), fault.NewMessage("required header parameter is missing"),
}

// recognize returns a message of huma. One that is in no list stays English: it is about the syntax of a request, which no page sends.
func recognize(english string) fault.Message {
	for _, m := range readings {
		if m.String() == english {
			return m
		}
	}
	for _, format := range findings {
		if m, ok := fault.Match(english, format); ok {
			return m
		}
	}
	return fault.DecodeMessage(english, "")
}
