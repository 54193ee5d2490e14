package spool

import (
	"encoding/binary"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// read returns an entry from disk, or errGone.
func (s *Spool) read(seq uint64) (e Entry, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		v := tx.Bucket(bucketName()).Get(seqKey(seq))
		if v == nil {
			return errGone
		}
		e, err = decode(seq, v)
		if err != nil {
			return fmt.Errorf("entry %d: %w (%w)", seq, ErrCorrupt, err)
		}
		return nil
	})
	return e, closedError(err)
}

// insert writes a new value.
func (s *Spool) insert(seq uint64, value []byte) error {
	return s.batch(func(b *bbolt.Bucket) error {
		if err := b.SetSequence(b.Sequence() + 1); err != nil {
			return err
		}
		return b.Put(seqKey(seq), value)
	})
}

// replace writes a new value of an entry, unless it was removed meanwhile.
func (s *Spool) replace(seq uint64, value []byte) error {
	return s.batch(func(b *bbolt.Bucket) error {
		if b.Get(seqKey(seq)) == nil {
			return nil
		}
		return b.Put(seqKey(seq), value)
	})
}

// erase deletes a value; one that is gone already is no error.
func (s *Spool) erase(seq uint64) error {
	return s.batch(func(b *bbolt.Bucket) error {
		if b.Get(seqKey(seq)) == nil {
			return nil
		}
		if err := b.SetSequence(b.Sequence() - 1); err != nil {
			return err
		}
		return b.Delete(seqKey(seq))
	})
}

// batch runs f in a transaction shared with concurrent calls. bbolt may call f
// again, so it works on the bucket alone.
func (s *Spool) batch(f func(*bbolt.Bucket) error) error {
	return closedError(s.db.Batch(func(tx *bbolt.Tx) error { return f(tx.Bucket(bucketName())) }))
}

// closedError puts this package's name on bbolt's error after Close.
func closedError(err error) error {
	if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		return ErrClosed
	}
	return err
}

func bucketName() []byte { return []byte("entries") }

func seqKey(seq uint64) []byte { return binary.BigEndian.AppendUint64(nil, seq) }

func keySeq(key []byte) uint64 { return binary.BigEndian.Uint64(key) }
