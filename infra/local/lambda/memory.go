package lambda

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
)

// residentMB returns the memory that a process uses, or 0 on a system without /proc.
func residentMB(pid int) int { return statusMB(pid, "VmRSS:") }

// peakMB returns the maximum memory that a process has used, or 0 on a system without /proc.
func peakMB(pid int) int { return statusMB(pid, "VmHWM:") }

func statusMB(pid int, field string) int {
	if pid == 0 {
		return 0
	}
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, after, ok := bytes.Cut(data, []byte(field))
	if !ok {
		return 0
	}
	fields := bytes.Fields(after)
	if len(fields) == 0 {
		return 0
	}
	kb, err := strconv.Atoi(string(fields[0]))
	if err != nil {
		return 0
	}
	return kb >> 10
}
