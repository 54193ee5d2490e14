package task

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// history is a random life of one task: whoever, whatever, whenever. What must
// hold after every move stands in its checks.
type history struct {
	task  Task
	now   time.Time
	moves int
}

// people are those who act in a random life: the same ones as in the tables,
// with the flags they have towards the task drawn anew each time.
func people() []string { return []string{"li", "wang", "chen", "zhou", "sun", "zhao"} }

// drawActor draws anybody, in any hat.
func drawActor(rt *rapid.T) Actor {
	switch rapid.IntRange(0, 9).Draw(rt, "hat") {
	case 0:
		return system
	case 1, 2, 3:
		return reporter
	case 4:
		return resident
	}
	a := staff(rapid.SampledFrom(people()).Draw(rt, "who"))
	if a.ID == "zhao" {
		a.Person = zhao
	}
	a.Desk, a.InGrid, a.Above = rapid.Bool().Draw(rt, "desk"), rapid.Bool().Draw(rt, "grid"), rapid.Bool().Draw(rt, "above")
	return a
}

// drawHandler draws a person who really has the task more often than chance
// would, so that lives get past their first signature.
func (h *history) drawHandler(rt *rapid.T) Actor {
	if h.task.Handler != "" && rapid.IntRange(0, 3).Draw(rt, "the handler") > 0 {
		return staff(h.task.Handler, inGrid)
	}
	return drawActor(rt)
}

func drawTarget(rt *rapid.T) Assignee {
	id := rapid.SampledFrom(append(people(), "")).Draw(rt, "to")
	switch id {
	case "":
		return Assignee{}
	case "zhao":
		return Assignee{ID: id, Name: id, Person: zhao}
	}
	return to(id)
}

func drawMedia(rt *rapid.T) []Media {
	var media []Media
	for range rapid.IntRange(0, 3).Draw(rt, "media") {
		media = append(media, Media{ID: rapid.StringMatching("[a-z]{4}").Draw(rt, "id"), Kind: rapid.SampledFrom([]string{Image, Voice}).Draw(rt, "kind")})
	}
	return media
}

func (h *history) drawMove(rt *rapid.T) Move {
	h.now = h.now.Add(time.Duration(rapid.IntRange(0, 48*60).Draw(rt, "minutes")) * time.Minute)
	return Move{
		Kind:     rapid.SampledFrom(append(Kinds(), "nonsense")).Draw(rt, "move"),
		By:       h.drawHandler(rt),
		At:       h.now,
		Note:     rapid.SampledFrom([]string{"", " ", "好了", "已联系路灯所，明天上午更换", "已更换三幢楼下的灯泡"}).Draw(rt, "note"),
		To:       drawTarget(rt),
		Category: rapid.SampledFrom([]Category{{}, light, gas, complaint}).Draw(rt, "category"),
		Urgency:  rapid.SampledFrom(append(Urgencies(), "")).Draw(rt, "urgency"),
		Plan:     during(h.now),
		Rating:   rapid.SampledFrom([]Rating{"", Satisfied, Acceptable, Dissatisfied}).Draw(rt, "rating"),
		Media:    drawMedia(rt),
		Silent:   rapid.Bool().Draw(rt, "silent"),
	}
}

// clone copies a task with its media, to see later whether it was written to.
func clone(t Task) Task {
	t.Media = append([]Media(nil), t.Media...)
	return t
}

// step makes one random move and checks everything about it.
func (h *history) step(rt *rapid.T) {
	m := h.drawMove(rt)
	before, media := clone(h.task), append([]Media(nil), m.Media...)
	c, err := h.task.Apply(m)
	if !reflect.DeepEqual(clone(h.task), before) || !reflect.DeepEqual(append([]Media(nil), m.Media...), media) {
		rt.Fatalf("%s wrote to the task or to the move it was given", m.Kind)
	}
	if err != nil {
		refused(rt, c, err)
		return
	}
	h.accepted(rt, m, c)
	h.task = c.After
	h.moves++
}

