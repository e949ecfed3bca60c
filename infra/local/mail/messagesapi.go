package mail

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
)

// registerMessagesAPI registers the recorder's own API, for tests and curl:
//
//	GET    /messages?to=ADDRESS        list the messages, oldest first, with their texts; to is optional
//	GET    /messages/ID                get a message
//	GET    /messages/ID/raw            get a message as it was sent
//	POST   /messages/ID/events         publish another event of a message: {"type": "bounce"}
//	DELETE /messages                   delete all messages
//	GET    /quota                      get the quota: {"per_day", "per_second"}
//	PUT    /quota                      set the quota until the next start
//	PUT    /account                    set the account's state until the next start: {"production", "sending", "verified", "recipients"}
func (r *Recorder) registerMessagesAPI(mux *http.ServeMux) {
	mux.HandleFunc("GET /messages", func(w http.ResponseWriter, q *http.Request) {
		to := q.URL.Query().Get("to")
		list := []any{}
		for _, m := range r.box.list() {
			if to != "" && !slices.ContainsFunc(m.Recipients, func(s string) bool { return strings.EqualFold(s, to) }) {
				continue
			}
			message, err := r.withText(m)
			if err != nil {
				writeError(w, err)
				return
			}
			list = append(list, message)
		}
		writeJSON(w, http.StatusOK, map[string]any{"messages": list})
	})
	mux.HandleFunc("GET /messages/{id}", func(w http.ResponseWriter, q *http.Request) {
		m, err := r.box.find(q.PathValue("id"))
		if err != nil {
			writeError(w, err)
			return
		}
		message, err := r.withText(m)
		if err != nil {
			writeError(w, err)
			return
		}
		writeJSON(w, http.StatusOK, message)
	})
	mux.HandleFunc("GET /messages/{id}/raw", func(w http.ResponseWriter, q *http.Request) {
		raw, err := r.box.raw(q.PathValue("id"))
		if err != nil {
			writeError(w, err)
			return
		}
		w.Header().Set("Content-Type", "message/rfc822")
		_, _ = w.Write(raw) //nolint:gosec // not a page: message/rfc822, for tools
	})
	mux.HandleFunc("POST /messages/{id}/events", r.postEvent)
	mux.HandleFunc("DELETE /messages", func(w http.ResponseWriter, q *http.Request) {
		err := errors.Join(r.box.clear(), r.callInbox(q.Context(), http.MethodPost, "/clear-store", nil))
		if err != nil {
			writeError(w, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /quota", func(w http.ResponseWriter, _ *http.Request) {
		q, _ := r.quota()
		writeJSON(w, http.StatusOK, q)
	})
	mux.HandleFunc("PUT /account", r.putAccount)
	mux.HandleFunc("PUT /quota", func(w http.ResponseWriter, q *http.Request) {
		var quota Quota
		err := json.NewDecoder(q.Body).Decode(&quota)
		if err != nil || quota.PerDay <= 0 || quota.PerSecond <= 0 {
			writeJSON(w, http.StatusBadRequest, map[string]string{"error": "per_day and per_second must be above 0"})
			return
		}
		r.box.quotaMu.Lock()
		r.box.quota = quota
		r.box.quotaMu.Unlock()
		writeJSON(w, http.StatusOK, quota)
	})
}

// putAccount sets the state of the account. Members that are left out are those of an account that sends to everybody.
func (r *Recorder) putAccount(w http.ResponseWriter, q *http.Request) {
	account := healthyAccount
	if err := json.NewDecoder(q.Body).Decode(&account); err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	r.box.quotaMu.Lock()
	r.box.account = account
	r.box.quotaMu.Unlock()
	writeJSON(w, http.StatusOK, account)
}

// writeError sends err as the response of the recorder's own API.
func writeError(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	if errors.Is(err, ErrNoMessage) {
		status = http.StatusNotFound
	}
	writeJSON(w, status, map[string]string{"error": err.Error()})
}

// withText returns a message with its texts. A message that can't be parsed has none.
func (r *Recorder) withText(m Message) (any, error) {
	raw, err := r.box.raw(m.ID)
	if err != nil {
		return nil, err
	}
	text, err := parseText(raw)
	if err != nil {
		r.logf("message %s: %v", m.ID, err)
	}
	return struct {
		Message
		Text
	}{m, text}, nil
}

// postEvent publishes another event of a message.
func (r *Recorder) postEvent(w http.ResponseWriter, q *http.Request) {
	m, err := r.box.find(q.PathValue("id"))
	if err != nil {
		writeError(w, err)
		return
	}
	var in struct {
		Type string `json:"type"`
	}
	err = json.NewDecoder(q.Body).Decode(&in)
	if err != nil || !slices.Contains([]string{"delivery", "bounce", "complaint", "reject"}, in.Type) {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": "type must be delivery, bounce, complaint or reject"})
		return
	}
	raw, err := r.box.raw(m.ID)
	if err != nil {
		writeError(w, err)
		return
	}
	r.publish(m, raw, in.Type, m.Recipients)
	w.WriteHeader(http.StatusAccepted)
}
