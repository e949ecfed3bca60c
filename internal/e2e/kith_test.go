package e2e

import (
	"io"
	"strings"
	"testing"
)

func TestStart_CloudEnds_ErrorHasItsLastLog(t *testing.T) {
	t.Parallel()
	kith, err := Start(t.Context(), Options{State: t.TempDir(), Log: io.Discard, Without: []string{"no-such-function"}})
	if err == nil {
		t.Fatal("started", kith.Stop())
	}
	if !strings.Contains(err.Error(), "the template has no such function") {
		t.Errorf("the error does not say why: %v", err)
	}
}