func refused(rt *rapid.T, c Change, err error) {
	if !reflect.DeepEqual(c, Change{}) {
		rt.Fatalf("refused with %v, but with a change: %+v", err, c)
	}
	for _, sentinel := range []error{ErrNotFound, ErrNotYours, ErrOwnReport, ErrStatus, ErrTaken, ErrNoteTooShort, ErrNoTarget,
		ErrRuled, ErrReturnLate, ErrUrgedRecently, ErrUrgeEarly, ErrConfirmSafety, ErrReopenLate, ErrCategory, ErrMove,
		ErrCritical, ErrTooLong, ErrExtended, ErrExtendLate, ErrNoWish, ErrAppealed, ErrReason, ErrHelpersOpen, ErrJoined, ErrMerge, ErrNotDue} {
		if errors.Is(err, sentinel) {
			return
		}
	}
	rt.Fatalf("%v is none of the sentinels", err)
}

func (h *history) accepted(rt *rapid.T, m Move, c Change) {
	if !reflect.DeepEqual(c.Before, h.task) {
		rt.Fatalf("%s: before is %+v, was %+v", m.Kind, c.Before, h.task)
	}
	if len(c.Events) != 1 || c.Events[0].Kind != m.Kind || c.Events[0].From != h.task.Status || c.Events[0].To != c.After.Status {
		rt.Fatalf("%s from %s to %s leaves %+v", m.Kind, h.task.Status, c.After.Status, c.Events)
	}
	kept(rt, m, h.task, c.After)
	owned(rt, m, c.After)
	ownMemory(rt, m, c)
	rightlyTold(rt, m, c)
}

// kept checks what no move may ever change.
func kept(rt *rapid.T, m Move, before, after Task) {
	if after.Version != before.Version || after.ID != before.ID || !strings.HasPrefix(after.Text, before.Text) || after.Danger != before.Danger ||
		after.OpenedAt != before.OpenedAt || after.Reason != before.Reason {
		rt.Fatalf("%s changed what never changes: %+v → %+v", m.Kind, before, after)
	}
	if after.Text != before.Text && m.Kind != Supplement {
		rt.Fatalf("%s put %q into the report", m.Kind, after.Text)
	}
	if after.Reporter != before.Reporter && m.Kind != Forget {
		rt.Fatalf("%s changed the reporter", m.Kind)
	}
	if after.Returns < before.Returns || after.Reworks < before.Reworks || after.Urges < before.Urges || before.Supervised && !after.Supervised {
		rt.Fatalf("%s took back a count: %+v → %+v", m.Kind, before, after)
	}
	if len(after.Media) < len(before.Media) || !reflect.DeepEqual(clone(Task{Media: after.Media[:len(before.Media)]}), clone(Task{Media: before.Media})) {
		rt.Fatalf("%s lost or changed media: %v → %v", m.Kind, before.Media, after.Media)
	}
	if after.Danger >= 2 && after.Urgency != Critical {
		rt.Fatalf("%s slowed a danger down to %s", m.Kind, after.Urgency)
	}
}

// owned checks that an open task is somebody's: the desk's, or one person's,
// who is never its reporter.
func owned(rt *rapid.T, m Move, t Task) {
	switch {
	case t.Status.AtDesk() && (t.Handler != "" || t.HandlerName != ""):
		rt.Fatalf("%s: %s at the desk, but with the handler %q", m.Kind, t.Status, t.Handler)
	case t.Status.Open() && !t.Status.AtDesk() && t.Handler == "":
		rt.Fatalf("%s: %s without a handler", m.Kind, t.Status)
	case t.Handler != t.HandlerName: // the same in these tests
		rt.Fatalf("%s: handler %q is named %q", m.Kind, t.Handler, t.HandlerName)
	case t.Handler == "zhao" && t.Reporter == zhao:
		rt.Fatalf("%s: the reporter has the own report", m.Kind)
	case t.Status == Feedback && t.Reporter.Zero():
		rt.Fatalf("%s: waits for a resident who is gone", m.Kind)
	case t.Status.Over() == t.ClosedAt.IsZero():
		rt.Fatalf("%s: %s, closed at %v", m.Kind, t.Status, t.ClosedAt)
	case (t.Status == Checking || t.Status == Feedback) == t.FinishedAt.IsZero() && t.Status != Closed:
		rt.Fatalf("%s: %s, finished at %v", m.Kind, t.Status, t.FinishedAt)
	}
}

// ownMemory writes into the change's media and looks whether anything else
// changes with them.
func ownMemory(rt *rapid.T, m Move, c Change) {
	all := [][]Media{c.Before.Media, c.After.Media, c.Events[0].Media, m.Media}
	for i := range all {
		for j := i + 1; j < len(all); j++ {
			if share(all[i], all[j]) {
				rt.Fatalf("%s: media %d and %d share memory", m.Kind, i, j)
			}
		}
	}
}

