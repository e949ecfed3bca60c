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

// instance is one process of a function. It works on one event at a time.
type instance struct {
	f          *function
	id         string
	generation int
	cmd        *exec.Cmd
	pipe       *pipe
	started    time.Time
	idleSince  time.Time        // guarded by the function
	events     chan *invocation // holds one; closed when the process should end
	ended      chan struct{}    // closed when the process has ended and everything is settled
	ready      chan<- error     // told once whether the process got ready; may be nil

	mu       sync.Mutex
	current  *invocation
	isReady  bool
	settled  bool
	initTook time.Duration // told with the first event
	reason   string
	retired  bool
	initFail []byte // what the process said of its failed start
	initLog  tail
	timer    *time.Timer
}

// launch starts a process. The function's lock is held. A start that fails is settled like a process that ended.
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
		in.settle(err.Error())
		return
	}
	err = in.cmd.Wait()
	in.pipe.close()
	how := "exit status 0"
	if err != nil {
		how = err.Error()
	}
	in.settle(how)
}

func (in *instance) start() error {
	f := in.f
	p, err := newPipe(in.line)
	if err != nil {
		return err
	}
	cmd := exec.Command(f.Binary) //nolint:noctx // its life is not a request's
	cmd.Dir = filepath.Dir(f.Binary)
	cmd.Env = in.environment()
	cmd.Stdout = p.write
	cmd.Stderr = p.write
	in.mu.Lock()
	defer in.mu.Unlock()
	in.pipe = p
	if in.retired {
		p.started()
		p.close()
		return ErrStopped
	}
	err = process.Start(cmd)
	p.started()
	if err != nil {
		p.close()
		return err
	}
	in.cmd = cmd
	in.timer = time.AfterFunc(initTimeout, func() {
		in.kill(fmt.Sprintf("did not ask for its first event within %s", initTimeout))
	})
	return nil
}

// environment is what Lambda gives, and nothing of this machine's.
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
		"AWS_EC2_METADATA_DISABLED":       "true", // a machine in a cloud must not lend its own rights
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

// line takes one line that the process printed.
func (in *instance) line(text string) {
	in.mu.Lock()
	inv := in.current
	ready := in.isReady
	in.mu.Unlock()
	switch {
	case inv != nil:
		inv.log.add(text)
		in.f.pool.cfg.Log.Line(in.f.Label, inv.id, text)
	case ready:
		in.f.pool.cfg.Log.Line(in.f.Label, "between events", text)
	default:
		in.initLog.add(text)
		in.f.pool.cfg.Log.Line(in.f.Label, "init", text)
	}
}

// asked is called when the process asks for an event. It returns the next one, or nil when the process should end.
func (in *instance) asked(gone <-chan struct{}) *invocation {
	in.becomeReady()
	inv, ok := in.f.take(in)
	if !ok {
		in.retire()
		return nil
	}
	if inv == nil {
		select {
		case inv = <-in.events:
		case <-gone:
			return nil
		case <-in.ended:
			return nil
		}
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.settled {
		in.f.giveBack(inv)
		return nil
	}
	inv.began = time.Now()
	inv.deadline = inv.began.Add(in.f.Timeout)
	inv.init, in.initTook = in.initTook, 0
	in.current = inv
	in.timer = time.AfterFunc(in.f.Timeout, func() { in.timeout(inv) })
	return inv
}

func (in *instance) becomeReady() {
	in.drain()
	in.mu.Lock()
	was := in.isReady
	in.isReady = true
	if !was {
		in.initTook = time.Since(in.started)
	}
	if !was && in.timer != nil {
		in.timer.Stop()
	}
	in.mu.Unlock()
	if was {
		return
	}
	in.f.mu.Lock()
	in.f.starting--
	in.f.mu.Unlock()
	in.tell(nil)
}

// drain logs all that the process has printed so far.
func (in *instance) drain() {
	in.mu.Lock()
	p := in.pipe
	in.mu.Unlock()
	if p != nil {
		p.drain()
	}
}

func (in *instance) tell(err error) {
	if in.ready != nil {
		in.ready <- err
		in.ready = nil
	}
}

// answered ends the event that the process works on, when its id is the given one.
func (in *instance) answered(id string, r Result) bool {
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
	in.f.finished()
	return true
}

func (in *instance) report(inv *invocation, r Result) {
	took := time.Since(inv.began)
	used := peakMB(in.pid())
	line := fmt.Sprintf("REPORT RequestId: %s Duration: %.2f ms Memory Size: %d MB Max Memory Used: %d MB",
		inv.id, float64(took.Microseconds())/1000, in.f.MemoryMB, used)
	if inv.init > 0 {
		line += fmt.Sprintf(" Init Duration: %.2f ms", float64(inv.init.Microseconds())/1000)
	}
	inv.log.add(line)
	in.f.pool.cfg.Log.Note(in.f.Label, inv.id, line)
	if r.FunctionError != "" {
		in.f.pool.cfg.Log.AlertWith(in.f.Label, inv.id, "failed: "+string(bytes.TrimSpace(r.Payload)), inv.log.bytes())
	}
	if in.f.pool.cfg.Ended != nil {
		in.f.pool.cfg.Ended(Report{
			Function: in.f.Label, RequestID: inv.id, Duration: took, Init: inv.init, MemoryMB: used,
			Failed: r.FunctionError != "",
		})
	}
}

func (in *instance) timeout(inv *invocation) {
	message := fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", inv.id, in.f.Timeout.Seconds())
	if in.answered(inv.id, Result{Payload: failure("Sandbox.Timedout", message), FunctionError: "Unhandled"}) {
		in.kill("timed out")
	}
}

// kill ends the process at once; the event under way fails as by a crash.
func (in *instance) kill(reason string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.reason == "" {
		in.reason = reason
	}
	if in.cmd != nil {
		// A group that can't be signalled has ended; settle does the rest.
		_ = process.Kill(in.cmd)
	}
}

// retire ends the process without a word.
func (in *instance) retire() {
	in.mu.Lock()
	in.retired = true
	in.mu.Unlock()
	in.kill("no longer needed")
}

// settle is called once, when the process has ended or could not be started.
func (in *instance) settle(how string) {
	in.mu.Lock()
	inv := in.current
	wasReady, reason, retired, doc := in.isReady, in.reason, in.retired, in.initFail
	in.settled = true
	if in.timer != nil {
		in.timer.Stop()
	}
	in.mu.Unlock()
	if reason != "" {
		how += " (" + reason + ")"
	}
	f := in.f
	f.pool.mu.Lock()
	delete(f.pool.instances, in.id)
	f.pool.mu.Unlock()

	message := "RequestId: " + noRequest + " Error: Runtime exited with error: " + how
	if doc == nil {
		doc = failure("Runtime.ExitError", message)
	}
	if !wasReady && !retired {
		f.pool.cfg.Log.AlertWith(f.Label, "init", "could not start: "+how+initReason(in.initFail), in.initLog.bytes())
	}
	if inv != nil {
		if !f.pool.isClosed() {
			f.pool.cfg.Log.Alert(f.Label, inv.id, "crashed: "+how)
		}
		in.answered(inv.id, Result{Payload: forRequest(doc, inv.id), FunctionError: "Unhandled"})
	} else if wasReady && !retired && reason == "" {
		f.pool.cfg.Log.AlertWith(f.Label, "between events", "crashed: "+how, in.initLog.bytes())
	}
	f.gone(in, wasReady, doc)
	if !wasReady {
		in.tell(fmt.Errorf("%s: %s", f.Label, how))
	}
	close(in.ended)
}

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
