package archive

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/store"
	"gridbot/task"
)

func TestMove(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, a *Archive, _ *redistest.Server) {
		ctx := t.Context()
		may, june := ended(t, s, "m1", noon), ended(t, s, "m2", noon.AddDate(0, 1, 0))
		young := ended(t, s, "m3", noon.AddDate(0, 3, 0))
		open := ended(t, s, "m4", time.Time{})
		before := map[task.ID]store.Record{may: must(s.Record(ctx, may)), june: must(s.Record(ctx, june))}
		for i, want := range []Moved{{Tasks: 2}, {}} {
			if got, err := a.Move(ctx, s, "12", noon.AddDate(0, 2, 0)); got != want || err != nil {
				t.Errorf("%d: %+v %v", i, got, err)
			}
		}
		for id, r := range before {
			month, ok, err := s.Archived(ctx, id)
			check(t, err)
			if got, err := a.Find(id, month); !ok || err != nil || !got.Same(r) {
				t.Errorf("%s in %s: %v", id, month, err)
			}
			if _, err := s.Get(ctx, id); !errors.Is(err, task.ErrNotFound) {
				t.Errorf("%s is in Redis still: %v", id, err)
			}
		}
		for _, id := range []task.ID{young, open} {
			if _, ok, _ := s.Archived(ctx, id); ok || must(s.Get(ctx, id)).ID != id {
				t.Errorf("%s was moved", id)
			}
		}
	})
}

// A task somebody still has to be told of waits for it.
func TestMoveLeavesWhatHasNotices(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, a *Archive, _ *redistest.Server) {
		ctx := t.Context()
		id, _, err := s.Create(ctx, "m1", task.Change{After: task.Task{ID: task.ID{Street: "12"}, Status: task.Closed, OpenedAt: noon, ClosedAt: noon},
			Notices: []task.Notice{{To: task.Party{Kind: task.ToStaff, Staff: "7"}, About: task.AboutRated}}}, noon)
		check(t, err)
		move := func(want Moved) {
			t.Helper()
			if got, err := a.Move(ctx, s, "12", noon.Add(day)); got != want || err != nil {
				t.Errorf("%+v %v, want %+v", got, err, want)
			}
		}
		move(Moved{Left: 1})
		leased := must(s.Lease(ctx, "12", 1, noon, noon.Add(time.Minute)))[0]
		check(t, s.Bury(ctx, leased, noon, "why"))
		move(Moved{Left: 1})
		must(s.Sweep(ctx, "12", store.Retention{Buried: day}, noon.Add(2*day), mask))
		move(Moved{Tasks: 1})
		if _, ok, err := s.Archived(ctx, id); !ok || err != nil {
			t.Errorf("%v %v", ok, err)
		}
	})
}

// raw sends one command as it is, past the store.
func raw(t *testing.T, addr string, args ...string) {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	check(t, err)
	defer c.Close()
	fmt.Fprintf(c, "*%d\r\n", len(args))
	for _, x := range args {
		fmt.Fprintf(c, "$%d\r\n%s\r\n", len(x), x)
	}
	answer, err := bufio.NewReader(c).ReadString('\n')
	if err != nil || answer[0] == '-' {
		t.Fatalf("%s %v", answer, err)
	}
}

// A task that cannot be read stays where somebody can mend it, and holds up no other.
func TestMoveLeavesDamage(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, a *Archive, srv *redistest.Server) {
		r := records(t, s, 3)
		raw(t, srv.Addr(), "RPUSH", fmt.Sprint("gb:{s12}:log:", r[0].ID.Seq), "{")
		raw(t, srv.Addr(), "HSET", fmt.Sprint("gb:{s12}:task:", r[1].ID.Seq), "dg", "many")
		if got, err := a.Move(t.Context(), s, "12", noon.Add(day)); got != (Moved{Tasks: 1, Left: 2}) || err != nil {
			t.Errorf("%+v %v", got, err)
		}
		if got := tasks(t, a, "2026-05"); len(got) != 1 || !got[r[2].ID].Same(r[2]) {
			t.Errorf("%v", got)
		}
	})
}

