package spool

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// A power cut in the middle of a commit leaves any part of its pages on the disk,
// in any order, but never its meta page without the others: bbolt syncs in between
// and again before Put returns. Whatever part it is, every entry acknowledged
// before is there.
func TestPowerCutAtAnyPageOfACommit(t *testing.T) {
	if s := fresh(t, Options{}); s.db.NoSync || s.db.NoGrowSync {
		t.Fatal("the file is not synced")
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	s := fresh(t, Options{})
	page := os.Getpagesize()
	var due []string
	cuts, damages := 0, 0
	before := image(t, s)
	for n := range 30 {
		e := entry(fmt.Sprint("p", n%3), fmt.Sprint("k", n))
		e.Raw = make([]byte, rnd.IntN(3*page))
		put(t, s, e)
		if n%4 == 3 {
			must(t, s.Remove(due[0]))
			before = image(t, s)
			due = append(due[1:], e.Key)
			continue
		}
		after := image(t, s)
		for range 3 {
			if cut(t, rnd, before, after, due) {
				damages++
			}
			cuts++
		}
		before, due = after, append(due, e.Key)
	}
	t.Logf("%d power cuts in the middle of a commit: no acknowledged entry lost; %d files were damaged and rescued", cuts, damages)
}

func image(t *testing.T, s *Spool) []byte {
	t.Helper()
	b, err := os.ReadFile(s.path)
	must(t, err)
	return b
}

// cut writes some of the pages in which two images differ and opens the result. In
// one case of three all pages are there and the meta page is torn.
func cut(t *testing.T, rnd *rand.Rand, before, after []byte, due []string) (damage bool) {
	t.Helper()
	page := os.Getpagesize()
	file := append(bytes.Clone(before), make([]byte, len(after)-len(before))...)
	torn := rnd.IntN(3) == 0
	for at := 0; at < len(after); at += page {
		old, new := file[at:at+page], after[at:at+page]
		switch {
		case bytes.Equal(old, new):
		case at >= 2*page && (torn || rnd.IntN(2) == 0):
			copy(old, new)
		case at < 2*page && torn:
			copy(old, new[:pageHead+rnd.IntN(metaLen)])
		}
	}
	path := filepath.Join(t.TempDir(), "messages.db")
	must(t, os.WriteFile(path, file, 0o600))
	s := open(t, path, Options{})
	for _, key := range due {
		if s.items[key] == nil {
			t.Errorf("%s was acknowledged and is lost (torn meta %v)", key, torn)
		}
	}
	return s.Damage() != nil
}
