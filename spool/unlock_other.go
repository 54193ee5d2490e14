//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package spool

import "os"

// abandon frees a file that bbolt panicked over; its lock goes with the process.
func abandon(f *os.File) {
	if f != nil {
		f.Close()
	}
}

// lock has no form here that would let the file be replaced while it is held.
func lock(*os.File) error { return nil }
