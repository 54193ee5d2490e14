package spool

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var errAway = errors.New("redis is away")

// log collects what a replay was offered; it may be used by several persons' lines.
type log struct {
	mu   sync.Mutex
	keys []string
}

func (l *log) add(e Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.keys = append(l.keys, e.Key)
}

// of returns the keys that begin with a person's name.
func (l *log) of(person string) (keys []string) {
	for _, k := range l.keys {
		if strings.HasPrefix(k, person) {
			keys = append(keys, k)
		}
	}
	return keys
}

func (l *log) finish(_ context.Context, e Entry) Verdict {
	l.add(e)
	return Finished()
}

func wantReplay(t *testing.T, s *Spool, want int, f func(context.Context, Entry) Verdict) {
	t.Helper()
	n, err := s.Replay(t.Context(), f)
	if n != want || err != nil {
		t.Fatalf("replay: %d, %v; want %d", n, err, want)
	}
}

func TestReplayKeepsEachPersonsOrder(t *testing.T) {
	s := fresh(t, Options{Workers: 4})
	for i := range 5 {
		for _, p := range []string{"zhang", "li", "wang"} {
			put(t, s, entry(p, fmt.Sprint(p, i)))
		}
	}
	var seen log
	wantReplay(t, s, 15, seen.finish)
	for _, p := range []string{"zhang", "li", "wang"} {
		want := []string{p + "0", p + "1", p + "2", p + "3", p + "4"}
		if got := seen.of(p); !slices.Equal(got, want) {
			t.Errorf("%s: %v", p, got)
		}
	}
	wantDepth(t, s, 0)
	wantReplay(t, s, 0, seen.finish)
}

func TestReplayKeepsOrderAcrossReopening(t *testing.T) {
	s := fresh(t, Options{})
	put(t, s, entry("zhang", "zhang0"), entry("zhang", "zhang1"))
	must(t, s.Close())
	s = open(t, s.path, Options{})
	put(t, s, entry("zhang", "zhang2"))
	var seen log
	wantReplay(t, s, 3, seen.finish)
	if want := []string{"zhang0", "zhang1", "zhang2"}; !slices.Equal(seen.keys, want) {
		t.Errorf("order %v", seen.keys)
	}
}

func TestReplayBeginsWithWhoWaitsLongest(t *testing.T) {
	s := fresh(t, Options{Workers: 1})
	put(t, s, entry("wang", "wang0"), entry("li", "li0"), entry("wang", "wang1"), entry("zhang", "zhang0"))
	var seen log
	wantReplay(t, s, 4, seen.finish)
	if want := []string{"wang0", "wang1", "li0", "zhang0"}; !slices.Equal(seen.keys, want) {
		t.Errorf("order %v", seen.keys)
	}
}

func TestLaterStopsOnePersonsLineOnly(t *testing.T) {
	s := fresh(t, Options{})
	put(t, s, entry("zhang", "zhang0"), entry("zhang", "zhang1"), entry("li", "li0"))
	var seen log
	wantReplay(t, s, 1, func(ctx context.Context, e Entry) Verdict {
		seen.add(e)
		if e.Person == "zhang" {
			return Later(errAway)
		}
		return Finished()
	})
	if len(seen.keys) != 2 || !s.Holds("zhang") || s.Holds("li") {
		t.Fatalf("offered %v; holds zhang %t, li %t", seen.keys, s.Holds("zhang"), s.Holds("li"))
	}
	wantReplay(t, s, 2, seen.finish)
}

func TestLaterIsCountedWithItsReason(t *testing.T) {
	s := fresh(t, Options{})
	put(t, s, entry("zhang", "k"))
	reasons := []error{errAway, nil, errors.New(strings.Repeat("久", 200))}
	wants := []string{errAway.Error(), errNoReason.Error(), strings.Repeat("久", maxReason/3)}
	for i, reason := range reasons {
		wantReplay(t, s, 0, func(context.Context, Entry) Verdict { return Later(reason) })
		bytes := s.Bytes()
		must(t, s.Close())
		s = open(t, s.path, Options{})
		e, err := s.read(1)
		must(t, err)
		if e.Attempts != i+1 || e.LastError != wants[i] {
			t.Errorf("attempts %d, reason %q", e.Attempts, e.LastError)
		}
		if s.Bytes() != bytes {
			t.Errorf("%d bytes on disk, %d counted", s.Bytes(), bytes)
		}
	}
}

func TestZeroVerdictKeepsTheEntry(t *testing.T) {
	s := fresh(t, Options{})
	put(t, s, entry("zhang", "k"))
	wantReplay(t, s, 0, func(context.Context, Entry) Verdict { return Verdict{} })
	wantDepth(t, s, 1)
}

func TestPanicStopsOnePersonsLineOnly(t *testing.T) {
	s := fresh(t, Options{})
	put(t, s, entry("zhang", "zhang0"), entry("li", "li0"))
	wantReplay(t, s, 1, func(_ context.Context, e Entry) Verdict {
		if e.Person == "zhang" {
			panic("a message that breaks the parser")
		}
		return Finished()
	})
	e, err := s.read(1)
	must(t, err)
	if e.Attempts != 1 || !strings.Contains(e.LastError, "breaks the parser") {
		t.Errorf("entry after the panic: %+v", e)
	}
}

