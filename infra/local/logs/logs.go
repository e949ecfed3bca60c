// Package logs gathers what the functions and services of the local cloud print: each line carries who printed it and
// during which request, on the screen and in a ring of recent lines that can be asked for.
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
	recent  = 2000 // lines kept per source
	maxLine = 256 << 10
)

// Entry is one printed line.
type Entry struct {
	At      time.Time `json:"at"`
	Source  string    `json:"source"`
	Request string    `json:"request,omitempty"`
	Text    string    `json:"text"`
}

// Log writes lines to one place and remembers the newest of each source.
type Log struct {
	mu     sync.Mutex
	out    io.Writer
	quiet  bool
	colour bool
	rings  map[string][]Entry
}

// New returns a log that prints to out. When quiet it prints nothing but alerts; colour is for a terminal.
func New(out io.Writer, quiet, colour bool) *Log {
	return &Log{out: out, quiet: quiet, colour: colour, rings: map[string][]Entry{}}
}

// Line prints one line of a source. Request is the id of the request it belongs to, or what the source was doing.
func (l *Log) Line(source, request, text string) {
	l.put(Entry{At: time.Now().UTC(), Source: source, Request: request, Text: text}, !l.quiet, false)
}

// Note remembers a line without printing it.
func (l *Log) Note(source, request, text string) {
	l.put(Entry{At: time.Now().UTC(), Source: source, Request: request, Text: text}, false, false)
}

// Alert prints a line whatever the settings: a crash, a timeout, a refusal.
func (l *Log) Alert(source, request, text string) {
	l.put(Entry{At: time.Now().UTC(), Source: source, Request: request, Text: text}, true, true)
}

// AlertWith prints text as an alert and, when the log is quiet and so never showed them, the lines it is about.
func (l *Log) AlertWith(source, request, text string, lines []byte) {
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
	for name, ring := range l.rings {
		if source == "" || name == source {
			entries = append(entries, ring...)
		}
	}
	return entries
}

func (l *Log) put(e Entry, show, alert bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !e.At.IsZero() {
		ring := append(l.rings[e.Source], e)
		if len(ring) > 2*recent {
			ring = append([]Entry(nil), ring[len(ring)-recent:]...)
		}
		l.rings[e.Source] = ring
	}
	if !show {
		return
	}
	// A line that can't be printed has nowhere else to go.
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

// Writer returns a writer whose lines are printed as the source's.
func (l *Log) Writer(source string) io.Writer {
	return &writer{lines: Splitter{Line: func(text string) { l.Line(source, "", text) }}}
}

// Named returns a writer for services that begin each line with their own name and a colon.
func (l *Log) Named() io.Writer {
	return &writer{lines: Splitter{Line: func(text string) {
		name, rest, found := strings.Cut(text, ": ")
		if !found || strings.ContainsAny(name, " \t") {
			name, rest = "local", text
		}
		if strings.TrimSpace(rest) == "" {
			return
		}
		l.Line(name, "", rest)
	}}}
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

// Splitter cuts a stream of bytes into lines. A line longer than 256 KB is cut.
type Splitter struct {
	Line    func(string)
	partial []byte
}

// Add takes the next bytes of the stream and hands on each line that they complete.
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

// Flush hands on what was printed without a line end.
func (s *Splitter) Flush() {
	if len(s.partial) == 0 {
		return
	}
	s.Line(string(s.partial))
	s.partial = s.partial[:0]
}
