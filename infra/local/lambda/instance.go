package lambda

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/kithhq/kith/infra/local/process"
)

// instance is a process of a function. It runs one event at a time.
type instance struct {
	f          *function
	id         string
	generation int
	cmd        *exec.Cmd
	pipe       *pipe
	started    time.Time
	idleSince  time.Time        // guarded by the function
	events     chan *invocation // has a capacity of one
	ended      chan struct{}    // closed when the process has ended and handleExit is done
	ready      chan<- error     // receives once whether the process is ready; may be nil

	mu           sync.Mutex
	current      *invocation
	isReady      bool
	exited       bool
	initDuration time.Duration // reported with the first event
	killReason   string
	retired      bool
	initError    []byte // the error document that the process sent when its start failed
	initLog      logTail
	timer        *time.Timer
}

// launch starts a process. The function's lock is held. A failed start is handled like a process that has ended.
func (f *function) launch(ready chan<- error) {
	in := &instance{
		f: f, id: randomHex(8), generation: f.generation, started: time.Now(),
		events: make(chan *invocation, 1), ended: make(chan struct{}), ready: ready,
	}
	f.live++
	f.starting++
	f.pool.mu.Lock()
	f.pool.instances[in.id] = in
	f.pool.mu.Unlock()
	go in.run()
}

func (in *instance) run() {
	err := in.start()
	if err != nil {
		in.handleExit(err.Error())
		return
	}
	err = in.cmd.Wait()
	in.pipe.close()
	status := "exit status 0"
	if err != nil {
		status = err.Error()
	}
	in.handleExit(status)
}

func (in *instance) start() error {
	f := in.f
	p, err := newPipe(in.printLine)
	if err != nil {
		return err
	}
	cmd := exec.Command(f.Binary) //nolint:noctx // it outlives requests
	cmd.Dir = filepath.Dir(f.Binary)
	cmd.Env = in.environment()
	cmd.Stdout = p.write
	cmd.Stderr = p.write
	in.mu.Lock()
	defer in.mu.Unlock()
	in.pipe = p
	if in.retired {
		p.closeWriter()
		p.close()
		return ErrStopped
	}
	err = process.Start(cmd)
	p.closeWriter()
	if err != nil {
		p.close()
		return err
	}
	in.cmd = cmd
	in.timer = time.AfterFunc(initTimeout, func() {
		in.kill(fmt.Sprintf("not ready within %s", initTimeout))
	})
	return nil
}

