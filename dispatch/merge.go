package dispatch

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"gridbot/grid"
	"gridbot/task"
)

// A report is taken for a neighbour's matter without asking only when it is of the
// same kind, from the same building, and alike in its words (Options.Alike).
const (
	candidates = 8 // how many of the newest open tasks of the kind are compared
	// mostMerged is how many reports join one task by themselves: each of its steps is told
	// to all of them in one write.
	mostMerged = 500
)

// sameAs finds the open task a new report is the same matter as, the zero Task when
// there is none among those nearby. One that could be is noted on the report, for staff
// to decide.
func (d *Desk) sameAs(t *task.Task, near []task.Task, o Opening) task.Task {
	for _, other := range near {
		if other.Place.Text != t.Place.Text || other.Status == task.Checking || len(other.Merged) >= mostMerged || other.Handler != "" && other.Handler == o.Staff {
			continue
		}
		if other.Reporter != t.Reporter && alike(strip(other.Text, other.Place.Text), strip(t.Text, t.Place.Text)) >= d.o.Alike {
			return other
		}
		if t.Like == 0 {
			t.Like = other.ID.Seq
		}
	}
	return task.Task{}
}

// survey reads what is open nearby that a new report could be the same as, and how much
// those have in hand who could get it. A danger is always looked at by itself.
func (d *Desk) survey(ctx context.Context, t *task.Task, o Opening, free []grid.Staff) (near []task.Task, loads []int, err error) {
	microgrid := ""
	if t.Mergeable() && t.Danger == 0 && !o.Consult {
		microgrid = t.Place.Microgrid
	}
	var ids []string
	if len(free) > 1 {
		ids = idsOf(free)
	}
	return d.o.Store.Survey(ctx, t.ID.Street, microgrid, t.Category, candidates, ids)
}

// reported tells whether a person's report is part of a task already.
func (d *Desk) reported(ctx context.Context, t task.Task, p task.Person) (bool, error) {
	parts, err := d.Parts(ctx, &t)
	return slices.ContainsFunc(parts, func(part task.Task) bool { return part.Reporter == p }), err
}

// joinTo makes a new report part of a neighbour's matter. The resident is told by the
// answer to their own message.
func (d *Desk) joinTo(c task.Change, parent task.Task, o Opening, now time.Time) (task.Change, error) {
	system := task.Actor{Kind: task.BySystem}
	c, err := c.Then(task.Move{Kind: task.Accept, By: system, At: now, Category: o.Category, Urgency: c.After.Urgency, Plan: c.After.Plan})
	if err != nil {
		return c, err
	}
	return c.Then(task.Move{Kind: task.Merge, By: system, At: now, Other: parent.ID.Seq, Silent: true})
}

// strip takes a place's words off a text, which would make any two reports from one
// place alike.
func strip(text, place string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(place, r) || !unicode.IsLetter(r) {
			return -1
		}
		return r
	}, text)
}

// alike is how much of their pairs of neighbouring characters two texts share
// (Jaccard), from 0 to 1.
func alike(a, b string) float64 {
	in, shared := pairs(a), 0
	all := len(in)
	for p := range pairs(b) {
		if in[p] {
			shared++
		} else {
			all++
		}
	}
	if all == 0 {
		return 0
	}
	return float64(shared) / float64(all)
}

func pairs(s string) map[[2]rune]bool {
	r, out := []rune(s), map[[2]rune]bool{}
	for i := 0; i+1 < len(r); i++ {
		out[[2]rune{r[i], r[i+1]}] = true
	}
	return out
}

// Whole is a task as its reporter sees it: one that is part of another goes as that
// one goes, under the number they know.
func (d *Desk) Whole(ctx context.Context, t task.Task) (task.Task, error) {
	if t.Status != task.Merged {
		return t, nil
	}
	parent, err := d.o.Store.Get(ctx, task.ID{Street: t.ID.Street, Seq: t.Parent})
	if errors.Is(err, task.ErrNotFound) {
		return t, nil
	}
	if err != nil {
		return t, err
	}
	return asPart(parent, t), nil
}

// asPart shows a task under the number, the name, the words and the reporter of one
// that is part of it.
func asPart(parent, t task.Task) task.Task {
	parent.ID, parent.Reporter, parent.Text, parent.Media = t.ID, t.Reporter, t.Text, t.Media
	parent.Category, parent.Place = t.Category, t.Place // what they called it, should staff have merged two kinds
	parent.Parent, parent.OpenedAt = t.Parent, t.OpenedAt
	parent.Sent = t.Sent
	parent.AskedBy = "" // a question goes to one person, the first reporter
	return parent
}

