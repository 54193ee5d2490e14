package task

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// workflow is the whole state machine as a person reads it: for each move, who
// may make it from which status, and where the task stands afterwards.
//
// A cell holds the status afterwards, or
//
//	=      accepted, the status stays
//	.      ErrNotFound: may not know of the task
//	no     ErrNotYours: sees it, but it is not theirs to do
//	!      ErrStatus: theirs to do, but not from here
//	taken  ErrTaken
//	own    ErrOwnReport
//	?      ErrMove
//
// The columns: the reporter, another resident, the handler, a colleague of the
// same grid, a chief above, a dispatcher, the system, staff of elsewhere, and a
// member of staff with every right who is the reporter. While a task waits at
// the desk nobody is its handler; the third column is then the colleague who
// would be. The task is of normal urgency, not confidential, and each move
// carries all it needs: the guards have tables of their own.
const workflow = `
open: an existing task is not opened again
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
pending accepted dispatched signed           ?         .        ?          ?         ?          ?          ?          .        ?
processing checking feedback closed          ?         .        ?          ?         ?          ?          ?          .        ?
returned withdrawn                           ?         .        ?          ?         ?          ?          ?          .        ?

accept: the system when sure, else the dispatcher
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
pending                                      no        .        no         no        no         accepted   accepted   .        own
accepted dispatched signed processing        no        .        no         no        no         !          !          .        own
checking feedback closed returned withdrawn  no        .        no         no        no         !          !          .        own

dispatch: the system or the dispatcher, as long as the work is not done
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
pending accepted returned                    no        .        no         no        no         dispatched dispatched .        own
dispatched signed processing                 no        .        no         no        no         dispatched dispatched .        own
checking feedback closed withdrawn           no        .        no         no        no         !          !          .        own

reclassify: the dispatcher or the handler, as long as it is not settled
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
pending accepted returned                    no        .        no         no        no         =          =          .        own
dispatched signed processing checking        no        .        =          no        no         =          =          .        own
feedback closed withdrawn                    no        .        !          no        no         !          !          .        own

sign: the handler, or whoever of the grid is first
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
pending accepted returned                    no        .        !          !         no         no         no         .        own
dispatched                                   no        .        signed     signed    no         no         no         .        own
signed processing                            no        .        !          taken     no         no         no         .        own
checking feedback closed withdrawn           no        .        !          !         no         no         no         .        own

contact: the handler, who has signed
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
pending accepted returned                    no        .        no         no        no         no         no         .        own
dispatched                                   no        .        !          no        no         no         no         .        own
signed processing                            no        .        processing no        no         no         no         .        own
checking feedback closed withdrawn           no        .        !          no        no         no         no         .        own

progress: the handler, who has signed
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
pending accepted returned                    no        .        no         no        no         no         no         .        own
dispatched                                   no        .        !          no        no         no         no         .        own
signed processing                            no        .        processing no        no         no         no         .        own
checking feedback closed withdrawn           no        .        !          no        no         no         no         .        own

ask: whoever has it, the desk or the handler
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
pending accepted returned                    no        .        no         no        no         =          =          .        own
dispatched signed processing checking        no        .        =          no        no         =          =          .        own
feedback closed withdrawn                    no        .        !          no        no         !          !          .        own

finish: the handler, who has signed; an ordinary matter needs no check
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
pending accepted returned                    no        .        no         no        no         no         no         .        own
dispatched                                   no        .        !          no        no         no         no         .        own
signed processing                            no        .        feedback   no        no         no         no         .        own
checking feedback closed withdrawn           no        .        !          no        no         no         no         .        own

pass: someone above or the desk, never the handler
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
checking                                     no        .        no         no        feedback   feedback   no         .        own
pending accepted dispatched signed           no        .        no         no        !          !          no         .        own
processing feedback closed                   no        .        no         no        !          !          no         .        own
returned withdrawn                           no        .        no         no        !          !          no         .        own

fail: the same
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
checking                                     no        .        no         no        processing processing no         .        own
pending accepted dispatched signed           no        .        no         no        !          !          no         .        own
processing feedback closed                   no        .        no         no        !          !          no         .        own
returned withdrawn                           no        .        no         no        !          !          no         .        own

return: the handler
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
pending accepted returned                    no        .        no         no        no         no         no         .        own
dispatched signed processing                 no        .        returned   no        no         no         no         .        own
checking feedback closed withdrawn           no        .        !          no        no         no         no         .        own

transfer: the handler, or the head of the grid and above
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
pending accepted returned                    no        .        no         no        !          no         no         .        own
dispatched signed processing                 no        .        dispatched no        dispatched no         no         .        own
checking feedback closed withdrawn           no        .        !          no        !          no         no         .        own

escalate: the same
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
pending accepted returned                    no        .        no         no        !          no         no         .        own
dispatched signed processing                 no        .        dispatched no        dispatched no         no         .        own
checking feedback closed withdrawn           no        .        !          no        !          no         no         .        own

rate: the reporter, once asked
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
feedback                                     closed    .        no         no        no         no         no         .        own
pending accepted dispatched signed           !         .        no         no        no         no         no         .        own
processing checking closed                   !         .        no         no        no         no         no         .        own
returned withdrawn                           !         .        no         no        no         no         no         .        own

reopen: the reporter, once it is said to be done
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
feedback closed                              dispatched .       no         no        no         no         no         .        own
pending accepted dispatched signed           !         .        no         no        no         no         no         .        own
processing checking returned withdrawn       !         .        no         no        no         no         no         .        own

withdraw: the reporter, until it is done
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
pending accepted dispatched signed           withdrawn .        no         no        no         no         no         .        own
processing returned                          withdrawn .        no         no        no         no         no         .        own
checking feedback closed withdrawn           !         .        no         no        no         no         no         .        own

urge: the reporter, until it is settled
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
pending accepted dispatched signed           =         .        no         no        no         no         no         .        own
processing checking returned                 =         .        no         no        no         no         no         .        own
feedback closed withdrawn                    !         .        no         no        no         no         no         .        own

supplement: the reporter, until it is over
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
pending accepted dispatched signed           =         .        no         no        no         no         no         .        own
processing checking feedback returned        =         .        no         no        no         no         no         .        own
closed withdrawn                             !         .        no         no        no         no         no         .        own

forget: the system; a case that only waits for the person's word ends with it
                                             reporter  resident handler    colleague chief      desk       system     stranger himself
pending accepted dispatched signed           no        .        no         no        no         no         =          .        own
processing checking closed                   no        .        no         no        no         no         =          .        own
returned withdrawn                           no        .        no         no        no         no         =          .        own
feedback                                     no        .        no         no        no         no         closed     .        own
`

