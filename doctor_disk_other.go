//go:build !linux

package main

import "errors"

// diskAt is known on Linux only, where gridbot is meant to run.
func diskAt(string) (disk, error) {
	return disk{}, errors.New("file systems are told apart on Linux only")
}
