package spool

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

func TestSecondProcessIsRefused(t *testing.T) {
	s := fresh(t, Options{})
	_, err := Open(s.path, Options{LockWait: time.Millisecond})
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), s.path) {
		t.Fatalf("second open: %v", err)
	}
	must(t, s.Close())
	open(t, s.path, Options{})
}

func TestConcurrentCreationMakesOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "messages.db")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			s, err := Open(path, Options{LockWait: 30 * time.Second})
			if err == nil {
				err = errors.Join(s.Put(entry("zhang", fmt.Sprint(i))), s.Close())
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	wantDepth(t, open(t, path, Options{}), 8)
	if left, _ := filepath.Glob(path + ".new-*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestFileIsPrivate(t *testing.T) {
	s := fresh(t, Options{})
	for _, p := range []string{s.path, filepath.Dir(s.path)} {
		info, err := os.Stat(p)
		must(t, err)
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is open to others: %s", p, info.Mode())
		}
	}
}

// wantCorrupt also checks that the file was left exactly as it was.
func wantCorrupt(t *testing.T, path string) {
	t.Helper()
	before, err := os.ReadFile(path)
	must(t, err)
	s, err := Open(path, Options{LockWait: time.Second})
	if err == nil {
		s.Close()
	}
	if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), path) {
		t.Errorf("open of a damaged file: %v", err)
	}
	after, err := os.ReadFile(path)
	must(t, err)
	if !bytes.Equal(before, after) {
		t.Error("the damaged file was changed")
	}
}

func TestDamagedFilesAreRefusedAndLeftAlone(t *testing.T) {
	good := filledFile(t)
	half := len(good) / 2
	for name, b := range map[string][]byte{
		"empty":       {},
		"text":        []byte("not a database"),
		"long text":   bytes.Repeat([]byte("not a database\n"), 10000),
		"zeros":       make([]byte, len(good)),
		"one page":    good[:4096],
		"cut in half": good[:half],
		"torn":        append(bytes.Clone(good[:half]), make([]byte, len(good)-half)...),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "messages.db")
			must(t, os.WriteFile(path, b, 0o600))
			wantCorrupt(t, path)
		})
	}
}

// filledFile returns the bytes of a closed spool with 40 entries.
func filledFile(t *testing.T) []byte {
	t.Helper()
	s := fresh(t, Options{})
	for i := range 40 {
		e := entry(fmt.Sprint("p", i%5), fmt.Sprint("k", i))
		e.Raw = bytes.Repeat([]byte("message "), 100)
		put(t, s, e)
	}
	must(t, s.Close())
	b, err := os.ReadFile(s.path)
	must(t, err)
	return b
}

func TestForeignContentIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(*bbolt.Tx) error{
		"no bucket":    func(tx *bbolt.Tx) error { return tx.DeleteBucket(bucketName()) },
		"odd key":      func(tx *bbolt.Tx) error { return tx.Bucket(bucketName()).Put([]byte("x"), nil) },
		"odd value":    func(tx *bbolt.Tx) error { return tx.Bucket(bucketName()).Put(seqKey(1), []byte("x")) },
		"entry gone":   func(tx *bbolt.Tx) error { return tx.Bucket(bucketName()).Delete(seqKey(1)) },
		"other number": func(tx *bbolt.Tx) error { return move(tx.Bucket(bucketName()), 1, 9) },
	} {
		t.Run(name, func(t *testing.T) {
			s := fresh(t, Options{})
			put(t, s, entry("zhang", "k"))
			must(t, s.db.Update(spoil))
			must(t, s.Close())
			wantCorrupt(t, s.path)
		})
	}
}

func move(b *bbolt.Bucket, from, to uint64) error {
	v := bytes.Clone(b.Get(seqKey(from)))
	return errors.Join(b.Delete(seqKey(from)), b.Put(seqKey(to), v))
}

// A changed byte anywhere behind the two meta pages is either harmless (a free
// page, padding) or refused; it never loses an entry unnoticed.
func TestChangedBytesNeverLoseAnEntryUnnoticed(t *testing.T) {
	good := filledFile(t)
	path := filepath.Join(t.TempDir(), "messages.db")
	refused := 0
	for i := 2 * os.Getpagesize(); i < len(good); i += 61 {
		bad := bytes.Clone(good)
		bad[i] ^= 0x5a
		must(t, os.WriteFile(path, bad, 0o600))
		s, err := Open(path, Options{LockWait: time.Second})
		if err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Fatalf("byte %d: %v", i, err)
			}
			refused++
			continue
		}
		if s.Depth() != 40 {
			t.Errorf("byte %d: %d entries, no error", i, s.Depth())
		}
		must(t, s.Close())
	}
	if refused == 0 {
		t.Error("no change was noticed")
	}
}

func TestMachinesRefusalIsNotDamage(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	must(t, os.WriteFile(file, nil, 0o600))
	for name, path := range map[string]string{"a folder": dir, "below a file": filepath.Join(file, "messages.db")} {
		var refusal *fs.PathError
		if _, err := Open(path, Options{}); !errors.As(err, &refusal) || errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDefaults(t *testing.T) {
	o := Options{}.filled()
	if o.MaxBytes != DefaultMaxBytes || o.MaxAge != DefaultMaxAge || o.LockWait != DefaultLockWait ||
		o.Workers != DefaultWorkers || o.Now == nil {
		t.Errorf("defaults %+v", o)
	}
	o = Options{MaxBytes: 1, MaxAge: 2, LockWait: 3, Workers: 4}.filled()
	if o.MaxBytes != 1 || o.MaxAge != 2 || o.LockWait != 3 || o.Workers != 4 {
		t.Errorf("own settings %+v", o)
	}
}
