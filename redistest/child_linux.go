package redistest

import "syscall"

// attributes detach the child from the terminal's process group, so that Ctrl-C
// reaches us and we stop it in good order, and have the kernel kill it when the
// thread that started it dies.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
