package program

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

func TestReserve_PortOfAnotherProcess_IsNotFree(t *testing.T) {
	if text := os.Getenv("KITH_RESERVED"); text != "" {
		port, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		free, err := reserve(port)
		if err != nil || free {
			t.Fatalf("free %v, %v", free, err)
		}
		return
	}
	port := 100_000 + os.Getpid() // no port that anybody else reserves
	if free, err := reserve(port); err != nil || !free {
		t.Fatalf("the first reservation: free %v, %v", free, err)
	}
	if free, err := reserve(port); err != nil || free {
		t.Errorf("the second reservation of a process: free %v, %v", free, err)
	}
	other := exec.Command(os.Args[0], "-test.run", "^TestReserve_PortOfAnotherProcess_IsNotFree$", "-test.v")
	other.Env = append(os.Environ(), "KITH_RESERVED="+strconv.Itoa(port))
	out, err := other.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "PASS") {
		t.Errorf("another process: %v\n%s", err, out)
	}
}
