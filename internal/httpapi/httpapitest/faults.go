package httpapitest

import (
	"errors"
	"iter"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
)

func init() {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // each injected fault is logged; a passing test prints nothing
}

// Faults is the HTTP client of the API's store. It records calls and can fail one of them.
type Faults struct {
	Client aws.HTTPClient

	mu       sync.Mutex
	calls    []string // operations since FailCall
	fail     int      // number of the call to fail, from 1; 0 for none
	late     bool     // whether the store executes the call that fails
	StayDown bool     // whether all later calls fail too, as in a crash
}

// FailCall resets the recorded calls and fails the given one, from 1; 0 for none. With late the store executes it and the
// response is lost.
func (f *Faults) FailCall(call int, late bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls, f.fail, f.late = nil, call, late
}

// Calls returns the operations since FailCall.
func (f *Faults) Calls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// Do sends a request, unless it is to fail.
func (f *Faults) Do(r *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	f.mu.Lock()
	f.calls = append(f.calls, operation)
	fails, late := len(f.calls) == f.fail, f.late
	down := f.StayDown && f.fail > 0 && len(f.calls) > f.fail
	f.mu.Unlock()
	if down {
		return nil, errFault
	}
	if fails && !late {
		return nil, errFault
	}
	response, err := f.Client.Do(r)
	if fails && err == nil {
		_ = response.Body.Close() // the response is lost
		return nil, errFault
	}
	return response, err
}

// EachFailure yields the number of each of the calls, from 1, to fail it early and late. It leaves out the late failures of
// reads: a read has no effect, so its late failure is the early one.
func EachFailure(calls []string) iter.Seq2[int, bool] {
	return func(yield func(call int, late bool) bool) {
		for n, operation := range calls {
			if !yield(n+1, false) || !readOperations[operation] && !yield(n+1, true) {
				return
			}
		}
	}
}

var errFault = errors.New("httpapitest: the connection failed")
