// Package spool keeps authentic messages on local disk while they cannot be
// finished: while Redis is away, or before an answer is given whose work is not
// yet committed. What [Spool.Put] acknowledged survives a crash of the process
// and of the machine; it does not survive the loss of the disk.
//
// A spool belongs to one process. Messages of one person leave it in the order
// in which they came; different persons do not wait for each other.
//
// # File
//
// One bbolt file with one bucket, "entries". The bucket's sequence number is the
// count of its entries, so that entries which vanish by damage are noticed.
//
//	part        bytes          meaning
//	key         8              sequence number, big endian, ascending by arrival
//	value:
//	  version   1              1
//	  checksum  4              CRC-32C over key and everything after it, big endian
//	  received  varint         microseconds since 1970, UTC
//	  attempts  uvarint        replays that put the entry off
//	  account   uvarint + n    the account's name
//	  person    uvarint + n    whose line the entry stands in
//	  key       uvarint + n    the message key
//	  raw       uvarint + n    the message, in the caller's own form
//	  answered  uvarint + n    what the person was told
//	  error     uvarint + n    why the last replay put it off
//
// A new file is completed under another name and then linked to its own, so a
// crash while it is made leaves either no file or a whole one. A file that cannot be
// read whole is put aside with ".damaged-" and the time behind its name, unchanged;
// all entries that can be read of it go on in a new one.
package spool

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.etcd.io/bbolt"
)

// Errors of this package; the returned ones wrap them with what was attempted.
var (
	// ErrFull means that the entry would exceed Options.MaxBytes. It was not kept.
	ErrFull = errors.New("spool is full")
	// ErrLocked means that another process holds the file; every replica needs a file of its own.
	ErrLocked = errors.New("file is in use by another process; give every process its own spool file")
	// ErrCorrupt means that something in the file cannot be read.
	ErrCorrupt = errors.New("file is damaged")
	// ErrClosed means that the spool was closed before.
	ErrClosed = errors.New("spool is closed")
	// ErrInvalid means that an entry lacks its person or its key, or that its key is too long.
	ErrInvalid = errors.New("entry is invalid")
	// ErrReplaying means that another Replay of this spool is running.
	ErrReplaying = errors.New("a replay is running")
	// ErrNoExpired means that an entry is too old and Options.Expired is not set; it stays.
	ErrNoExpired = errors.New("an entry is too old and nobody takes it")
)

// maxKey is the longest message key in bytes; the real ones have about 100.
const maxKey = 1024

// batchDelay is how long a lone Put waits for others to share its fsync.
const batchDelay = 2 * time.Millisecond

// Entry is one message that waits.
type Entry struct {
	Seq       uint64    // place in the order of arrival; given by Put
	Account   string    // the account's name in the configuration
	Person    string    // whose line it stands in: one person on one account
	Key       string    // the message key; one entry for each
	Received  time.Time // when it arrived, kept to the microsecond in UTC; the zero value becomes now
	Raw       []byte    // the decrypted, cleaned message in a form of the caller's choice
	Answered  string    // what the person was told, "" for nothing
	Attempts  int       // replays that put it off; counted by Replay
	LastError string    // why the last replay put it off, at most 300 bytes
}

// Spool is an open spool file. Its methods may be called from several goroutines.
type Spool struct {
	o      Options
	path   string
	db     *bbolt.DB
	damage *Damage

	replaying sync.Mutex

	mu     sync.Mutex
	closed bool
	next   uint64             // sequence number of the next entry
	bytes  int64              // of all values
	items  map[string]*item   // by message key
	lines  map[string][]*item // by person, in order of arrival
}

// item is what memory knows about an entry. All but done is guarded by Spool.mu;
// err is also readable once done is closed.
type item struct {
	seq      uint64
	key      string
	person   string
	received time.Time
	size     int64
	durable  bool
	err      error         // why it could not be kept
	done     chan struct{} // closed when the entry is on disk or given up
}

