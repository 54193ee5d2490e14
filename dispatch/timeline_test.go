package dispatch

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gridbot/grid"
	"gridbot/task"
)

const leader = "s90"

// led is the sample street with somebody who leads it.
func led(t testing.TB) *world {
	t.Helper()
	w := quick(t)
	w.staff = append(w.staff, grid.Staff{ID: leader, Name: "方书记", Posts: []grid.Post{{Role: grid.StreetLeader, Area: street}}})
	w.people(func(*grid.Staff) {})
	w.join(leader)
	return w
}

// outboxAfter empties the outbox of what becomes due within a while, at no later time.
func (w *world) outboxAfter(d time.Duration) {
	w.t.Helper()
	w.pass(d)
	w.outbox()
	w.pass(-d)
}

// timeline leaves a task alone and lets a poller look at it at each moment its clocks
// name, until a day at most. Each line says when, and who hears what, sorted; "-" is
// nobody.
func (w *world) timeline(id task.ID, until string) []string {
	w.t.Helper()
	var out []string
	for range 99 {
		x := must(w.store.Get(w.ctx(), id))
		if x.Next.IsZero() || x.Next.After(w.at(until)) {
			return out
		}
		w.reach(x.Next)
		if did := must(w.desk.Tick(w.ctx(), id)); !did {
			w.t.Fatalf("nothing was done at %s:\n%s", say(w, x.Next), strings.Join(out, "\n"))
		}
		out = append(out, say(w, w.clock())+" "+w.heard())
	}
	w.t.Fatalf("it never ends:\n%s", strings.Join(out, "\n"))
	return nil
}

// sorted puts what is heard, written in any order, into the order heard gives.
func sorted(line string) string {
	parts := strings.Split(line, ", ")
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

// heard empties the outbox into one line, "-" for nothing.
func (w *world) heard() string {
	w.t.Helper()
	told := w.outbox()
	slices.Sort(told)
	if len(told) == 0 {
		return "-"
	}
	return strings.Join(told, ", ")
}

// reach sets the clock forward to a moment; it never goes back.
func (w *world) reach(at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if at.After(w.now) {
		w.now = at
	}
}

// rings sets the clock, lets a poller look once and says who hears what.
func (w *world) rings(at string, id task.ID) string {
	w.t.Helper()
	w.reach(w.at(at))
	must(w.desk.Tick(w.ctx(), id))
	return w.heard()
}

// wantLines compares a timeline with the lines of a text.
func wantLines(t testing.TB, got []string, want string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(want), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	if !slices.Equal(got, lines) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(lines, "\n"))
	}
}
