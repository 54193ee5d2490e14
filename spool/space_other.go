//go:build !(linux || darwin || freebsd)

package spool

// Free returns −1: this machine does not tell how much its disk has left.
func (s *Spool) Free() int64 { return -1 }
