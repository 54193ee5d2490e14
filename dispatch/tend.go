package dispatch

import (
	"context"
	"errors"
	"strconv"

	"gridbot/store"
	"gridbot/task"
)

// Wind sets the clocks of a task that was written before there were any: since when
// they run, what ends by itself, and what is asked for next. What a clock would have
// said long ago is said once, at its highest level.
func (d *Desk) Wind(t *task.Task) {
	now := d.o.Now()
	if t.Plan.Start.IsZero() {
		t.Plan.Start = started(t)
	}
	switch {
	case t.Status == task.Feedback && t.Until.IsZero():
		t.Until = now.Add(task.RateFor)
	case t.Status == task.Checking && t.Plan.Check.IsZero():
		t.Plan.Check = d.after(t.FinishedAt, d.limits(t).Check)
	}
	d.wind(t, now)
}

// walkBatch is how many numbers of a street are read at a time.
const walkBatch = 200

// Replan works the provisional deadlines of a street out anew once the holidays of their
// years are known. What was extended or stands still keeps its deadline until it goes
// on. It tells how many tasks have a certain deadline now; doing it again changes
// nothing.
func (d *Desk) Replan(ctx context.Context, street string) (int, error) {
	done := 0
	for from := int64(task.FirstNumber); from != 0; {
		stubs, next, err := d.o.Store.Walk(ctx, street, from, walkBatch)
		if err != nil {
			return done, err
		}
		n, err := d.replanAll(ctx, stubs)
		if done += n; err != nil {
			return done, err
		}
		from = next
	}
	return done, nil
}

// replanAll replans those of some tasks that have not ended.
func (d *Desk) replanAll(ctx context.Context, stubs []store.Stub) (int, error) {
	var ids []task.ID
	for _, s := range stubs {
		if s.Ended.IsZero() {
			ids = append(ids, s.ID)
		}
	}
	tasks, err := d.o.Store.GetAll(ctx, ids)
	done := 0
	for _, t := range tasks {
		if err != nil || !d.certain(&t) {
			continue
		}
		if _, err = d.update(ctx, t.ID, "", d.o.Now(), d.replan); errors.Is(err, task.ErrNotDue) {
			err = nil
			continue
		}
		if err == nil {
			done++
		}
	}
	return done, err
}

// certain tells whether a provisional deadline can be worked out for certain now.
func (d *Desk) certain(t *task.Task) bool {
	if !t.Plan.Provisional || t.Extended || t.Status.Paused() || !t.Status.Open() || t.Plan.Start.IsZero() {
		return false
	}
	return !d.planFor(t, t.Plan.Start).Provisional
}

// replan is the move that makes a deadline certain.
func (d *Desk) replan(t task.Task) (task.Change, error) {
	if !d.certain(&t) {
		return task.Change{}, task.ErrNotDue
	}
	plan, fresh := t.Plan, d.planFor(&t, t.Plan.Start)
	plan.Finish, plan.Provisional = fresh.Finish, false
	return t.Apply(task.Move{Kind: task.Replan, By: task.Actor{Kind: task.BySystem}, At: d.o.Now(), Plan: plan})
}

// Saw writes down that a member of staff read what a resident wrote.
func (d *Desk) Saw(ctx context.Context, staff string, tasks ...task.Task) error {
	s, _ := d.Ground().Staff(staff)
	by := map[string][]store.Sight{}
	for _, t := range tasks {
		by[t.ID.Street] = append(by[t.ID.Street], store.Sight{At: d.o.Now(), Staff: staff, Name: s.Name, Act: store.Viewed, Task: t.ID})
	}
	for street, sights := range by {
		if err := d.o.Store.Audit(ctx, street, sights...); err != nil {
			return err
		}
	}
	return nil
}

// Forget takes a person out of one of their cases, who asked for it or has left: the
// case goes on without them. With words, the personal data they wrote is masked there
// too. A case that is somebody else's, or not there any more, is left alone; one that is
// nobody's may be theirs of which an earlier call was cut short.
func (d *Desk) Forget(ctx context.Context, id task.ID, p task.Person, key string, words bool) error {
	t, err := d.o.Store.Get(ctx, id)
	if errors.Is(err, task.ErrNotFound) || err == nil && t.Reporter != p && !t.Reporter.Zero() {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := d.Do(ctx, Order{Task: id, Key: key, Move: task.Forget}); err != nil && !errors.Is(err, task.ErrNotFound) {
		return err
	}
	if !words {
		return nil
	}
	if err := d.forgetInWholes(ctx, id); err != nil {
		return err
	}
	if err := d.o.Store.Redact(ctx, id, d.o.Mask); err != nil && !errors.Is(err, task.ErrNotFound) {
		return err
	}
	return nil
}

// forgetInWholes masks what the reporter of a task added to those it is or was part of.
func (d *Desk) forgetInWholes(ctx context.Context, id task.ID) error {
	events, err := d.o.Store.History(ctx, id, lookAll)
	if err != nil {
		return err
	}
	for _, e := range events {
		whole, err := strconv.ParseInt(e.Target, 10, 64)
		if e.Kind != task.Merge || err != nil {
			continue
		}
		err = d.o.Store.RedactPart(ctx, task.ID{Street: id.Street, Seq: whole}, id.Seq, d.o.Mask)
		if err != nil && !errors.Is(err, task.ErrNotFound) {
			return err
		}
	}
	return nil
}
