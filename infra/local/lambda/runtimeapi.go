package lambda

import (
	"errors"
	"io"
	"net/http"
	"strconv"
)

// runtimePath stands before the id of a process in the address that it is given for the Runtime API.
const runtimePath = "/process/"

// Handler serves the Runtime API to the functions' processes and the Invoke API to everybody.
func (p *Pool) Handler() http.Handler {
	mux := http.NewServeMux()
	const api = runtimePath + "{process}/2018-06-01/runtime/"
	mux.HandleFunc("GET "+api+"invocation/next", p.ofProcess(next))
	mux.HandleFunc("POST "+api+"invocation/{id}/response", p.ofProcess(response))
	mux.HandleFunc("POST "+api+"invocation/{id}/error", p.ofProcess(invocationError))
	mux.HandleFunc("POST "+api+"init/error", p.ofProcess(initError))
	mux.HandleFunc("POST /2015-03-31/functions/{name}/invocations", p.invokeAPI)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		apiError(w, http.StatusNotFound, "UnknownOperationException",
			"The local cloud serves Invoke and the Runtime API of Lambda only, not "+r.Method+" "+r.URL.Path)
	})
	return mux
}

func (p *Pool) ofProcess(h func(http.ResponseWriter, *http.Request, *instance)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		in := p.instance(r.PathValue("process"))
		if in == nil {
			apiError(w, http.StatusForbidden, "Forbidden", "no process is known by this address")
			return
		}
		h(w, r, in)
	}
}

func next(w http.ResponseWriter, r *http.Request, in *instance) {
	inv := in.asked(r.Context().Done())
	if inv == nil {
		apiError(w, http.StatusGone, "Gone", "the process is to end")
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
	// A process that died while it was handed an event is settled when its end is seen.
	_, _ = w.Write(inv.payload)
}

func response(w http.ResponseWriter, r *http.Request, in *instance) {
	if r.Header.Get("Lambda-Runtime-Function-Response-Mode") == "streaming" {
		in.f.pool.cfg.Log.Alert(in.f.Label, r.PathValue("id"), "streams its answer, which this gateway does not take")
	}
	body, tooLarge, err := readBody(r, MaxPayload)
	if err != nil {
		apiError(w, http.StatusBadRequest, "InvalidBody", err.Error())
		return
	}
	result := Result{Payload: body}
	if tooLarge {
		result.FunctionError = "Unhandled"
		result.Payload = failure("Function.ResponseSizeTooLarge",
			"Response payload size exceeded maximum allowed payload size ("+strconv.Itoa(MaxPayload)+" bytes).")
	}
	if !in.answered(r.PathValue("id"), result) {
		apiError(w, http.StatusBadRequest, "InvalidRequestID", "the process works on no such request")
		return
	}
	if tooLarge {
		in.retire()
		apiError(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "the answer is over 6 MB")
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
	if !in.answered(r.PathValue("id"), Result{Payload: body, FunctionError: "Unhandled"}) {
		apiError(w, http.StatusBadRequest, "InvalidRequestID", "the process works on no such request")
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
	in.initFail = body
	in.mu.Unlock()
	accepted(w)
}

func readBody(r *http.Request, limit int64) ([]byte, bool, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		return nil, false, errors.New("the body broke off")
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
