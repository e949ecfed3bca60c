package infra

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// runPhases runs infra/tools/phases with two jobs in a folder with a Makefile, and returns its output.
func runPhases(t *testing.T, makefile string, targets ...string) (string, error) {
	t.Helper()
	tool, err := filepath.Abs("tools/phases")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	err = os.WriteFile(filepath.Join(folder, "Makefile"), []byte(makefile), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), tool, append([]string{"2"}, targets...)...)
	command.Dir = folder
	command.Env = append(os.Environ(), "MAKEFLAGS=")
	output, err := command.CombinedOutput()
	return string(output), err
}

func TestPhases_AllPass_PrintEachInOnePiece(t *testing.T) {
	// Each of the two waits for the other, so they pass only side by side.
	output, err := runPhases(t, `
one:
	@echo one; touch one.here; until [ -e two.here ]; do sleep 0.05; done; echo one again
two:
	@echo two; touch two.here; until [ -e one.here ]; do sleep 0.05; done; echo two again
`, "one", "two")
	if err != nil || !strings.Contains(output, "--- one\none\none again\none passed in ") ||
		!strings.Contains(output, "--- two\ntwo\ntwo again\ntwo passed in ") || !strings.Contains(output, "all 2 phases passed in ") {
		t.Errorf("phases: %v, output:\n%s", err, output)
	}
}

func TestPhases_OneFails_StopsOthersAndPrintsItLast(t *testing.T) {
	output, err := runPhases(t, `
endless:
	@touch started; while :; do sleep 0.05; done
failing:
	@until [ -e started ]; do sleep 0.05; done; echo this is wrong; false
never:
	@echo it ran
`, "endless", "failing", "never")
	if err == nil || !strings.HasPrefix(output, "--- failing\nthis is wrong\n") || !strings.Contains(output, "failing failed after ") {
		t.Errorf("phases: %v, output:\n%s", err, output)
	}
}

// TestConcurrentPackages_EveryGoStatement_IsListed compares the script with the parsed files.
func TestConcurrentPackages_EveryGoStatement_IsListed(t *testing.T) {
	output, err := exec.CommandContext(t.Context(), "tools/concurrent-packages").Output()
	if err != nil {
		t.Fatal(err)
	}
	listed := strings.Fields(string(output))
	for _, top := range []string{"cmd", "functions", "internal"} {
		err := filepath.WalkDir("../"+top, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(name, ".go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			concurrent := slices.ContainsFunc(file.Imports, func(i *ast.ImportSpec) bool {
				return i.Path.Value == `"sync"` || i.Path.Value == `"sync/atomic"`
			})
			ast.Inspect(file, func(n ast.Node) bool {
				_, starts := n.(*ast.GoStmt)
				concurrent = concurrent || starts
				return true
			})
			folder := path.Dir(strings.TrimPrefix(filepath.ToSlash(name), "../"))
			if concurrent && !slices.Contains(listed, module+folder) {
				t.Errorf("%s starts goroutines, but concurrent-packages does not list %s", name, folder)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// TestMakefile_SequentialTests_Exist checks that each name in SEQUENTIAL begins the name of a test, so that a renamed test is noticed.
func TestMakefile_SequentialTests_Exist(t *testing.T) {
	makefile, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	pattern := regexp.MustCompile(`(?m)^SEQUENTIAL := \^Test\((.*)\)$`).FindSubmatch(makefile)
	if pattern == nil {
		t.Fatal("the Makefile has no SEQUENTIAL")
	}
	for name := range strings.SplitSeq(string(pattern[1]), "|") {
		output, err := exec.CommandContext(t.Context(), "tools/packages-of-tests", "^Test"+name).CombinedOutput()
		if err != nil || len(output) == 0 {
			t.Errorf("no test begins with Test%s: %v %s", name, err, output)
		}
	}
}
