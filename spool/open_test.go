package spool

import (
	"bytes"
	"context"
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

// wantDamage opens a damaged file: the spool starts and takes messages, and the
// file lies aside as it was.
func wantDamage(t *testing.T, path string) *Spool {
	t.Helper()
	before, err := os.ReadFile(path)
	must(t, err)
	s := open(t, path, Options{LockWait: time.Second})
	d := s.Damage()
	if d == nil {
		t.Fatal("no damage was told")
	}
	if !errors.Is(d.Err, ErrCorrupt) || d.Rescued != s.Depth() || fmt.Sprint(s.Aside()) != fmt.Sprint([]string{d.File}) {
		t.Errorf("damage %+v, %d entries, aside %v", d, s.Depth(), s.Aside())
	}
	after, err := os.ReadFile(d.File)
	must(t, err)
	if !bytes.Equal(before, after) {
		t.Error("the damaged file was changed")
	}
	put(t, s, entry("new", "after the damage"))
	must(t, s.Close())
	s = open(t, path, Options{})
	if s.Damage() != nil || s.items["after the damage"] == nil {
		t.Errorf("the new file is not whole: %+v", s.Damage())
	}
	return s
}

func TestDamagedFilesAreSetAsideAndReadAsFarAsPossible(t *testing.T) {
	good := filledFile(t)
	half := len(good) / 2
	for name, c := range map[string]struct {
		file  []byte
		least int // entries that must be found
	}{
		"empty":       {[]byte{}, 0},
		"text":        {[]byte("not a database"), 0},
		"long text":   {bytes.Repeat([]byte("not a database\n"), 10000), 0},
		"zeros":       {make([]byte, len(good)), 0},
		"one page":    {good[:4096], 0},
		"cut in half": {good[:half], 10},
		"torn":        {append(bytes.Clone(good[:half]), make([]byte, len(good)-half)...), 10},
		"no meta":     {append(make([]byte, 2*os.Getpagesize()), good[2*os.Getpagesize():]...), 40},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "messages.db")
			must(t, os.WriteFile(path, c.file, 0o600))
			s := wantDamage(t, path)
			if n := s.Depth() - 1; n < c.least || n > 40 {
				t.Errorf("%d entries rescued, want at least %d", n, c.least)
			}
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

func TestForeignContentIsDamage(t *testing.T) {
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
			wantDamage(t, s.path)
		})
	}
}

func move(b *bbolt.Bucket, from, to uint64) error {
	v := bytes.Clone(b.Get(seqKey(from)))
	return errors.Join(b.Delete(seqKey(from)), b.Put(seqKey(to), v))
}

// A changed byte anywhere is either harmless (a free page, padding) or damage that
// is told; it never loses an entry unnoticed, and costs at most those of its page.
func TestChangedBytesNeverLoseAnEntryUnnoticed(t *testing.T) {
	good := filledFile(t)
	damages, least := 0, 40
	var at []int
	for i := 0; i < 80; i += 3 { // what the meta pages hold
		at = append(at, i, os.Getpagesize()+i)
	}
	for i := 2 * os.Getpagesize(); i < len(good); i += 307 {
		at = append(at, i)
	}
	for _, i := range at {
		path := filepath.Join(t.TempDir(), "messages.db")
		bad := bytes.Clone(good)
		bad[i] ^= 0x5a
		must(t, os.WriteFile(path, bad, 0o600))
		s, err := Open(path, Options{LockWait: time.Second, Now: func() time.Time { return noon }})
		must(t, err)
		if d := s.Damage(); d != nil {
			damages++
			least = min(least, d.Rescued)
		} else if s.Depth() != 40 {
			t.Errorf("byte %d: %d entries, no damage told", i, s.Depth())
		}
		must(t, s.Close())
	}
	t.Logf("%d changes were damage; at least %d of 40 entries rescued", damages, least)
	if damages == 0 || least < 30 {
		t.Errorf("%d changes were noticed, %d of 40 rescued", damages, least)
	}
}

// What was finished before the damage may be offered again, which done-marks
// recognise; what is older than they live is not, so that it is not done twice.
func TestRescueLeavesWhatIsTooOld(t *testing.T) {
	s := fresh(t, Options{})
	old := entry("li", "old")
	old.Received = noon.Add(-DefaultMaxAge - time.Hour)
	put(t, s, old, entry("zhang", "k1"), entry("zhang", "k2"))
	must(t, s.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(bucketName()).SetSequence(7) }))
	must(t, s.Close())
	again := open(t, s.path, Options{})
	if d := again.Damage(); d == nil || d.Rescued != 2 || d.Old != 1 {
		t.Fatalf("damage %+v", d)
	}
	var order []string
	wantReplay(t, again, 2, func(_ context.Context, e Entry) Verdict {
		order = append(order, e.Key)
		return Finished()
	})
	if fmt.Sprint(order) != "[k1 k2]" {
		t.Errorf("order %v", order)
	}
}

// Dying after the damaged file got its second name, before the new one took its
// place, loses nothing: the next start does the same again.
func TestDyingWhileADamagedFileIsPutAside(t *testing.T) {
	good := filledFile(t)
	path := filepath.Join(t.TempDir(), "messages.db")
	must(t, os.WriteFile(path, append(make([]byte, 2*os.Getpagesize()), good[2*os.Getpagesize():]...), 0o600))
	must(t, os.Link(path, path+damaged+"20261001T115959.000000"))
	s := open(t, path, Options{})
	if d := s.Damage(); d == nil || d.Rescued != 40 || len(s.Aside()) != 2 {
		t.Errorf("damage %+v, aside %v", d, s.Aside())
	}
}

// While one process works on a damaged file, another one does not.
func TestDamagedFileHasOneRescuer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "messages.db")
	must(t, os.WriteFile(path, nil, 0o600))
	f, err := os.Open(path)
	must(t, err)
	defer f.Close()
	must(t, lock(f))
	if _, err := Open(path, Options{LockWait: time.Millisecond}); !errors.Is(err, ErrLocked) {
		t.Errorf("a second rescuer: %v", err)
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
