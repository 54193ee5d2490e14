package store

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/task"
)

var redises, targets redistest.Set // targets are for what goes from one Redis to another

func TestMain(m *testing.M) {
	var code int
	defer func() { os.Exit(code) }()
	defer redises.Close()
	defer targets.Close()
	code = m.Run()
}

// each runs f on an empty real node, cluster node and stand-in.
func each(t *testing.T, f func(t *testing.T, s *Store, srv *redistest.Server)) {
	t.Helper()
	redises.Each(t, func(t *testing.T, srv *redistest.Server) { f(t, connect(t, srv), srv) })
}

// addresses names the server once, or a cluster's one node twice: several
// addresses are what makes Open take the client for clusters.
func addresses(srv *redistest.Server) []string {
	if srv.Cluster() {
		return []string{srv.Addr(), srv.Addr()}
	}
	return []string{srv.Addr()}
}

func connect(t testing.TB, srv *redistest.Server) *Store {
	t.Helper()
	return connectWith(t, Options{Addrs: addresses(srv)})
}

func connectWith(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// eventually asks again and again until yes says so, and fails after a while.
func eventually(t testing.TB, what string, yes func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	end := time.After(10 * time.Second)
	for !yes() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// lapse makes a key reach the end of its life, which must be at most life away:
// on the stand-in by letting that time pass, on a real server by moving the end.
func lapse(t *testing.T, s *Store, srv *redistest.Server, key string, life time.Duration) {
	t.Helper()
	left := must(s.rdb.PTTL(t.Context(), key).Result())
	if left <= 0 || left > life {
		t.Fatalf("%s lives for %v, want at most %v", key, left, life)
	}
	if !srv.Real() {
		srv.Advance(life)
		return
	}
	check(t, s.rdb.PExpire(t.Context(), key, time.Millisecond).Err())
	eventually(t, key+" is gone", func() bool { return s.rdb.Exists(t.Context(), key).Val() == 0 })
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// must is for calls whose failure leaves nothing to test.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// together runs f n times at once and waits for all.
func together(n int, f func(i int)) {
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			f(i)
		})
	}
	close(start)
	all.Wait()
}

// noon is the moment most tests begin at.
var noon = time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)

func at(d time.Duration) time.Time { return noon.Add(d) }

var resident = task.Person{Account: "main", OpenID: "oResident1"}

// neighbour is one of many residents.
func neighbour(i int) task.Person {
	return task.Person{Account: "main", OpenID: fmt.Sprintf("oNeighbour%d", i)}
}

// opened is a clear report as the desk stores it: reported, accepted and given
// to staff member 7 of grid g1, who is told, with the entry for the resident's list.
func opened() task.Change {
	c := task.Change{After: task.Task{
		ID: task.ID{Street: "12"}, Status: task.Dispatched, Category: "streetlight", Urgency: task.Normal,
		Text: "3幢楼下路灯不亮了，晚上老人走路看不见", Reporter: resident,
		Place:   task.Place{Text: "幸福里小区3幢", Microgrid: "m31", Grid: "g1"},
		Reason:  "路灯 0.97; 楼道灯 0.02",
		Handler: "7", HandlerName: "王建国",
		Plan:     task.Plan{Accept: at(2 * time.Hour), Contact: at(8 * time.Hour), Finish: at(120 * time.Hour), Return: at(48 * time.Hour)},
		OpenedAt: noon, DispatchedAt: noon,
	}}
	c.Events = []task.Event{
		{Kind: task.Opened, At: noon, By: task.ByResident, To: task.Pending, Target: "streetlight"},
		{Kind: task.Accept, At: noon, By: task.BySystem, From: task.Pending, To: task.Accepted, Target: "streetlight"},
		{Kind: task.Dispatch, At: noon, By: task.BySystem, From: task.Accepted, To: task.Dispatched, Target: "7"},
	}
	c.Notices = []task.Notice{
		{To: task.Party{Kind: task.ToStaff, Staff: "7"}, About: task.AboutNew},
		{To: task.Party{Kind: task.ToList, Person: resident}, About: task.AboutLink},
	}
	return c
}

// create stores a change as a new task.
func create(t testing.TB, s *Store, key string, c task.Change) task.ID {
	t.Helper()
	id, again, err := s.Create(t.Context(), key, c, noon)
	if err != nil || again {
		t.Fatalf("create %s: again %v, %v", key, again, err)
	}
	return id
}

// turnInto is a move to a status that tells staff member 7 about it.
func turnInto(to task.Status) func(task.Task) (task.Change, error) {
	return func(before task.Task) (task.Change, error) {
		after := before
		after.Status = to
		return task.Change{Before: before, After: after,
			Events:  []task.Event{{Kind: task.Progress, At: noon, By: task.ByStaff, ID: "7", From: before.Status, To: to}},
			Notices: []task.Notice{{Task: before.ID, To: task.Party{Kind: task.ToStaff, Staff: "7"}, About: task.AboutNew}},
		}, nil
	}
}

// within bounds a call that is expected to take long.
func within(t testing.TB, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}
