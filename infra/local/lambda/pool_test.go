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
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

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

// buffer is a log's target that tests can read at any time.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

type testPool struct {
	*Pool
	log *buffer
}

func start(t *testing.T, change func(*Config, *Function)) testPool {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	out := &buffer{}
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
	return testPool{p, out}
}

func order(do string, more map[string]any) []byte {
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

func (p testPool) does(t *testing.T, payload []byte) (Result, map[string]any) {
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

func TestAFunctionAnswersWithItsLogAndItsContext(t *testing.T) {
	p := start(t, nil)
	r, answer := p.does(t, order("echo", map[string]any{"text": "hello"}))
	if r.FunctionError != "" || answer["text"] != "hello" {
		t.Fatalf("answered %s", r.Payload)
	}
	if !strings.Contains(string(r.Log), "probe: to do: echo hello\nREPORT RequestId: "+r.RequestID) {
		t.Errorf("its log lacks the line or the report:\n%s", r.Log)
	}
	if want := "probe " + r.RequestID + " | probe: to do: echo hello\n"; !strings.Contains(p.log.String(), want) {
		t.Errorf("the screen lacks %q:\n%s", want, p.log)
	}
	r, answer = p.does(t, order("context", nil))
	if answer["request"] != r.RequestID || answer["arn"] != "arn:aws:lambda:eu-central-1:000000000000:function:stack-probe" {
		t.Errorf("the context says %v", answer)
	}
	if left, _ := answer["left"].(float64); left < 15000 || left > 20000 {
		t.Errorf("of 20 s there are %v ms left", answer["left"])
	}
	_, answer = p.does(t, order("env", map[string]any{"text": "COLOUR"}))
	if answer["value"] != "green" {
		t.Errorf("the template's variable is %v", answer["value"])
	}
	t.Setenv("SECRET_OF_THIS_MACHINE", "x")
	_, answer = p.does(t, order("env", map[string]any{"text": "SECRET_OF_THIS_MACHINE"}))
	if answer["value"] != "" {
		t.Errorf("this machine's environment leaks into functions")
	}
}

func TestOneEventAProcessAndMoreProcessesUnderLoad(t *testing.T) {
	p := start(t, nil)
	file := filepath.Join(t.TempDir(), "go")
	var wg sync.WaitGroup
	pids := make([]any, 4)
	for i := range pids {
		wg.Go(func() {
			_, answer := p.does(t, order("wait for file", map[string]any{"file": file}))
			pids[i] = answer["pid"]
		})
	}
	waitUntil(t, "four processes work", func() bool {
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
		t.Fatalf("four events at once were worked on by processes %v", pids)
	}
	_, answer := p.does(t, order("context", nil))
	if !seen[answer["pid"]] {
		t.Errorf("an idle process was not used again")
	}
}

func TestEventsWaitWhenAllProcessesAreTaken(t *testing.T) {
	p := start(t, func(c *Config, _ *Function) { c.Processes = 2 })
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			_, answer := p.does(t, order("echo", map[string]any{"text": "x"}))
			if answer["text"] != "x" {
				t.Errorf("answered %v", answer)
			}
		})
	}
	wg.Wait()
}

func TestReservedConcurrencyThrottles(t *testing.T) {
	p := start(t, func(_ *Config, f *Function) { f.Reserved = 1 })
	file := filepath.Join(t.TempDir(), "go")
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = p.Invoke(t.Context(), "Probe", order("wait for file", map[string]any{"file": file}))
	}()
	waitUntil(t, "the event is taken", func() bool { return p.Busy() == 1 })
	_, err := p.Invoke(t.Context(), "Probe", order("echo", nil))
	if !errors.Is(err, ErrThrottled) {
		t.Errorf("a second event under a reserved concurrency of one: %v", err)
	}
	err = os.WriteFile(file, nil, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	<-done
}

func TestATimeoutKillsTheProcessAndSaysSo(t *testing.T) {
	p := start(t, func(_ *Config, f *Function) { f.Timeout = 300 * time.Millisecond })
	_, before := p.does(t, order("context", nil))
	r, answer := p.does(t, order("hang", nil))
	want := "RequestId: " + r.RequestID + " Error: Task timed out after 0.30 seconds"
	if r.FunctionError != "Unhandled" || answer["errorType"] != "Sandbox.Timedout" || answer["errorMessage"] != want {
		t.Errorf("a timeout answers %s %s", r.FunctionError, r.Payload)
	}
	_, after := p.does(t, order("context", nil))
	if after["pid"] == before["pid"] {
		t.Errorf("the process lives on after its timeout")
	}
	if !strings.Contains(p.log.String(), "Task timed out") {
		t.Errorf("the timeout is not shown:\n%s", p.log)
	}
}

