//go:build !linux

package process

import (
	"os/exec"
	"syscall"
)

// configure gives the child a process group of its own. Only Linux can kill it with its parent, so elsewhere the programs
// outlive a kill -9 of the local cloud until their pipes break.
func configure(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
}
