//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package archive

import (
	"os"
	"syscall"
)

// lock waits until nobody else has a file's lock. It ends with the process.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, err
	}
	for {
		if err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != syscall.EINTR {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return func() { f.Close() }, nil // closing it frees the lock
}
