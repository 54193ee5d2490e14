package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"pgregory.net/rapid"

	"gridbot/redistest"
	"gridbot/task"
)

// backupOf is a file of these lines.
func backupOf(lines ...string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for _, l := range lines {
		_, _ = z.Write([]byte(l)) // into memory
	}
	_ = z.Close()
	return b.Bytes()
}

// sealed is one line with the right checksum.
func sealed(letter, data string) string {
	return letter + " " + castagnoli([]byte(data)) + " " + data + "\n"
}

// damaged are files that must not be restored, made from the lines of a good one.
func damaged(file []byte, lines []string) map[string][]byte {
	n := len(lines)
	swap := append([]string{}, lines...)
	swap[3], swap[4] = swap[4], swap[3]
	flip := append([]string{}, lines...)
	flip[3] = strings.Replace(flip[3], `"v"`, `"w"`, 1)
	out := map[string][]byte{
		"empty":                     {},
		"no gzip":                   []byte("gridbot"),
		"nothing in it":             backupOf(),
		"without its head":          backupOf(lines[1:]...),
		"without its end":           backupOf(lines[:n-1]...),
		"without a record":          backupOf(append(append([]string{}, lines[:5]...), lines[6:]...)...),
		"a record twice":            backupOf(append(append([]string{}, lines[:5]...), lines[4:]...)...),
		"two records swapped":       backupOf(swap...),
		"a record changed":          backupOf(flip...),
		"more behind its end":       backupOf(append(append([]string{}, lines...), lines[2])...),
		"two in one":                append(append([]byte{}, file...), file...),
		"another line":              backupOf(lines[0], "hello\n"),
		"another format":            backupOf(sealed("H", `{"format":9,"schema":"2"}`), sealed("E", `{}`)),
		"a head that is no head":    backupOf(sealed("H", `[]`)),
		"a record that is none":     whole1(sealed("R", `[]`)),
		"a key that is not ours":    whole1(sealed("R", `{"k":"other:1","t":"string","v":["x"]}`)),
		"a key that is left out":    whole1(sealed("R", `{"k":"`+schemaKey+`","t":"string","v":["2"]}`)),
		"an unknown type":           whole1(sealed("R", `{"k":"gb:{s1}:x","t":"tree","v":["x"]}`)),
		"no value":                  whole1(sealed("R", `{"k":"gb:{s1}:x","t":"list","v":[]}`)),
		"a score that is none":      whole1(sealed("R", `{"k":"gb:{s1}:x","t":"zset","v":["a","b"]}`)),
		"a member without a score":  whole1(sealed("R", `{"k":"gb:{s1}:x","t":"zset","v":["a"]}`)),
		"a field without a value":   whole1(sealed("R", `{"k":"gb:{s1}:x","t":"hash","v":["a"]}`)),
		"a stream that is cut off":  whole1(sealed("R", `{"k":"gb:{s1}:x","t":"stream","v":["1-1","4","f"]}`)),
		"a stream without a number": whole1(sealed("R", `{"k":"gb:{s1}:x","t":"stream","v":["1-1"]}`)),
	}
	for _, part := range []int{1, 2, 3, 4, 5, 6, 7} {
		out[fmt.Sprintf("cut off after %d/8", part)] = file[:len(file)*part/8]
	}
	out["cut off by a byte"] = file[:len(file)-1]
	return out
}

// whole1 is a file around one record whose sums are all right.
func whole1(record string) []byte {
	var b bytes.Buffer
	w := newLineWriter(&b)
	_ = w.write(headLine, head{Format: backupFormat, Schema: Schema})
	_, _ = w.sum.Write([]byte(record))
	_, _ = w.zip.Write([]byte(record))
	_ = w.end(tailLine{Records: 1})
	return b.Bytes()
}

