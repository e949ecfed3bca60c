package lambda

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/kithhq/kith/infra/local/logs"
)

var probe string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "probe")
	if err != nil {
		panic(err)
	}
	probe = filepath.Join(folder, "bootstrap")
	out, err := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", probe, "../internal/probe").CombinedOutput()
	if err != nil {
		panic(string(out))
	}
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// logBuffer is a log that tests read while it is written.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// poolFixture is a pool with the probe as its function.
type poolFixture struct {
	*Pool
	log *logBuffer
}

func newPoolFixture(t *testing.T, change func(*Config, *Function)) poolFixture {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	out := &logBuffer{}
	cfg := Config{
		Address: listener.Addr().String(), Region: "eu-central-1", Account: "000000000000",
		RetryDelay: time.Millisecond, Log: logs.New(out, false, false),
	}
	f := Function{
		Name: "stack-probe", LogicalID: "Probe", Label: "probe", Binary: probe, Handler: "bootstrap",
		Timeout: 20 * time.Second, MemoryMB: 256, MaxRetries: 2, MaxAge: time.Hour,
		Env: map[string]string{"COLOUR": "green"},
	}
	if change != nil {
		change(&cfg, &f)
	}
	cfg.Functions = []Function{f}
	p, err := NewPool(cfg)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: p.Handler(), ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
		defer cancel()
		p.Close(ctx)
		_ = server.Close()
	})
	return poolFixture{p, out}
}

// command returns the event that makes the probe do something.
func command(do string, more map[string]any) []byte {
	o := map[string]any{"do": do}
	for k, v := range more {
		o[k] = v
	}
	doc, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	return doc
}

func (p poolFixture) invoke(t *testing.T, payload []byte) (Result, map[string]any) {
	t.Helper()
	r, err := p.Invoke(t.Context(), "probe", payload)
	if err != nil {
		t.Fatal(err)
	}
	var answer map[string]any
	err = json.Unmarshal(r.Payload, &answer)
	if err != nil && r.FunctionError == "" {
		t.Fatalf("%v in %.200s", err, r.Payload)
	}
	return r, answer
}

func TestInvoke_Function_ReturnsResponseLogAndContext(t *testing.T) {
	p := newPoolFixture(t, nil)
	r, answer := p.invoke(t, command("echo", map[string]any{"text": "hello"}))
	if r.FunctionError != "" || answer["text"] != "hello" {
		t.Fatalf("the response is %s", r.Payload)
	}
	if !strings.Contains(string(r.Log), "probe: command: echo hello\nREPORT RequestId: "+r.RequestID) {
		t.Errorf("its log lacks the line or the report:\n%s", r.Log)
	}
	if want := "probe " + r.RequestID + " | probe: command: echo hello\n"; !strings.Contains(p.log.String(), want) {
		t.Errorf("the log lacks %q:\n%s", want, p.log)
	}
	r, answer = p.invoke(t, command("context", nil))
	if answer["request"] != r.RequestID || answer["arn"] != "arn:aws:lambda:eu-central-1:000000000000:function:stack-probe" {
		t.Errorf("the context is %v", answer)
	}
	if left, _ := answer["left"].(float64); left < 15000 || left > 20000 {
		t.Errorf("of 20 s there are %v ms left", answer["left"])
	}
	_, answer = p.invoke(t, command("env", map[string]any{"text": "COLOUR"}))
	if answer["value"] != "green" {
		t.Errorf("the template's variable is %v", answer["value"])
	}
	t.Setenv("SECRET_OF_THIS_MACHINE", "x")
	_, answer = p.invoke(t, command("env", map[string]any{"text": "SECRET_OF_THIS_MACHINE"}))
	if answer["value"] != "" {
		t.Errorf("functions get this machine's environment")
	}
}

