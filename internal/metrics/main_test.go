package metrics_test

import (
	"log/slog"
	"os"
	"testing"
)

// TestMain keeps the thousands of faults that tests inject out of their output.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}