// We died after the line was synced and before the task left Redis, and meanwhile
// it was masked: what the line says must not stay.
func TestMoveAfterACrash(t *testing.T) {
	for _, masked := range []bool{false, true} {
		t.Run(fmt.Sprint("masked ", masked), func(t *testing.T) {
			each(t, func(t *testing.T, s *store.Store, a *Archive, _ *redistest.Server) {
				r := records(t, s, 2)
				check(t, a.Append("12", "2026-05", r[:1]))
				if masked {
					check(t, s.Redact(t.Context(), r[0].ID, mask))
					check(t, s.Redact(t.Context(), r[1].ID, mask))
				}
				if got, err := a.Move(t.Context(), s, "12", noon.Add(day)); got != (Moved{Tasks: 2}) || err != nil {
					t.Fatalf("%+v %v", got, err)
				}
				text := file(t, a, "", "2026-05")
				if n := strings.Count(text, `"id":"`+r[0].ID.String()+`"`); n != 1 || leaks(text) == masked || len(tasks(t, a, "2026-05")) != 2 {
					t.Errorf("%d lines: %s", n, text)
				}
			})
		})
	}
}

// A task that changes between its line and its leaving stays in Redis, and its line
// is taken back, unless another process was faster: then its line may be the only one.
func TestTakeBack(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, a *Archive, _ *redistest.Server) {
		r := records(t, s, 3)
		check(t, s.Redact(t.Context(), r[0].ID, mask))
		if went, err := s.Shelve(t.Context(), "2026-05", r[1]); err != nil || !went[0] {
			t.Fatal(went, err)
		}
		m := moving{a: a, s: s, street: "12", touched: map[string]bool{}}
		check(t, m.month(t.Context(), "2026-05", r))
		if m.done != (Moved{Tasks: 1, Left: 2}) {
			t.Errorf("%+v", m.done)
		}
		got := tasks(t, a, "2026-05")
		if _, there := got[r[0].ID]; there || len(got) != 2 {
			t.Errorf("%v", got)
		}
		if must(s.Get(t.Context(), r[0].ID)).Version != 2 {
			t.Error("the changed one is gone")
		}
	})
}

func TestMoversAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, a *Archive, _ *redistest.Server) {
		all := records(t, s, 30)
		var both sync.WaitGroup
		for range 3 {
			both.Go(func() {
				if _, err := a.Move(t.Context(), s, "12", noon.Add(day)); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		got := tasks(t, a, "2026-05")
		for _, r := range all {
			if _, ok, err := s.Archived(t.Context(), r.ID); !ok || err != nil || !got[r.ID].Same(r) {
				t.Errorf("%s: archived %v, %v", r.ID, ok, err)
			}
		}
	})
}

// childVariable makes this program a process that moves tasks until it is killed:
// its value is the directory, then the addresses.
const childVariable = "ARCHIVE_TEST_CHILD"

func child() int {
	parts := strings.Split(os.Getenv(childVariable), ",")
	s, err := store.Open(store.Options{Addrs: parts[1:]})
	if err != nil {
		return 2
	}
	a, err := Open(parts[0])
	if err != nil {
		return 2
	}
	for {
		if _, err := a.Move(context.Background(), s, "12", noon.Add(day)); err != nil {
			fmt.Println(err)
			return 3
		}
	}
}

// A process that moves tasks is killed again and again, whatever it is doing, while
// others are stored: every task is in Redis or in a file, whole, and in none twice.
func TestMoveKilled(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, a *Archive, srv *redistest.Server) {
		var want []store.Record
		for round := range 6 {
			for i := range 20 {
				want = append(want, must(s.Record(t.Context(), ended(t, s, fmt.Sprintf("r%d.%d", round, i), noon))))
			}
			c := exec.Command(os.Args[0])
			c.Env = append(os.Environ(), childVariable+"="+strings.Join(append([]string{a.dir}, addresses(srv)...), ","))
			check(t, c.Start())
			// Killed once it has moved a few more of this round's tasks.
			for sure, end := want[len(want)-20+round*3].ID, time.Now().Add(30*time.Second); ; {
				if _, ok, err := s.Archived(t.Context(), sure); ok {
					break
				} else if check(t, err); time.Now().After(end) {
					t.Fatalf("%s was not moved", sure)
				}
			}
			check(t, c.Process.Kill())
			_ = c.Wait() // it was killed
		}
		must(a.Rewrite("12", "2026-05", Changes{Task: func(r store.Record) (store.Record, bool, error) { return r, true, nil }}))
		got := tasks(t, a, "2026-05")
		for _, r := range want {
			_, archived, err := s.Archived(t.Context(), r.ID)
			check(t, err)
			here, err := s.Record(t.Context(), r.ID)
			switch {
			case archived && (!errors.Is(err, task.ErrNotFound) || !got[r.ID].Same(r)):
				t.Errorf("%s is not whole in the archive only: %v", r.ID, err)
			case !archived && !here.Same(r):
				t.Errorf("%s is nowhere: %v", r.ID, err)
			}
		}
	})
}