// Follow brings the other side of a merge about: a task that is part of another is
// listed there, and one that is not any more is not. Doing it again changes nothing.
// A task that cannot be taken in, because the other has ended meanwhile, goes its own
// way again.
func (d *Desk) Follow(ctx context.Context, id task.ID, parent int64) error {
	t, err := d.o.Store.Get(ctx, id)
	if err != nil {
		return err
	}
	other := task.ID{Street: id.Street, Seq: parent}
	m := task.Move{Kind: task.Shed, By: task.Actor{Kind: task.BySystem}, At: d.o.Now(), Other: id.Seq}
	joins := t.Status == task.Merged && t.Parent == parent
	if joins {
		m.Kind, m.Urgency = task.Absorb, t.Urgency
	}
	_, err = d.update(ctx, other, "", m.At, func(p task.Task) (task.Change, error) {
		if m.Plan = p.Plan; joins && !p.Status.AtDesk() {
			m.Plan = p.Plan.Earlier(t.Plan)
		}
		return p.Apply(m)
	})
	switch {
	case !joins && (errors.Is(err, task.ErrMerge) || errors.Is(err, task.ErrNotFound)): // it is not listed there
		return nil
	case errors.Is(err, task.ErrMerge), errors.Is(err, task.ErrStatus), errors.Is(err, task.ErrNotFound):
		return d.followed(ctx, t, other)
	}
	return err
}

// followed looks whether a task that was refused is listed all the same, because it was
// taken in before, and lets it go its own way when it is not.
func (d *Desk) followed(ctx context.Context, t task.Task, other task.ID) error {
	p, err := d.o.Store.Get(ctx, other)
	if err != nil && !errors.Is(err, task.ErrNotFound) {
		return err
	}
	if slices.Contains(p.Merged, t.ID.Seq) {
		return nil
	}
	_, err = d.Do(ctx, Order{Task: t.ID, Move: task.Unmerge})
	if errors.Is(err, task.ErrStatus) {
		return nil
	}
	return err
}

// mergeInto works out a merge that staff asks for.
func (d *Desk) mergeInto(ctx context.Context, t task.Task, m task.Move, o Order) (task.Change, error) {
	parent, err := d.o.Store.Get(ctx, o.Other)
	if errors.Is(err, task.ErrNotFound) || err == nil && !parent.Shown(d.actor(&parent, o)) {
		return task.Change{}, task.ErrMerge
	}
	if err != nil {
		return task.Change{}, err
	}
	own, err := d.own(ctx, &t)
	if err != nil {
		return task.Change{}, err
	}
	open := parent.Status.Open() && parent.Status != task.Checking
	if o.Other.Street != t.ID.Street || !open || parent.Confidential || own != "" && own == parent.Handler {
		return task.Change{}, task.ErrMerge
	}
	m.Other = o.Other.Seq
	return t.Apply(m)
}

// unmerge lets a task go its own way; who gets it is decided anew. Its reporter hears
// of both in one.
func (d *Desk) unmerge(ctx context.Context, t task.Task, m task.Move) (task.Change, error) {
	m.Plan = d.planFor(&t, m.At)
	c, err := t.Apply(m)
	if err != nil || c.After.Status != task.Accepted || c.After.Place.Grid == "" {
		return c, err
	}
	return d.orWait(ctx, c, task.Move{By: task.Actor{Kind: task.BySystem}, At: m.At, Silent: true})
}

// reportedPart tells whether a member of staff reported something that is part of the
// task: it is as much their own report as the task of a reporter.
func (d *Desk) reportedPart(ctx context.Context, t *task.Task, o Order) (bool, error) {
	if o.Staff == "" || o.Person.Zero() || len(t.Merged) == 0 {
		return false, nil
	}
	parts, err := d.Parts(ctx, t)
	return slices.ContainsFunc(parts, func(p task.Task) bool { return p.Reporter == o.Person }), err
}

// Parts reads the tasks that are part of one, having been merged into it.
func (d *Desk) Parts(ctx context.Context, t *task.Task) ([]task.Task, error) {
	ids := make([]task.ID, len(t.Merged))
	for i, seq := range t.Merged {
		ids[i] = task.ID{Street: t.ID.Street, Seq: seq}
	}
	parts, err := d.o.Store.GetAll(ctx, ids)
	return slices.DeleteFunc(parts, func(p task.Task) bool { return p.Status != task.Merged || p.Parent != t.ID.Seq }), err
}

// withoutParts adds to those who must not have a task the ones who would get it next
// and reported a part of it.
func (d *Desk) withoutParts(ctx context.Context, t *task.Task, out []string) ([]string, error) {
	if len(t.Merged) == 0 {
		return out, nil
	}
	parts, err := d.Parts(ctx, t)
	for known := -1; err == nil && known < len(out); {
		known = len(out)
		for _, s := range d.free(t, out...) {
			p, err := d.o.Store.StaffPerson(ctx, s.ID)
			if err != nil {
				return nil, err
			}
			if !p.Zero() && slices.ContainsFunc(parts, func(x task.Task) bool { return x.Reporter == p }) {
				out = append(out, s.ID)
			}
		}
	}
	return out, err
}
