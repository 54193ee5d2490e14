//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package archive

import (
	"fmt"
	"os"
)

// lock makes a file that must not be there. One that a crash has left must be
// deleted by hand.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return nil, fmt.Errorf("another command works here, or delete the file it left: %w", err)
	}
	return func() { f.Close(); os.Remove(path) }, nil
}
