package task

import (
	"slices"
	"strconv"
	"time"
)

// A merge has two sides, each a change of its own task: the one that is merged
// (Merge, Unmerge) decides, and the other follows (Absorb, Shed). A notice to
// ToParent stands with the first and brings about the second, so that a crash
// between the two loses nothing.

// doMerge makes the task part of another. It has no handler of its own then and its
// clocks stand still.
func doMerge(before, after *Task, m Move) (string, error) {
	if m.Other == 0 || m.Other == before.ID.Seq || len(before.Merged) > 0 || before.Confidential {
		return "", ErrMerge
	}
	after.Held = Accepted
	if before.Status == Pending {
		after.Held = Pending
	}
	after.Parent, after.PausedAt = m.Other, m.At
	after.giveTo("", "")
	after.Helpers = nil
	return strconv.FormatInt(m.Other, 10), nil
}

// doUnmerge lets the task go its own way again, from the desk.
func doUnmerge(before, after *Task, m Move) (string, error) {
	goOn(after, m)
	after.Parent = 0
	return strconv.FormatInt(before.Parent, 10), nil
}

// doAbsorb takes another task in: the more pressing urgency and the earlier
// deadline of the two hold from now on. A danger is not made part of what is put off.
func doAbsorb(before, after *Task, m Move) (string, error) {
	danger := m.Urgency == Critical && before.Status == Suspended
	if slices.Contains(before.Merged, m.Other) || before.Confidential || before.Parent != 0 || danger {
		return "", ErrMerge
	}
	after.Merged = append(after.Merged, m.Other)
	if m.Urgency.Valid() && m.Urgency.Rank() < before.Urgency.Rank() {
		after.Urgency = m.Urgency
	}
	after.Plan = m.Plan
	return strconv.FormatInt(m.Other, 10), nil
}

// doShed lets a task go that was part of this one, and closes this one if it waited
// for nobody else's rating.
func doShed(before, after *Task, m Move) (string, error) {
	at := slices.Index(before.Merged, m.Other)
	if at < 0 {
		return "", ErrMerge
	}
	after.Merged = slices.Delete(after.Merged, at, at+1)
	after.closeUnrateable(m)
	return strconv.FormatInt(m.Other, 10), nil
}

// Earlier is a plan with each deadline the earlier of two. Deadlines that one of
// them lacks are the other's.
func (p Plan) Earlier(q Plan) Plan {
	for _, d := range []struct{ mine, other *time.Time }{
		{&p.Accept, &q.Accept}, {&p.Contact, &q.Contact}, {&p.Feedback, &q.Feedback}, {&p.Finish, &q.Finish},
	} {
		if d.mine.IsZero() || !d.other.IsZero() && d.other.Before(*d.mine) {
			*d.mine = *d.other
		}
	}
	p.Provisional = p.Provisional || q.Provisional
	return p
}
