//go:build unix

package main

import "syscall"

// freeze stops a process, so that what it has left to do does not disturb the others.
func (c *child) freeze() { _ = c.cmd.Process.Signal(syscall.SIGSTOP) }

// wake lets it go on.
func (c *child) wake() { _ = c.cmd.Process.Signal(syscall.SIGCONT) }

// ownCPU is the processor time of this process in seconds.
func ownCPU() float64 {
	var r syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return float64(r.Utime.Nano()+r.Stime.Nano()) / 1e9
}
