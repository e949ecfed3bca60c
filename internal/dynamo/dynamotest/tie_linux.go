package dynamotest

import (
	"os/exec"
	"syscall"
)

// tie ends the engine with the thread that started it, also when the test process is killed.
func tie(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
