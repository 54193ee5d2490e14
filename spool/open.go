package spool

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Defaults of [Options].
const (
	DefaultMaxBytes = 256 << 20          // of entries; bounds memory and disk
	DefaultMaxAge   = 6 * 24 * time.Hour // older messages are for a person to answer
	DefaultLockWait = 2 * time.Second    // for the process before us to be gone
	DefaultWorkers  = 8                  // persons replayed at the same time
)

// Options say how a spool behaves; zero values become the defaults.
type Options struct {
	MaxBytes int64            // Put fails with ErrFull beyond it; choose well below the free space of the disk
	MaxAge   time.Duration    // entries older than this go to Expired instead of being replayed
	LockWait time.Duration    // how long Open waits for the file's lock
	Workers  int              // persons that Replay serves at the same time
	Now      func() time.Time // the clock; nil is time.Now

	// Expired hands an entry older than MaxAge to a person. It is removed when
	// Expired returns nil and otherwise stays for the next Replay.
	Expired func(context.Context, Entry) error
}

func (o Options) filled() Options {
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.MaxAge <= 0 {
		o.MaxAge = DefaultMaxAge
	}
	if o.LockWait <= 0 {
		o.LockWait = DefaultLockWait
	}
	if o.Workers <= 0 {
		o.Workers = DefaultWorkers
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Open opens the spool file at path, making it and its folder when missing, and
// reads it whole. It fails with [ErrLocked] when another process has the file.
//
// A file in which anything cannot be read is put aside unchanged under another
// name, and what can be read of it goes on in a new one: a service that is needed
// must start. [Spool.Damage] tells of it.
func Open(path string, o Options) (*Spool, error) {
	s := &Spool{o: o.filled(), path: path}
	err := s.open()
	if errors.Is(err, ErrCorrupt) {
		err = s.startAnew(err)
	}
	if err != nil {
		return nil, fmt.Errorf("spool: open %s: %w", path, err)
	}
	return s, nil
}

// open turns every way in which bbolt meets a damaged file into ErrCorrupt: its
// errors, its panics, and reads behind the end of a file cut short.
func (s *Spool) open() (err error) {
	s.next, s.bytes, s.items, s.lines = 1, 0, map[string]*item{}, map[string][]*item{}
	if err := create(s.path); err != nil {
		return err
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	var file *os.File
	defer func() {
		if r := recover(); r != nil {
			abandon(file)
			err = fmt.Errorf("%w (%v)", ErrCorrupt, r)
		}
	}()
	s.db, err = bbolt.Open(s.path, 0o600, &bbolt.Options{
		Timeout: s.o.LockWait,
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			file, err = os.OpenFile(name, flag, mode)
			return file, err
		},
	})
	if err != nil {
		return openError(err)
	}
	s.db.MaxBatchDelay = batchDelay
	if err := errors.Join(metas(file, s.db.Info().PageSize), s.db.View(s.load)); err != nil {
		s.db.Close()
		return err
	}
	return nil
}

// openError tells a file in use and a machine's refusal from a damaged file.
func openError(err error) error {
	var path *fs.PathError
	var errno syscall.Errno
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return ErrLocked
	case errors.As(err, &path), errors.As(err, &errno):
		return err
	}
	return fmt.Errorf("%w (%w)", ErrCorrupt, err)
}

// What bbolt's two meta pages hold behind the page's head, in bytes.
const (
	metaLen = 56 // what the checksum covers
	sumLen  = 8  // the checksum, FNV-1a
)

// metas checks both meta pages. bbolt is content with one: without the newer it
// goes back to the commit before, and what the last one acknowledged is gone.
func metas(f *os.File, pageSize int) error {
	for i := range int64(2) {
		b := make([]byte, metaLen+sumLen)
		if _, err := f.ReadAt(b, i*int64(pageSize)+pageHead); err != nil {
			return fmt.Errorf("%w (meta page %d: %w)", ErrCorrupt, i, err)
		}
		sum := fnv.New64a()
		sum.Write(b[:metaLen])
		if sum.Sum64() != binary.NativeEndian.Uint64(b[metaLen:]) {
			return fmt.Errorf("%w (meta page %d)", ErrCorrupt, i)
		}
	}
	return nil
}

// load reads every entry into memory's index and checks it on the way.
func (s *Spool) load(tx *bbolt.Tx) error {
	b := tx.Bucket(bucketName())
	if b == nil {
		return fmt.Errorf("%w (no entries bucket)", ErrCorrupt)
	}
	if err := b.ForEach(s.loadEntry); err != nil {
		return fmt.Errorf("%w (%w)", ErrCorrupt, err)
	}
	if n := b.Sequence(); n != uint64(len(s.items)) {
		return fmt.Errorf("%w (%d entries where %d are due)", ErrCorrupt, len(s.items), n)
	}
	return nil
}

func (s *Spool) loadEntry(k, v []byte) error {
	if len(k) != 8 {
		return fmt.Errorf("%w: key of %d bytes", errDecode, len(k))
	}
	seq := keySeq(k)
	e, err := decode(seq, v)
	if err != nil {
		return fmt.Errorf("entry %d: %w", seq, err)
	}
	done := make(chan struct{})
	close(done)
	s.add(&item{
		seq: seq, key: e.Key, person: e.Person, received: e.Received,
		size: int64(len(v)), durable: true, done: done,
	})
	return nil
}

// create makes a whole, empty file when there is none. Linking, unlike renaming,
// never replaces a file that another process made in the same moment.
func create(path string) error {
	switch info, err := os.Stat(path); {
	case err == nil && info.Size() == 0:
		return fmt.Errorf("%w (it is empty)", ErrCorrupt) // bbolt would begin anew in it
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	name, err := draft(path, func(*bbolt.Bucket) error { return nil })
	defer os.Remove(name)
	if err != nil {
		return err
	}
	if err := os.Link(name, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return errors.Join(syncDir(dir), syncDir(filepath.Dir(dir)))
}

// draft makes a whole file under a name beside path and returns that name; fill
// puts into its bucket what it shall hold.
func draft(path string, fill func(*bbolt.Bucket) error) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-")
	if err != nil {
		return "", err
	}
	if err := f.Close(); err != nil {
		return f.Name(), err
	}
	db, err := bbolt.Open(f.Name(), 0o600, nil)
	if err != nil {
		return f.Name(), err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucket(bucketName())
		if err != nil {
			return err
		}
		return fill(b)
	})
	return f.Name(), errors.Join(err, db.Close())
}

// syncDir makes a new name in a folder survive a power cut. Windows has no such
// call and needs none.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
