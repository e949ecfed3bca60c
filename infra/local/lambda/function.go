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

// maxChain is the number of invocations in a chain of functions that invoke each other, or themselves, before AWS stops it.
const maxChain = 16

// errLoop is the error of Lambda's recursive loop detection.
var errLoop = errors.New("lambda has detected the function being invoked in a recursive loop" +
	" (RecursiveLoop: Allow in the template allows it)")

type function struct {
	Function
	pool *Pool
	arn  string

	mu         sync.Mutex
	queue      []*invocation // waiting for a process, oldest first
	idle       []*instance   // the most recently used one is last, and is used first
	live       int           // processes, including starting ones
	starting   int
	running    int // events in processes
	pending    int // asynchronous events that are not done, including running ones
	generation int // of the binary; processes of an older one get no further event
}

type invocation struct {
	id            string
	payload       []byte
	trace         string
	clientContext string
	done          chan Result // holds one

	// Set by the instance that runs it.
	deadline time.Time
	began    time.Time
	init     time.Duration
	log      logTail
}

// dispatch sends the event to an idle process, or queues it and starts a process if the limit allows. It fails with
// ErrStopped or ErrThrottled.
func (f *function) dispatch(inv *invocation) error {
	if f.pool.isClosed() {
		return ErrStopped
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Reserved > 0 && f.running+len(f.queue) >= f.Reserved {
		return fmt.Errorf("%w: %s has a limit of %d", ErrThrottled, f.Label, f.Reserved)
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

// next returns the next event for a process, or nil after adding the process to the idle ones. The second result is
// false if the process should exit.
func (f *function) next(in *instance) (*invocation, bool) {
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

// eventDone decrements the number of running events.
func (f *function) eventDone() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.running--
}

// processEnded is called once when a process has ended. If the process never was ready, the oldest queued event fails: the
// process was started for it.
func (f *function) processEnded(in *instance, wasReady bool, failure []byte) {
	f.mu.Lock()
	f.live--
	for i, other := range f.idle {
		if other == in {
			f.idle = append(f.idle[:i], f.idle[i+1:]...)
			break
		}
	}
	// An event may have been sent to a process that ended before receiving it: requeue it at the front.
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
		f.pool.count("Errors", f)
		f.reply(failed, Result{Payload: withRequestID(failure, failed.id), FunctionError: "Unhandled"})
	}
}

// requeue puts the event of a process that has ended at the front of the queue.
func (f *function) requeue(inv *invocation) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.running--
	f.queue = append([]*invocation{inv}, f.queue...)
	f.launchForQueue()
}

// launchForQueue starts a process if more events are queued than processes are starting. The lock is held.
func (f *function) launchForQueue() {
	if f.starting < len(f.queue) && f.live < f.pool.cfg.Processes && !f.pool.isClosed() {
		f.launch(nil)
	}
}

// stopIdle stops processes that have been idle for idleLife, except the last one.
func (f *function) stopIdle() {
	f.mu.Lock()
	var expired []*instance
	for len(f.idle) > 1 && time.Since(f.idle[0].idleSince) > idleLife {
		expired = append(expired, f.idle[0])
		f.idle = f.idle[1:]
	}
	f.mu.Unlock()
	for _, in := range expired {
		in.retire()
	}
}

func (f *function) reply(inv *invocation, r Result) {
	r.RequestID = inv.id
	r.Log = inv.log.bytes()
	inv.done <- r
}

// errorDocument returns the response of Lambda for a failed invocation.
func errorDocument(kind, message string) []byte {
	doc, err := json.Marshal(map[string]string{"errorType": kind, "errorMessage": message})
	if err != nil {
		return []byte(`{}`)
	}
	return doc
}

// withRequestID replaces the placeholder in an error document that was created before the request.
func withRequestID(doc []byte, id string) []byte {
	return []byte(strings.Replace(string(doc), noRequest, id, 1))
}

const noRequest = "00000000-no-request-yet"

// nextTrace returns the trace header of the next invocation in a chain. It fails with errLoop if the chain is too long.
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
	if count >= maxChain && !f.AllowLoops {
		return "", errLoop
	}
	return fmt.Sprintf("Root=%s;Parent=%s;Sampled=0;Lineage=kith:%d", root, randomHex(8), count+1), nil
}

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

// logTail keeps the end of a log.
type logTail struct {
	mu   sync.Mutex
	data []byte
}

func (t *logTail) add(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.data = append(append(t.data, line...), '\n')
	if len(t.data) > 4*maxLogTail {
		t.data = append([]byte(nil), t.data[len(t.data)-maxLogTail:]...)
	}
}

func (t *logTail) bytes() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]byte(nil), t.data[max(0, len(t.data)-maxLogTail):]...)
}
