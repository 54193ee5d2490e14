package spool

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// noon is the clock's reading wherever a test does not move it.
var noon = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open opens a spool that the test closes.
func open(t testing.TB, path string, o Options) *Spool {
	t.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return noon }
	}
	s, err := Open(path, o)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

func fresh(t testing.TB, o Options) *Spool {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "spool", "messages.db"), o)
}

func entry(person, key string) Entry {
	return Entry{
		Account: "main", Person: person, Key: key, Received: noon,
		Raw: []byte("<xml>" + key + "</xml>"), Answered: "已收到",
	}
}

func put(t testing.TB, s *Spool, entries ...Entry) {
	t.Helper()
	for _, e := range entries {
		must(t, s.Put(e))
	}
}

func wantDepth(t testing.TB, s *Spool, want int) {
	t.Helper()
	if got := s.Depth(); got != want {
		t.Fatalf("depth %d, want %d", got, want)
	}
}

func TestPutIsThereAfterReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "messages.db")
	s := open(t, path, Options{})
	want := entry("zhang", "k1")
	put(t, s, want, entry("li", "k2"))
	bytes := s.Bytes()
	must(t, s.Close())

	s = open(t, path, Options{})
	wantDepth(t, s, 2)
	if s.Bytes() != bytes || bytes == 0 {
		t.Errorf("bytes %d, before %d", s.Bytes(), bytes)
	}
	got, err := s.read(1)
	must(t, err)
	want.Seq = 1
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("read %v, want %v", got, want)
	}
	put(t, s, entry("zhang", "k3"))
	if got, err = s.read(3); err != nil || got.Key != "k3" {
		t.Errorf("next entry after reopening: %v, %v", got, err)
	}
}

func TestPutOfTheSameKeyIsOneEntry(t *testing.T) {
	s := fresh(t, Options{})
	again := entry("zhang", "k")
	again.Raw = []byte("another body")
	put(t, s, entry("zhang", "k"), again)
	wantDepth(t, s, 1)
	got, err := s.read(1)
	must(t, err)
	if string(got.Raw) != "<xml>k</xml>" {
		t.Errorf("the first entry was replaced by %q", got.Raw)
	}
	must(t, s.Remove("k"))
	put(t, s, again) // once removed, the key is new
	wantDepth(t, s, 1)
}

func TestConcurrentPutsOfOneKeyAreOneEntry(t *testing.T) {
	s := fresh(t, Options{})
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if err := s.Put(entry("zhang", "k")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	wantDepth(t, s, 1)
	if st := s.db.Stats(); st.TxN == 0 {
		t.Error("no transaction was counted")
	}
}

func TestPutRefusesWhatItCannotKeep(t *testing.T) {
	s := fresh(t, Options{})
	for name, e := range map[string]Entry{
		"no person": entry("", "k"),
		"no key":    entry("zhang", ""),
		"long key":  entry("zhang", strings.Repeat("k", maxKey+1)),
	} {
		if err := s.Put(e); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	wantDepth(t, s, 0)
}

func TestPutWithoutTimeTakesTheClock(t *testing.T) {
	s := fresh(t, Options{})
	e := entry("zhang", "k")
	e.Received = time.Time{}
	put(t, s, e)
	if !s.Oldest().Equal(noon) {
		t.Errorf("received %s", s.Oldest())
	}
}

func TestFullSpoolRefusesAndRecovers(t *testing.T) {
	one := int64(encodedLen(entry("zhang", "k1")))
	s := fresh(t, Options{MaxBytes: 2*one + one/2})
	put(t, s, entry("zhang", "k1"), entry("li", "k2"))
	before := s.Bytes()
	if err := s.Put(entry("wang", "k3")); !errors.Is(err, ErrFull) {
		t.Fatalf("third entry: %v", err)
	}
	if s.Holds("wang") || s.Bytes() != before {
		t.Errorf("a refused entry left traces: holds %t, %d bytes", s.Holds("wang"), s.Bytes())
	}
	put(t, s, entry("zhang", "k1")) // kept already, so not refused
	must(t, s.Remove("k1"))
	put(t, s, entry("wang", "k3"))
	wantDepth(t, s, 2)
}

func TestHoldsFollowsThePersonsEntries(t *testing.T) {
	s := fresh(t, Options{})
	steps := []struct {
		do   func() error
		want bool
	}{
		{func() error { return nil }, false},
		{func() error { return s.Put(entry("zhang", "k1")) }, true},
		{func() error { return s.Put(entry("zhang", "k2")) }, true},
		{func() error { return s.Remove("k1") }, true},
		{func() error { return s.Remove("unknown") }, true},
		{func() error { return s.Remove("k2") }, false},
		{func() error { return s.Remove("k2") }, false},
	}
	for i, step := range steps {
		must(t, step.do())
		if s.Holds("zhang") != step.want || s.Holds("li") {
			t.Errorf("step %d: holds zhang %t, li %t", i, s.Holds("zhang"), s.Holds("li"))
		}
	}
	if s.Bytes() != 0 {
		t.Errorf("%d bytes in an empty spool", s.Bytes())
	}
}

func TestOldest(t *testing.T) {
	s := fresh(t, Options{})
	if !s.Oldest().IsZero() {
		t.Errorf("oldest of nothing is %s", s.Oldest())
	}
	for i, age := range []time.Duration{time.Minute, time.Hour, time.Second} {
		e := entry("zhang", fmt.Sprint(i))
		e.Received = noon.Add(-age)
		put(t, s, e)
	}
	if got := noon.Sub(s.Oldest()); got != time.Hour {
		t.Errorf("oldest is %s old", got)
	}
	must(t, s.Remove("1"))
	if got := noon.Sub(s.Oldest()); got != time.Minute {
		t.Errorf("oldest is %s old after the removal", got)
	}
}

// Fifty Puts fill a batch whose clock never strikes, so they commit as one.
func TestConcurrentPutsShareOneCommit(t *testing.T) {
	s := fresh(t, Options{})
	const n = 50
	s.db.MaxBatchDelay, s.db.MaxBatchSize = time.Hour, n
	before := txid(t, s)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if err := s.Put(entry(fmt.Sprint("p", i%7), fmt.Sprint("k", i))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	wantDepth(t, s, n)
	if got := txid(t, s) - before; got != 1 {
		t.Errorf("%d commits for %d entries", got, n)
	}
}

// txid is the number of the last commit.
func txid(t *testing.T, s *Spool) int {
	t.Helper()
	tx, err := s.db.Begin(false)
	must(t, err)
	defer tx.Rollback()
	return tx.ID()
}

func TestFailedWriteIsNotKept(t *testing.T) {
	s := fresh(t, Options{})
	must(t, s.db.Close()) // as near as a test comes to a disk that fails
	if err := s.Put(entry("zhang", "k")); err == nil {
		t.Fatal("acknowledged without a disk")
	}
	wantDepth(t, s, 0)
	if s.Holds("zhang") || s.Bytes() != 0 {
		t.Error("a failed entry left traces")
	}
}

func TestClosedSpool(t *testing.T) {
	s := fresh(t, Options{})
	put(t, s, entry("zhang", "k"))
	must(t, s.Close())
	must(t, s.Close())
	if err := s.Put(entry("li", "k2")); !errors.Is(err, ErrClosed) {
		t.Errorf("put: %v", err)
	}
	if err := s.Remove("k"); !errors.Is(err, ErrClosed) {
		t.Errorf("remove: %v", err)
	}
}
