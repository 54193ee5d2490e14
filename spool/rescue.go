package spool

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// Damage tells of a file that could not be read whole when it was opened.
type Damage struct {
	File    string // where the damaged file lies now, unchanged; it holds people's words
	Rescued int    // entries that were read and wait in the new file
	Old     int    // readable ones older than Options.MaxAge, left in the damaged file
	Err     error  // what was wrong, ErrCorrupt
}

// Damage returns what Open found damaged, nil when the file was whole.
func (s *Spool) Damage() *Damage { return s.damage }

// Aside lists the damaged files that were put aside and are still there.
func (s *Spool) Aside() []string {
	files, _ := filepath.Glob(s.path + damaged + "*") // the pattern is well formed
	return files
}

// damaged stands between the file's own name and the time it was put aside.
const damaged = ".damaged-"

// startAnew puts the damaged file aside and goes on with what can be read of it.
// The damaged file keeps its place until the new one is whole, so dying in between
// loses nothing.
func (s *Spool) startAnew(cause error) error {
	f, err := os.Open(s.path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := s.claim(f); err != nil {
		return err
	}
	found, old, err := s.salvage(f)
	if err != nil {
		return fmt.Errorf("%w; rescue: %w", cause, err)
	}
	name, err := draft(s.path, func(b *bbolt.Bucket) error { return refill(b, f, found) })
	defer os.Remove(name)
	if err != nil {
		return fmt.Errorf("%w; rescue: %w", cause, err)
	}
	d := &Damage{File: s.path + damaged + s.o.Now().UTC().Format("20060102T150405.000000"), Rescued: len(found), Old: old, Err: cause}
	dir := filepath.Dir(s.path)
	if err := errors.Join(os.Link(s.path, d.File), syncDir(dir)); err != nil {
		return fmt.Errorf("%w; put aside: %w", cause, err)
	}
	if err := errors.Join(os.Rename(name, s.path), syncDir(dir)); err != nil {
		return fmt.Errorf("%w; replace: %w", cause, err)
	}
	s.damage = d
	return s.open()
}

// claim makes sure that nobody else works on the file, and that it is still the
// one at its path.
func (s *Spool) claim(f *os.File) error {
	if err := lock(f); err != nil {
		return err
	}
	opened, err := f.Stat()
	if err != nil {
		return err
	}
	now, err := os.Stat(s.path)
	if err != nil {
		return err
	}
	if !os.SameFile(opened, now) {
		return ErrLocked // another process has just replaced it
	}
	return nil
}

// place is where the value of an entry stands in a damaged file.
type place struct {
	seq      uint64
	received time.Time
	attempts int
	at       int64
	length   int
}

// compare orders places by arrival: numbers begin again when an empty file is
// opened, so an old page may hold a number that is in use.
func (p place) compare(q place) int {
	return cmp.Or(p.received.Compare(q.received), cmp.Compare(p.seq, q.seq))
}

// Sizes of bbolt's file format, in bytes. Numbers are in the machine's own order.
const (
	pageStep   = 4096    // pages begin at multiples of it, whatever the machine
	pageHead   = 16      // id 8, flags 2, count 2, overflow 4
	elemLen    = 16      // flags 4, position 4, length of key 4, of value 4
	bucketHead = 16      // root page 8, sequence 8; an inline page follows when root is 0
	leafFlag   = 0x02    // of a page that holds values
	subFlag    = 0x01    // of a value that is a bucket
	maxPage    = 4 << 20 // a page with its overflow; an entry is far smaller
)

// salvage finds every readable value, wherever in the file it stands: the tree
// that leads to it may be what is damaged. Free pages hold entries that were
// finished; offering them again is harmless while their done-marks live, so what is
// older than MaxAge is left alone and only counted.
func (s *Spool) salvage(f *os.File) (found map[string]place, old int, err error) {
	found = map[string]place{}
	tooOld := map[string]bool{}
	err = eachLeaf(f, func(seq uint64, at int64, v []byte) {
		e, err := decode(seq, v)
		if err != nil {
			return
		}
		if s.o.Now().Sub(e.Received) > s.o.MaxAge {
			tooOld[e.Key] = true
			return
		}
		p := place{seq: seq, received: e.Received, attempts: e.Attempts, at: at, length: len(v)}
		// Of one message the first place in line counts, and of that the latest state.
		if q, ok := found[e.Key]; !ok || cmp.Or(p.compare(q), q.attempts-p.attempts) < 0 {
			found[e.Key] = p
		}
	})
	return found, len(tooOld), err
}

// eachLeaf calls do with every value of every page that looks like a leaf.
func eachLeaf(f *os.File, do func(seq uint64, at int64, v []byte)) error {
	unit := int64(max(pageStep, os.Getpagesize()))
	head := make([]byte, pageHead)
	for at := int64(0); ; at += pageStep {
		if _, err := f.ReadAt(head, at); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if binary.NativeEndian.Uint16(head[8:]) != leafFlag {
			continue
		}
		size := min(unit*(1+int64(binary.NativeEndian.Uint32(head[12:]))), maxPage)
		page := make([]byte, size)
		n, err := f.ReadAt(page, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		leaf(page[:n], at, false, do)
	}
}

// leaf reads one page of values. Nothing in it is trusted: what points out of the
// page is passed over.
func leaf(b []byte, at int64, inline bool, do func(seq uint64, at int64, v []byte)) {
	if len(b) < pageHead || binary.NativeEndian.Uint16(b[8:]) != leafFlag {
		return
	}
	word := func(i int) uint64 { return uint64(binary.NativeEndian.Uint32(b[i:])) }
	for i := range int(binary.NativeEndian.Uint16(b[10:])) {
		e := pageHead + i*elemLen
		if e+elemLen > len(b) {
			return
		}
		key := uint64(e) + word(e+4)
		value := key + word(e+8)
		end := value + word(e+12)
		switch {
		case end > uint64(len(b)):
		case word(e)&subFlag != 0 && end-value > bucketHead && !inline:
			leaf(b[value+bucketHead:end], at+int64(value)+bucketHead, true, do)
		case value-key == 8:
			do(keySeq(b[key:value]), at+int64(value), b[value:end])
		}
	}
}

// refill writes what was found into a new file's bucket, in the order of arrival.
func refill(b *bbolt.Bucket, f *os.File, found map[string]place) error {
	for i, p := range slices.SortedFunc(maps.Values(found), place.compare) {
		v := make([]byte, p.length)
		if _, err := f.ReadAt(v, p.at); err != nil {
			return err
		}
		e, err := decode(p.seq, v)
		if err != nil {
			return err
		}
		seq := uint64(i + 1)
		if err := b.Put(seqKey(seq), encode(seq, e)); err != nil {
			return err
		}
	}
	return b.SetSequence(uint64(len(found)))
}
