package task

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// cell is one combination of the table.
type cell struct {
	kind   Kind
	status Status
	actor  string
	want   string
}

// byDefault is the answer to who stands in no line.
func byDefault(actor string) string {
	switch actor {
	case "resident", "stranger":
		return "."
	case "himself":
		return "own"
	}
	return "no"
}

// cells reads the table above. It refuses one that leaves out a move or a status, or
// has one twice, so that something forgotten fails the test instead of hiding.
func cells(t *testing.T) []cell {
	t.Helper()
	var all []cell
	moves := map[Kind]bool{}
	for _, block := range strings.Split(strings.TrimSpace(workflow), "\n\n") {
		lines := strings.Split(block, "\n")
		name, _, _ := strings.Cut(lines[0], ":")
		kind := Kind(name)
		if moves[kind] || !slices.Contains(Kinds(), kind) {
			t.Fatalf("%s stands twice or is no move", kind)
		}
		moves[kind] = true
		left := Statuses()
		for _, line := range lines[1:] {
			var some []Status
			left, some = named(t, line, left)
			_, answers, _ := strings.Cut(line, " : ")
			for _, status := range some {
				all = append(all, row(t, kind, status, answers)...)
			}
		}
		if len(left) > 0 {
			t.Fatalf("%s says nothing of %v", kind, left)
		}
	}
	if len(moves) != len(Kinds()) {
		t.Fatalf("the table has %d moves, there are %d", len(moves), len(Kinds()))
	}
	return all
}

// named takes the statuses of a line from those that are left.
func named(t *testing.T, line string, left []Status) (rest, some []Status) {
	t.Helper()
	names, _, _ := strings.Cut(line, " : ")
	if strings.TrimSpace(names) == "*" {
		return nil, left
	}
	for _, name := range strings.Fields(names) {
		at := slices.Index(left, Status(name))
		if at < 0 {
			t.Fatalf("%q: %s is no status or stands twice", line, name)
		}
		some = append(some, left[at])
		left = slices.Delete(slices.Clone(left), at, at+1)
	}
	return left, some
}

// row is a status' answers to every actor.
func row(t *testing.T, kind Kind, status Status, answers string) []cell {
	t.Helper()
	want := map[string]string{}
	for _, group := range strings.Split(answers, ";") {
		words := strings.Fields(group)
		for _, actor := range words[:len(words)-1] {
			if _, known := actors()[actor]; !known || want[actor] != "" {
				t.Fatalf("%s in %s: %q is nobody or stands twice", kind, status, actor)
			}
			want[actor] = words[len(words)-1]
		}
	}
	var out []cell
	for actor := range actors() {
		c := cell{kind, status, actor, want[actor]}
		if c.want == "" {
			c.want = byDefault(actor)
		}
		out = append(out, c)
	}
	return out
}

// ready gives a task what a move needs besides its status.
func ready(k Kind, t Task) Task {
	switch k {
	case Respond, Complete:
		t.Helpers[0].Done, t.Helpers[0].Answered = time.Time{}, time.Time{}
	case Confirm:
		t.Urgency = Critical
	case SendBack:
		t.From = "wu"
	case Shed:
		t.Merged = []int64{1001}
	case AskExtension, Extend:
		t.Plan = during(nextNoon)
	case RefuseExtension:
		t.Wish = nextNoon.Add(30 * time.Hour)
	}
	return t
}

func actors() map[string]Actor {
	return map[string]Actor{"reporter": reporter, "resident": resident, "handler": handler, "colleague": colleague,
		"chief": chief, "senior": senior, "desk": desk, "system": system, "stranger": stranger, "himself": himself,
		"joined": joined, "helper": helper}
}

// outcome puts what Apply answered into the words of the table.
func outcome(before Task, c Change, err error) string {
	sentinels := map[error]string{ErrNotFound: ".", ErrNotYours: "no", ErrStatus: "!", ErrTaken: "taken",
		ErrOwnReport: "own", ErrMove: "?"}
	switch {
	case err == nil && c.After.Status == before.Status:
		return "="
	case err == nil:
		return string(c.After.Status)
	}
	for sentinel, word := range sentinels {
		if errors.Is(err, sentinel) {
			return word
		}
	}
	return err.Error()
}

// same tells whether the cell's word and the answer mean the same: a move that
// ends where it began may be written either way.
func (c cell) same(got string) bool {
	return got == c.want || got == "=" && c.want == string(c.status)
}

func TestWorkflow(t *testing.T) {
	all := cells(t)
	accepted := 0
	for _, c := range all {
		before := ready(c.kind, in(c.status))
		change, err := before.Apply(move(c.kind, actors()[c.actor]))
		if got := outcome(before, change, err); !c.same(got) {
			t.Errorf("%s %s by %s: got %s, want %s", c.status, c.kind, c.actor, got, c.want)
		}
		if !reflect.DeepEqual(before, ready(c.kind, in(c.status))) {
			t.Errorf("%s %s by %s: the task itself was changed", c.status, c.kind, c.actor)
		}
		if err == nil {
			accepted++
			oneEvent(t, c, before, change)
		} else if !reflect.DeepEqual(change, Change{}) {
			t.Errorf("%s %s by %s: refused, but with a change: %+v", c.status, c.kind, c.actor, change)
		}
	}
	t.Logf("%d combinations walked: %d moves × %d statuses × %d actors; %d accepted, %d refused",
		len(all), len(Kinds()), len(Statuses()), len(actors()), accepted, len(all)-accepted)
}

// oneEvent checks the line an accepted move leaves in the history.
func oneEvent(t *testing.T, c cell, before Task, change Change) {
	t.Helper()
	by := actors()[c.actor]
	if len(change.Events) != 1 {
		t.Fatalf("%s %s by %s: %d events, want 1", c.status, c.kind, c.actor, len(change.Events))
	}
	e := change.Events[0]
	if e.Kind != c.kind || !e.At.Equal(nextNoon) || e.By != by.Kind || e.ID != by.ID || e.Name != by.Name ||
		e.From != before.Status || e.To != change.After.Status || e.Note == "" {
		t.Errorf("%s %s by %s: event %+v", c.status, c.kind, c.actor, e)
	}
}

func TestSightComesBeforeEverything(t *testing.T) {
	for _, k := range append(Kinds(), "nonsense") {
		for _, s := range Statuses() {
			if _, err := in(s).Apply(move(k, stranger)); !errors.Is(err, ErrNotFound) {
				t.Errorf("%s in %s: a stranger learns %v", k, s, err)
			}
		}
	}
	if _, err := in(Signed).Apply(move("nonsense", handler)); !errors.Is(err, ErrMove) {
		t.Errorf("an unknown move: %v", err)
	}
}

func TestNobodyWithoutAnIDIsTheHandler(t *testing.T) {
	nameless := Actor{Kind: ByStaff, InGrid: true}
	for _, k := range Kinds() {
		for _, s := range Statuses() {
			if c, err := in(s).Apply(move(k, nameless)); err == nil {
				t.Errorf("%s in %s by staff without an id was accepted: %+v", k, s, c.After)
			}
		}
	}
}
