//go:build !unix

package media

import "fmt"

// room: here the disk says by itself that it is full, when a file is written.
func (f *Folder) room() error { return nil }

// Free is how many bytes the folder's disk has left; nobody can tell here.
func (f *Folder) Free() (int64, bool) { return 0, false }

func full(attempt string, err error) error { return fmt.Errorf("media: %s: %w", attempt, err) }
