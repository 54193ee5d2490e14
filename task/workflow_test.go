package task

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// workflow is the whole state machine as a person reads it: for each move, who
// may make it from which status, and where the task stands afterwards.
//
// A line names statuses, * for all that no earlier line of the move has named, and
// behind the colon who gets what answer there:
//
//	=      accepted, the status stays
//	!      ErrStatus: theirs to do, but not from here
//	taken  ErrTaken
//	?      ErrMove
//
// or the status afterwards. Whoever stands in no line may not make the move: another
// resident and staff of elsewhere are answered ErrNotFound, a member of staff with
// every right who is the reporter ErrOwnReport, all others ErrNotYours.
//
// The actors: the reporter, somebody whose report was merged into the task, another
// resident, the handler, a co-handler, a colleague of the same grid, its head (chief),
// the head of the community (senior), a dispatcher, the system, staff of elsewhere,
// and the reporter in a staff hat. While nobody has the task, the handler is the
// colleague who would be. The task is of normal urgency, not confidential, and each
// move carries all it needs (see ready): the guards have tables of their own.
const workflow = `
open: an existing task is not opened again
  * : reporter joined handler helper colleague chief senior desk system himself ?

accept: the system when sure, else the dispatcher
  pending : desk system accepted
  * : desk system !

dispatch: the system or the dispatcher, as long as the work is not done
  pending accepted dispatched signed processing returned : desk system dispatched
  * : desk system !

reclassify: the dispatcher or the handler, as long as it is not settled
  pending accepted returned : desk system =
  dispatched signed processing checking : handler desk system =
  merged rejected : desk system !
  * : handler desk system !

sign: the handler, or whoever of the grid is first
  dispatched : handler colleague chief signed
  signed processing : handler ! ; colleague chief taken
  * : handler colleague chief !

contact: the handler, who has signed
  signed processing : handler processing
  pending accepted returned merged rejected : handler no
  * : handler !

progress: the handler, who has signed
  signed processing : handler processing
  pending accepted returned merged rejected : handler no
  * : handler !

ask: whoever has it, the desk or the handler
  pending accepted returned : desk system =
  dispatched signed processing checking need_info suspended : handler desk system =
  merged rejected : desk system !
  * : handler desk system !

finish: the handler, who has signed; an ordinary matter needs no check
  signed processing : handler feedback
  pending accepted returned merged rejected : handler no
  * : handler !

pass: someone above or the desk, never the handler
  checking : chief senior desk feedback
  * : chief senior desk !

fail: the same
  checking : chief senior desk processing
  * : chief senior desk !

return: the handler; the system when that one has left and nobody can take over
  dispatched signed processing : handler system returned
  pending accepted returned merged rejected : handler no ; system !
  * : handler system !

rule: the dispatcher, on what came back
  returned : desk dispatched
  * : desk !

transfer: the handler, or the head of the grid and above
  dispatched signed processing : handler chief senior dispatched
  pending accepted returned merged rejected : chief senior !
  * : handler chief senior !

escalate: the same
  dispatched signed processing : handler chief senior dispatched
  pending accepted returned merged rejected : chief senior !
  * : handler chief senior !

send_back: the handler it was handed up to
  dispatched signed processing : handler dispatched
  pending accepted returned merged rejected : handler no
  * : handler !

rate: whoever reported it, once asked
  feedback : reporter joined closed
  * : reporter joined !

reopen: whoever reported it, once it is said to be done
  feedback closed : reporter joined dispatched
  * : reporter joined !

withdraw: whoever reported it, until it is done
  checking feedback closed rejected withdrawn : reporter joined !
  * : reporter joined withdrawn

urge: whoever reported it, while it is worked on
  pending accepted dispatched signed processing checking returned : reporter joined =
  * : reporter joined !

supplement: whoever reported it, until it is over; an answer lets the clocks go on
  need_info : reporter joined signed
  closed merged rejected withdrawn : reporter joined !
  * : reporter joined =

confirm: whoever answers for it has seen that people are safe
  pending accepted returned : chief senior desk system =
  dispatched signed processing checking need_info suspended : handler chief senior desk system =
  merged rejected : chief senior desk system !
  * : handler chief senior desk system !

forget: the system; what only waits for the person's word goes on or ends without it
  need_info : system signed
  feedback : system closed
  * : system =

inquire: the system or the dispatcher, never the handler, whose clocks would stop
  pending accepted dispatched signed processing returned : desk system need_info
  * : desk system !

suspend: the head of the community and above
  dispatched signed processing : senior desk system suspended
  * : senior desk system !

resume: the same
  need_info suspended : senior desk system signed
  * : senior desk system !

lapse: the system, when nobody answered
  need_info : system withdrawn
  * : system !

reject: the dispatcher, while nobody has it
  pending accepted returned : desk rejected
  * : desk !

appeal: whoever reported it
  rejected : reporter joined pending
  * : reporter joined !

silence: the system, when nobody rated
  feedback : system closed
  * : system !

merge: the system when sure, else whoever answers for it
  pending accepted returned : chief senior desk system merged
  dispatched signed processing : handler chief senior desk system merged
  merged rejected : chief senior desk system !
  * : handler chief senior desk system !

unmerge: the same; nobody has it then
  merged : chief senior desk system accepted
  pending accepted returned rejected : chief senior desk system !
  * : handler chief senior desk system !

absorb: the system, as long as the work is not done
  pending accepted dispatched signed processing checking returned need_info suspended : system =
  * : system !

shed: the system
  * : system =

call_in: whoever answers for it
  dispatched signed processing : handler chief senior desk system =
  pending accepted returned merged rejected : chief senior desk system !
  * : handler chief senior desk system !

respond: who was called
  dispatched signed processing need_info suspended : helper =
  * : helper !

complete: the same
  dispatched signed processing need_info suspended : helper =
  * : helper !

dismiss: whoever answers for it
  dispatched signed processing : handler chief senior desk system =
  pending accepted returned merged rejected : chief senior desk system !
  * : handler chief senior desk system !

ask_extension: the handler
  dispatched signed processing : handler =
  pending accepted returned merged rejected : handler no
  * : handler !

extend: someone above or the desk, never the handler
  dispatched signed processing : chief senior desk =
  * : chief senior desk !

refuse_extension: the same
  dispatched signed processing : chief senior desk =
  * : chief senior desk !

ring: the system's clocks
  pending accepted dispatched signed processing checking feedback returned need_info suspended : system =
  * : system !

replan: the system, once the holidays are known
  pending accepted dispatched signed processing checking returned need_info suspended : system =
  * : system !

supervise: the dispatcher, or the system's clocks
  pending accepted dispatched signed processing checking returned need_info suspended : desk system =
  * : desk system !

exclude: the dispatcher, at any time
  * : desk =
`

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
