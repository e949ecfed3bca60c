// Package logs collects the output of the functions and services of the local cloud. Each line carries its source and
// request; it is printed on the terminal, and the newest lines of each source are stored for the control API.
package logs

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"io"
	"strings"
	"sync"
	"time"
)

const (
	maxStored = 2000 // lines per source
	maxLine   = 256 << 10
)

// Entry is one printed line.
type Entry struct {
	At      time.Time `json:"at"`
	Source  string    `json:"source"`
	Request string    `json:"request,omitempty"`
	Text    string    `json:"text"`
}

// Log prints lines and stores the newest of each source.
type Log struct {
	mu     sync.Mutex
	out    io.Writer
	quiet  bool
	colour bool
	stored map[string][]Entry // by source
	// observe, if set, is called with each stored entry.
	observe func(Entry)

	servicesStarted bool
	held            []Entry // lines of services that are starting
}

// New returns a log that prints to out. If quiet is set it prints only alerts. colour is for a terminal.
func New(out io.Writer, quiet, colour bool) *Log {
	return &Log{out: out, quiet: quiet, colour: colour, stored: map[string][]Entry{}}
}

// Observe calls f with each further entry, in order. f must not use the log.
func (l *Log) Observe(f func(Entry)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.observe = f
}

// Print prints and stores one line of a source. request is the id of the request that it belongs to, or a phase such as
// init.
func (l *Log) Print(source, request, text string) {
	l.put(Entry{At: time.Now().UTC(), Source: source, Request: request, Text: text}, !l.quiet, false)
}

// Store stores a line without printing it.
func (l *Log) Store(source, request, text string) {
	l.put(Entry{At: time.Now().UTC(), Source: source, Request: request, Text: text}, false, false)
}

// Alert prints and stores a line that is printed even if the log is quiet: a crash, a timeout, a failure.
func (l *Log) Alert(source, request, text string) {
	l.put(Entry{At: time.Now().UTC(), Source: source, Request: request, Text: text}, true, true)
}

// AlertWithLines prints text as an alert, and then lines if the log is quiet and has not printed them before.
func (l *Log) AlertWithLines(source, request, text string, lines []byte) {
	l.Alert(source, request, text)
	if !l.quiet {
		return
	}
	for line := range bytes.Lines(lines) {
		l.put(Entry{Source: source, Request: request, Text: "  | " + string(bytes.TrimRight(line, "\r\n"))}, true, false)
	}
}

// Recent returns the newest lines of a source, oldest first; of all sources, one after the other, when it is empty.
func (l *Log) Recent(source string) []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	entries := []Entry{}
	for name, lines := range l.stored {
		if source == "" || name == source {
			entries = append(entries, lines...)
		}
	}
	return entries
}

// put stores an entry that has a time, and prints it if asked to.
func (l *Log) put(e Entry, show, alert bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !e.At.IsZero() {
		lines := append(l.stored[e.Source], e)
		if len(lines) > 2*maxStored {
			lines = append([]Entry(nil), lines[len(lines)-maxStored:]...)
		}
		l.stored[e.Source] = lines
		if l.observe != nil {
			l.observe(e)
		}
	}
	if !show {
		return
	}
	// There is no other place to report a line that can't be printed.
	_, _ = io.WriteString(l.out, l.format(e, alert))
}

func (l *Log) format(e Entry, alert bool) string {
	head := e.Source
	if e.Request != "" {
		head += " " + e.Request
	}
	if !l.colour {
		return fmt.Sprintf("%s | %s\n", head, e.Text)
	}
	colour := colours[hash(e.Source)%uint32(len(colours))]
	if alert {
		return fmt.Sprintf("\x1b[%dm%s\x1b[0m | \x1b[1;31m%s\x1b[0m\n", colour, head, e.Text)
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m | %s\n", colour, head, e.Text)
}

var colours = []int{32, 33, 34, 35, 36, 92, 93, 94, 95, 96}

func hash(s string) uint32 {
	h := fnv.New32a()
	_, _ = io.WriteString(h, s)
	return h.Sum32()
}

// ServiceWriter returns a writer for services that begin each line with their name and a colon: the name becomes the
// line's source.
func (l *Log) ServiceWriter() io.Writer {
	return &writer{lines: Splitter{Line: func(text string) {
		name, rest, found := strings.Cut(text, ": ")
		if !found || strings.ContainsAny(name, " \t") {
			name, rest = "local", text
		}
		if strings.TrimSpace(rest) == "" {
			return
		}
		l.service(name, rest)
	}}}
}

// service prints and stores a line of a service. While the services start, it holds the line back and stores it.
func (l *Log) service(source, text string) {
	l.mu.Lock()
	started := l.servicesStarted
	if !started {
		l.held = append(l.held, Entry{Source: source, Text: text})
	}
	l.mu.Unlock()
	if started {
		l.Print(source, "", text)
	} else {
		l.Store(source, "", text)
	}
}

// ServicesStarted lets lines of services be printed. It prints the lines so far only if the start failed.
func (l *Log) ServicesStarted(failed bool) {
	l.mu.Lock()
	held := l.held
	l.servicesStarted, l.held = true, nil
	l.mu.Unlock()
	if !failed {
		return
	}
	for _, e := range held {
		l.put(e, true, false)
	}
}

type writer struct {
	mu    sync.Mutex
	lines Splitter
}

func (w *writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lines.Add(p)
	return len(p), nil
}

// Splitter splits a stream of bytes into lines and calls Line with each. A line longer than 256 KB is split.
type Splitter struct {
	Line    func(string)
	partial []byte
}

// Add adds the next bytes of the stream and calls Line for each line that they complete.
func (s *Splitter) Add(p []byte) {
	for {
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			break
		}
		s.Line(string(bytes.TrimSuffix(append(s.partial, p[:i]...), []byte{'\r'})))
		s.partial = s.partial[:0]
		p = p[i+1:]
	}
	s.partial = append(s.partial, p...)
	if len(s.partial) > maxLine {
		s.Flush()
	}
}

// Flush calls Line for the bytes after the last line end, if there are any.
func (s *Splitter) Flush() {
	if len(s.partial) == 0 {
		return
	}
	s.Line(string(s.partial))
	s.partial = s.partial[:0]
}
