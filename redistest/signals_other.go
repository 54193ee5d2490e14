//go:build !unix

package redistest

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

var errNoSignals = errors.New("this system cannot freeze a process")

func attributes() *syscall.SysProcAttr { return nil }

func (c *child) freeze() error { return errNoSignals }
func (c *child) thaw() error   { return errNoSignals }

// terminate has no gentle form here; with appendfsync always nothing is lost.
func (c *child) terminate() error { return c.cmd.Process.Kill() }

// lockFolder only opens the file: there is no lock to inherit here.
func lockFolder(dir string) (*os.File, error) {
	return os.OpenFile(filepath.Join(dir, "redistest.lock"), os.O_CREATE|os.O_RDWR, 0o600)
}

func inherit(*os.File) []*os.File { return nil }
