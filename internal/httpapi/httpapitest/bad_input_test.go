package httpapitest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/leonelquinteros/gotext"

	"github.com/kithhq/kith/internal/apigw"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

// nasty are JSON values of faulty or hostile clients.
var nasty = []string{
	`null`, `true`, `-1`, `0`, `1.5`, `9223372036854775808`, `1e400`, `[]`, `{}`, `[null]`, `""`, `"   "`, `"\u0000"`,
	`"a\u0000b"`, `"\ud800"`, `"\udc00x"`, `"\u202eabc"`, `"=1+1"`, `"../../x"`, `"<script>"`, `"a#b#c"`, `"02139"`, `"ZZ"`,
	`"+1 617"`, `"x@"`, `"2026-13-45"`, `"0192f3a4-0000-7000-8000-000000000000"`, `"اليوم"`, `"🗽"`, `"é"`, `"ﬀ"`,
	`"` + strings.Repeat("x", 300) + `"`, `"` + strings.Repeat("é", 11_000) + `"`, `"` + strings.Repeat("y", 200_000) + `"`,
	strings.Repeat("[", 200) + strings.Repeat("]", 200),
}

// writes counts successful writes to the store, except to Requests, which counts attempts before they are allowed.
type writes struct {
	requests string // name of the table
	mu       sync.Mutex
	kept     int
}

// RoundTrip forwards a call and counts it if it is a successful write.
func (w *writes) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	response, err := http.DefaultTransport.RoundTrip(r)
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	switch operation {
	case "PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem":
		if err == nil && response.StatusCode == http.StatusOK && !bytes.Contains(body, []byte(`"TableName":"`+w.requests+`"`)) {
			w.mu.Lock()
			w.kept++
			w.mu.Unlock()
		}
	}
	return response, err
}

func (w *writes) reset() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	kept := w.kept
	w.kept = 0
	return kept
}

// badInput sends generated requests.
type badInput struct {
	*httpapitest.Fixture
	random *rand.Rand
	doc    *huma.OpenAPI
	writes *writes

	spanish []string // formats of the Spanish catalog
}

// TestRoutes_GeneratedInput_NeverFailOrWritePartly sends generated requests, nearly valid and invalid ones. No request causes an
// internal error, every reply matches the description, a rejected request writes nothing, and refusals are in the language of the request.
func TestRoutes_GeneratedInput_NeverFailOrWritePartly(t *testing.T) {
	n := 5_000
	if os.Getenv("KITH_SOAK") != "" {
		n = 100_000
	}
	d := httpapitest.New(t)
	b := &badInput{Fixture: d, random: rand.New(rand.NewPCG(3, 1415)), doc: httpapitest.All().OpenAPI(), writes: &writes{requests: d.Tables.Requests}, spanish: spanishFormats(t)}
	d.Faults.Client = &http.Client{Transport: b.writes}

	all := routes()
	var x *httpapitest.Tenant
	answered := map[int]int{}
	for i := range n {
		if i%250 == 0 { // some requests succeed and close or remove things
			x = d.NewTenant(fmt.Sprintf("tenant-%d", i))
		}
		r := all[b.random.IntN(len(all))]
		answered[b.send(x, r)]++
		if t.Failed() {
			t.Fatalf("after %d requests", i+1)
		}
	}
	if answered[http.StatusUnprocessableEntity] < n/10 || answered[http.StatusOK]+answered[http.StatusCreated] < n/50 {
		t.Errorf("the generator misses its aim: %v", answered)
	}
	t.Logf("answers by status: %v", answered)
}

// send sends one generated request, checks the answer, and returns its status.
func (b *badInput) send(x *httpapitest.Tenant, r route) int {
	b.T.Helper()
	who := whoMay(b.Fixture, r, x)
	if b.one(20) {
		who = x.Leaver
	}
	address, body := b.address(r, x.IDs), b.body(r)
	request, err := http.NewRequest(r.method, "http://api.test"+address, bytes.NewReader(body))
	if err != nil {
		return 0 // not even a client could send this
	}
	if b.one(10) {
		request.Header.Set(httpapi.IdempotencyHeader, b.pick("k", "", " ", "ключ", strings.Repeat("k", 300), "one"))
	}
	if body != nil && !b.one(30) {
		request.Header.Set("Content-Type", b.pick("application/json", "application/json", "application/json", "text/plain", "application/json; charset=latin1"))
	}
	if who.Secret != "" {
		request.Header.Set("Authorization", b.pick("Bearer ", "Bearer ", "Bearer ", "bearer  ", "Basic ", "")+who.Secret)
	}
	spanish := b.one(2)
	if spanish {
		request.Header.Set("Accept-Language", "es-MX,en;q=0.5")
	}
	claims := map[string]string{"iss": "https://issuer.test", "sub": who.Name}
	ctx := apigw.WithRequestContext(b.T.Context(), apigw.RequestContext{At: b.Now, Claims: claims, Body: body})
	w := httptest.NewRecorder()
	b.writes.reset()
	b.API.ServeHTTP(w, request.WithContext(ctx))
	b.check(r, address, body, w)
	if spanish && w.Code >= http.StatusBadRequest {
		b.checkSpanish(r, address, body, w)
	}
	return w.Code
}

