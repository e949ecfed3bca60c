package main

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/secret"
)

func TestSecret_AddAndRemove_ChangeVersions(t *testing.T) {
	t.Parallel()
	versions, err := secret.Parse(strings.Repeat("x", 64))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := addVersion(versions); err != nil {
			t.Fatal(err)
		}
	}
	if versions[2].Text == versions[3].Text || len(versions[3].Text) != 64 {
		t.Errorf("the versions have the texts %q and %q", versions[2].Text, versions[3].Text)
	}
	for name, refused := range map[string]bool{"3": true, "4": true, "x": true, "1": false} {
		if err := removeVersion(versions, name); (err != nil) != refused {
			t.Errorf("remove %s: %v", name, err)
		}
	}
	if got := slices.Sorted(maps.Keys(versions)); !slices.Equal(got, []int{2, 3}) {
		t.Errorf("the versions are %v, want 2 and 3", got)
	}
	if _, err := secret.Format(versions); err != nil {
		t.Error(err)
	}
}

func TestSecret_InvalidCommand_PrintsUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"secret"}, {"secret", "rotate"}, {"secret", "remove"}, {"secret", "add", "2"}} {
		var out bytes.Buffer
		if code := run(args, &out, &out); code != 2 || !strings.Contains(out.String(), "usage: kith secret") {
			t.Errorf("%v: %d %s", args, code, out.String())
		}
	}
}