func TestADamagedBackupIsRefusedWhole(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		settled(t, s, "12", 6)
		check(t, s.Check(t.Context()))
		file, _ := backedUp(t, s)
		lines := strings.SplitAfter(plain(t, file), "\n")
		files := damaged(file, lines[:len(lines)-1])
		check(t, srv.Flush(t.Context()))
		for name, bad := range files {
			if _, err := s.Restore(t.Context(), bytes.NewReader(bad), noon); !errors.Is(err, ErrBackup) {
				t.Errorf("%s: %v, want ErrBackup", name, err)
			}
			if n := len(dumped(t, s)); n > 0 {
				t.Fatalf("%s: %d keys were written", name, n)
			}
		}
		newer := backupOf(sealed("H", `{"format":1,"schema":"99"}`))
		if _, err := s.Restore(t.Context(), bytes.NewReader(newer), noon); !errors.Is(err, ErrSchema) || len(dumped(t, s)) > 0 {
			t.Errorf("a newer layout: %v, want ErrSchema", err)
		}
		must(s.Restore(t.Context(), bytes.NewReader(file), noon)) // the good one is good
	})
}

// collect reads a backup into memory.
func collect(file []byte) (string, error) {
	var out strings.Builder
	h, err := readBackup(bytes.NewReader(file), func(head) error { return nil }, func(r record) error {
		fmt.Fprintf(&out, "%#v\n", r)
		return nil
	})
	fmt.Fprintf(&out, "%v", h)
	return out.String(), err
}

// Whatever happens to the bytes of a backup, it is refused, or it says exactly
// what it said: a few bytes of gzip mean nothing.
func TestAnyChangedByteIsSeen(t *testing.T) {
	lines := []string{}
	for i := range 30 {
		lines = append(lines, fmt.Sprintf("3幢%d单元", i))
	}
	var b bytes.Buffer
	w := newLineWriter(&b)
	check(t, w.write(headLine, head{Format: backupFormat, Schema: Schema}))
	for i, l := range lines {
		check(t, w.write(recordLine, record{Key: fmt.Sprint("gb:{s1}:k", i), Kind: "string", Value: []binary{binary(l)}}))
	}
	check(t, w.end(tailLine{Records: len(lines)}))
	want := must(collect(b.Bytes()))
	rapid.Check(t, func(rt *rapid.T) {
		file := bytes.Clone(b.Bytes())
		for range rapid.IntRange(1, 3).Draw(rt, "changes") {
			i := rapid.IntRange(0, len(file)-1).Draw(rt, "at")
			file[i] ^= byte(rapid.IntRange(1, 255).Draw(rt, "bits"))
		}
		if got, err := collect(file); err == nil && got != want {
			rt.Fatalf("changed and not seen:\n%s", got)
		}
	})
}

func TestAnyStringComesBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := record{Key: "gb:{s1}:k", Kind: "list", Ends: 7, Part: 1}
		for range rapid.IntRange(1, 5).Draw(rt, "values") {
			want.Value = append(want.Value, binary(rapid.SliceOf(rapid.Byte()).Draw(rt, "value")), binary(rapid.String().Draw(rt, "text")))
		}
		var b bytes.Buffer
		w := newLineWriter(&b)
		check(t, w.write(headLine, head{Format: backupFormat}))
		check(t, w.write(recordLine, want))
		check(t, w.end(tailLine{Records: 1}))
		got := must(collect(b.Bytes()))
		if !strings.HasPrefix(got, fmt.Sprintf("%#v\n", want)) {
			rt.Fatalf("got %s\nwant %#v", got, want)
		}
	})
}

func FuzzReadBackup(f *testing.F) {
	f.Add(whole1(sealed("R", `{"k":"gb:{s1}:x","t":"list","v":["a",{"b":"/w=="}]}`)))
	f.Add(backupOf(sealed("H", `{"format":1}`), sealed("E", `{}`)))
	f.Add([]byte("gridbot"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if _, err := collect(file); err != nil && !errors.Is(err, ErrBackup) {
			t.Errorf("%v, want ErrBackup", err)
		}
	})
}

