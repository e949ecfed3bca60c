package httpapi_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

func TestLimit_TooManyRequestsOfCaller_RefusesUntilNextPeriod(t *testing.T) {
	t.Parallel()
	d := httpapitest.New(t)
	olivia, ben := d.SignIn("olivia"), d.SignIn("ben")
	create := func(c *httpapitest.Client, n int) *httpapitest.Reply {
		return c.Do(http.MethodPost, "/v1/admin/organizations", map[string]any{"name": fmt.Sprint("Club ", n)}, fmt.Sprint("key-", n))
	}
	for n := range 20 {
		create(olivia, n).ExpectStatus(http.StatusCreated)
	}
	refused := create(olivia, 20).ExpectProblem(http.StatusTooManyRequests, "too_many_requests", "Wait, then try again")
	if refused.Header.Get("Retry-After") != "43200" || refused.Text("at") != "2026-10-25T00:00:00.000Z" {
		t.Errorf("at noon it says to wait %s s, until %s", refused.Header.Get("Retry-After"), refused.Text("at"))
	}
	create(olivia, 0).ExpectStatus(http.StatusCreated) // the first response again
	create(ben, 21).ExpectStatus(http.StatusCreated)
	d.Advance(12 * time.Hour)
	create(olivia, 20).ExpectStatus(http.StatusCreated)
}

func TestLimit_BulkAddsOfMobilizer_AreRefusedForTheHour(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	add := func(n int) *httpapitest.Reply {
		body := map[string]any{"contacts": []any{map[string]any{"city": "nobody"}}} // refused rows count, too
		return ana.Do(http.MethodPost, ana.Path("contacts", "bulk"), body, fmt.Sprint("key-", n))
	}
	for n := range 120 {
		add(n).ExpectStatus(http.StatusOK)
	}
	if refused := add(120).ExpectProblem(http.StatusTooManyRequests, "too_many_requests", "Wait"); refused.Header.Get("Retry-After") != "3600" {
		t.Errorf("it says to wait %s s", refused.Header.Get("Retry-After"))
	}
}
