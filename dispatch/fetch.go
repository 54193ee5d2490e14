package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gridbot/store"
	"gridbot/task"
)

// Album keeps the files of photos and voices. The zero value keeps none: then they
// stay with the platform, which has them for three days.
type Album struct {
	// Fetch brings a medium of a task in. Once it is there, fetching it again only says
	// so. task.Bad: no try will help. It must give up when ctx ends.
	Fetch func(ctx context.Context, id task.ID, m task.Media) task.Result
	// Keep leaves the files of these media of a task and removes all others.
	Keep func(id task.ID, media []task.Media) error
}

// channelMedia is the channel of fetching, for metrics, logs and brakes.
const channelMedia = "media"

// media works on a notice to the folder of photos and voices, and tells when it is
// tried next. What nothing will bring is marked as lost, and asked for again.
func (c *Courier) media(ctx context.Context, l store.Leased) (next time.Time, err error) {
	r, err := c.fetch(ctx, l)
	if err != nil {
		return next, err
	}
	s, free := c.o.Desk.Store(), accountsFault(r.Outcome)
	c.o.Settled(l.About, channelMedia, r.Outcome)
	switch {
	case r.Outcome == task.Delivered:
		return next, s.Sent(ctx, l, c.o.Now())
	case free || r.Outcome == task.RetryLater && l.Attempts < c.o.Bury:
		wait := r.RetryAfter
		if wait <= 0 {
			wait = patience(l.Attempts)
		}
		next = c.o.Now().Add(wait)
		return next, s.Later(ctx, l, next, c.o.Now(), fmt.Sprintf("%s: %s %d %s", channelMedia, r.Outcome, r.Code, r.Detail), free)
	}
	if err := c.o.Desk.Lose(ctx, l.Task, l.Note); err != nil {
		return next, err
	}
	return next, s.Sent(ctx, l, c.o.Now())
}

// patience is 1, 2, 4 … seconds up to an hour, a quarter more or less: sixty attempts
// fill two of the three days the platform has a file.
func patience(attempt int) time.Duration {
	d := backoff(attempt)
	if n := attempt - 9; n > 0 {
		d = min(d<<min(n, 4), time.Hour)
	}
	return d
}

// fetch does what a notice to the folder asks for. A task that is gone, or does not
// name the medium any more, asks for nothing.
func (c *Courier) fetch(ctx context.Context, l store.Leased) (task.Result, error) {
	if c.o.Album.Fetch == nil {
		return task.Result{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, c.o.Lease/2)
	defer cancel()
	t, err := c.o.Desk.Store().Get(ctx, l.Task)
	if errors.Is(err, task.ErrNotFound) {
		return task.Result{}, nil
	}
	if err != nil {
		return task.Result{}, err
	}
	if l.About == task.AboutDrop {
		return c.keep(&t), nil
	}
	m, ok := t.Named(l.Note)
	if !ok || m.Lost {
		return task.Result{}, nil
	}
	r := c.brakes.call(c, m.Account, channelMedia, func() task.Result { return c.o.Album.Fetch(ctx, l.Task, m) })
	if r.Outcome != task.Delivered {
		return r, nil
	}
	return c.unwanted(ctx, l.Task, r)
}

// unwanted takes away what was erased while it was being fetched.
func (c *Courier) unwanted(ctx context.Context, id task.ID, r task.Result) (task.Result, error) {
	t, err := c.o.Desk.Store().Get(ctx, id)
	switch {
	case errors.Is(err, task.ErrNotFound): // archived, with its media
		return r, nil
	case err != nil:
		return r, err
	case len(t.Kept()) == len(t.Media):
		return r, nil
	}
	return c.keep(&t), nil
}

// keep leaves of a task's files those it may keep.
func (c *Courier) keep(t *task.Task) task.Result {
	if err := c.o.Album.Keep(t.ID, t.Kept()); err != nil {
		return task.Result{Outcome: task.RetryLater, Detail: err.Error()}
	}
	return task.Result{}
}

// Lose marks a medium of a task as lost and asks whoever sent it for it again, once for
// a task and a person.
func (d *Desk) Lose(ctx context.Context, id task.ID, medium string) error {
	now := d.o.Now()
	_, err := d.update(ctx, id, "", now, func(t task.Task) (task.Change, error) {
		return t.Apply(task.Move{Kind: task.Lose, By: task.Actor{Kind: task.BySystem}, At: now, Lost: medium})
	})
	if errors.Is(err, task.ErrNotFound) || errors.Is(err, task.ErrStatus) { // gone, or marked before
		return nil
	}
	return err
}

// sentTo marks media with the account they were sent to.
func sentTo(account string, media []task.Media) []task.Media {
	out := slices.Clone(media)
	for i := range out {
		out[i].Account = account
	}
	return out
}
