package lambda

import (
	"errors"
	"io"
	"net/http"
	"strconv"
)

// runtimePath is the path before the process id in AWS_LAMBDA_RUNTIME_API.
const runtimePath = "/process/"

// Handler serves the Runtime API for the functions' processes, and Lambda's Invoke operation.
func (p *Pool) Handler() http.Handler {
	mux := http.NewServeMux()
	const api = runtimePath + "{process}/2018-06-01/runtime/"
	mux.HandleFunc("GET "+api+"invocation/next", p.withInstance(nextInvocation))
	mux.HandleFunc("POST "+api+"invocation/{id}/response", p.withInstance(invocationResponse))
	mux.HandleFunc("POST "+api+"invocation/{id}/error", p.withInstance(invocationError))
	mux.HandleFunc("POST "+api+"init/error", p.withInstance(initError))
	mux.HandleFunc("POST /2015-03-31/functions/{name}/invocations", p.invokeAPI)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		apiError(w, http.StatusNotFound, "UnknownOperationException",
			"The local cloud supports Invoke and the Runtime API of Lambda only, not "+r.Method+" "+r.URL.Path)
	})
	return mux
}

// withInstance calls h with the instance that the path names.
func (p *Pool) withInstance(h func(http.ResponseWriter, *http.Request, *instance)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		in := p.instance(r.PathValue("process"))
		if in == nil {
			apiError(w, http.StatusForbidden, "Forbidden", "unknown process")
			return
		}
		h(w, r, in)
	}
}

func nextInvocation(w http.ResponseWriter, r *http.Request, in *instance) {
	inv := in.nextEvent(r.Context().Done())
	if inv == nil {
		apiError(w, http.StatusGone, "Gone", "the process must exit")
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
	h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(inv.deadline.UnixMilli(), 10))
	h.Set("Lambda-Runtime-Invoked-Function-Arn", in.f.arn)
	h.Set("Lambda-Runtime-Trace-Id", inv.trace)
	if inv.clientContext != "" {
		h.Set("Lambda-Runtime-Client-Context", inv.clientContext)
	}
	// If the process crashes here, handleExit fails the event.
	_, _ = w.Write(inv.payload)
}

func invocationResponse(w http.ResponseWriter, r *http.Request, in *instance) {
	if r.Header.Get("Lambda-Runtime-Function-Response-Mode") == "streaming" {
		in.f.pool.cfg.Log.Alert(in.f.Label, r.PathValue("id"), "response streaming is not supported")
	}
	body, tooLarge, err := readBody(r, MaxPayload)
	if err != nil {
		apiError(w, http.StatusBadRequest, "InvalidBody", err.Error())
		return
	}
	result := Result{Payload: body}
	if tooLarge {
		result.FunctionError = "Unhandled"
		result.Payload = errorDocument("Function.ResponseSizeTooLarge",
			"Response payload size exceeded maximum allowed payload size ("+strconv.Itoa(MaxPayload)+" bytes).")
	}
	if !in.respond(r.PathValue("id"), result) {
		apiError(w, http.StatusBadRequest, "InvalidRequestID", "the process has no such request")
		return
	}
	if tooLarge {
		in.retire()
		apiError(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "the response is larger than 6 MB")
		return
	}
	accepted(w)
}

func invocationError(w http.ResponseWriter, r *http.Request, in *instance) {
	body, tooLarge, err := readBody(r, MaxPayload)
	if err != nil || tooLarge {
		apiError(w, http.StatusBadRequest, "InvalidBody", "the error could not be read")
		return
	}
	if !in.respond(r.PathValue("id"), Result{Payload: body, FunctionError: "Unhandled"}) {
		apiError(w, http.StatusBadRequest, "InvalidRequestID", "the process has no such request")
		return
	}
	accepted(w)
}

func initError(w http.ResponseWriter, r *http.Request, in *instance) {
	body, _, err := readBody(r, MaxPayload)
	if err != nil {
		apiError(w, http.StatusBadRequest, "InvalidBody", err.Error())
		return
	}
	in.mu.Lock()
	in.initError = body
	in.mu.Unlock()
	accepted(w)
}

// readBody reads a body of at most limit bytes. The second result reports whether it is larger.
func readBody(r *http.Request, limit int64) ([]byte, bool, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		return nil, false, errors.New("the body is incomplete")
	}
	if int64(len(body)) > limit {
		return nil, true, nil
	}
	return body, false, nil
}

func accepted(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status":"OK"}`)
}
