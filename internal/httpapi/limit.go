package httpapi

import (
	"context"
	"time"

	"github.com/kithhq/kith/internal/fault"
)

// Limit is the number of requests of an operation that a caller may make in a period of UTC: an hour or a day. Requests that
// are refused count; repetitions that are answered from the first response do not.
type Limit struct {
	Requests int
	Period   time.Duration
}

// PerHour returns a limit for an hour.
func PerHour(requests int) Limit { return Limit{requests, time.Hour} }

// PerDay returns a limit for a day.
func PerDay(requests int) Limit { return Limit{requests, 24 * time.Hour} }

// countRequest counts a request of an operation against the caller's limit.
//
// Rate limited: the caller has made too many.
func (api *API) countRequest(ctx context.Context, a *Access, operation string, limit Limit) error {
	if limit.Requests == 0 {
		return nil
	}
	begin := a.At.Truncate(limit.Period)
	allowed, err := api.store.CountRequest(ctx, a.Caller(), operation, limit.Requests, begin, limit.Period)
	if err != nil || allowed {
		return err
	}
	until := begin.Add(limit.Period)
	return fault.RateLimited("too_many_requests", until.Sub(a.At), "You have made too many of these requests. Wait, then try again.").WithTime(until)
}
