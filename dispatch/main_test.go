package dispatch

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gridbot/grid"
	"gridbot/redistest"
	"gridbot/sample"
	"gridbot/store"
	"gridbot/task"
)

var redises redistest.Set

func TestMain(m *testing.M) {
	store.LogTo(func(string) {}) // the client would tell of every outage the tests make
	var code int
	defer func() { os.Exit(code) }()
	defer redises.Close()
	code = m.Run()
}

// The people of the sample street, by what they are there.
const (
	dispatcher1, dispatcher2 = "s01", "s02"
	secretary                = "s03" // of the community that holds grid1 and grid2
	head1, head2             = "s05", "s06"
	full1a, full1b           = "s11", "s12" // the two full-time workers of grid1
	full2, part2             = "s13", "s18"
	head6, part6             = "s10", "s17" // grid6 has no full-time worker
	full3                    = "s14"
	guide, property          = "s19", "s20"

	street              = "12"
	grid1, grid2, grid6 = "120101", "120102", "120203"
)

var resident = task.Person{Account: "main", OpenID: "oResident1"}

// person is the WeChat identity of a member of staff.
func person(staff string) task.Person { return task.Person{Account: "main", OpenID: "o-" + staff} }

// world is the sample street with a desk, on a clock that is set by hand.
type world struct {
	t     testing.TB
	srv   *redistest.Server
	store *store.Store
	desk  *Desk
	cal   *grid.Calendar
	areas []grid.Area
	staff []grid.Staff

	mu     sync.Mutex
	now    time.Time
	alarms []string
	moved  []task.Kind
	album  Album
	woken  []string
	n      int
}

// each runs f on an empty real node, cluster node and stand-in.
func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	redises.Each(t, func(t *testing.T, srv *redistest.Server) { f(t, settle(t, srv)) })
}

// quick is a world on the stand-in, for rules that do not depend on the store.
func quick(t testing.TB) *world {
	t.Helper()
	return settle(t, redistest.ForTest(t, redistest.Options{Kind: redistest.Embedded}))
}

// settle puts the sample street into a Redis and a desk before it. Everybody of
// the staff has joined and written just now. It is Monday, 1 June 2026, 10:00.
func settle(t testing.TB, srv *redistest.Server) *world {
	t.Helper()
	w := &world{t: t, srv: srv, store: connect(t, srv), cal: must(grid.NewCalendar(grid.CalendarOptions{}))}
	w.set("2026-06-01 10:00")
	w.areas = must(grid.ReadAreas(bytes.NewReader(sample.Areas)))
	w.staff = must(grid.ReadStaff(bytes.NewReader(sample.Staff)))
	w.desk = w.newDesk(w.store)
	w.people(func(*grid.Staff) {})
	for _, s := range w.staff {
		w.join(s.ID)
	}
	return w
}

// addresses names the server once, or a cluster's one node twice: several
// addresses are what makes the store a cluster's client.
func addresses(srv *redistest.Server) []string {
	if srv.Cluster() {
		return []string{srv.Addr(), srv.Addr()}
	}
	return []string{srv.Addr()}
}

func connect(t testing.TB, srv *redistest.Server) *store.Store {
	t.Helper()
	s := must(store.Open(store.Options{Addrs: addresses(srv)}))
	t.Cleanup(func() { check(t, s.Close()) })
	return s
}

func (w *world) newDesk(s *store.Store) *Desk {
	return must(New(Options{Store: s, Categories: must(task.DefaultCategories()), Calendar: w.cal, Now: w.clock, Alike: .2, Mask: func(s string) string { return strings.ReplaceAll(s, "13800001111", "138******11") },
		Alarm: w.alarm, Moved: w.count, Wake: w.wake}))
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) at(s string) time.Time {
	return must(time.ParseInLocation("2006-01-02 15:04", s, w.cal.Location()))
}

func (w *world) set(s string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.at(s)
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) alarm(kind, detail string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.alarms = append(w.alarms, kind+": "+detail)
}

func (w *world) count(k task.Kind) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.moved = append(w.moved, k)
}

func (w *world) wake(street string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.woken = append(w.woken, street)
}

// alarmed tells how many alarms of a kind there were.
func (w *world) alarmed(kind string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, a := range w.alarms {
		if strings.HasPrefix(a, kind+": ") {
			n++
		}
	}
	return n
}

