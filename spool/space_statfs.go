//go:build linux || darwin || freebsd

package spool

import "syscall"

// Free returns how many bytes the disk of the spool's file has left for this
// process, and −1 when the machine does not tell.
func (s *Spool) Free() int64 {
	var fs syscall.Statfs_t
	if syscall.Statfs(s.path, &fs) != nil {
		return -1
	}
	return int64(fs.Bavail) * int64(fs.Bsize)
}