// share tells whether two slices reach into the same array, also beyond their
// length, where an append would write.
func share(a, b []Media) bool {
	a, b = a[:cap(a)], b[:cap(b)]
	for i := range a {
		for j := range b {
			if &a[i] == &b[j] {
				return true
			}
		}
	}
	return false
}

// rightlyTold checks that nobody is told of their own move, nobody of nothing,
// and nobody twice the same.
func rightlyTold(rt *rapid.T, m Move, c Change) {
	seen := map[Notice]bool{}
	for _, n := range c.Notices {
		switch {
		case n.To.Kind == ToResident && (m.By.Kind == ByResident || n.To.Person.Zero() || m.Silent):
			rt.Fatalf("%s by %s: the resident is told %s", m.Kind, m.By.Kind, n.About)
		case n.To.Kind == ToStaff && (n.To.Staff == "" || n.To.Staff == m.By.ID):
			rt.Fatalf("%s by %q: %q is told %s", m.Kind, m.By.ID, n.To.Staff, n.About)
		case seen[n]:
			rt.Fatalf("%s: told twice: %+v", m.Kind, n)
		}
		seen[n] = true
	}
	if c.After.Handler != c.Before.Handler && c.After.Handler != "" && c.After.Handler != m.By.ID && !knows(c.Notices, c.After.Handler) {
		rt.Fatalf("%s: %s has it now and does not know", m.Kind, c.After.Handler)
	}
}

func knows(notices []Notice, id string) bool {
	for _, n := range notices {
		if n.To.Staff == id {
			return true
		}
	}
	return false
}

func drawReport(rt *rapid.T) Report {
	return Report{Street: "12", At: eight, Text: rapid.SampledFrom([]string{"", "路灯不亮"}).Draw(rt, "text"), Media: drawMedia(rt), Reporter: zhao,
		Category: rapid.SampledFrom([]Category{light, gas, complaint}).Draw(rt, "category"),
		Danger:   rapid.IntRange(0, 2).Draw(rt, "danger"), Place: place, Plan: during(eight)}
}

func TestRandomLives(t *testing.T) {
	lives, moves, reached := 0, 0, map[Status]int{}
	rapid.Check(t, func(rt *rapid.T) {
		h := &history{task: New(drawReport(rt)).After, now: eight}
		kept(rt, Move{Kind: Opened}, h.task, h.task)
		owned(rt, Move{Kind: Opened}, h.task)
		for range rapid.IntRange(100, 500).Draw(rt, "steps") {
			h.step(rt)
			reached[h.task.Status]++
			if h.task.Status == Withdrawn || h.task.Reporter.Zero() && h.task.Status.Over() {
				h.task = New(drawReport(rt)).After // nothing more can happen: another matter
				lives++
			}
		}
		lives++
		moves += h.moves
	})
	t.Logf("%d lives, %d accepted moves, statuses seen after a step: %v", lives, moves, reached)
	for _, s := range Statuses() {
		if reached[s] == 0 {
			t.Errorf("no random life was ever %s: the property says nothing about it", s)
		}
	}
}

// TestEveryLifeCanEnd looks for a dead end: from wherever a random life stands,
// the people who are there for it bring it to its end.
func TestEveryLifeCanEnd(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := &history{task: New(drawReport(rt)).After, now: eight}
		for range rapid.IntRange(0, 120).Draw(rt, "steps") {
			h.step(rt)
		}
		stood := h.task.Status
		for i := 0; !h.task.Status.Over(); i++ {
			if i > 6 {
				rt.Fatalf("stood in %s and ends in %s, not over", stood, h.task.Status)
			}
			c, err := h.task.Apply(h.onward())
			if err != nil {
				rt.Fatalf("stood in %s, no way on from %s: %v", stood, h.task.Status, err)
			}
			h.task = c.After
		}
	})
}

// onward is the move that brings the task one status nearer to its end.
func (h *history) onward() Move {
	does := func(k Kind, by Actor) Move { return move(k, by, at(h.now), give("lin")) }
	switch h.task.Status {
	case Pending, Accepted, Returned:
		return does(Dispatch, system)
	case Dispatched:
		return does(Sign, staff(h.task.Handler))
	case Signed, Processing:
		return does(Finish, staff(h.task.Handler))
	case Checking:
		return does(Pass, staff("somebody", atDesk))
	}
	return does(Rate, reporter)
}
