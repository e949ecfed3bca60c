package apiclient

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// issuerAndAPI is an issuer with one sign-in form, and an API that accepts its tokens.
func issuerAndAPI(t *testing.T, api http.HandlerFunc) *Client {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	var asked, named string
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"authorization_endpoint": %q, "token_endpoint": %q}`, server.URL+"/authorize", server.URL+"/token")
	})
	mux.HandleFunc("GET /authorize", func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Query().Get("redirect_uri") + "?code=once&state=" + r.URL.Query().Get("state")
		http.SetCookie(w, &http.Cookie{Name: "journey", Value: "1"})
		http.Redirect(w, r, "/interaction/1", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /interaction/1", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<form method="post" action="/interaction/1/login"><input type="hidden" name="csrf" value="a&amp;b">
			<input name="email"><input name="name"></form>`)
	})
	mux.HandleFunc("POST /interaction/1/login", func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Cookie("journey"); err != nil || r.FormValue("csrf") != "a&b" {
			http.Error(w, "not this browser's form", http.StatusBadRequest)
			return
		}
		named = r.FormValue("email")
		http.Redirect(w, r, asked, http.StatusSeeOther)
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("code") != "once" || len(r.FormValue("code_verifier")) < 43 {
			http.Error(w, "invalid_grant", http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, `{"access_token": "access of %s", "id_token": "id of %s"}`, named, named)
	})
	mux.HandleFunc("/v1/", api)
	return New(Cloud{API: server.URL, Issuer: server.URL, ClientID: "kith", Scope: "openid", RedirectURI: "http://127.0.0.1:1/callback"})
}

func TestPerson_SeveralRequests_SignsInOnce(t *testing.T) {
	var sessions, reads atomic.Int32
	client := issuerAndAPI(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer access of ann@example.org" {
			http.Error(w, `{"message":"Unauthorized"}`, http.StatusUnauthorized)
			return
		}
		if r.URL.Path == "/v1/session" {
			sessions.Add(1)
			return
		}
		reads.Add(1)
		fmt.Fprintf(w, `{"items": [%d], "next": %q}`, reads.Load(), strings.Repeat("x", 2-int(reads.Load())))
	})
	ann := client.Person("ann@example.org", "Ann")
	got, err := All[int](t.Context(), ann, "/v1/list?limit=1")
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(got) != "[1 2]" || sessions.Load() != 1 {
		t.Errorf("read %v in %d sessions, want [1 2] in 1", got, sessions.Load())
	}
}

func TestRequest_Failure_IsRepeatedOnlyWithoutEffect(t *testing.T) {
	for _, test := range []struct {
		name, method string
		headers      []Header
		status       int
		body         string
		retryAfter   string
		again        bool
	}{
		{"read", "GET", nil, 503, "", "", true},
		{"put", "PUT", nil, 500, "", "", true},
		{"change", "PATCH", nil, 503, "", "", false},
		{"post", "POST", nil, 503, "", "", false},
		{"post under a key", "POST", []Header{Key("k")}, 503, "", "", true},
		{"busy", "PATCH", nil, 409, `{"status": 409, "code": "busy"}`, "", true},
		{"conflict", "PUT", nil, 409, `{"status": 409, "code": "slug_taken"}`, "", false},
		{"tries used up", "POST", []Header{Key("k")}, 429, `{"status": 429}`, "900", false},
		{"invalid", "PUT", nil, 422, `{"status": 422, "errors": [{"field": "name", "message": "too long"}]}`, "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var calls atomic.Int32
			client := issuerAndAPI(t, func(w http.ResponseWriter, _ *http.Request) {
				if calls.Add(1) > 1 {
					return
				}
				w.Header().Set("Retry-After", test.retryAfter)
				http.Error(w, test.body, test.status)
			})
			err := client.Public(t.Context(), test.method, "/v1/x", nil, nil, test.headers...)
			if again := calls.Load() == 2; again != test.again {
				t.Errorf("sent again: %v, want %v", again, test.again)
			}
			if !test.again && Status(err) != test.status {
				t.Errorf("error %v, want status %d", err, test.status)
			}
		})
	}
}
