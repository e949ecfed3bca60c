package lambda

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// invokeAPI handles the Invoke operation of AWS Lambda's API.
func (p *Pool) invokeAPI(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ") {
		apiError(w, http.StatusForbidden, "MissingAuthenticationTokenException", "Missing Authentication Token")
		return
	}
	if q := r.URL.Query().Get("Qualifier"); q != "" && q != "$LATEST" {
		apiError(w, http.StatusNotFound, "ResourceNotFoundException", "The local cloud has no versions or aliases: "+q)
		return
	}
	name := r.PathValue("name")
	f, err := p.find(name)
	if err != nil {
		apiError(w, http.StatusNotFound, "ResourceNotFoundException", "Function not found: "+p.arn(name))
		return
	}
	kind := r.Header.Get("X-Amz-Invocation-Type")
	limit := int64(MaxPayload)
	if kind == "Event" {
		limit = MaxAsyncPayload
	}
	payload, tooLarge, err := readBody(r, limit)
	if err != nil {
		apiError(w, http.StatusBadRequest, "InvalidRequestContentException", err.Error())
		return
	}
	if tooLarge {
		apiError(w, http.StatusRequestEntityTooLarge, "RequestTooLargeException",
			"Request must be smaller than "+strconv.FormatInt(limit, 10)+" bytes for the InvokeFunction operation")
		return
	}
	if len(payload) == 0 {
		payload = []byte("{}")
	}
	if !json.Valid(payload) {
		apiError(w, http.StatusBadRequest, "InvalidRequestContentException", "Could not parse request body into json")
		return
	}
	opts := callOptions{trace: traceOf(r), clientContext: r.Header.Get("X-Amz-Client-Context")}
	if opts.clientContext != "" {
		plain, err := base64.StdEncoding.DecodeString(opts.clientContext)
		if err != nil {
			apiError(w, http.StatusBadRequest, "InvalidRequestContentException", "Client context must be base64")
			return
		}
		opts.clientContext = string(plain)
	}
	switch kind {
	case "DryRun":
		w.WriteHeader(http.StatusNoContent)
	case "Event":
		id, err := p.enqueue(f.Name, payload, opts)
		if err != nil {
			invokeError(w, err)
			return
		}
		w.Header().Set("X-Amzn-Requestid", id)
		w.WriteHeader(http.StatusAccepted)
	case "", "RequestResponse":
		result, err := p.call(r.Context(), f.Name, payload, opts)
		if err != nil {
			invokeError(w, err)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("X-Amzn-Requestid", result.RequestID)
		h.Set("X-Amz-Executed-Version", "$LATEST")
		if result.FunctionError != "" {
			h.Set("X-Amz-Function-Error", result.FunctionError)
		}
		if r.Header.Get("X-Amz-Log-Type") == "Tail" {
			h.Set("X-Amz-Log-Result", base64.StdEncoding.EncodeToString(result.Log))
		}
		_, _ = w.Write(result.Payload)
	default:
		apiError(w, http.StatusBadRequest, "InvalidParameterValueException", "unknown invocation type "+kind)
	}
}

// traceOf returns the trace header, which the SDKs percent-encode.
func traceOf(r *http.Request) string {
	header := r.Header.Get("X-Amzn-Trace-Id")
	plain, err := url.QueryUnescape(header)
	if err != nil {
		return header
	}
	return plain
}

func invokeError(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, ErrThrottled):
		apiError(w, http.StatusTooManyRequests, "TooManyRequestsException", "Rate Exceeded.")
	case errors.Is(err, ErrTooLarge):
		apiError(w, http.StatusRequestEntityTooLarge, "RequestTooLargeException", err.Error())
	case errors.Is(err, errLoop):
		apiError(w, http.StatusBadRequest, "RecursiveInvocationException", err.Error())
	default:
		apiError(w, http.StatusInternalServerError, "ServiceException", err.Error())
	}
}

func apiError(w http.ResponseWriter, status int, kind, message string) {
	doc, err := json.Marshal(map[string]string{"Type": "User", "Message": message, "message": message})
	if err != nil {
		doc = []byte("{}")
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-Errortype", kind)
	w.WriteHeader(status)
	_, _ = w.Write(doc)
}
