package dispatch

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gridbot/grid"
	"gridbot/task"
)

// areaOf is the area whose people a task belongs to: its grid, or its street
// while the grid is not known, was taken off the map, or is none of a
// confidential task's business.
func (d *Desk) areaOf(t *task.Task) string {
	if t.Confidential || d.Ground().StreetOf(t.Place.Grid) != t.ID.Street {
		return t.ID.Street
	}
	return t.Place.Grid
}

// pick finds who gets a task, as find does. With nobody left it is errNobody, and the
// operator is told.
func (d *Desk) pick(ctx context.Context, t *task.Task, except ...string) (task.Assignee, error) {
	to, err := d.find(ctx, t, except...)
	if err == nil && to.ID == "" {
		d.nobody(t)
		err = errNobody
	}
	return to, err
}

// find looks for who gets a task: the first rung of the grid's ladder with somebody
// on duty, and there the one with the fewest tasks in hand. A confidential task
// goes to the street, never into the grid it may concern. except are staff ids,
// the reporter's own among them. With nobody left it is the zero Assignee.
func (d *Desk) find(ctx context.Context, t *task.Task, except ...string) (task.Assignee, error) {
	free := d.free(t, except...)
	if len(free) == 0 {
		return task.Assignee{}, nil
	}
	return d.least(ctx, t, free)
}

// free lists who can be given a task: those of the first rung with somebody on duty.
func (d *Desk) free(t *task.Task, except ...string) []grid.Staff {
	for _, rung := range d.onDuty().Ladder(d.areaOf(t)) {
		free := filter(d.unconcerned(t, rung, ""), func(s grid.Staff) bool { return !slices.Contains(except, s.ID) })
		if len(free) > 0 {
			return free
		}
	}
	return nil
}

// nobody tells the operator that an area has nobody on duty.
func (d *Desk) nobody(t *task.Task) { d.o.Alarm("nobody", "no one on duty for area "+d.areaOf(t)) }

// onDuty is the directory now: who is on leave, whose shift it is, who stands in.
func (d *Desk) onDuty() grid.Duty { return d.Ground().On(d.o.Now()) }

// pickAnother is pick for a task that has been worked already, by those left out if
// any: with nobody on duty it is given to nobody and goes to the desk.
func (d *Desk) pickAnother(ctx context.Context, t *task.Task, out ...string) (task.Assignee, error) {
	to, err := d.pickNext(ctx, t, out...)
	if err == nil && to.ID == "" {
		d.nobody(t)
	}
	return to, err
}

// pickNext is find for a task whose reporter has to be looked up.
func (d *Desk) pickNext(ctx context.Context, t *task.Task, out ...string) (task.Assignee, error) {
	own, err := d.own(ctx, t)
	if err != nil {
		return task.Assignee{}, err
	}
	out, err = d.withoutParts(ctx, t, append(out, own))
	if err != nil {
		return task.Assignee{}, err
	}
	return d.find(ctx, t, out...)
}

// own is the staff id of the task's reporter, "" when they are not of the staff.
func (d *Desk) own(ctx context.Context, t *task.Task) (string, error) {
	if _, _, system := t.Reporter.System(); t.Reporter.Zero() || system {
		return "", nil
	}
	p, err := d.o.Store.Profile(ctx, t.Reporter)
	return p.Staff, err
}

// least takes the one of a few with the fewest tasks in hand.
func (d *Desk) least(ctx context.Context, t *task.Task, from []grid.Staff) (task.Assignee, error) {
	var loads []int
	if len(from) > 1 {
		var err error
		if loads, err = d.o.Store.Loads(ctx, t.ID.Street, idsOf(from)); err != nil {
			return task.Assignee{}, err
		}
	}
	return lightest(from, loads), nil
}

// lightest is the first of some people who has the fewest tasks in hand.
func lightest(from []grid.Staff, loads []int) task.Assignee {
	best := 0
	for i := range loads {
		if loads[i] < loads[best] {
			best = i
		}
	}
	return task.Assignee{ID: from[best].ID, Name: from[best].Name}
}

func idsOf(staff []grid.Staff) []string {
	ids := make([]string, len(staff))
	for i, s := range staff {
		ids[i] = s.ID
	}
	return ids
}