func TestACrashIsTheCallersErrorAndIsShownWithItsLog(t *testing.T) {
	p := start(t, func(c *Config, _ *Function) {})
	r, answer := p.does(t, order("exit", nil))
	want := "RequestId: " + r.RequestID + " Error: Runtime exited with error: exit status 7"
	if r.FunctionError != "Unhandled" || answer["errorType"] != "Runtime.ExitError" || answer["errorMessage"] != want {
		t.Errorf("a crash answers %s %s", r.FunctionError, r.Payload)
	}
	if !strings.Contains(string(r.Log), "probe: about to die") || !strings.Contains(p.log.String(), "crashed: exit status 7") {
		t.Errorf("the crash is not shown with its log:\n%s", p.log)
	}
	r, answer = p.does(t, order("fail", map[string]any{"text": "no luck"}))
	if r.FunctionError != "Unhandled" || answer["errorMessage"] != "no luck" || answer["errorType"] != "errorString" {
		t.Errorf("a failure answers %s %s", r.FunctionError, r.Payload)
	}
}

func TestAKilledFunctionFailsItsEvent(t *testing.T) {
	p := start(t, nil)
	done := make(chan Result, 1)
	go func() {
		r, _ := p.Invoke(t.Context(), "probe", order("hang", nil))
		done <- r
	}()
	waitUntil(t, "it hangs", func() bool { return strings.Contains(p.log.String(), "to do: hang") })
	n, err := p.KillRunning("probe")
	if err != nil || n != 1 {
		t.Fatalf("killed %d: %v", n, err)
	}
	r := <-done
	if !strings.Contains(string(r.Payload), "signal: killed") {
		t.Errorf("answered %s", r.Payload)
	}
}

func TestAFunctionThatCannotStartIsShownAtOnce(t *testing.T) {
	p := start(t, func(_ *Config, f *Function) { f.Env = map[string]string{"PROBE_START": "exit"} })
	failed := p.Warm(t.Context())
	if len(failed) != 1 || failed[0] != "probe" {
		t.Fatalf("failed to start: %v", failed)
	}
	for _, want := range []string{"probe init | probe: the start goes wrong", "could not start: exit status 3"} {
		if !strings.Contains(p.log.String(), want) {
			t.Errorf("the screen lacks %q:\n%s", want, p.log)
		}
	}
	r, answer := p.does(t, order("echo", nil))
	want := "RequestId: " + r.RequestID + " Error: Runtime exited with error: exit status 3"
	if answer["errorMessage"] != want {
		t.Errorf("an event for it answers %s", r.Payload)
	}
}

