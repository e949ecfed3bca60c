package lambda

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxLoops is how often functions may call each other, or themselves, in one chain before AWS stops them.
const maxLoops = 16

// errLoop says that Lambda's recursive loop detection stopped a call.
var errLoop = errors.New("lambda has detected the function being invoked in a recursive loop" +
	" (RecursiveLoop: Allow in the template allows it)")

type function struct {
	Function
	pool *Pool
	arn  string

	mu         sync.Mutex
	queue      []*invocation // wait for a process, oldest first
	idle       []*instance   // the one used last stands last and is used first
	live       int           // processes, starting ones included
	starting   int
	running    int // events being worked on
	pending    int // asynchronous events that are not done, those being worked on included
	generation int // of the binary; processes of an older one take no further event
}

type invocation struct {
	id            string
	payload       []byte
	trace         string
	clientContext string
	done          chan Result // holds one

	// Set by the instance that works on it.
	deadline time.Time
	began    time.Time
	init     time.Duration
	log      tail
}

// dispatch gives the event to an idle process, or queues it and starts a process when one may be started.
func (f *function) dispatch(inv *invocation) error {
	if f.pool.isClosed() {
		return ErrStopped
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Reserved > 0 && f.running+len(f.queue) >= f.Reserved {
		return fmt.Errorf("%w: %s has %d", ErrThrottled, f.Label, f.Reserved)
	}
	if n := len(f.idle); n > 0 {
		in := f.idle[n-1]
		f.idle = f.idle[:n-1]
		f.running++
		in.events <- inv
		return nil
	}
	f.queue = append(f.queue, inv)
	f.launchForQueue()
	return nil
}

// take returns the next event for a process that asks for one, or nil after noting that it is idle. The second result
// is false when the process should end instead.
func (f *function) take(in *instance) (*invocation, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if in.generation != f.generation {
		return nil, false
	}
	if len(f.queue) > 0 {
		inv := f.queue[0]
		f.queue = f.queue[1:]
		f.running++
		return inv, true
	}
	in.idleSince = time.Now()
	f.idle = append(f.idle, in)
	return nil, true
}

// finished frees the place of an event in the count of running ones.
func (f *function) finished() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.running--
}

// gone is called once when a process has ended. One that never got ready fails the event that waited longest: its
// start was that event's.
func (f *function) gone(in *instance, wasReady bool, failure []byte) {
	f.mu.Lock()
	f.live--
	for i, other := range f.idle {
		if other == in {
			f.idle = append(f.idle[:i], f.idle[i+1:]...)
			break
		}
	}
	// An event may have been handed to a process that ended before it took it: it goes back to the front.
	select {
	case lost := <-in.events:
		f.running--
		f.queue = append([]*invocation{lost}, f.queue...)
	default:
	}
	var failed *invocation
	if !wasReady {
		f.starting--
		if len(f.queue) > 0 {
			failed = f.queue[0]
			f.queue = f.queue[1:]
		}
	}
	f.launchForQueue()
	f.mu.Unlock()
	if failed != nil {
		f.reply(failed, Result{Payload: forRequest(failure, failed.id), FunctionError: "Unhandled"})
	}
}

// giveBack puts an event that a dying process took to the front of the queue.
func (f *function) giveBack(inv *invocation) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.running--
	f.queue = append([]*invocation{inv}, f.queue...)
	f.launchForQueue()
}

// launchForQueue starts a process when events wait that no starting process will take. The lock is held.
func (f *function) launchForQueue() {
	if f.starting < len(f.queue) && f.live < f.pool.cfg.Processes && !f.pool.isClosed() {
		f.launch(nil)
	}
}

// trim ends processes beyond the first that have been idle for long.
func (f *function) trim() {
	f.mu.Lock()
	var old []*instance
	for len(f.idle) > 1 && time.Since(f.idle[0].idleSince) > idleLife {
		old = append(old, f.idle[0])
		f.idle = f.idle[1:]
	}
	f.mu.Unlock()
	for _, in := range old {
		in.retire()
	}
}

func (f *function) reply(inv *invocation, r Result) {
	r.RequestID = inv.id
	r.Log = inv.log.bytes()
	inv.done <- r
}

// failure is the document that Lambda answers when the function could not.
func failure(kind, message string) []byte {
	doc, err := json.Marshal(map[string]string{"errorType": kind, "errorMessage": message})
	if err != nil {
		return []byte(`{}`)
	}
	return doc
}

// forRequest puts the request's id into a failure that came before any request.
func forRequest(doc []byte, id string) []byte {
	return []byte(strings.Replace(string(doc), noRequest, id, 1))
}

const noRequest = "00000000-no-request-yet"

// nextTrace returns the trace header for one more call, or errLoop when the chain is too long.
func (f *function) nextTrace(from string) (string, error) {
	root, count := "", 0
	for part := range strings.SplitSeq(from, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch key {
		case "Root":
			root = value
		case "Lineage":
			_, n, _ := strings.Cut(value, ":")
			parsed, err := strconv.Atoi(n)
			if err == nil {
				count = parsed
			}
		}
	}
	if root == "" {
		root = fmt.Sprintf("1-%08x-%s", time.Now().Unix(), randomHex(12))
	}
	if count >= maxLoops && !f.LoopsOn {
		return "", errLoop
	}
	return fmt.Sprintf("Root=%s;Parent=%s;Sampled=0;Lineage=kith:%d", root, randomHex(8), count+1), nil
}

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

// tail keeps the end of a log.
type tail struct {
	mu   sync.Mutex
	data []byte
}

func (t *tail) add(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.data = append(append(t.data, line...), '\n')
	if len(t.data) > 4*maxLogTail {
		t.data = append([]byte(nil), t.data[len(t.data)-maxLogTail:]...)
	}
}

func (t *tail) bytes() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]byte(nil), t.data[max(0, len(t.data)-maxLogTail):]...)
}
