package media

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gridbot/sample"
	"gridbot/task"
)

var one = task.ID{Street: "12", Seq: 1001}

// folder is an empty one.
func folder(t testing.TB) *Folder {
	t.Helper()
	f, err := Open(Options{Dir: t.TempDir(), MaxBytes: 4 << 20})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// files lists what lies in a folder, but its key.
func files(t testing.TB, f *Folder) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(f.o.Dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() != keyFile {
			rel, _ := filepath.Rel(f.o.Dir, path)
			out = append(out, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func put(t testing.TB, f *Folder, id task.ID, medium string, data []byte) {
	t.Helper()
	if _, err := f.Put(t.Context(), id, medium, bytes.NewReader(data)); err != nil {
		t.Fatalf("put %s: %v", medium, err)
	}
}

func TestPutAndRead(t *testing.T) {
	f := folder(t)
	if f.Has(one, "m1") {
		t.Fatal("there before it was put")
	}
	size, err := f.Put(t.Context(), one, "m1", bytes.NewReader(sample.Photo(1)))
	if err != nil || !f.Has(one, "m1") {
		t.Fatalf("put: %v", err)
	}
	name := f.Name(one, "m1")
	if want := []string{"12/1001/" + name, "12/1001/" + name + small}; !slices.Equal(files(t, f), want) {
		t.Errorf("files %v, want %v", files(t, f), want)
	}
	kind, whole, err := f.File(one, name, false)
	_, preview, err2 := f.File(one, name, true)
	if kind != JPEG || err != nil || err2 != nil || int64(len(whole)+len(preview)) != size {
		t.Errorf("read %s, %d and %d bytes of %d: %v, %v", kind, len(whole), len(preview), size, err, err2)
	}
	if strings.Contains(name, "m1") || f.Name(one, "m1") != name || f.Name(task.ID{Street: "12", Seq: 1002}, "m1") == name {
		t.Error("the name tells what it is of, or does not depend on the task")
	}
	info, err := os.Stat(filepath.Join(f.o.Dir, "12", "1001", name))
	if err != nil || info.Mode().Perm() != fileMode {
		t.Errorf("readable by %v: %v", info.Mode(), err)
	}
	put(t, f, one, "m1", sample.Photo(1)) // again
	if len(files(t, f)) != 2 {
		t.Errorf("after putting it again: %v", files(t, f))
	}
}

// Nobody leads a path out of the folder, and what is not there is told as that.
func TestPathsStayInside(t *testing.T) {
	f := folder(t)
	for _, id := range []task.ID{{}, {Street: "..", Seq: 1}, {Street: "a/b", Seq: 1}, {Street: "12", Seq: -1}} {
		if _, err := f.Put(t.Context(), id, "m", bytes.NewReader(sample.Photo(1))); err == nil || f.Has(id, "m") {
			t.Errorf("%v was put", id)
		}
		if _, err := f.Keep(id, nil, time.Now()); err == nil {
			t.Errorf("%v was emptied", id)
		}
	}
	for _, name := range []string{"", "..", "../../key", keyFile, strings.Repeat("A", 32)} {
		if _, _, err := f.File(one, name, false); !errors.Is(err, ErrNone) {
			t.Errorf("file %q: %v", name, err)
		}
	}
}

func TestBounds(t *testing.T) {
	f, err := Open(Options{Dir: t.TempDir(), MaxBytes: 1000, MinFree: 0})
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Put(t.Context(), one, "m", bytes.NewReader(make([]byte, 1001)))
	if !errors.Is(err, ErrTooLarge) || !errors.Is(err, ErrRefused) {
		t.Errorf("too many bytes: %v", err)
	}
	f.o.MinFree = 1 << 62
	if _, err = f.Put(t.Context(), one, "m", bytes.NewReader(sample.Photo(1))); !errors.Is(err, ErrFull) || errors.Is(err, ErrRefused) {
		t.Errorf("no room: %v", err)
	}
	if left := files(t, f); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	f.one <- struct{}{} // somebody decodes
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	f.o.MinFree, f.o.MaxBytes = 0, 1<<20
	if _, err = f.Put(gone, one, "m", bytes.NewReader(sample.Photo(1))); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting after the end: %v", err)
	}
}

func TestKeep(t *testing.T) {
	f, other := folder(t), task.ID{Street: "12", Seq: 1002}
	for _, m := range []string{"a", "b", "c"} {
		put(t, f, one, m, sample.Photo(1))
	}
	put(t, f, other, "a", voice(3))
	dir := filepath.Join(f.o.Dir, "12", "1001")
	for name, old := range map[string]bool{partBegin + "old": true, partBegin + "new": false} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("half"), fileMode); err != nil {
			t.Fatal(err)
		}
		if old {
			if err := os.Chtimes(path, time.Time{}, time.Now().Add(-2*partFor)); err != nil {
				t.Fatal(err)
			}
		}
	}
	n, err := f.Keep(one, []task.Media{{ID: "b"}}, time.Now())
	if err != nil || n != 5 || !f.Has(one, "b") || f.Has(one, "a") || !f.Has(other, "a") { // two of each, and what a crash left
		t.Errorf("removed %d, %v; left %v", n, err, files(t, f))
	}
	if err := os.Remove(filepath.Join(dir, partBegin+"new")); err != nil {
		t.Errorf("what is being written is gone: %v", err)
	}
	if n, err = f.Keep(one, nil, time.Now()); n != 2 || err != nil {
		t.Errorf("removed %d, %v", n, err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the empty folder stays: %v", err)
	}
	if n, err = f.Keep(one, nil, time.Now()); n != 0 || err != nil {
		t.Errorf("again: %d, %v", n, err)
	}
}

// The key is made once, whoever is first, and then stays.
func TestKey(t *testing.T) {
	dir := t.TempDir()
	keys := make([]string, 8)
	var all sync.WaitGroup
	for i := range keys {
		all.Go(func() {
			if f, err := Open(Options{Dir: dir, MaxBytes: 1}); err == nil {
				keys[i] = hex.EncodeToString(f.key)
			}
		})
	}
	all.Wait()
	if keys = slices.Compact(keys); len(keys) != 1 || len(keys[0]) != 2*keyBytes {
		t.Errorf("keys %v", keys)
	}
	info, err := os.Stat(filepath.Join(dir, keyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key is %v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(filepath.Join(dir, keyFile), []byte("short"), fileMode); err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{Dir: dir, MaxBytes: 1}, {MaxBytes: 1}, {Dir: dir}, {Dir: dir, MaxBytes: 1, Key: []byte("short")}} {
		if _, err := Open(o); err == nil {
			t.Errorf("opened with %+v", o)
		}
	}
}

// writes is set for the process that TestKilledWhileWriting kills.
const writes = "MEDIA_TEST_WRITES_TO"

// TestWrites is that process: it puts photos until it dies.
func TestWrites(t *testing.T) {
	dir := os.Getenv(writes)
	if dir == "" {
		return
	}
	f, err := Open(Options{Dir: dir, MaxBytes: 4 << 20})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100_000 {
		put(t, f, one, string(rune('a'+i%20)), sample.Photo(1))
	}
}

// Whenever the process is killed, what is found where files are looked for is whole.
func TestKilledWhileWriting(t *testing.T) {
	f := folder(t)
	for range 5 {
		c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWrites$")
		c.Env = append(os.Environ(), writes+"="+f.o.Dir)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		seen := len(files(t, f))
		for len(files(t, f)) < seen+3 && len(files(t, f)) < 20 { // it is at work
			time.Sleep(time.Millisecond)
		}
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = c.Wait()
	}
	whole := 0
	for i := range 20 {
		name := f.Name(one, string(rune('a'+i)))
		kind, data, err := f.File(one, name, false)
		if errors.Is(err, ErrNone) {
			continue
		}
		whole++
		if _, bad := decoderOf(JPEG).whole(data); err != nil || kind != JPEG || bad != nil {
			t.Errorf("file %d: %s, %v, %v", i, kind, err, bad)
		}
		if _, _, err := f.File(one, name, true); err != nil {
			t.Errorf("a file without its preview: %v", err)
		}
	}
	if whole == 0 {
		t.Error("nothing was written before the kill")
	}
}