// Both lines wait for each other, which only works side by side.
func TestPersonsAreReplayedSideBySide(t *testing.T) {
	s := fresh(t, Options{Workers: 2})
	put(t, s, entry("zhang", "k1"), entry("li", "k2"))
	var both sync.WaitGroup
	both.Add(2)
	wantReplay(t, s, 2, func(context.Context, Entry) Verdict {
		both.Done()
		both.Wait()
		return Finished()
	})
}

func TestWorkersBoundTheReplay(t *testing.T) {
	s := fresh(t, Options{Workers: 3})
	for i := range 20 {
		put(t, s, entry(fmt.Sprint("p", i), fmt.Sprint("k", i)))
	}
	var mu sync.Mutex
	var now, most int
	wantReplay(t, s, 20, func(context.Context, Entry) Verdict {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		defer func() { mu.Lock(); now--; mu.Unlock() }()
		return Finished()
	})
	if most > 3 {
		t.Errorf("%d at the same time", most)
	}
}

func TestEntriesThatJoinMeanwhileAreOffered(t *testing.T) {
	s := fresh(t, Options{})
	put(t, s, entry("zhang", "zhang0"))
	var seen log
	wantReplay(t, s, 2, func(ctx context.Context, e Entry) Verdict {
		if e.Key == "zhang0" {
			put(t, s, entry("zhang", "zhang1"))
		}
		return seen.finish(ctx, e)
	})
	wantDepth(t, s, 0)
}

func TestEntryRemovedDuringItsReplay(t *testing.T) {
	for name, v := range map[string]Verdict{"finished": Finished(), "later": Later(errAway)} {
		t.Run(name, func(t *testing.T) {
			s := fresh(t, Options{})
			put(t, s, entry("zhang", "k"))
			_, err := s.Replay(t.Context(), func(context.Context, Entry) Verdict {
				must(t, s.Remove("k"))
				return v
			})
			must(t, err)
			must(t, s.Close())
			s = open(t, s.path, Options{})
			wantDepth(t, s, 0)
		})
	}
}

func TestOneReplayAtATime(t *testing.T) {
	s := fresh(t, Options{})
	put(t, s, entry("zhang", "k"))
	wantReplay(t, s, 1, func(ctx context.Context, _ Entry) Verdict {
		if _, err := s.Replay(ctx, (&log{}).finish); !errors.Is(err, ErrReplaying) {
			t.Errorf("second replay: %v", err)
		}
		return Finished()
	})
}

func TestReplayEndsWithItsContext(t *testing.T) {
	s := fresh(t, Options{Workers: 1})
	put(t, s, entry("zhang", "k1"), entry("zhang", "k2"), entry("li", "k3"))
	ctx, cancel := context.WithCancel(t.Context())
	n, err := s.Replay(ctx, func(context.Context, Entry) Verdict {
		cancel()
		return Finished()
	})
	if n != 1 || !errors.Is(err, context.Canceled) {
		t.Errorf("replay: %d, %v", n, err)
	}
	wantDepth(t, s, 2)
}

func TestClosedSpoolReplaysNothing(t *testing.T) {
	s := fresh(t, Options{})
	put(t, s, entry("zhang", "k"))
	must(t, s.Close())
	wantReplay(t, s, 0, func(context.Context, Entry) Verdict {
		t.Error("offered after Close")
		return Finished()
	})
}

func TestOldEntriesGoToAPerson(t *testing.T) {
	now := noon
	var handed log
	refuse := errAway
	s := fresh(t, Options{
		Now: func() time.Time { return now },
		Expired: func(_ context.Context, e Entry) error {
			handed.add(e)
			return refuse
		},
	})
	put(t, s, entry("zhang", "zhang0"))
	now = noon.Add(DefaultMaxAge)
	young := entry("zhang", "zhang1")
	young.Received = now
	put(t, s, young)

	wantReplay(t, s, 0, func(context.Context, Entry) Verdict { return Later(errAway) }) // of age, not over it
	if len(handed.keys) != 0 {
		t.Fatal("handed over at exactly the limit")
	}
	now = now.Add(time.Microsecond)
	var seen log
	wantReplay(t, s, 0, seen.finish) // the person cannot be reached: all stays
	refuse = nil
	wantReplay(t, s, 2, seen.finish)
	if !slices.Equal(handed.keys, []string{"zhang0", "zhang0"}) || !slices.Equal(seen.keys, []string{"zhang1"}) {
		t.Errorf("handed %v, replayed %v", handed.keys, seen.keys)
	}
	wantDepth(t, s, 0)
}

func TestOldEntryWithoutATakerStaysVisibly(t *testing.T) {
	s := fresh(t, Options{Now: func() time.Time { return noon.Add(7 * 24 * time.Hour) }})
	old, young := entry("zhang", "zhang0"), entry("li", "li0")
	young.Received = time.Time{}
	put(t, s, old, young)
	var seen log
	n, err := s.Replay(t.Context(), seen.finish)
	if n != 1 || !errors.Is(err, ErrNoExpired) || !s.Holds("zhang") {
		t.Errorf("replay: %d, %v; holds %t", n, err, s.Holds("zhang"))
	}
}

// A later entry whose write ended first must not overtake the one before it.
func TestUnfinishedHeadIsNotOvertaken(t *testing.T) {
	s := fresh(t, Options{})
	first, mine, err := s.reserve(entry("zhang", "zhang0"))
	if err != nil || !mine {
		t.Fatal(mine, err)
	}
	put(t, s, entry("zhang", "zhang1"))
	var seen log
	wantReplay(t, s, 0, seen.finish)
	s.settle(first, errAway) // its write failed: the line goes on without it
	wantReplay(t, s, 1, seen.finish)
}