// environment returns the variables that Lambda sets and those of the function, and none of this machine's.
func (in *instance) environment() []string {
	f := in.f
	env := map[string]string{
		"AWS_LAMBDA_RUNTIME_API":          f.pool.cfg.Address + runtimePath + in.id,
		"AWS_LAMBDA_FUNCTION_NAME":        f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": fmt.Sprint(f.MemoryMB),
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME":       f.LogGroup,
		"AWS_LAMBDA_LOG_STREAM_NAME":      in.started.UTC().Format("2006/01/02") + "/[$LATEST]" + in.id,
		"AWS_REGION":                      f.pool.cfg.Region,
		"AWS_DEFAULT_REGION":              f.pool.cfg.Region,
		"LAMBDA_TASK_ROOT":                filepath.Dir(f.Binary),
		"LAMBDA_RUNTIME_DIR":              filepath.Dir(f.Binary),
		"_HANDLER":                        f.Handler,
		"TZ":                              ":UTC",
		"LANG":                            "en_US.UTF-8",
		"PATH":                            "/usr/local/bin:/usr/bin:/bin",
		"AWS_EC2_METADATA_DISABLED":       "true", // this machine's own AWS role must not be used
		"AWS_CONFIG_FILE":                 os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE":     os.DevNull,
	}
	if f.JSONLogs {
		env["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
	}
	if f.LogLevel != "" {
		env["AWS_LAMBDA_LOG_LEVEL"] = f.LogLevel
	}
	for name, value := range f.Env {
		env[name] = value
	}
	list := make([]string, 0, len(env))
	for name, value := range env {
		list = append(list, name+"="+value)
	}
	return list
}

// printLine logs a line that the process printed.
func (in *instance) printLine(text string) {
	in.mu.Lock()
	inv := in.current
	ready := in.isReady
	in.mu.Unlock()
	switch {
	case inv != nil:
		inv.log.add(text)
		in.f.pool.cfg.Log.Print(in.f.Label, inv.id, text)
	case ready:
		in.f.pool.cfg.Log.Print(in.f.Label, "between events", text)
	default:
		in.initLog.add(text)
		in.f.pool.cfg.Log.Print(in.f.Label, "init", text)
	}
}

// nextEvent handles the process's request for an event. It returns nil if the process should exit, or has exited.
func (in *instance) nextEvent(disconnected <-chan struct{}) *invocation {
	in.becomeReady()
	inv, ok := in.f.next(in)
	if !ok {
		in.retire()
		return nil
	}
	if inv == nil {
		select {
		case inv = <-in.events:
		case <-disconnected:
			return nil
		case <-in.ended:
			return nil
		}
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.exited {
		in.f.requeue(inv)
		return nil
	}
	inv.began = time.Now()
	inv.deadline = inv.began.Add(in.f.Timeout)
	inv.init, in.initDuration = in.initDuration, 0
	in.current = inv
	in.timer = time.AfterFunc(in.f.Timeout, func() { in.timeout(inv) })
	return inv
}

// becomeReady marks the process as ready when it requests its first event.
func (in *instance) becomeReady() {
	in.drain()
	in.mu.Lock()
	wasReady := in.isReady
	in.isReady = true
	if !wasReady {
		in.initDuration = time.Since(in.started)
	}
	if !wasReady && in.timer != nil {
		in.timer.Stop()
	}
	in.mu.Unlock()
	if wasReady {
		return
	}
	in.f.mu.Lock()
	in.f.starting--
	in.f.mu.Unlock()
	in.notifyReady(nil)
}

// drain logs everything that the process has printed so far.
func (in *instance) drain() {
	in.mu.Lock()
	p := in.pipe
	in.mu.Unlock()
	if p != nil {
		p.drain()
	}
}

// notifyReady reports to Warm, once, whether the process is ready.
func (in *instance) notifyReady(err error) {
	if in.ready != nil {
		in.ready <- err
		in.ready = nil
	}
}

// respond ends the current event with a result. It returns false if the current event has another id.
func (in *instance) respond(id string, r Result) bool {
	in.drain()
	in.mu.Lock()
	inv := in.current
	if inv == nil || inv.id != id {
		in.mu.Unlock()
		return false
	}
	in.current = nil
	in.timer.Stop()
	in.mu.Unlock()
	in.report(inv, r)
	in.f.reply(inv, r)
	in.f.eventDone()
	return true
}

// report logs and counts an invocation and its failure.
func (in *instance) report(inv *invocation, r Result) {
	duration := time.Since(inv.began)
	used := peakMB(in.pid())
	line := fmt.Sprintf("REPORT RequestId: %s Duration: %.2f ms Memory Size: %d MB Max Memory Used: %d MB",
		inv.id, float64(duration.Microseconds())/1000, in.f.MemoryMB, used)
	if inv.init > 0 {
		line += fmt.Sprintf(" Init Duration: %.2f ms", float64(inv.init.Microseconds())/1000)
	}
	inv.log.add(line)
	in.f.pool.cfg.Log.Store(in.f.Label, inv.id, line)
	in.f.pool.count("Invocations", in.f)
	if r.FunctionError != "" && !in.f.pool.isClosed() { // Close kills running events
		in.f.pool.count("Errors", in.f)
		in.f.pool.cfg.Log.AlertWithLines(in.f.Label, inv.id, "failed: "+string(bytes.TrimSpace(r.Payload)), inv.log.bytes())
	}
}

// timeout fails the event and kills the process.
func (in *instance) timeout(inv *invocation) {
	message := fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", inv.id, in.f.Timeout.Seconds())
	if in.respond(inv.id, Result{Payload: errorDocument("Sandbox.Timedout", message), FunctionError: "Unhandled"}) {
		in.kill("timed out")
	}
}

// kill kills the process. Its current event fails as in a crash.
func (in *instance) kill(reason string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.killReason == "" {
		in.killReason = reason
	}
	if in.cmd != nil {
		// An error means that the group has ended; handleExit follows.
		_ = process.Kill(in.cmd)
	}
}

// retire kills the process without reporting a crash.
func (in *instance) retire() {
	in.mu.Lock()
	in.retired = true
	in.mu.Unlock()
	in.kill("no longer needed")
}

// handleExit is called once, when the process has ended or could not be started. It fails the current event and reports a
// crash or a failed start.
func (in *instance) handleExit(status string) {
	in.mu.Lock()
	inv := in.current
	wasReady, reason, retired, doc := in.isReady, in.killReason, in.retired, in.initError
	in.exited = true
	if in.timer != nil {
		in.timer.Stop()
	}
	in.mu.Unlock()
	if reason != "" {
		status += " (" + reason + ")"
	}
	f := in.f
	f.pool.mu.Lock()
	delete(f.pool.instances, in.id)
	f.pool.mu.Unlock()

	message := "RequestId: " + noRequest + " Error: Runtime exited with error: " + status
	if doc == nil {
		doc = errorDocument("Runtime.ExitError", message)
	}
	if !wasReady && !retired {
		f.pool.cfg.Log.AlertWithLines(f.Label, "init", "could not start: "+status+initReason(in.initError), in.initLog.bytes())
	}
	if inv != nil {
		if !f.pool.isClosed() {
			f.pool.cfg.Log.Alert(f.Label, inv.id, "crashed: "+status)
		}
		in.respond(inv.id, Result{Payload: withRequestID(doc, inv.id), FunctionError: "Unhandled"})
	} else if wasReady && !retired && reason == "" {
		f.pool.cfg.Log.AlertWithLines(f.Label, "between events", "crashed: "+status, in.initLog.bytes())
	}
	f.processEnded(in, wasReady, doc)
	if !wasReady {
		in.notifyReady(fmt.Errorf("%s: %s", f.Label, status))
	}
	close(in.ended)
}

// initReason returns the error document as the end of a message.
func initReason(doc []byte) string {
	if doc == nil {
		return ""
	}
	return ": " + string(doc)
}

func (in *instance) pid() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.cmd == nil || in.cmd.Process == nil {
		return 0
	}
	return in.cmd.Process.Pid
}
