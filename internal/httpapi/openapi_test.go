package httpapi

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/openapi.json anew")

func TestDescriptionIsThatOfTheHandlers(t *testing.T) {
	const file = "../../docs/openapi.json"
	got, err := Whole().Describe()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("docs/openapi.json is behind the handlers; run go test ./internal/httpapi -run Description -update\n%s",
			cmp.Diff(string(want), string(got)))
	}
}
