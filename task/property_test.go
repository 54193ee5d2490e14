package task

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// history is a random life of one task: whoever, whatever, whenever. What must
// hold after every move stands in its checks.
type history struct {
	task   Task
	now    time.Time
	made   int     // moves accepted since it was born
	events []Event // all it has left
	tally  *tally
}

// tally counts what the random lives of a test came to.
type tally struct {
	lives, steps, moves int
	reached             map[Status]int
	accepted            map[Kind]int
}

func newTally() *tally { return &tally{reached: map[Status]int{}, accepted: map[Kind]int{}} }

// born begins another life.
func (h *history) born(rt *rapid.T) {
	c := New(drawReport(rt))
	h.task, h.now, h.made, h.events = c.After, eight, 0, c.Events
	h.task.ID.Seq = 1042
	h.tally.lives++
	owned(rt, Move{Kind: Opened}, h.task)
	stands(rt, Move{Kind: Opened}, h.task)
}

// step makes one random move and checks everything about it.
func (h *history) step(rt *rapid.T) {
	m := h.drawMove(rt)
	before, given := h.task.clone(), m
	given.Media, given.Helpers, given.Rings = slices.Clone(m.Media), slices.Clone(m.Helpers), slices.Clone(m.Rings)
	c, err := h.task.Apply(m)
	h.tally.steps++
	if !reflect.DeepEqual(h.task, before) || !reflect.DeepEqual(m, given) {
		rt.Fatalf("%s wrote to the task or to the move it was given", m.Kind)
	}
	if err != nil {
		refused(rt, c, err)
		return
	}
	if !reflect.DeepEqual(c.Before, h.task) {
		rt.Fatalf("%s: before is %+v, was %+v", m.Kind, c.Before, h.task)
	}
	oneEventOf(rt, m, c)
	invariants(rt, m, c)
	h.task, h.events = c.After, append(h.events, c.Events...)
	h.made++
	h.tally.moves++
	h.tally.accepted[m.Kind]++
}

// lived checks the whole history of a life: its events lead from one to the next and
// end where the task stands.
func (h *history) lived(rt *rapid.T) {
	if got := replayed(rt, h.events); got != h.task.Status || len(h.events) != h.made+1 {
		rt.Fatalf("%d moves left %d events that end in %s, the task stands in %s", h.made, len(h.events), got, h.task.Status)
	}
}

func refused(rt *rapid.T, c Change, err error) {
	if !reflect.DeepEqual(c, Change{}) {
		rt.Fatalf("refused with %v, but with a change: %+v", err, c)
	}
	for _, sentinel := range []error{ErrNotFound, ErrNotYours, ErrOwnReport, ErrStatus, ErrTaken, ErrNoteTooShort, ErrNoTarget,
		ErrRuled, ErrReturnLate, ErrUrgedRecently, ErrUrgeEarly, ErrConfirmSafety, ErrReopenLate, ErrCategory, ErrMove,
		ErrCritical, ErrTooLong, ErrExtended, ErrExtendLate, ErrNoWish, ErrAppealed, ErrReason, ErrHelpersOpen, ErrJoined, ErrMerge, ErrNotDue, ErrPlace, ErrUrgency, ErrSame, ErrLower} {
		if errors.Is(err, sentinel) {
			return
		}
	}
	rt.Fatalf("%v is none of the sentinels", err)
}

// spent tells whether next to nothing can happen to a task any more.
func spent(t *Task) bool {
	return t.Status == Withdrawn || t.Status == Rejected && t.Appealed || t.Status.Over() && t.Reporter.Zero()
}

func TestRandomLives(t *testing.T) {
	tally, histories := newTally(), 0
	rapid.Check(t, func(rt *rapid.T) {
		histories++
		h := &history{tally: tally}
		h.born(rt)
		for range rapid.IntRange(200, 600).Draw(rt, "steps") {
			h.step(rt)
			tally.reached[h.task.Status]++
			if spent(&h.task) || h.task.Status.Over() && rapid.IntRange(0, 7).Draw(rt, "enough") == 0 {
				h.lived(rt)
				h.born(rt)
			}
		}
		h.lived(rt)
	})
	t.Logf("%d histories of %d lives: %d moves tried, %d accepted", histories, tally.lives, tally.steps, tally.moves)
	t.Logf("statuses after a step: %s", inOrder(Statuses(), tally.reached))
	t.Logf("moves accepted: %s", inOrder(Kinds(), tally.accepted))
	for _, s := range Statuses() {
		if tally.reached[s] == 0 {
			t.Errorf("no random life was ever %s: the property says nothing about it", s)
		}
	}
	for _, k := range Kinds() {
		if (tally.accepted[k] == 0) != (k == Opened) {
			t.Errorf("%s was accepted %d times in all random lives", k, tally.accepted[k])
		}
		if _, known := residentHears()[k]; !known && rules[k].do != nil && rules[k].who(&Task{}, reporter) != nil {
			t.Errorf("nothing says whether the resident hears of %s", k)
		}
	}
}

func inOrder[K comparable](all []K, counts map[K]int) string {
	var out []string
	for _, k := range all {
		out = append(out, fmt.Sprint(k, " ", counts[k]))
	}
	return strings.Join(out, ", ")
}

// TestEveryLifeCanEnd looks for a dead end: from wherever a random life stands,
// the people who are there for it bring it to its end.
func TestEveryLifeCanEnd(t *testing.T) {
	ended, tally := map[Status]int{}, newTally()
	rapid.Check(t, func(rt *rapid.T) {
		h := &history{tally: tally}
		h.born(rt)
		for range rapid.IntRange(100, 300).Draw(rt, "steps") {
			h.step(rt)
			h.ends(rt, ended)
			if spent(&h.task) {
				h.born(rt)
			}
		}
	})
	t.Logf("lives ended, by where they stood: %s", inOrder(Statuses(), ended))
	for _, s := range Statuses() {
		if ended[s] == 0 && !s.Over() {
			t.Errorf("no life was ended from %s: the property says nothing about it", s)
		}
	}
}

// ends brings a copy of the task to its end, and counts where it stood.
func (h *history) ends(rt *rapid.T, ended map[Status]int) {
	x, now := h.task.clone(), h.now
	most := 8 + len(x.Helpers) // from part of another to its rating, with the help of all
	for i := 0; !x.Status.Over(); i++ {
		if i > most {
			rt.Fatalf("stood in %s and ends in %s, not over", h.task.Status, x.Status)
		}
		m := onward(&x, now)
		c, err := x.Apply(m)
		if err != nil {
			rt.Fatalf("stood in %s, no way on from %s with %s: %v", h.task.Status, x.Status, m.Kind, err)
		}
		x, now = c.After, m.At
	}
	ended[h.task.Status]++
}

// onward is the move that brings a task one status nearer to its end, of those that
// need no resident.
func onward(t *Task, now time.Time) Move {
	does := func(k Kind, by Actor) Move { return move(k, by, at(now), give("lin")) }
	switch t.Status {
	case Pending, Accepted, Returned:
		return does(Dispatch, system)
	case NeedInfo, Suspended:
		return does(Resume, system)
	case Merged:
		return does(Unmerge, system)
	case Dispatched:
		return does(Sign, staff(t.Handler))
	case Checking:
		return does(Pass, staff("somebody", atDesk))
	case Feedback:
		return move(Silence, system, at(t.Until))
	}
	for _, h := range t.Helpers {
		if h.Done.IsZero() {
			return does(Complete, staff(h.ID))
		}
	}
	return does(Finish, staff(t.Handler))
}
