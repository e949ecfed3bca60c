package httpapitest

import (
	"net/http"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// faults is the connection of the API's store: it counts calls and can break one of them.
type Faults struct {
	Client aws.HTTPClient

	mu       sync.Mutex
	calls    []string // operations since the last reset
	fail     int      // number of the call to break, from 1; 0 for none
	late     bool     // whether the store carries the call out before it breaks
	StayDown bool     // whether all later calls break too, as when the process is killed
}

// arm forgets the calls so far and breaks the given one.
func (f *Faults) FailCall(call int, late bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls, f.fail, f.late = nil, call, late
}

func (f *Faults) Calls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// Do sends a request, unless it is the one to break.
func (f *Faults) Do(r *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	f.mu.Lock()
	f.calls = append(f.calls, operation)
	broken, late := len(f.calls) == f.fail, f.late
	dead := f.StayDown && f.fail > 0 && len(f.calls) > f.fail
	f.mu.Unlock()
	if dead {
		return nil, errBroken
	}
	if broken && !late {
		return nil, errBroken
	}
	response, err := f.Client.Do(r)
	if broken && err == nil {
		_ = response.Body.Close() // the answer is lost
		return nil, errBroken
	}
	return response, err
}

type broken struct{}

func (broken) Error() string { return "the connection broke" }

var errBroken = broken{}