// unconcerned leaves out who must not have a task: its reporter, whose staff id
// is own, those a confidential matter is about, whose name stands in it, and their
// subordinates. A complaint about a worker never reaches that worker.
func (d *Desk) unconcerned(t *task.Task, from []grid.Staff, own string) []grid.Staff {
	var out []grid.Staff
	for _, s := range from {
		if (own == "" || s.ID != own) && !d.concerns(t, s) {
			out = append(out, s)
		}
	}
	return out
}

// concerns tells whether a confidential matter is about somebody or about one of
// those above them in the task's street.
func (d *Desk) concerns(t *task.Task, s grid.Staff) bool {
	if !t.Confidential {
		return false
	}
	if about(t, s) {
		return true
	}
	rank := topRank(s)
	return slices.ContainsFunc(d.leaders(t.ID.Street), func(above grid.Staff) bool {
		return above.ID != s.ID && topRank(above) > rank && about(t, above) && d.leads(above, s)
	})
}

// leaders are those of a street who have others below them at its desk.
func (d *Desk) leaders(street string) []grid.Staff {
	g := d.Ground()
	return append(g.At(street, grid.StreetLeader), g.Dispatchers(street)...)
}

// leads tells whether one of somebody's posts reaches into an area where another
// serves below it.
func (d *Desk) leads(above, below grid.Staff) bool {
	for _, p := range above.Posts {
		for _, q := range below.Posts {
			if p.Role.Rank() > q.Role.Rank() && d.Ground().Contains(p.Area, q.Area) {
				return true
			}
		}
	}
	return false
}

// topRank is the highest rank a person holds anywhere.
func topRank(s grid.Staff) int {
	rank := 0
	for _, p := range s.Posts {
		rank = max(rank, p.Role.Rank())
	}
	return rank
}

// about tells whether a confidential matter names a member of staff.
func about(t *task.Task, s grid.Staff) bool {
	return t.Confidential && s.Name != "" && strings.Contains(t.Text, s.Name)
}

// above lists who is one rung above a member of staff for a task. A rung where
// nobody may have the task is passed over.
func (d *Desk) above(t *task.Task, staff, own string) []grid.Staff {
	for {
		rung := d.onDuty().Superiors(staff, d.areaOf(t))
		if len(rung) == 0 {
			return nil
		}
		if free := d.unconcerned(t, rung, own); len(free) > 0 {
			return free
		}
		staff = rung[0].ID
	}
}

// assignee looks a person up who was named: on duty, of the task's street, and
// of the street's desk when the task is confidential.
func (d *Desk) assignee(ctx context.Context, t *task.Task, id string) (task.Assignee, error) {
	s, ok := d.Ground().Staff(id)
	if !ok || !d.onDuty().Present(s) || !d.serves(s, t.ID.Street) || d.concerns(t, s) {
		return task.Assignee{}, task.ErrNoTarget
	}
	if t.Confidential && !d.Ground().Has(id, grid.Dispatcher, t.ID.Street) {
		return task.Assignee{}, task.ErrNoTarget
	}
	p, err := d.o.Store.StaffPerson(ctx, id)
	if err != nil {
		return task.Assignee{}, err
	}
	if own, err := d.reportedPart(ctx, t, Order{Staff: id, Person: p}); err != nil || own {
		return task.Assignee{}, cmp.Or(err, task.ErrOwnReport)
	}
	return task.Assignee{ID: s.ID, Name: s.Name, Person: p}, nil
}

// serves tells whether a person has a post in a street.
func (d *Desk) serves(s grid.Staff, street string) bool {
	return slices.ContainsFunc(s.Posts, func(p grid.Post) bool { return d.Ground().StreetOf(p.Area) == street })
}

// placeOf puts a task without a grid into the grid of the person it is given to,
// if that person has exactly one in the street.
func (d *Desk) placeOf(t *task.Task, staff string) task.Place {
	s, _ := d.Ground().Staff(staff)
	p := t.Place
	for _, post := range s.Posts {
		a, ok := d.Ground().Up(post.Area, grid.Grid)
		switch {
		case !ok || d.Ground().StreetOf(a.ID) != t.ID.Street || a.ID == p.Grid:
		case p.Grid != "":
			return t.Place
		default:
			p.Grid = a.ID
		}
	}
	return p
}
