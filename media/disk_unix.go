//go:build unix

package media

import (
	"errors"
	"fmt"
	"syscall"
)

// room tells whether the disk has as much free as must be left.
func (f *Folder) room() error {
	free, ok := f.Free()
	if ok && free < f.o.MinFree {
		return fmt.Errorf("%w: %d bytes are free, %d must be", ErrFull, free, f.o.MinFree)
	}
	return nil
}

// Free is how many bytes the folder's disk has left; false when nobody can tell.
func (f *Folder) Free() (int64, bool) {
	var s syscall.Statfs_t
	if syscall.Statfs(f.o.Dir, &s) != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true
}

// full says what was attempted, and marks a disk that is full.
func full(attempt string, err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %s: %w", ErrFull, attempt, err)
	}
	return fmt.Errorf("media: %s: %w", attempt, err)
}
