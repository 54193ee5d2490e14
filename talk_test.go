package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gridbot/redistest"
	"gridbot/task"
)

// TestTalk plays every conversation of testdata/talk, whose language README.md
// there explains. Each goes through the real webhook, signed and encrypted as the
// platform does it, on the embedded stand-in, on a real Redis and on a cluster node.
// Together they make every move there is.
func TestTalk(t *testing.T) {
	files, err := filepath.Glob("testdata/talk/*.txt")
	if err != nil || len(files) < 24 {
		t.Fatalf("%d conversations found (%v), at least 24 wanted", len(files), err)
	}
	var talks []talk
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parseTalk(f, string(text))
		if err != nil {
			t.Error(err)
		}
		talks = append(talks, parsed)
	}
	for _, kind := range []struct {
		name string
		o    redistest.Options
	}{
		{"embedded", redistest.Options{Kind: redistest.Embedded}},
		{"redis", redistest.Options{Kind: redistest.Real, AppendFsync: "no"}},
		{"cluster", redistest.Options{Kind: redistest.Real, Cluster: true, AppendFsync: "no"}},
	} {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			redis := redistest.ForTest(t, kind.o)
			made, played := map[task.Kind]bool{}, 0
			for _, talk := range talks {
				name := strings.TrimSuffix(filepath.Base(talk.file), ".txt")
				t.Run(name, func(t *testing.T) {
					played++
					play(t, redis, talk, made)
				})
			}
			for _, move := range task.Kinds() {
				if played == len(talks) && !made[move] && move != task.Replan { // which waits for a year's holidays
					t.Errorf("no conversation has the move %s (%s)", moveNames[move], move)
				}
			}
		})
	}
}

// play performs one conversation on an empty Redis and notes the moves made in it.
func play(t *testing.T, redis *redistest.Server, k talk, made map[task.Kind]bool) {
	t.Helper()
	if err := redis.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := newStage(t, redis)
	for _, l := range k.lines {
		if err := s.perform(l); err != nil {
			t.Fatalf("%s:%d: %s\n\t%v", k.file, l.number, l.text, err)
		}
	}
	if err := s.finish(); err != nil {
		t.Errorf("%s: at the end: %v", k.file, err)
	}
	if err := s.moves(made); err != nil {
		t.Error(err)
	}
}
