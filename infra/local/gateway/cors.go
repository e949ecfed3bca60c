package gateway

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// CORS is the CORS configuration of an API.
type CORS struct {
	Origins, Methods, Headers, Expose []string
	MaxAge                            int // seconds; 0 for none
	Credentials                       bool
}

func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" &&
		r.Header.Get("Access-Control-Request-Method") != ""
}

// addTo adds the headers of every response to an allowed origin.
func (c *CORS) addTo(h http.Header, r *http.Request) {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return
	}
	switch {
	case slices.Contains(c.Origins, "*"):
		h.Set("Access-Control-Allow-Origin", "*")
	case slices.ContainsFunc(c.Origins, func(o string) bool { return matchOrigin(o, origin) }):
		h.Set("Access-Control-Allow-Origin", origin)
		h.Add("Vary", "Origin")
	default:
		return
	}
	if c.Credentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	if len(c.Expose) > 0 {
		h.Set("Access-Control-Expose-Headers", strings.Join(c.Expose, ","))
	}
}

// matchOrigin supports the patterns https://* and http://*.
func matchOrigin(pattern, origin string) bool {
	prefix, wild := strings.CutSuffix(pattern, "*")
	return pattern == origin || wild && strings.HasPrefix(origin, prefix)
}

// preflight answers a preflight request.
func (c *CORS) preflight(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	if h.Get("Access-Control-Allow-Origin") != "" {
		h.Set("Access-Control-Allow-Methods", strings.Join(c.Methods, ","))
		if len(c.Headers) > 0 && r.Header.Get("Access-Control-Request-Headers") != "" {
			h.Set("Access-Control-Allow-Headers", strings.Join(c.Headers, ","))
		}
		if c.MaxAge > 0 {
			h.Set("Access-Control-Max-Age", strconv.Itoa(c.MaxAge))
		}
	}
	w.WriteHeader(http.StatusNoContent)
}