func TestInvoke_Concurrently_UsesAProcessPerEvent(t *testing.T) {
	p := newPoolFixture(t, nil)
	file := filepath.Join(t.TempDir(), "go")
	var wg sync.WaitGroup
	pids := make([]any, 4)
	for i := range pids {
		wg.Go(func() {
			_, answer := p.invoke(t, command("wait for file", map[string]any{"file": file}))
			pids[i] = answer["pid"]
		})
	}
	waitUntil(t, "four events run", func() bool {
		f := p.functions[0]
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.running == 4
	})
	err := os.WriteFile(file, nil, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	seen := map[any]bool{}
	for _, pid := range pids {
		seen[pid] = true
	}
	if len(seen) != 4 {
		t.Fatalf("four concurrent events used the processes %v", pids)
	}
	_, answer := p.invoke(t, command("context", nil))
	if !seen[answer["pid"]] {
		t.Errorf("an idle process was not reused")
	}
}

func TestInvoke_AtTheProcessLimit_Waits(t *testing.T) {
	p := newPoolFixture(t, func(c *Config, _ *Function) { c.Processes = 2 })
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			_, answer := p.invoke(t, command("echo", map[string]any{"text": "x"}))
			if answer["text"] != "x" {
				t.Errorf("the response is %v", answer)
			}
		})
	}
	wg.Wait()
}

func TestInvoke_AtReservedConcurrency_IsThrottled(t *testing.T) {
	p := newPoolFixture(t, func(_ *Config, f *Function) { f.Reserved = 1 })
	file := filepath.Join(t.TempDir(), "go")
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = p.Invoke(t.Context(), "Probe", command("wait for file", map[string]any{"file": file}))
	}()
	waitUntil(t, "the event runs", func() bool { return p.Busy() == 1 })
	_, err := p.Invoke(t.Context(), "Probe", command("echo", nil))
	if !errors.Is(err, ErrThrottled) {
		t.Errorf("a second event under a reserved concurrency of one: %v", err)
	}
	err = os.WriteFile(file, nil, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	<-done
}

func TestInvoke_Timeout_KillsTheProcess(t *testing.T) {
	p := newPoolFixture(t, func(_ *Config, f *Function) { f.Timeout = 300 * time.Millisecond })
	file := filepath.Join(t.TempDir(), "pid")
	var r Result
	var answer map[string]any
	var id []byte
	waitUntil(t, "a process has begun the event before its timeout", func() bool {
		r, answer = p.invoke(t, command("hang", map[string]any{"file": file}))
		id, _ = os.ReadFile(file)
		return len(id) > 0
	})
	want := "RequestId: " + r.RequestID + " Error: Task timed out after 0.30 seconds"
	if r.FunctionError != "Unhandled" || answer["errorType"] != "Sandbox.Timedout" || answer["errorMessage"] != want {
		t.Errorf("a timeout returned %s %s", r.FunctionError, r.Payload)
	}
	pid, err := strconv.Atoi(string(id))
	if err != nil {
		t.Fatal(err)
	}
	waitUntil(t, "the process has ended", func() bool { return syscall.Kill(pid, 0) != nil })
	if !strings.Contains(p.log.String(), "Task timed out") {
		t.Errorf("the timeout is not logged:\n%s", p.log)
	}
}

func TestInvoke_CrashOrError_IsReturnedAndLogged(t *testing.T) {
	p := newPoolFixture(t, func(c *Config, _ *Function) {})
	r, answer := p.invoke(t, command("exit", nil))
	want := "RequestId: " + r.RequestID + " Error: Runtime exited with error: exit status 7"
	if r.FunctionError != "Unhandled" || answer["errorType"] != "Runtime.ExitError" || answer["errorMessage"] != want {
		t.Errorf("a crash returned %s %s", r.FunctionError, r.Payload)
	}
	if !strings.Contains(string(r.Log), "probe: about to exit") || !strings.Contains(p.log.String(), "crashed: exit status 7") {
		t.Errorf("the crash is not logged with its lines:\n%s", p.log)
	}
	r, answer = p.invoke(t, command("fail", map[string]any{"text": "no luck"}))
	if r.FunctionError != "Unhandled" || answer["errorMessage"] != "no luck" || answer["errorType"] != "errorString" {
		t.Errorf("an error returned %s %s", r.FunctionError, r.Payload)
	}
}

