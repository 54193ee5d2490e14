//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package spool

import (
	"os"
	"syscall"
)

// abandon frees a file that bbolt panicked over. Its mapping cannot be undone
// from here and would hold the lock beyond Close, so the lock goes first.
func abandon(f *os.File) {
	if f == nil {
		return
	}
	_ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN) // it may not be locked yet
	f.Close()
}

// lock takes the lock that bbolt takes, so that no other process works on the
// same damaged file; [ErrLocked] when one does.
func lock(f *os.File) error {
	if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		return ErrLocked
	}
	return nil
}
