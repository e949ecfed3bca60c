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

// control serves what tests and tools do to the local cloud itself.
func (c *cloud) control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /clock", c.getClock)
	mux.HandleFunc("POST /clock", c.setClock)
	mux.HandleFunc("GET /streams", c.getStreams)
	mux.HandleFunc("POST /kill", c.kill)
	mux.HandleFunc("POST /schedule/{function}", c.fire)
	mux.HandleFunc("POST /services/{service}/restart", c.restart)
	mux.HandleFunc("GET /logs", func(w http.ResponseWriter, r *http.Request) {
		reply(w, http.StatusOK, c.log.Recent(r.URL.Query().Get("function")))
	})
	mux.HandleFunc("GET /addresses", func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, c.info) })
	return mux
}

func (c *cloud) getClock(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, map[string]string{
		"now": c.clock.Now().Format(time.RFC3339Nano), "shift": c.clock.Shift().String(),
	})
}

// setClock takes {"at": RFC 3339}, from where the clock keeps running, or {"shift": how far ahead of this machine's}.
func (c *cloud) setClock(w http.ResponseWriter, r *http.Request) {
	var to struct{ At, Shift string }
	err := json.NewDecoder(r.Body).Decode(&to)
	if err != nil || (to.At == "") == (to.Shift == "") {
		refuse(w, http.StatusBadRequest, errors.New(`send {"at": "2026-03-01T12:00:00Z"} or {"shift": "24h"}`))
		return
	}
	at, errAt := time.Parse(time.RFC3339Nano, to.At)
	shift, errShift := time.ParseDuration(to.Shift)
	if to.At != "" && errAt != nil || to.Shift != "" && errShift != nil {
		refuse(w, http.StatusBadRequest, errors.Join(errAt, errShift))
		return
	}
	// What was written before the move keeps the time before it.
	err = c.streams.Sync(r.Context())
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, err)
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
	status, err := c.streams.Status(r.Context())
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, err)
		return
	}
	busy := map[string]int{}
	for _, f := range c.functionsOf() {
		busy[label(f)], err = c.pool.BusyWith(c.template.Name(f))
		if err != nil {
			refuse(w, http.StatusInternalServerError, err)
			return
		}
	}
	reply(w, http.StatusOK, map[string]any{
		"idle": status.Idle, "oldest_unprocessed_ms": status.OldestUnprocessed.Milliseconds(),
		"handed_out": status.HandedOut, "waiting": status.Waiting, "functions_busy": busy,
	})
}

func (c *cloud) kill(w http.ResponseWriter, r *http.Request) {
	var what struct{ Function string }
	err := json.NewDecoder(r.Body).Decode(&what)
	if err != nil {
		refuse(w, http.StatusBadRequest, errors.New(`send {"function": name}`))
		return
	}
	n, err := c.pool.KillRunning(what.Function)
	if errors.Is(err, lambda.ErrNoFunction) {
		refuse(w, http.StatusNotFound, err)
		return
	}
	reply(w, http.StatusOK, map[string]int{"killed": n})
}

func (c *cloud) fire(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("function")
	for _, f := range c.functionsOf() {
		if label(f) == name || f.ID == name {
			name = c.template.Name(f)
		}
	}
	err := c.timer.Fire(r.Context(), name)
	if err != nil {
		refuse(w, http.StatusNotFound, err)
		return
	}
	reply(w, http.StatusAccepted, map[string]bool{"fired": true})
}

func (c *cloud) restart(w http.ResponseWriter, r *http.Request) {
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
		refuse(w, http.StatusNotFound, fmt.Errorf("there is no service %s to restart; dynamodb, s3 and signin can be", name))
		return
	}
	err := restart(r.Context())
	if err != nil {
		refuse(w, http.StatusInternalServerError, err)
		return
	}
	reply(w, http.StatusOK, map[string]bool{"restarted": true})
}

func reply(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// A caller that has gone needs no answer.
	_ = json.NewEncoder(w).Encode(value)
}

func refuse(w http.ResponseWriter, status int, err error) {
	reply(w, status, map[string]string{"error": err.Error()})
}