func TestKillRunning_EventInProgress_Fails(t *testing.T) {
	p := newPoolFixture(t, nil)
	done := make(chan Result, 1)
	go func() {
		r, _ := p.Invoke(t.Context(), "probe", command("hang", nil))
		done <- r
	}()
	waitUntil(t, "it hangs", func() bool { return strings.Contains(p.log.String(), "command: hang") })
	n, err := p.KillRunning("probe")
	if err != nil || n != 1 {
		t.Fatalf("killed %d: %v", n, err)
	}
	r := <-done
	if !strings.Contains(string(r.Payload), "signal: killed") {
		t.Errorf("the response is %s", r.Payload)
	}
}

func TestWarm_FailedStart_IsReported(t *testing.T) {
	p := newPoolFixture(t, func(_ *Config, f *Function) { f.Env = map[string]string{"PROBE_START": "exit"} })
	failed := p.Warm(t.Context())
	if len(failed) != 1 || failed[0] != "probe" {
		t.Fatalf("failed to start: %v", failed)
	}
	for _, want := range []string{"probe init | probe: failing at start", "could not start: exit status 3"} {
		if !strings.Contains(p.log.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, p.log)
		}
	}
	r, answer := p.invoke(t, command("echo", nil))
	want := "RequestId: " + r.RequestID + " Error: Runtime exited with error: exit status 3"
	if answer["errorMessage"] != want {
		t.Errorf("an event for it returned %s", r.Payload)
	}
}

func TestInvoke_PayloadOverLimit_IsRefused(t *testing.T) {
	p := newPoolFixture(t, nil)
	r, answer := p.invoke(t, command("large", map[string]any{"bytes": MaxPayload}))
	if r.FunctionError != "Unhandled" || answer["errorType"] != "Function.ResponseSizeTooLarge" {
		t.Errorf("a response over 6 MB: %.200s", r.Payload)
	}
	r, err := p.Invoke(t.Context(), "probe", command("large", map[string]any{"bytes": MaxPayload - 2}))
	if err != nil || r.FunctionError != "" || len(r.Payload) != MaxPayload {
		t.Errorf("a response of exactly 6 MB: %d bytes, %s", len(r.Payload), r.FunctionError)
	}
	_, err = p.Invoke(t.Context(), "probe", make([]byte, MaxPayload+1))
	if !errors.Is(err, ErrTooLarge) {
		t.Errorf("an event over 6 MB: %v", err)
	}
	_, err = p.InvokeAsync(t.Context(), "probe", make([]byte, MaxAsyncPayload+1))
	if !errors.Is(err, ErrTooLarge) {
		t.Errorf("an asynchronous event over 1 MB: %v", err)
	}
}

func TestInvoke_OverMemorySize_IsKilled(t *testing.T) {
	p := newPoolFixture(t, func(_ *Config, f *Function) { f.MemoryMB = 64 })
	r, _ := p.invoke(t, command("allocate", map[string]any{"bytes": 96 << 20}))
	if !strings.Contains(string(r.Payload), "signal: killed") || !strings.Contains(string(r.Payload), "MemorySize is 64 MB") {
		t.Errorf("the response is %s", r.Payload)
	}
}

func TestNextTrace_LongChain_Fails(t *testing.T) {
	p := newPoolFixture(t, nil)
	f := p.functions[0]
	trace := ""
	for i := range maxChain {
		next, err := f.nextTrace(trace)
		if err != nil {
			t.Fatalf("invocation %d: %v", i+1, err)
		}
		trace = next
	}
	_, err := f.nextTrace(trace)
	if !errors.Is(err, errLoop) {
		t.Errorf("invocation %d of a chain: %v", maxChain+1, err)
	}
	f.AllowLoops = true
	_, err = f.nextTrace(trace)
	if err != nil {
		t.Errorf("with RecursiveLoop Allow: %v", err)
	}
}

func TestReplace_NextEvent_UsesANewProcess(t *testing.T) {
	p := newPoolFixture(t, nil)
	_, before := p.invoke(t, command("context", nil))
	err := p.Replace("probe")
	if err != nil {
		t.Fatal(err)
	}
	_, after := p.invoke(t, command("context", nil))
	if before["pid"] == after["pid"] {
		t.Error("the old process ran the event")
	}
}

func waitUntil(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("timed out waiting until %s", what)
		}
		<-tick.C
	}
}
