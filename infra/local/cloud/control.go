package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/kithhq/kith/infra/local/lambda"
)

// control returns the handler of the control API, with which tests and tools change the local cloud.
func (c *cloud) control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /clock", c.getClock)
	mux.HandleFunc("POST /clock", c.setClock)
	mux.HandleFunc("GET /streams", c.getStreams)
	mux.HandleFunc("GET /alarms", c.getAlarms)
	mux.HandleFunc("POST /kill", c.kill)
	mux.HandleFunc("POST /schedule/{function}", c.fireSchedule)
	mux.HandleFunc("POST /mappings/{function}", c.setMappings)
	mux.HandleFunc("POST /services/{service}/restart", c.restartService)
	mux.HandleFunc("POST /services/dynamodb/pause", c.pauseEngine)
	mux.HandleFunc("GET /logs", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusOK, c.log.Recent(r.URL.Query().Get("function")))
	})
	mux.HandleFunc("GET /addresses", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, c.info) })
	return mux
}

func (c *cloud) getClock(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{
		"now": c.clock.Now().Format(time.RFC3339Nano), "shift": c.clock.Shift().String(),
	})
}

// setClock sets the clock: {"at": "2026-03-01T12:00:00Z"}, from where it keeps running, or {"shift": "24h"} ahead of this
// machine's clock.
func (c *cloud) setClock(w http.ResponseWriter, r *http.Request) {
	var to struct{ At, Shift string }
	err := json.NewDecoder(r.Body).Decode(&to)
	if err != nil || (to.At == "") == (to.Shift == "") {
		writeError(w, http.StatusBadRequest, errors.New(`send {"at": "2026-03-01T12:00:00Z"} or {"shift": "24h"}`))
		return
	}
	at, errAt := time.Parse(time.RFC3339Nano, to.At)
	shift, errShift := time.ParseDuration(to.Shift)
	if to.At != "" && errAt != nil || to.Shift != "" && errShift != nil {
		writeError(w, http.StatusBadRequest, errors.Join(errAt, errShift))
		return
	}
	// Records that were written before the move keep the time before it.
	err = c.mappingRunner.Sync(r.Context())
	if err != nil {
		writeError(w, http.StatusServiceUnavailable, err)
		return
	}
	if to.At != "" {
		c.clock.Set(at)
	} else {
		c.clock.SetShift(shift)
	}
	c.getClock(w, r)
}

func (c *cloud) getStreams(w http.ResponseWriter, r *http.Request) {
	status, err := c.mappingRunner.Status(r.Context())
	if err != nil {
		writeError(w, http.StatusServiceUnavailable, err)
		return
	}
	busy := map[string]int{}
	for _, f := range c.enabledFunctions() {
		busy[label(f)], err = c.pool.EventsOf(c.template.Ref(f))
		if err != nil {
			writeError(w, http.StatusInternalServerError, err)
			return
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"idle": status.Idle, "oldest_unprocessed_ms": status.OldestUnprocessed.Milliseconds(),
		"delivered": status.Delivered, "waiting": status.Waiting, "functions_busy": busy,
	})
}

func (c *cloud) kill(w http.ResponseWriter, r *http.Request) {
	var request struct{ Function string }
	err := json.NewDecoder(r.Body).Decode(&request)
	if err != nil {
		writeError(w, http.StatusBadRequest, errors.New(`send {"function": name}`))
		return
	}
	n, err := c.pool.KillRunning(request.Function)
	if errors.Is(err, lambda.ErrNoFunction) {
		writeError(w, http.StatusNotFound, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]int{"killed": n})
}

func (c *cloud) fireSchedule(w http.ResponseWriter, r *http.Request) {
	err := c.scheduleRunner.Fire(r.Context(), c.functionName(r.PathValue("function")))
	if err != nil {
		writeError(w, http.StatusNotFound, err)
		return
	}
	writeJSON(w, http.StatusAccepted, map[string]bool{"fired": true})
}

// setMappings enables or disables the event source mappings of a function: {"enabled": false}.
func (c *cloud) setMappings(w http.ResponseWriter, r *http.Request) {
	var to struct{ Enabled *bool }
	err := json.NewDecoder(r.Body).Decode(&to)
	if err != nil || to.Enabled == nil {
		writeError(w, http.StatusBadRequest, errors.New(`send {"enabled": false} or {"enabled": true}`))
		return
	}
	err = c.mappingRunner.SetEnabled(c.functionName(r.PathValue("function")), *to.Enabled)
	if err != nil {
		writeError(w, http.StatusNotFound, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]bool{"enabled": *to.Enabled})
}

// functionName returns the name on AWS of a function, which may be that of its folder or its logical id.
func (c *cloud) functionName(name string) string {
	for _, f := range c.enabledFunctions() {
		if label(f) == name || f.ID == name {
			return c.template.Ref(f)
		}
	}
	return name
}

// pauseEngine suspends DynamoDB for a time: {"for": "4s"}.
func (c *cloud) pauseEngine(w http.ResponseWriter, r *http.Request) {
	var in struct{ For string }
	err := json.NewDecoder(r.Body).Decode(&in)
	d, errFor := time.ParseDuration(in.For)
	if err != nil || errFor != nil || c.engine == nil {
		writeError(w, http.StatusBadRequest, errors.New(`send {"for": "4s"} to a local cloud with tables`))
		return
	}
	err = c.engine.Pause(d)
	if err != nil {
		writeError(w, http.StatusInternalServerError, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]bool{"paused": true})
}

func (c *cloud) restartService(w http.ResponseWriter, r *http.Request) {
	var restart func(context.Context) error
	name := r.PathValue("service")
	switch {
	case name == "dynamodb" && c.engine != nil:
		restart = c.engine.Restart
	case name == "s3" && c.objects != nil:
		restart = c.objects.Restart
	case name == "signin" && c.signin != nil:
		restart = c.signin.Restart
	default:
		writeError(w, http.StatusNotFound, fmt.Errorf("there is no service %s. Restart dynamodb, s3 or signin", name))
		return
	}
	err := restart(r.Context())
	if err != nil {
		writeError(w, http.StatusInternalServerError, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]bool{"restarted": true})
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// The caller may be gone.
	_ = json.NewEncoder(w).Encode(value)
}

func writeError(w http.ResponseWriter, status int, err error) {
	writeJSON(w, status, map[string]string{"error": err.Error()})
}
