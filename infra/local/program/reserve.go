package program

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// reserved are the ports that this process has reserved. The lock file stays open: closing it would release them.
var reserved = struct {
	sync.Mutex
	file  *os.File
	ports map[int]bool
}{ports: map[int]bool{}}

// reserve reserves a port for this process until it ends, and reports whether it was free. Another process that reserves ports
// does not get it even while nothing listens on it, as between the choice of a port and the start of its server. The lock of
// each port is a byte of one file, which the system releases with the process.
func reserve(port int) (bool, error) {
	reserved.Lock()
	defer reserved.Unlock()
	if reserved.ports[port] {
		return false, nil
	}
	if reserved.file == nil {
		name := filepath.Join(os.TempDir(), fmt.Sprintf("kith-ports-%d", os.Getuid()))
		file, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return false, fmt.Errorf("reserve a port: %w", err)
		}
		reserved.file = file
	}
	lock := syscall.Flock_t{Type: syscall.F_WRLCK, Start: int64(port), Len: 1}
	if syscall.FcntlFlock(reserved.file.Fd(), syscall.F_SETLK, &lock) != nil {
		return false, nil // another process has it
	}
	reserved.ports[port] = true
	return true, nil
}
