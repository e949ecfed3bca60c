package file

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
)

// TestMain sends each log record to the captured log of its context, so that passing tests print nothing.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(capturing{}))
	os.Exit(m.Run())
}

// captured holds the warnings and errors that were logged under its context.
type captured struct {
	mu    sync.Mutex
	lines []string
}

type capturedKey struct{}

func (c *captured) context(ctx context.Context) context.Context {
	return context.WithValue(ctx, capturedKey{}, c)
}

// check fails the test when a line has none of the wanted texts, and forgets the lines.
func (c *captured) check(t interface{ Fatalf(string, ...any) }, wanted ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, line := range c.lines {
		found := false
		for _, text := range wanted {
			found = found || strings.Contains(line, text)
		}
		if !found {
			t.Fatalf("unexpected log line: %s", line)
		}
	}
	c.lines = nil
}

// capturing is a slog.Handler.
type capturing struct{}

func (capturing) Enabled(context.Context, slog.Level) bool { return true }

func (capturing) Handle(ctx context.Context, r slog.Record) error {
	c, ok := ctx.Value(capturedKey{}).(*captured)
	if !ok {
		return slog.NewTextHandler(os.Stderr, nil).Handle(ctx, r)
	}
	var line strings.Builder
	if err := slog.NewTextHandler(&line, nil).Handle(ctx, r); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, line.String())
	return nil
}

func (h capturing) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h capturing) WithGroup(string) slog.Handler      { return h }
