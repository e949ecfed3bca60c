//go:build !linux

package process

import (
	"os/exec"
	"syscall"
)

// tie gives the child its group. Only Linux can tie its life to ours, so elsewhere a kill -9 of the local cloud leaves
// its programs until they lose their pipes.
func tie(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
}