// people imports the staff again, each changed by f.
func (w *world) people(f func(s *grid.Staff)) {
	w.t.Helper()
	for i := range w.staff {
		f(&w.staff[i])
	}
	check(w.t, w.store.SaveDirectory(w.ctx(), w.areas, w.staff))
	if fresh, err := w.desk.Refresh(w.ctx()); err != nil || !fresh {
		w.t.Fatalf("refresh after an import: %v, %v", fresh, err)
	}
}

// away puts people on leave.
func (w *world) away(ids ...string) {
	w.t.Helper()
	w.people(func(s *grid.Staff) { s.Away = s.Away || slices.Contains(ids, s.ID) })
}

// join binds a member of staff to their person, both ways.
func (w *world) join(staff string) {
	w.t.Helper()
	check(w.t, w.store.AddCodes(w.ctx(), []store.Code{{Code: "code-" + staff, Staff: staff}}))
	must(w.store.Join(w.ctx(), "code-"+staff, person(staff)))
	w.speak(person(staff), store.Profile{Staff: staff}, store.MessageWindow())
}

// speak lets a person send a message, which opens their window and keeps their profile.
func (w *world) speak(p task.Person, profile store.Profile, window store.Window) {
	w.t.Helper()
	turn := must(w.store.Begin(w.ctx(), p, w.key(), window, false, w.clock()))
	check(w.t, w.store.Commit(w.ctx(), turn, store.Ending{Profile: profile}, w.clock()))
}

// key is a new key of a message.
func (w *world) key() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.n++
	return fmt.Sprintf("m%d", w.n)
}

func (w *world) ctx() context.Context { return w.t.Context() }

func (w *world) category(id string) task.Category {
	c, ok := w.desk.Categories().Get(id)
	if !ok {
		w.t.Fatalf("no category %s", id)
	}
	return c
}

// report is a clear report of a kind of matter from a grid, "" for nowhere known.
func (w *world) report(category, gridID string) Opening {
	o := Opening{Key: w.key(), Street: street, Reporter: resident, Text: "3幢楼下路灯不亮了", Category: w.category(category),
		Sure: category != task.Unclassified}
	if gridID != "" {
		o.Place = task.Place{Text: "幸福里小区3幢", Microgrid: gridID + "01", Grid: gridID}
	}
	return o
}

// open makes a task of a report. Where it becomes part of another, that one follows at
// once, as the courier makes it do.
func (w *world) open(o Opening) task.Task {
	w.t.Helper()
	t, err := w.desk.Open(w.ctx(), o)
	if err != nil {
		w.t.Fatalf("open: %v", err)
	}
	if t.Parent != 0 {
		check(w.t, w.desk.Follow(w.ctx(), t.ID, t.Parent))
	}
	return t
}

// by is an order of a member of staff.
func by(staff string, t task.Task, k task.Kind) Order {
	return Order{Task: t.ID, Move: k, Staff: staff, Person: person(staff), Note: "已经到现场更换了灯泡，现在亮了"}
}

// from is an order of the reporter.
func from(t task.Task, k task.Kind) Order {
	return Order{Task: t.ID, Move: k, Person: t.Reporter, Note: "还是不亮"}
}

// do makes a move that has to work.
func (w *world) do(o Order) task.Task {
	w.t.Helper()
	if o.Key == "" {
		o.Key = w.key()
	}
	t, err := w.desk.Do(w.ctx(), o)
	if err != nil {
		w.t.Fatalf("%s by %q: %v", o.Move, o.Staff, err)
	}
	return t
}

// refused makes a move that has to fail.
func (w *world) refused(o Order, want error) task.Task {
	w.t.Helper()
	if o.Key == "" {
		o.Key = w.key()
	}
	t, err := w.desk.Do(w.ctx(), o)
	wantErr(w.t, err, want)
	return t
}

// outbox takes out everything that is due and says whom it tells what, in order:
// "s11 staff.new", "resident resident.signed", "list list.link".
func (w *world) outbox() []string {
	w.t.Helper()
	var out []string
	for _, l := range w.taken() {
		to := l.To.Staff
		if to == "" {
			to = string(l.To.Kind)
		}
		out = append(out, to+" "+string(l.About))
	}
	return out
}

func (w *world) lease() []store.Leased {
	w.t.Helper()
	return must(w.store.Lease(w.ctx(), street, 500, w.clock(), w.clock().Add(time.Minute)))
}

// told checks what the outbox holds, whatever the order.
func (w *world) told(want ...string) {
	w.t.Helper()
	got := w.outbox()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		w.t.Errorf("told\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// total is how long a queue is.
func (w *world) total(p store.Page, err error) int {
	w.t.Helper()
	check(w.t, err)
	return p.Total
}
