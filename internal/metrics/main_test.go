package metrics_test

import (
	"log/slog"
	"os"
	"testing"
)

// TestMain discards logs: tests inject thousands of faults.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}