// Put keeps an entry and returns when it is on disk (fsync); concurrent calls
// share one. A key that is in the spool already is not kept twice: the first
// entry stays as it is, and Put returns when that one is on disk. On any error,
// [ErrFull] among them, the entry is not kept.
func (s *Spool) Put(e Entry) error {
	if e.Person == "" || e.Key == "" || len(e.Key) > maxKey {
		return fmt.Errorf("spool: put: %w", ErrInvalid)
	}
	if e.Received.IsZero() {
		e.Received = s.o.Now()
	}
	it, mine, err := s.reserve(e)
	if err != nil {
		return fmt.Errorf("spool: put: %w", err)
	}
	if mine {
		s.settle(it, s.insert(it.seq, encode(it.seq, e)))
	}
	<-it.done
	if it.err != nil {
		return fmt.Errorf("spool: put: %w", it.err)
	}
	return nil
}

// reserve gives the entry its place in memory before it is written, so that Holds
// is true from here on and the order is that of the calls. It returns the item of
// an earlier Put of the same key, and mine false, when there is one.
func (s *Spool) reserve(e Entry) (it *item, mine bool, err error) {
	size := int64(encodedLen(e))
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, false, ErrClosed
	}
	if it = s.items[e.Key]; it != nil {
		return it, false, nil
	}
	if s.bytes+size > s.o.MaxBytes {
		return nil, false, fmt.Errorf("%w: %d of %d bytes in use", ErrFull, s.bytes, s.o.MaxBytes)
	}
	it = &item{
		seq: s.next, key: e.Key, person: e.Person, received: e.Received, size: size,
		done: make(chan struct{}),
	}
	s.add(it)
	return it, true, nil
}

// add puts an item into the maps. Calls come in ascending order of seq.
func (s *Spool) add(it *item) {
	s.items[it.key] = it
	s.lines[it.person] = append(s.lines[it.person], it)
	s.bytes += it.size
	s.next = it.seq + 1
}

// settle records how the write ended.
func (s *Spool) settle(it *item, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	it.err, it.durable = err, err == nil
	if err != nil {
		s.drop(it)
	}
	close(it.done)
}

// drop takes an item out of the maps, once.
func (s *Spool) drop(it *item) {
	if s.items[it.key] != it {
		return
	}
	delete(s.items, it.key)
	s.bytes -= it.size
	line := s.lines[it.person]
	i := slices.Index(line, it)
	if len(line) == 1 {
		delete(s.lines, it.person)
		return
	}
	s.lines[it.person] = slices.Delete(line, i, i+1)
}

// Remove takes the entry with this message key out of the spool, durably: the
// message was finished another way. An unknown key is no error.
func (s *Spool) Remove(key string) error {
	s.mu.Lock()
	it := s.items[key]
	s.mu.Unlock()
	if it == nil {
		return nil
	}
	<-it.done
	if err := s.remove(it); err != nil {
		return fmt.Errorf("spool: remove: %w", err)
	}
	return nil
}

func (s *Spool) remove(it *item) error {
	if err := s.erase(it.seq); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(it)
	return nil
}

// Holds tells whether messages of this person wait here, or are just being
// written; new ones of the same person must then join behind. It reads memory only.
func (s *Spool) Holds(person string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.lines[person]) > 0
}

// Depth returns the number of entries, those just being written included.
func (s *Spool) Depth() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.items)
}

// Bytes returns the size of all entries, which Options.MaxBytes bounds. The file
// is larger by bbolt's pages and does not shrink.
func (s *Spool) Bytes() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bytes
}

// Oldest returns when the entry that waits longest arrived, and the zero time
// when the spool is empty. It looks at every entry in memory.
func (s *Spool) Oldest() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	var oldest time.Time
	for _, it := range s.items {
		if oldest.IsZero() || it.received.Before(oldest) {
			oldest = it.received
		}
	}
	return oldest
}

// Close waits for writes under way and frees the file. Closing twice does nothing.
func (s *Spool) Close() error {
	s.mu.Lock()
	was := s.closed
	s.closed = true
	s.mu.Unlock()
	if was {
		return nil
	}
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("spool: close: %w", err)
	}
	return nil
}
