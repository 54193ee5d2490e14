//go:build unix

package redistest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

func (c *child) freeze() error    { return c.cmd.Process.Signal(syscall.SIGSTOP) }
func (c *child) thaw() error      { return c.cmd.Process.Signal(syscall.SIGCONT) }
func (c *child) terminate() error { return c.cmd.Process.Signal(syscall.SIGTERM) }

// lockFolder takes the lock of a data folder or fails with [ErrFolderInUse]. The
// lock belongs to the open file, and a child that inherits the file keeps the
// lock after our death.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "redistest.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return f, nil
	}
	f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = fmt.Errorf("%s: %w", dir, ErrFolderInUse)
	}
	return nil, err
}

// inherit lists what the child keeps open besides its output.
func inherit(lock *os.File) []*os.File { return []*os.File{lock} }