func TestPayloadLimits(t *testing.T) {
	p := start(t, nil)
	r, answer := p.does(t, order("large", map[string]any{"bytes": MaxPayload}))
	if r.FunctionError != "Unhandled" || answer["errorType"] != "Function.ResponseSizeTooLarge" {
		t.Errorf("an answer over 6 MB: %.200s", r.Payload)
	}
	r, err := p.Invoke(t.Context(), "probe", order("large", map[string]any{"bytes": MaxPayload - 2}))
	if err != nil || r.FunctionError != "" || len(r.Payload) != MaxPayload {
		t.Errorf("an answer of just 6 MB: %d bytes, %s", len(r.Payload), r.FunctionError)
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

func TestAFunctionOverItsMemoryIsKilled(t *testing.T) {
	p := start(t, func(_ *Config, f *Function) { f.MemoryMB = 64 })
	r, _ := p.does(t, order("hoard", map[string]any{"bytes": 96 << 20}))
	if !strings.Contains(string(r.Payload), "signal: killed") || !strings.Contains(string(r.Payload), "of the 64 MB") {
		t.Errorf("answered %s", r.Payload)
	}
}

type deliveries chan []byte

func (d deliveries) Deliver(_ context.Context, _ string, record []byte) error {
	d <- record
	return nil
}

func TestAnAsynchronousEventIsTriedThreeTimesAndThenHandedOn(t *testing.T) {
	to := make(deliveries, 1)
	folder := t.TempDir()
	p := start(t, func(c *Config, f *Function) { f.OnFailure, c.Folder = to, folder })
	file := filepath.Join(t.TempDir(), "tries")
	id, err := p.InvokeAsync(t.Context(), "probe", order("append", map[string]any{"text": "try", "file": file}))
	if err != nil {
		t.Fatal(err)
	}
	var record struct {
		RequestContext struct {
			RequestID, Condition   string
			ApproximateInvokeCount int
		}
		RequestPayload  struct{ Text string }
		ResponsePayload struct{ ErrorMessage string }
	}
	err = json.Unmarshal(<-to, &record)
	if err != nil {
		t.Fatal(err)
	}
	c := record.RequestContext
	if c.RequestID != id || c.Condition != "RetriesExhausted" || c.ApproximateInvokeCount != 3 ||
		record.RequestPayload.Text != "try" || record.ResponsePayload.ErrorMessage == "" {
		t.Errorf("handed on %+v", record)
	}
	tries, err := os.ReadFile(file)
	if err != nil || string(tries) != "try\ntry\ntry\n" {
		t.Errorf("tried %q %v", tries, err)
	}
	waitUntil(t, "nothing waits", func() bool {
		files, _ := filepath.Glob(filepath.Join(folder, "async", "*"))
		return len(files) == 0
	})
}

func TestAnAsynchronousEventSurvivesARestart(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(t.TempDir(), "tries")
	first := start(t, func(c *Config, _ *Function) { c.Folder, c.RetryDelay = folder, time.Hour })
	_, err := first.InvokeAsync(t.Context(), "probe", order("append", map[string]any{"text": "try", "file": file}))
	if err != nil {
		t.Fatal(err)
	}
	waitUntil(t, "the first try failed", func() bool { return strings.Contains(first.log.String(), "and fails after it") })
	first.Close(t.Context())
	to := make(deliveries, 1)
	second := start(t, func(c *Config, f *Function) { c.Folder, f.OnFailure = folder, to })
	n, err := second.Resume()
	if err != nil || n != 1 {
		t.Fatalf("took up %d: %v", n, err)
	}
	<-to
	tries, err := os.ReadFile(file)
	if err != nil || strings.Count(string(tries), "try") != 3 {
		t.Errorf("tried %q %v", tries, err)
	}
}

func TestTheSDKInvokes(t *testing.T) {
	p := start(t, nil)
	client := sdk.New(sdk.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String("http://" + p.cfg.Address), RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	})
	out, err := client.Invoke(t.Context(), &sdk.InvokeInput{
		FunctionName: aws.String("stack-probe"), Payload: order("echo", map[string]any{"text": "hi"}), LogType: types.LogTypeTail,
	})
	if err != nil || string(out.Payload) != `{"text":"hi"}` || aws.ToString(out.LogResult) == "" {
		t.Fatalf("Invoke: %+v %v", out, err)
	}
	out, err = client.Invoke(t.Context(), &sdk.InvokeInput{
		FunctionName: aws.String("arn:aws:lambda:eu-central-1:000000000000:function:stack-probe"), Payload: order("exit", nil),
	})
	if err != nil || aws.ToString(out.FunctionError) != "Unhandled" {
		t.Fatalf("Invoke of a crash: %+v %v", out, err)
	}
	file := filepath.Join(t.TempDir(), "tries")
	out, err = client.Invoke(t.Context(), &sdk.InvokeInput{
		FunctionName: aws.String("stack-probe"), InvocationType: types.InvocationTypeEvent,
		Payload: order("append", map[string]any{"text": "x", "file": file}),
	})
	if err != nil || out.StatusCode != http.StatusAccepted {
		t.Fatalf("asynchronous Invoke: %+v %v", out, err)
	}
	waitUntil(t, "it was tried", func() bool { _, err := os.Stat(file); return err == nil })
	_, err = client.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("nobody")})
	var missing *types.ResourceNotFoundException
	if !errors.As(err, &missing) {
		t.Errorf("Invoke of no function: %v", err)
	}
}

func TestAFunctionThatKeepsCallingItselfIsStopped(t *testing.T) {
	p := start(t, nil)
	f := p.functions[0]
	trace := ""
	for i := range maxLoops {
		next, err := f.nextTrace(trace)
		if err != nil {
			t.Fatalf("call %d: %v", i+1, err)
		}
		trace = next
	}
	_, err := f.nextTrace(trace)
	if !errors.Is(err, errLoop) {
		t.Errorf("call %d of a chain: %v", maxLoops+1, err)
	}
	f.LoopsOn = true
	_, err = f.nextTrace(trace)
	if err != nil {
		t.Errorf("with RecursiveLoop Allow: %v", err)
	}
}

func TestRenewedFunctionsTakeANewProcess(t *testing.T) {
	p := start(t, nil)
	_, before := p.does(t, order("context", nil))
	err := p.Renew("probe")
	if err != nil {
		t.Fatal(err)
	}
	_, after := p.does(t, order("context", nil))
	if before["pid"] == after["pid"] {
		t.Error("the old process took the event")
	}
}

func waitUntil(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
		<-tick.C
	}
}
