package handlers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gridbot/bot"
	"gridbot/store"
	"gridbot/task"
)

// releaseWithin bounds giving a lease back; when it fails the lease ends by itself.
const releaseWithin = time.Second

// converse works one message from Begin to Commit and returns what to say. In a
// replay the words go out as a late message before Commit, and nothing is left to
// be said to a delivery that comes even later. It turns a panic into errPanic.
func (in *inbox) converse(ctx context.Context, m bot.Message, replay bool) (text, outcome string, err error) {
	defer func() {
		if r := recover(); r != nil {
			in.failed(r)
			err = errPanic
		}
	}()
	for {
		t, err := in.begin(ctx, m, replay)
		if err != nil {
			return "", "", err
		}
		if t.State == store.Done {
			return t.Answer, outAgain, in.again(ctx, m, t, replay)
		}
		text, err := in.turn(ctx, m, t, replay)
		if errors.Is(err, store.ErrLost) {
			continue // whoever has the lease now may be doing the same message
		}
		return text, outAnswered, err
	}
}

// begin takes the person's lease, waiting for a message of the same person that
// another replica works on.
func (in *inbox) begin(ctx context.Context, m bot.Message, replay bool) (store.Turn, error) {
	for {
		now := in.now()
		t, err := in.store.Begin(ctx, m.Person, m.Key, in.window(m, now), replay, now)
		if err != nil {
			in.release(ctx, t) // it may have been taken although no answer came
			return store.Turn{}, err
		}
		if t.State != store.Busy {
			return t, nil
		}
		select {
		case <-time.After(pollBusy):
		case <-ctx.Done():
			return store.Turn{}, fmt.Errorf("%w: %w", errBusy, ctx.Err())
		}
	}
}

// window is what is left of the window a message opened: the platform counts
// from the moment the person sent it.
func (in *inbox) window(m bot.Message, now time.Time) store.Window {
	w := in.talk.Window(m)
	w.For -= max(0, now.Sub(m.At))
	if w.For <= 0 {
		return store.Window{}
	}
	return w
}

// again deals with a message found done. The words a replay finds have not
// reached the person, unless another delivery has handed them over.
func (in *inbox) again(ctx context.Context, m bot.Message, t store.Turn, replay bool) error {
	if !replay || t.Told {
		return nil
	}
	return in.tell(ctx, m, t.Answer)
}

// turn asks the conversation and commits. When that fails the lease is given
// back; should the commit be on its way still, it then finds no lease and writes
// nothing.
func (in *inbox) turn(ctx context.Context, m bot.Message, t store.Turn, replay bool) (string, error) {
	a, err := in.answer(ctx, m, t)
	if err == nil && replay {
		err = in.tell(ctx, m, a.Text)
	}
	a.Ending.Answer = a.Text
	if replay {
		a.Ending.Answer = "" // said late: never passive and late both
	}
	if err == nil {
		if err = in.store.Commit(ctx, t, a.Ending, in.now()); err == nil {
			in.links.add(a.Ending.Tasks)
		}
	}
	if err != nil && !errors.Is(err, store.ErrLost) {
		in.release(ctx, t)
	}
	return a.Text, err
}

func (in *inbox) answer(ctx context.Context, m bot.Message, t store.Turn) (a bot.Answer, err error) {
	defer func() {
		if r := recover(); r != nil {
			in.failed(r)
			err = errPanic
		}
	}()
	return in.talk.Reply(ctx, m, t)
}

// tell leaves words for a person in the outbox, once for a message.
func (in *inbox) tell(ctx context.Context, m bot.Message, text string) error {
	if text == "" {
		return nil
	}
	n := task.Notice{To: task.Party{Kind: task.ToResident, Person: m.Person}, About: task.AboutAnswer, Note: text}
	put, err := in.store.Enqueue(ctx, m.Street, m.Key, n, in.now())
	if put {
		in.wake(m.Street)
	}
	return err
}

// release gives a lease back without keeping the answer waiting.
func (in *inbox) release(ctx context.Context, t store.Turn) {
	in.busy.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseWithin)
		defer cancel()
		if err := in.store.Release(ctx, t); err != nil {
			in.log.Debug("lease not given back", "err", err)
		}
	})
}
