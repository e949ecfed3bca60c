package infra

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// machine is a fake machine: its PATH holds only the programs that a test puts there.
type machine struct {
	t   *testing.T
	bin string
	// root and debian say who runs the script, and on what system.
	root, debian bool
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, bin: t.TempDir()}
	for _, tool := range []string{"bash", "cat", "touch", "chmod", "grep"} {
		path, err := exec.LookPath(tool)
		if err == nil {
			err = os.Symlink(path, filepath.Join(m.bin, tool))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	m.program("id", `echo $NEED_TEST_USER`)
	m.program("node", "echo v20.20.0")
	m.program("go", "echo go1.26.1")
	return m
}

func (m *machine) program(name, script string) {
	m.t.Helper()
	err := os.WriteFile(filepath.Join(m.bin, name), []byte("#!/bin/bash\n"+script+"\n"), 0o700)
	if err != nil {
		m.t.Fatal(err)
	}
}

// aptGet adds an apt-get that writes down its calls and installs the tools of the packages it has.
func (m *machine) aptGet(packages map[string]string) {
	m.t.Helper()
	script := "echo \"$*\" >>" + filepath.Join(m.bin, "calls") + "\n[ \"$1\" = install ] || [[ $* == *update* ]] || [[ $* == *install* ]] || exit 1\nfor word; do case $word in\n"
	for name, tool := range packages {
		path := filepath.Join(m.bin, tool)
		script += name + ") echo '#!/bin/bash' >" + path + "; chmod +x " + path + " ;;\n"
	}
	m.program("apt-get", script+"broken) echo 'E: broken package'; exit 100 ;;\nesac; done")
}

func (m *machine) calls() string {
	calls, err := os.ReadFile(filepath.Join(m.bin, "calls"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		m.t.Fatal(err)
	}
	return string(calls)
}

// need runs infra/tools/need and returns what it printed, and whether it passed.
func (m *machine) need(tools ...string) (string, bool) {
	m.t.Helper()
	cmd := exec.CommandContext(m.t.Context(), filepath.Join(m.bin, "bash"), append([]string{"tools/need"}, tools...)...)
	user, system := "1000", "ID=macos"
	if m.root {
		user = "0"
	}
	if m.debian {
		system = "ID=debian"
	}
	release := filepath.Join(m.bin, "os-release")
	err := os.WriteFile(release, []byte(system+"\n"), 0o600)
	if err != nil {
		m.t.Fatal(err)
	}
	cmd.Env = []string{"PATH=" + m.bin, "NEED_TEST_USER=" + user, "NEED_OS_RELEASE=" + release}
	out, err := cmd.CombinedOutput()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		m.t.Fatal(err)
	}
	return string(out), err == nil
}

func TestNeed_ToolsPresent_PrintsNothing(t *testing.T) {
	m := newMachine(t)
	m.root, m.debian = true, true
	m.aptGet(nil)
	m.program("curl", "")
	out, ok := m.need("go", "node", "curl")
	if !ok || out != "" || m.calls() != "" {
		t.Errorf("passed %t, printed %q, called apt-get with %q", ok, out, m.calls())
	}
}

func TestNeed_RootOnDebian_InstallsMissingPackages(t *testing.T) {
	m := newMachine(t)
	m.root, m.debian = true, true
	m.aptGet(map[string]string{"curl": "curl", "jq": "jq"})
	out, ok := m.need("go", "curl", "jq")
	if !ok || !strings.Contains(out, "curl jq") || strings.Count(out, "\n") != 1 {
		t.Errorf("passed %t, printed %q", ok, out)
	}
	calls := strings.Split(strings.TrimSpace(m.calls()), "\n")
	if len(calls) != 2 || !strings.Contains(calls[0], "update") || !strings.Contains(calls[1], "install") ||
		!strings.HasSuffix(calls[1], " curl jq") {
		t.Errorf("apt-get was called with %q", calls)
	}
}

func TestNeed_InstallFails_ShowsWhyAndTheCommand(t *testing.T) {
	m := newMachine(t)
	m.root, m.debian = true, true
	m.program("apt-get", "[[ $* != *install* ]] || { echo 'E: no such package'; exit 100; }")
	out, ok := m.need("curl")
	if ok || !strings.Contains(out, "E: no such package") || !strings.Contains(out, "apt-get install curl") {
		t.Errorf("passed %t, printed %q", ok, out)
	}
}

func TestNeed_PackageWithoutTheTool_Fails(t *testing.T) {
	m := newMachine(t)
	m.root, m.debian = true, true
	m.aptGet(nil)
	out, ok := m.need("curl")
	if ok || !strings.Contains(out, "curl") {
		t.Errorf("passed %t, printed %q", ok, out)
	}
}

func TestNeed_NotRootOnDebian_PrintsOneLineToPaste(t *testing.T) {
	m := newMachine(t)
	m.debian = true
	m.aptGet(map[string]string{"curl": "curl", "jq": "jq"})
	out, ok := m.need("go", "curl", "jq")
	if ok || out != "Missing: curl, jq. Run: sudo apt-get install curl jq\n" || m.calls() != "" {
		t.Errorf("passed %t, printed %q, called apt-get with %q", ok, out, m.calls())
	}
}

func TestNeed_OtherSystem_NamesTheTools(t *testing.T) {
	m := newMachine(t)
	m.root = true
	m.aptGet(map[string]string{"curl": "curl"})
	out, ok := m.need("curl", "java")
	if ok || !strings.Contains(out, "Missing: curl, java.") || strings.Contains(out, "apt-get") || m.calls() != "" {
		t.Errorf("passed %t, printed %q, called apt-get with %q", ok, out, m.calls())
	}
}

// Debian 12 has older versions of Go and Node, so apt-get is of no use there.
func TestNeed_LanguageTooOld_NamesTheVersion(t *testing.T) {
	m := newMachine(t)
	m.root, m.debian = true, true
	m.aptGet(map[string]string{"curl": "curl"})
	m.program("go", "echo go1.19.8")
	m.program("node", "echo v18.13.0")
	out, ok := m.need("go", "node", "curl")
	if ok || !strings.Contains(out, "Go 1.26 or later") || !strings.Contains(out, "Node 20 or later") || m.calls() != "" {
		t.Errorf("passed %t, printed %q, called apt-get with %q", ok, out, m.calls())
	}
}

func TestNeed_UnknownTool_Fails(t *testing.T) {
	out, ok := newMachine(t).need("abacus")
	if ok || !strings.Contains(out, "abacus") || !strings.Contains(out, "infra/tools/need") {
		t.Errorf("passed %t, printed %q", ok, out)
	}
}