// cell is one combination of the table.
type cell struct {
	kind   Kind
	status Status
	actor  string
	want   string
}

// cells reads the table above. It refuses one that leaves out a combination or
// has one twice, so a forgotten status fails the test instead of hiding.
func cells(t *testing.T) []cell {
	t.Helper()
	var all []cell
	seen := map[cell]bool{}
	for _, block := range strings.Split(strings.TrimSpace(workflow), "\n\n") {
		lines := strings.Split(block, "\n")
		kind, _, _ := strings.Cut(lines[0], ":")
		columns := strings.Fields(lines[1])
		for _, line := range lines[2:] {
			words := strings.Fields(line)
			names, wants := words[:len(words)-len(columns)], words[len(words)-len(columns):]
			for _, status := range names {
				for i, column := range columns {
					key := cell{kind: Kind(kind), status: Status(status), actor: column}
					if seen[key] {
						t.Fatalf("%s %s %s stands twice", kind, status, column)
					}
					seen[key] = true
					key.want = wants[i]
					all = append(all, key)
				}
			}
		}
	}
	if want := len(Kinds()) * len(Statuses()) * len(actors()); len(all) != want {
		t.Fatalf("the table has %d combinations, want %d", len(all), want)
	}
	return all
}

func actors() map[string]Actor {
	return map[string]Actor{"reporter": reporter, "resident": resident, "handler": handler, "colleague": colleague,
		"chief": chief, "desk": desk, "system": system, "stranger": stranger, "himself": himself}
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
		before := in(c.status)
		change, err := before.Apply(move(c.kind, actors()[c.actor]))
		if got := outcome(before, change, err); !c.same(got) {
			t.Errorf("%s %s by %s: got %s, want %s", c.status, c.kind, c.actor, got, c.want)
		}
		if !reflect.DeepEqual(before, in(c.status)) {
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