func (b *badInput) check(r route, address string, body []byte, w *httptest.ResponseRecorder) {
	b.T.Helper()
	asked := fmt.Sprintf("%s %.300s with %.300s", r.method, address, body)
	kept := b.writes.reset()
	if w.Code >= http.StatusInternalServerError {
		b.T.Errorf("%s: answers %d: %s", asked, w.Code, w.Body)
		return
	}
	if w.Code >= http.StatusMultipleChoices && kept > 0 {
		b.T.Errorf("%s: refused with %d, yet %d writes were kept: %s", asked, w.Code, kept, w.Body)
	}
	if w.Code >= http.StatusMultipleChoices && w.Code < http.StatusBadRequest || w.Body.Len() == 0 {
		return // an address that is cleaned up first; no content
	}
	var got any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		b.T.Errorf("%s: answers no JSON: %.300s", asked, w.Body)
		return
	}
	if w.Code >= http.StatusBadRequest {
		var p httpapi.Problem
		err := json.Unmarshal(w.Body.Bytes(), &p)
		if err != nil || p.Status != w.Code || p.Code == "" || p.Detail == "" {
			b.T.Errorf("%s: refused without reason: %s", asked, w.Body)
		}
		return
	}
	described := r.op.Responses[fmt.Sprint(w.Code)]
	if described == nil {
		b.T.Errorf("%s: answers %d, which is not described", asked, w.Code)
		return
	}
	content := described.Content["application/json"]
	if content == nil {
		return
	}
	found := &huma.ValidateResult{}
	huma.Validate(b.doc.Components.Schemas, content.Schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, got, found)
	for _, err := range found.Errors {
		b.T.Errorf("%s: the answer is not as described: %v in %s", asked, err, w.Body)
	}
}

// checkSpanish checks that a refusal has the messages of the Spanish catalog.
func (b *badInput) checkSpanish(r route, address string, body []byte, w *httptest.ResponseRecorder) {
	b.T.Helper()
	var p httpapi.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		return // check has reported it
	}
	texts := []string{p.Detail}
	for _, e := range p.Errors {
		if e.Field != "body" { // the syntax of a body, about which huma's messages are English
			texts = append(texts, e.Message)
		}
	}
	for _, text := range texts {
		first, second, _ := strings.Cut(text, ". ")
		if !b.isSpanish(text) && (!b.isSpanish(first+".") || !b.isSpanish(second)) { // two messages can be joined
			b.T.Errorf("%s %.300s with %.300s: not in Spanish: %.300s", r.method, address, body, text)
		}
	}
	if got := w.Header().Get("Content-Language"); got != "es" {
		b.T.Errorf("%s %.300s with %.300s: the language of the refusal is %q", r.method, address, body, got)
	}
}

func (b *badInput) isSpanish(text string) bool {
	return slices.ContainsFunc(b.spanish, func(format string) bool { _, ok := fault.Match(text, format); return ok })
}

// spanishFormats returns the formats of the Spanish catalog.
func spanishFormats(t *testing.T) []string {
	t.Helper()
	catalog, err := os.ReadFile("../../translation/es.po")
	if err != nil {
		t.Fatal(err)
	}
	po := gotext.NewPo()
	po.Parse(catalog)
	var formats []string
	for _, translated := range po.GetDomain().GetTranslations() {
		formats = append(formats, translated.Get())
	}
	return formats
}

func (b *badInput) one(of int) bool { return b.random.IntN(of) == 0 }

func (b *badInput) pick(from ...string) string { return from[b.random.IntN(len(from))] }

// address fills the route's path, sometimes with a wrong id, and adds a query.
func (b *badInput) address(r route, ids map[string]string) string {
	path := inBraces.ReplaceAllStringFunc(r.path, func(name string) string {
		if b.one(12) {
			return b.pick("x", "%00", "a%23b", "..%2f..", "%F0%9F%97%BD", "%ff", strings.Repeat("9", 3000), httpapitest.UnknownID,
				"0192f3a4-0000-4000-8000-000000000000", strings.ToUpper(httpapitest.UnknownID))
		}
		name = strings.Trim(name, "{}")
		if name == "note" && strings.Contains(r.path, "management-notes") {
			name = "management-note"
		}
		return ids[name]
	})
	if r.method != http.MethodGet || b.one(2) {
		return path
	}
	return path + "?" + b.pick("limit=", "page=", "sort=", "order=", "match_status=", "response_id=", "unknown=") +
		b.pick("", "0", "-1", "5", "100000", "abc", "%00", "name", "added", "asc", "desc", "CONFIRMED", "none", httpapitest.UnknownID, "AAAA", strings.Repeat("A", 5000))
}

// body returns the request's body: valid, nearly valid or invalid.
func (b *badInput) body(r route) []byte {
	switch {
	case b.one(25):
		return []byte(b.pick(nasty...))
	case b.one(50):
		return []byte{0xff, 0xfe, '{', 0x00}
	case r.op.RequestBody == nil:
		return nil
	}
	right, raw := r.body(b.doc).([]byte)
	if !raw {
		var err error
		right, err = json.Marshal(r.body(b.doc))
		if err != nil {
			b.T.Fatal(err)
		}
	}
	if b.one(8) {
		return right
	}
	if b.one(20) {
		return right[:b.random.IntN(len(right)+1)]
	}
	return b.damage(right)
}

// damage replaces, adds or removes one member of a JSON object.
func (b *badInput) damage(right []byte) []byte {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(right, &object); err != nil || len(object) == 0 {
		return right
	}
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	name := names[b.random.IntN(len(names))]
	switch b.random.IntN(6) {
	case 0:
		delete(object, name)
	case 1:
		object["surprise"] = json.RawMessage(`1`)
	default:
		object[name] = json.RawMessage(b.pick(nasty...))
	}
	// Not json.Marshal: it would refuse what is to be sent.
	var damaged bytes.Buffer
	damaged.WriteByte('{')
	names = names[:0]
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, name := range names {
		if i > 0 {
			damaged.WriteByte(',')
		}
		fmt.Fprintf(&damaged, "%q:%s", name, object[name])
	}
	damaged.WriteByte('}')
	return damaged.Bytes()
}
