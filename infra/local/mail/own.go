package mail

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
)

// own serves the recorder's own API, for tests and for people with curl:
//
//	GET    /messages?to=ADDRESS        the messages, oldest first, with their texts; to is optional
//	GET    /messages/ID                one of them
//	GET    /messages/ID/raw            as it was sent
//	POST   /messages/ID/events         {"type": "bounce"} makes one more event happen to it
//	DELETE /messages                   forgets all
//	GET    /quota                      {"per_day", "per_second"}
//	PUT    /quota                      changes it until the next start
func (r *Recorder) own(mux *http.ServeMux) {
	mux.HandleFunc("GET /messages", func(w http.ResponseWriter, q *http.Request) {
		to := q.URL.Query().Get("to")
		list := []any{}
		for _, m := range r.box.list() {
			if to != "" && !slices.ContainsFunc(m.Recipients, func(s string) bool { return strings.EqualFold(s, to) }) {
				continue
			}
			full, err := r.full(m)
			if err != nil {
				complain(w, err)
				return
			}
			list = append(list, full)
		}
		jsonAnswer(w, http.StatusOK, map[string]any{"messages": list})
	})
	mux.HandleFunc("GET /messages/{id}", func(w http.ResponseWriter, q *http.Request) {
		m, err := r.box.find(q.PathValue("id"))
		if err != nil {
			complain(w, err)
			return
		}
		full, err := r.full(m)
		if err != nil {
			complain(w, err)
			return
		}
		jsonAnswer(w, http.StatusOK, full)
	})
	mux.HandleFunc("GET /messages/{id}/raw", func(w http.ResponseWriter, q *http.Request) {
		raw, err := r.box.raw(q.PathValue("id"))
		if err != nil {
			complain(w, err)
			return
		}
		w.Header().Set("Content-Type", "message/rfc822")
		_, _ = w.Write(raw) //nolint:gosec // no page: message/rfc822, for tools
	})
	mux.HandleFunc("POST /messages/{id}/events", r.postEvent)
	mux.HandleFunc("DELETE /messages", func(w http.ResponseWriter, q *http.Request) {
		err := errors.Join(r.box.clear(), r.ask(q.Context(), http.MethodPost, "/clear-store", nil))
		if err != nil {
			complain(w, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /quota", func(w http.ResponseWriter, _ *http.Request) {
		q, _ := r.used()
		jsonAnswer(w, http.StatusOK, q)
	})
	mux.HandleFunc("PUT /quota", func(w http.ResponseWriter, q *http.Request) {
		var quota Quota
		err := json.NewDecoder(q.Body).Decode(&quota)
		if err != nil || quota.PerDay <= 0 || quota.PerSecond <= 0 {
			jsonAnswer(w, http.StatusBadRequest, map[string]string{"error": "per_day and per_second are numbers above 0"})
			return
		}
		r.box.gate.Lock()
		r.box.quota = quota
		r.box.gate.Unlock()
		jsonAnswer(w, http.StatusOK, quota)
	})
}

func complain(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	if errors.Is(err, ErrNoMessage) {
		status = http.StatusNotFound
	}
	jsonAnswer(w, status, map[string]string{"error": err.Error()})
}

// full is a message with its texts, which a message that can't be taken apart lacks.
func (r *Recorder) full(m Message) (any, error) {
	raw, err := r.box.raw(m.ID)
	if err != nil {
		return nil, err
	}
	text, err := read(raw)
	if err != nil {
		r.logf("message %s: %v", m.ID, err)
	}
	return struct {
		Message
		Text
	}{m, text}, nil
}

// postEvent makes an event happen by hand.
func (r *Recorder) postEvent(w http.ResponseWriter, q *http.Request) {
	m, err := r.box.find(q.PathValue("id"))
	if err != nil {
		complain(w, err)
		return
	}
	var in struct {
		Type string `json:"type"`
	}
	err = json.NewDecoder(q.Body).Decode(&in)
	if err != nil || !slices.Contains([]string{"delivery", "bounce", "complaint", "reject"}, in.Type) {
		jsonAnswer(w, http.StatusBadRequest, map[string]string{"error": "type is delivery, bounce, complaint or reject"})
		return
	}
	raw, err := r.box.raw(m.ID)
	if err != nil {
		complain(w, err)
		return
	}
	r.publish(m, raw, in.Type, m.Recipients)
	w.WriteHeader(http.StatusAccepted)
}