func TestOnlyIntoAnEmptyRedis(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		check(t, s.Check(t.Context()))
		file, _ := backedUp(t, withOneTask(t, s))
		for _, key := range []string{schemaKey, "of another program"} {
			check(t, srv.Flush(t.Context()))
			check(t, s.rdb.Set(t.Context(), key, "x", 0).Err())
			if _, err := s.Restore(t.Context(), bytes.NewReader(file), noon); !errors.Is(err, ErrNotEmpty) {
				t.Errorf("beside %s: %v, want ErrNotEmpty", key, err)
			}
			if got := dumped(t, s); len(got) != 1 || got[key] != "x" {
				t.Errorf("beside %s: now %v", key, got)
			}
		}
	})
}

func withOneTask(t testing.TB, s *Store) *Store {
	create(t, s, "m1", opened())
	return s
}

// A restore that dies leaves a Redis from which nothing serves, backs up, or is
// restored again before it was emptied.
func TestAHalfRestoredRedisIsNotUsed(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		settled(t, s, "12", 150)
		check(t, s.Check(t.Context()))
		file, _ := backedUp(t, s)
		check(t, srv.Flush(t.Context()))
		victim := connect(t, srv)
		victim.rdb.AddHook(&dieAt{batches: 2})
		if _, err := victim.Restore(t.Context(), bytes.NewReader(file), noon); !errors.Is(err, errDead) {
			t.Fatalf("the victim ended with %v", err)
		}
		if len(dumped(t, s)) < restoreBatch/4 {
			t.Error("nothing was written before it died")
		}
		if err := s.Check(t.Context()); !errors.Is(err, ErrSchema) || !strings.Contains(err.Error(), "restore") {
			t.Errorf("Check: %v, want ErrSchema and what to do", err)
		}
		if _, err := s.Restore(t.Context(), bytes.NewReader(file), noon); !errors.Is(err, ErrNotEmpty) {
			t.Errorf("Restore: %v, want ErrNotEmpty", err)
		}
		if _, err := s.Backup(t.Context(), &bytes.Buffer{}, little()); !errors.Is(err, ErrSchema) {
			t.Errorf("Backup: %v, want ErrSchema", err)
		}
		check(t, srv.Flush(t.Context()))
		must(s.Restore(t.Context(), bytes.NewReader(file), noon))
		check(t, s.Check(t.Context()))
	})
}

// dieAt fails every batch of a restore from the given one on.
type dieAt struct{ batches int }

func (d *dieAt) DialHook(next redis.DialHook) redis.DialHook { return next }

func (d *dieAt) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }

func (d *dieAt) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if len(cmds) > gatherMost {
			d.batches--
		}
		if d.batches <= 0 {
			return errDead
		}
		return next(ctx, cmds)
	}
}

func TestARestoreThatSendsTwiceWritesOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		settled(t, s, "12", 12)
		for i := range 2*whole + 3 {
			check(t, s.rdb.RPush(t.Context(), streetOf("12").log(1001), encodeEvent(task.Event{Kind: task.Progress, At: at(time.Duration(i)), Note: fmt.Sprint(i)})).Err())
		}
		check(t, s.Check(t.Context()))
		before := dumped(t, s)
		file, _ := backedUp(t, s)
		check(t, srv.Flush(t.Context()))
		doubled := connect(t, srv)
		doubled.rdb.AddHook(twice{})
		must(doubled.Restore(t.Context(), bytes.NewReader(file), noon))
		sameBut(t, before, dumped(t, s))
	})
}

// An older layout is restored as it is, and then moved on.
func TestAnOlderBackupIsRestoredAndMigrated(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		streets := old(t, s)
		before := dumped(t, s)
		file, _ := backedUp(t, s)
		check(t, srv.Flush(t.Context()))
		if r := must(s.Restore(t.Context(), bytes.NewReader(file), noon)); r.Schema != "1" {
			t.Errorf("%+v", r)
		}
		if err := s.Check(t.Context()); !errors.Is(err, ErrSchema) || !strings.Contains(err.Error(), "gridbot migrate") {
			t.Errorf("before it was migrated: %v", err)
		}
		must(s.Migrate(t.Context(), migration1(wind)))
		windsAll(t, s, streets, before)
	})
}
