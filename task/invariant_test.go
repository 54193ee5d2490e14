package task

import (
	"reflect"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// invariants are what must hold after every accepted move.
func invariants(rt *rapid.T, m Move, c Change) {
	kept(rt, m, c.Before, c.After)
	counted(rt, m, c.Before, c.After)
	owned(rt, m, c.After)
	stands(rt, m, c.After)
	ownMemory(rt, m, c)
	rightlyTold(rt, m, c)
	knowing(rt, m, c)
}

// kept checks what no move may ever change, or only few.
func kept(rt *rapid.T, m Move, before, after Task) {
	if after.Version != before.Version || after.ID != before.ID || !strings.HasPrefix(after.Text, before.Text) || after.Danger != before.Danger ||
		after.OpenedAt != before.OpenedAt || after.Reason != before.Reason || after.Hidden != before.Hidden {
		rt.Fatalf("%s changed what never changes: %+v → %+v", m.Kind, before, after)
	}
	found := slices.Clone(after.Media)
	for i := range min(len(found), len(before.Media)) { // lost they may be, and nothing else
		if m.Kind == Lose {
			found[i].Lost = before.Media[i].Lost
		}
	}
	if len(found) < len(before.Media) || !slices.Equal(found[:len(before.Media)], before.Media) {
		rt.Fatalf("%s lost or changed media: %v → %v", m.Kind, before.Media, after.Media)
	}
	if after.Danger >= 2 && after.Urgency != Critical {
		rt.Fatalf("%s slowed a danger down to %s", m.Kind, after.Urgency)
	}
	for what, x := range map[string]struct {
		same bool
		by   []Kind
	}{
		"the report":   {after.Text == before.Text, []Kind{Supplement}},
		"the reporter": {after.Reporter == before.Reporter, []Kind{Forget}},
		"the category": {after.Category == before.Category, []Kind{Accept, Reclassify}},
		"the place":    {after.Place == before.Place, []Kind{Accept, Dispatch, Rule, Transfer, Escalate, SendBack, Reclassify, Relocate, Rate, Reopen}},
		"the urgency":  {after.Urgency == before.Urgency, []Kind{Accept, Reclassify, Regrade, Rate, Reopen, Absorb}},
		"the handler": {after.Handler == before.Handler,
			[]Kind{Dispatch, Rule, Transfer, Escalate, SendBack, Sign, Return, Reclassify, Relocate, Merge, Rate, Reopen}},
		"the deadlines": {after.Plan == before.Plan, []Kind{Accept, Reclassify, Relocate, Regrade, Dispatch, Rule, Transfer, Escalate, SendBack, Return, Finish,
			Rate, Reopen, Resume, Supplement, Forget, Appeal, Unmerge, Absorb, Extend, Replan}},
		"its parts":     {slices.Equal(after.Merged, before.Merged), []Kind{Absorb, Shed}},
		"its exclusion": {after.Excluded == before.Excluded, []Kind{Exclude}},
	} {
		if !x.same && !slices.Contains(x.by, m.Kind) {
			rt.Fatalf("%s changed %s: %+v → %+v", m.Kind, what, before, after)
		}
	}
}

// counted checks that what was counted, or was done once, is never taken back; that a
// matter not solved climbs the ladder anew is the one exception.
func counted(rt *rapid.T, m Move, before, after Task) {
	reworked := after.Reworks > before.Reworks
	switch {
	case after.Returns < before.Returns, after.Reworks < before.Reworks, after.Urges < before.Urges, after.Rang&before.Rang != before.Rang:
		rt.Fatalf("%s took back a count: %+v → %+v", m.Kind, before, after)
	case before.Supervised && !after.Supervised, before.Ruled && !after.Ruled, before.Appealed && !after.Appealed, before.Extended && !after.Extended:
		rt.Fatalf("%s took back what was done once: %+v → %+v", m.Kind, before, after)
	case reworked && m.Kind != Rate && m.Kind != Reopen, reworked && after.Escalated != 0:
		rt.Fatalf("%s is no rework: %+v → %+v", m.Kind, before, after)
	case !reworked && (after.Escalated < before.Escalated || before.Safe && !after.Safe || !before.ContactedAt.IsZero() && after.ContactedAt != before.ContactedAt ||
		!before.ReportedAt.IsZero() && after.ReportedAt != before.ReportedAt):
		rt.Fatalf("%s went back on the ladder or on what was first: %+v → %+v", m.Kind, before, after)
	}
}

// owned checks that an open task is somebody's: the desk's, or one person's, who is
// never its reporter; a part is its whole's.
func owned(rt *rapid.T, m Move, t Task) {
	where := t.Status
	if where.Paused() {
		where = t.Held
	}
	switch {
	case (where.AtDesk() || where == Merged) && (t.Handler != "" || t.HandlerName != ""):
		rt.Fatalf("%s: %s at the desk, but with the handler %q", m.Kind, t.Status, t.Handler)
	case (where.Open() || where == Feedback) && !where.AtDesk() && t.Handler == "":
		rt.Fatalf("%s: %s (held %s) without a handler", m.Kind, t.Status, t.Held)
	case (t.Status == Merged) == (t.Parent == 0):
		rt.Fatalf("%s: %s, part of %d", m.Kind, t.Status, t.Parent)
	case t.Handler != t.HandlerName: // the same in these tests
		rt.Fatalf("%s: handler %q is named %q", m.Kind, t.Handler, t.HandlerName)
	case !t.Reporter.Zero() && (t.Handler == "zhao" || t.helps("zhao")):
		rt.Fatalf("%s: the reporter has the own report: %+v", m.Kind, t)
	case t.helps(t.Handler) || twice(t.Helpers):
		rt.Fatalf("%s: %q has it, %+v help", m.Kind, t.Handler, t.Helpers)
	case t.Status == Feedback && t.Reporter.Zero() && len(t.Merged) == 0:
		rt.Fatalf("%s: waits for a resident who is gone", m.Kind)
	case t.Status.Over() == t.ClosedAt.IsZero():
		rt.Fatalf("%s: %s, closed at %v", m.Kind, t.Status, t.ClosedAt)
	case (t.Status == Checking || t.Status == Feedback || t.Status == Closed) == t.FinishedAt.IsZero():
		rt.Fatalf("%s: %s, finished at %v", m.Kind, t.Status, t.FinishedAt)
	}
}

func twice(helpers []Helper) bool {
	seen := map[string]bool{}
	for _, h := range helpers {
		if seen[h.ID] {
			return true
		}
		seen[h.ID] = true
	}
	return false
}

// stands checks that what stands still has all a pause needs, that nothing else has,
// and that nothing is put off that must not be.
func stands(rt *rapid.T, m Move, t Task) {
	still := t.Status.Paused() || t.Status == Merged
	ends := t.Status.Paused() || t.Status == Feedback
	held := map[Status]statuses{NeedInfo: undone, Suspended: assigned, Merged: {Pending, Accepted}}
	switch {
	case still == t.PausedAt.IsZero(), still == (t.Held == ""), ends == t.Until.IsZero():
		rt.Fatalf("%s: %s, paused at %v, held %q, until %v", m.Kind, t.Status, t.PausedAt, t.Held, t.Until)
	case still && !held[t.Status].has(t.Held):
		rt.Fatalf("%s: %s goes on in %s", m.Kind, t.Status, t.Held)
	case t.Urgency == Critical && (t.Status == Suspended || t.Status == Rejected || t.Status == Withdrawn && m.Kind == Lapse):
		rt.Fatalf("%s: a danger is %s", m.Kind, t.Status)
	case len(t.Merged) > 0 && (t.Status == Merged || t.Status == Rejected || t.Status == Withdrawn):
		rt.Fatalf("%s: %s with the parts %v", m.Kind, t.Status, t.Merged)
	case t.Status == Merged && t.Confidential:
		rt.Fatalf("%s: a confidential part", m.Kind)
	case !t.Wish.IsZero() && (t.Extended || !inHand.has(t.Status) || !t.Wish.After(t.Plan.Finish)):
		rt.Fatalf("%s: %s, due %v, still to be extended to %v", m.Kind, t.Status, t.Plan.Finish, t.Wish)
	case (t.Status == Feedback || t.Status == Checking) && t.awaitsHelp():
		rt.Fatalf("%s: done, but co-handlers are at work: %+v", m.Kind, t.Helpers)
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
	if share(c.Before.Helpers, c.After.Helpers) || share(m.Helpers, c.After.Helpers) || share(c.Before.Merged, c.After.Merged) {
		rt.Fatalf("%s: the task before and after share memory", m.Kind)
	}
}

// share tells whether two slices reach into the same array, also beyond their
// length, where an append would write.
func share[T any](a, b []T) bool {
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

// rightlyTold checks that nobody is told of their own move, nobody of nothing, and
// nobody twice the same.
func rightlyTold(rt *rapid.T, m Move, c Change) {
	seen := map[Notice]bool{}
	for _, n := range c.Notices {
		switch {
		case n.To.Kind == ToResident && (m.By.Kind == ByResident || n.To.Person.Zero() && len(c.After.Merged) == 0 || m.Silent):
			rt.Fatalf("%s by %s: the resident is told %s", m.Kind, m.By.Kind, n.About)
		case n.To.Kind == ToStaff && (n.To.Staff == "" || n.To.Staff == m.By.ID):
			rt.Fatalf("%s by %q: %q is told %s", m.Kind, m.By.ID, n.To.Staff, n.About)
		case n.To.Kind != ToParent && n.To.Kind != ToMedia && m.Quiet:
			rt.Fatalf("%s, quietly: %+v", m.Kind, n)
		case seen[n]:
			rt.Fatalf("%s: told twice: %+v", m.Kind, n)
		}
		seen[n] = true
	}
	follows := slices.ContainsFunc(c.Notices, func(n Notice) bool { return n.To.Kind == ToParent })
	if parts := (c.Before.Status == Merged) != (c.After.Status == Merged); parts != follows {
		rt.Fatalf("%s from %s to %s: the other side follows: %t", m.Kind, c.Before.Status, c.After.Status, follows)
	}
}

// knowing checks that whoever gets or loses a task or a part of it knows, and that
// the resident is told of every step that is not their own.
func knowing(rt *rapid.T, m Move, c Change) {
	if m.Quiet {
		return
	}
	told := func(kind PartyKind, id string) bool {
		return slices.ContainsFunc(c.Notices, func(n Notice) bool { return n.To.Kind == kind && n.To.Staff == id })
	}
	for _, id := range []string{c.Before.Handler, c.After.Handler} {
		if c.Before.Handler != c.After.Handler && id != "" && id != m.By.ID && !told(ToStaff, id) {
			rt.Fatalf("%s: it passes from %q to %q, and %s does not know", m.Kind, c.Before.Handler, c.After.Handler, id)
		}
	}
	if at := c.After.Status; at.AtDesk() && !c.Before.Status.AtDesk() && m.By.Kind == BySystem && m.Kind != Unmerge && !told(ToDesk, "") {
		rt.Fatalf("%s: it is back at the desk, which does not know: %s", m.Kind, at)
	}
	for _, h := range c.Before.Helpers {
		if h.Done.IsZero() && !c.After.helps(h.ID) && h.ID != m.By.ID && !told(ToStaff, h.ID) {
			rt.Fatalf("%s: %s helps no more and does not know", m.Kind, h.ID)
		}
	}
	for _, h := range c.After.Helpers {
		if !c.Before.helps(h.ID) && h.ID != m.By.ID && !told(ToStaff, h.ID) {
			rt.Fatalf("%s: %s was called in and does not know", m.Kind, h.ID)
		}
	}
	if m.By.Kind != ByResident && !m.Silent && !c.After.Reporter.Zero() && residentHears()[m.Kind] && !told(ToResident, "") {
		rt.Fatalf("%s by %s: the resident does not hear of it", m.Kind, m.By.Kind)
	}
}

// residentHears tells of each move somebody else makes whether it is a step the
// resident hears of. What it is not: the work among the staff, a result that did not
// pass, a clock that reminds, and an end in silence.
func residentHears() map[Kind]bool {
	hears := map[Kind]bool{Accept: false, Fail: false, Return: false, Forget: false, Silence: false, Absorb: false, Shed: false,
		CallIn: false, Respond: false, Complete: false, Dismiss: false, AskExtension: false, RefuseExtension: false,
		Ring: false, Replan: false, Supervise: false, Exclude: false, Lose: false}
	for _, k := range []Kind{Dispatch, Rule, Transfer, Escalate, SendBack, Reclassify, Relocate, Regrade, Sign, Contact, Progress, Ask, Finish, Pass, Confirm,
		Inquire, Suspend, Resume, Lapse, Reject, Merge, Unmerge, Extend} {
		hears[k] = true
	}
	return hears
}

// replayed follows a history's events from the status it began in, and gives the one
// it ends in.
func replayed(rt *rapid.T, events []Event) Status {
	at := Status("")
	for i, e := range events {
		if e.From != at {
			rt.Fatalf("event %d, %s, leaves %s, but the one before ended in %s", i, e.Kind, e.From, at)
		}
		if i > 0 && e.At.Before(events[i-1].At) {
			rt.Fatalf("event %d, %s, lies before the one before it", i, e.Kind)
		}
		at = e.To
	}
	return at
}

// oneEventOf checks that an accepted move leaves one line in the history, which says
// who did what, when, and why.
func oneEventOf(rt *rapid.T, m Move, c Change) {
	if len(c.Events) != 1 {
		rt.Fatalf("%s leaves %d events", m.Kind, len(c.Events))
	}
	e := c.Events[0]
	want := Event{Kind: m.Kind, At: m.At, By: m.By.Kind, ID: m.By.ID, Name: m.By.Name, From: c.Before.Status, To: c.After.Status,
		Note: strings.TrimSpace(m.Note), Target: e.Target, Was: e.Was, Media: e.Media}
	if !reflect.DeepEqual(e, want) || len(e.Media) != len(m.Media) {
		rt.Fatalf("%s leaves %+v, want %+v", m.Kind, e, want)
	}
}
