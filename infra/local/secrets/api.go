package secrets

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// maxValue is the size of a value in bytes.
const maxValue = 65536

// apiError is an error of Secrets Manager's API. Its status is 400.
type apiError struct{ kind, message string }

// Error returns the message with its type.
func (e *apiError) Error() string { return e.kind + ": " + e.message }

func notFound(message string) error { return &apiError{"ResourceNotFoundException", message} }

func invalid(message string) error { return &apiError{"InvalidParameterException", message} }

// valueOutput is the response of GetSecretValue and, without value and date, of PutSecretValue.
type valueOutput struct {
	ARN           string
	Name          string
	VersionId     string
	VersionStages []string
	SecretString  string  `json:",omitempty"`
	CreatedDate   float64 `json:",omitempty"` // seconds since 1970
}

// ServeHTTP handles the operations in AWS's JSON 1.1 protocol. Operations and parameters that it does not support are errors that
// name them.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out, err := s.handle(r)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if err != nil {
		var f *apiError
		if !errors.As(err, &f) {
			f = &apiError{"InternalServiceError", err.Error()}
			w.WriteHeader(http.StatusInternalServerError)
		} else {
			w.WriteHeader(http.StatusBadRequest)
		}
		out = map[string]string{"__type": f.kind, "Message": f.message}
	}
	_ = json.NewEncoder(w).Encode(out) // the caller may be gone
}

func (s *Store) handle(r *http.Request) (any, error) {
	if !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ") {
		return nil, &apiError{"MissingAuthenticationTokenException", "Missing Authentication Token"}
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, 2*maxValue))
	if err != nil {
		return nil, invalid("The request is too large.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch operation := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "secretsmanager."); operation {
	case "GetSecretValue":
		return s.getSecretValue(body)
	case "PutSecretValue":
		return s.putSecretValue(body)
	default:
		return nil, &apiError{"UnknownOperationException", "The local cloud does not support " + operation + " of Secrets Manager."}
	}
}

func (s *Store) getSecretValue(body []byte) (any, error) {
	var in struct {
		SecretId, VersionId string
		VersionStage        string
	}
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	name := s.name(in.SecretId)
	if name == "" {
		return nil, notFound("Secrets Manager can't find the specified secret.")
	}
	v, err := s.get(name, in.VersionId, in.VersionStage)
	if err != nil {
		return nil, err
	}
	return valueOutput{s.arns[name], name, v.ID, v.Stages, v.Value, float64(v.CreatedAt.UnixMilli()) / 1000}, nil
}

func (s *Store) putSecretValue(body []byte) (any, error) {
	var in struct {
		SecretId, SecretString, ClientRequestToken string
		VersionStages                              []string
	}
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	name := s.name(in.SecretId)
	if name == "" {
		return nil, notFound("Secrets Manager can't find the specified secret.")
	}
	if in.SecretString == "" || len(in.SecretString) > maxValue {
		return nil, invalid("The parameter SecretString must have 1 to 65536 bytes.")
	}
	if n := len(in.ClientRequestToken); n > 0 && (n < 32 || n > 64) {
		return nil, invalid("The parameter ClientRequestToken must have 32 to 64 characters.")
	}
	v, err := s.put(name, in.ClientRequestToken, in.SecretString, in.VersionStages, time.Now())
	if err != nil {
		return nil, err
	}
	return valueOutput{ARN: s.arns[name], Name: name, VersionId: v.ID, VersionStages: v.Stages}, nil
}

// decode decodes a request. A parameter that the operation's struct lacks is an error that names it.
func decode(body []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil {
		return nil
	}
	if name, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
		return invalid("The local cloud does not support the parameter " + name + " of Secrets Manager.")
	}
	return &apiError{"SerializationException", err.Error()}
}
