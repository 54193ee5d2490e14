package dispatch

import (
	"context"
	"slices"
	"strconv"

	"gridbot/grid"
	"gridbot/task"
)

// addressed turns notices to groups into notices to the people on duty there, and
// those to the reporter into one to everybody whose report was merged into the task.
// The reporter is looked up only when it matters.
func (d *Desk) addressed(ctx context.Context, c task.Change) ([]task.Notice, error) {
	own := ""
	c.Notices = d.forwarded(c)
	if slices.ContainsFunc(c.Notices, toGroup) {
		var err error
		if own, err = d.own(ctx, &c.After); err != nil {
			return nil, err
		}
	}
	notices := d.address(c, own)
	if len(c.After.Merged) == 0 || !slices.ContainsFunc(notices, func(n task.Notice) bool { return toAll(n) || n.About == task.AboutAgain }) {
		return dated(c, slices.DeleteFunc(notices, toNobody)), nil
	}
	notices, err := d.toNeighbours(ctx, c.After, notices)
	return dated(c, notices), err
}

// forwarded brings the answer to a question to the desk when the one who asked has left
// and nobody else has the task: it would be told to nobody.
func (d *Desk) forwarded(c task.Change) []task.Notice {
	out := slices.Clone(c.Notices)
	for i, n := range out {
		if _, here := d.Ground().Staff(n.To.Staff); n.About == task.AboutReply && !here && c.After.Handler == "" {
			out[i].To, out[i].About = task.Party{Kind: task.ToDesk}, task.AboutDeskAdded
		}
	}
	return out
}

func toGroup(n task.Notice) bool {
	return slices.Contains([]task.PartyKind{task.ToDesk, task.ToChecker, task.ToAbove, task.ToHigher}, n.To.Kind)
}

// toAll tells a notice that everybody who reported the matter gets. A question goes to
// one person, and so does what only the reporter can act on.
func toAll(n task.Notice) bool {
	return (n.To.Kind == task.ToResident || n.To.Kind == task.ToSystem) && n.About != task.AboutQuestion && n.About != task.AboutInquired &&
		n.About != task.AboutSafe && n.About != task.AboutAgain
}

// toNeighbours adds what the reporter is told for everybody whose report was merged
// into the task, under the number they know.
func (d *Desk) toNeighbours(ctx context.Context, t task.Task, notices []task.Notice) ([]task.Notice, error) {
	merged, err := d.Parts(ctx, &t)
	if err != nil {
		return nil, err
	}
	for _, n := range notices {
		for _, m := range merged {
			if !toAll(n) && !toPart(n, m.ID) {
				continue
			}
			if n.To = m.Reporter.Party(); !m.Reporter.Zero() {
				n.Task = m.ID
				notices = append(notices, n)
			}
		}
	}
	return slices.DeleteFunc(notices, toNobody), nil
}

// toPart tells what goes to the reporter of one part alone, whose number is its note.
func toPart(n task.Notice, part task.ID) bool {
	return n.About == task.AboutAgain && n.Note == strconv.FormatInt(part.Seq, 10)
}

// toNobody tells what was for a reporter who has left.
func toNobody(n task.Notice) bool { return n.To.Kind == task.ToResident && n.To.Person.Zero() }

// address names the people behind the groups, and tells nobody the same thing twice.
// With nobody there the operator is told, save for the ladder, whose last rung may be
// the handler's own.
func (d *Desk) address(c task.Change, own string) []task.Notice {
	var out []task.Notice
	add := func(n task.Notice) {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	for _, n := range c.Notices {
		n.Task = c.After.ID
		if !toGroup(n) {
			add(n)
			continue
		}
		to := d.group(&c.After, n.To.Kind, own)
		if len(to) == 0 && n.To.Kind != task.ToAbove && n.To.Kind != task.ToHigher {
			d.o.Alarm("nobody", "no one to tell "+string(n.About)+" in street "+c.After.ID.Street)
		}
		for _, s := range to {
			if s.ID == c.After.Handler && len(to) > 1 {
				continue // told as the handler
			}
			n.To = task.Party{Kind: task.ToStaff, Staff: s.ID}
			add(n)
		}
	}
	return out
}

// group is who stands behind a party now.
func (d *Desk) group(t *task.Task, kind task.PartyKind, own string) []grid.Staff {
	switch kind {
	case task.ToDesk:
		return d.desk(t, own)
	case task.ToChecker:
		return d.checkers(t, own)
	}
	var above []grid.Staff
	if t.Handler != "" { // what waits at the desk has only the leaders above it
		above = d.above(t, t.Handler, own)
	}
	if kind == task.ToHigher && len(above) > 0 {
		above = d.above(t, above[0].ID, own)
	}
	if len(above) > 0 {
		return above
	}
	return d.unconcerned(t, d.Ground().At(t.ID.Street, grid.StreetLeader), own)
}

// desk lists who is told at the street's desk: the dispatchers on duty, or all of
// them when none is, so that nothing waits unseen. The reporter is told only
// when there is no other.
func (d *Desk) desk(t *task.Task, own string) []grid.Staff {
	all := d.unconcerned(t, d.Ground().Dispatchers(t.ID.Street), "")
	for _, some := range [][]grid.Staff{d.unconcerned(t, d.onDuty().Dispatchers(t.ID.Street), own), d.unconcerned(t, all, own)} {
		if len(some) > 0 {
			return some
		}
	}
	return all
}

// checkers lists who is asked to look at a result: the rung above the handler,
// and above the last rung the desk's other people.
func (d *Desk) checkers(t *task.Task, own string) []grid.Staff {
	if above := d.above(t, t.Handler, own); len(above) > 0 {
		return above
	}
	duty := d.onDuty()
	street := append(duty.Dispatchers(t.ID.Street), d.Ground().At(t.ID.Street, grid.StreetLeader)...)
	return filter(d.unconcerned(t, street, own), func(s grid.Staff) bool { return duty.Present(s) && s.ID != t.Handler })
}

func filter(from []grid.Staff, wanted func(grid.Staff) bool) []grid.Staff {
	var out []grid.Staff
	for _, s := range from {
		if wanted(s) {
			out = append(out, s)
		}
	}
	return out
}
