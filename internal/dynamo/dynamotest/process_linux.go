package dynamotest

import (
	"os/exec"
	"syscall"
)

// endWithThread makes the engine end with the thread that started it, also when the test process is killed.
func endWithThread(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
