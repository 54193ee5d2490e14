//go:build unix && !linux

package redistest

import "syscall"

// attributes detach the child from the terminal's process group, so that Ctrl-C
// reaches us and we stop it in good order. These systems have no signal for a
// parent's death; the lock in the data folder guards against what is left over.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
