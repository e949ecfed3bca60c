package gateway

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
)

// route is a parsed Route.
type route struct {
	Route
	throttle *bucket // nil for no limit
	segments []segment
}

type segment struct {
	text     string
	variable bool
	greedy   bool
}

func parseRoute(r Route) (route, error) {
	if r.Path == "$default" {
		return route{Route: r}, nil
	}
	switch r.Method {
	case "ANY", http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodHead,
		http.MethodOptions:
	default:
		return route{}, fmt.Errorf("route %s: %s is not a method of an HTTP API", r.Key(), r.Method)
	}
	if !strings.HasPrefix(r.Path, "/") {
		return route{}, fmt.Errorf("route %s: the path must start with /", r.Key())
	}
	parsed := route{Route: r}
	for part := range strings.SplitSeq(r.Path[1:], "/") {
		s := segment{text: part}
		if strings.HasPrefix(part, "{") && strings.HasSuffix(part, "}") {
			s.text, s.variable = part[1:len(part)-1], true
			s.text, s.greedy = strings.CutSuffix(s.text, "+")
		}
		if len(parsed.segments) > 0 && parsed.segments[len(parsed.segments)-1].greedy {
			return route{}, fmt.Errorf("route %s: a greedy variable must be last", r.Key())
		}
		if s.text == "" && s.variable || strings.ContainsAny(s.text, "{}+") {
			return route{}, fmt.Errorf("route %s: the segment %s is invalid", r.Key(), part)
		}
		parsed.segments = append(parsed.segments, s)
	}
	return parsed, nil
}

// pattern is equal for two routes that match the same requests.
func (r route) pattern() string {
	var b strings.Builder
	b.WriteString(r.Method)
	for _, s := range r.segments {
		switch {
		case s.greedy:
			b.WriteString("/{+}")
		case s.variable:
			b.WriteString("/{}")
		default:
			b.WriteString("/" + s.text)
		}
	}
	if r.Path == "$default" {
		b.WriteString("$default")
	}
	return b.String()
}

// moreSpecific orders routes by precedence: literal segments before variables before greedy variables, from the left; then
// a method before ANY; $default last.
func moreSpecific(a, b route) int {
	if (a.Path == "$default") != (b.Path == "$default") {
		if a.Path == "$default" {
			return 1
		}
		return -1
	}
	for i := range min(len(a.segments), len(b.segments)) {
		c := cmp.Compare(a.segments[i].rank(), b.segments[i].rank())
		if c != 0 {
			return c
		}
	}
	c := cmp.Compare(len(b.segments), len(a.segments))
	if c != 0 {
		return c
	}
	if (a.Method == "ANY") != (b.Method == "ANY") {
		if a.Method == "ANY" {
			return 1
		}
		return -1
	}
	return 0
}

func (s segment) rank() int {
	switch {
	case s.greedy:
		return 2
	case s.variable:
		return 1
	}
	return 0
}

// find returns the route of a request and the values of the path variables, or nil.
func (a *API) find(method, path string) (*route, map[string]string) {
	for i := range a.routes {
		r := &a.routes[i]
		if r.Method != "ANY" && r.Method != method && r.Path != "$default" {
			continue
		}
		if r.Path == "$default" {
			return r, nil
		}
		values, ok := r.match(path)
		if ok {
			return r, values
		}
	}
	return nil, nil
}

func (r route) match(path string) (map[string]string, bool) {
	rest := strings.TrimPrefix(path, "/")
	values := map[string]string{}
	for i, s := range r.segments {
		if s.greedy {
			values[s.text] = rest
			return values, rest != ""
		}
		part, after, more := strings.Cut(rest, "/")
		if s.variable && part == "" || !s.variable && part != s.text {
			return nil, false
		}
		if s.variable {
			values[s.text] = part
		}
		if more == (i == len(r.segments)-1) {
			return nil, false
		}
		rest = after
	}
	return values, true
}
