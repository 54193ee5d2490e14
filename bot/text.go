package bot

import (
	"context"
	"errors"

	"gridbot/classify"
	"gridbot/store"
	"gridbot/task"
)

// maxText is how many characters of a message a task keeps as its own words;
// the platform allows a few hundred more than that at most.
const maxText = 2000

// floodAt is how many messages within a minute a person is answered.
const floodAt = 30

// text understands what somebody wrote. The first reading that fits wins.
func (c *chat) text(ctx context.Context) error {
	if c.m.Text == "" {
		return c.say("unreadable", nil)
	}
	if r := []rune(c.m.Text); len(r) > maxText {
		c.m.Text = string(r[:maxText])
	}
	if c.turn.Recent > floodAt {
		return c.flood(ctx)
	}
	if d := c.b.o.Classifier.Danger(c.m.Text); d.Level >= 2 {
		return c.danger(ctx, d)
	}
	readings := []func(context.Context) (bool, error){c.staffCommand, c.residentCommand, c.step, c.number, c.follow}
	for _, read := range readings {
		if done, err := read(ctx); done || err != nil {
			return err
		}
	}
	return c.understand(ctx, c.b.o.Classifier.Classify(c.m.Text))
}

// flood keeps the words of somebody who writes faster than anyone can read: with
// their newest task, or as one at the desk, told to nobody a second time and
// answered once. Danger is still answered each time.
func (c *chat) flood(ctx context.Context) error {
	if d := c.b.o.Classifier.Danger(c.m.Text); d.Level >= 2 {
		c.said = append(c.said, c.b.call(d))
	}
	id, ok := c.lately()
	if !ok && len(c.turn.Tasks) > 0 {
		id, ok = c.turn.Tasks[0], true
	}
	if ok {
		o := c.resident(task.Supplement, id, c.m.Text)
		o.Quiet = true
		_, err := c.b.o.Desk.Do(ctx, o)
		if err == nil {
			return c.slowDown()
		}
		if !refused(err) {
			return err
		}
	}
	if _, err := c.openAtDesk(ctx, c.m.Text, nil); err != nil {
		return err
	}
	return c.slowDown()
}

// slowDown asks for patience, once a minute.
func (c *chat) slowDown() error {
	if c.turn.Recent != floodAt+1 {
		return nil
	}
	return c.say("flood", nil)
}

// understand acts on what the classifier takes the message for.
func (c *chat) understand(ctx context.Context, r classify.Result) error {
	if r.Intent.Request() {
		c.s.Puzzled = false
		return c.report(ctx, r)
	}
	switch r.Intent {
	case classify.IntentProgress:
		return c.status(ctx)
	case classify.IntentSupplement:
		if done, err := c.supplementNewest(ctx); done || err != nil {
			return err
		}
	case classify.IntentRate:
		return c.rateHint(ctx)
	case classify.IntentWithdraw:
		return c.withdrawHint(ctx)
	case classify.IntentHuman:
		return c.human(ctx)
	case classify.IntentHelp:
		return c.say("help", nil)
	case classify.IntentGreeting, classify.IntentThanks, classify.IntentChitchat:
		return c.say(string(r.Intent), nil)
	}
	return c.puzzled(ctx)
}

// puzzled says once how to put it; the next time a person decides.
func (c *chat) puzzled(ctx context.Context) error {
	if !c.s.Puzzled {
		c.s.Puzzled = true
		return c.say("puzzled", nil)
	}
	c.s.Puzzled = false
	t, err := c.openAtDesk(ctx, c.m.Text, nil)
	if err != nil {
		return err
	}
	return c.opened("opened.desk", t)
}

// resident makes an order in the resident's hat.
func (c *chat) resident(k task.Kind, id task.ID, note string) dispatchOrder {
	return dispatchOrder{Task: id, Key: c.key(), Move: k, Person: c.m.Person, Note: note}
}

// refused tells a domain's no from a fault.
func refused(err error) bool { return sentence(err) != "" }

// sentence is the template that says a domain error to a person; "" for a fault.
// This is the one place where errors become Chinese.
func sentence(err error) string {
	for _, s := range []struct {
		err  error
		name string
	}{
		{task.ErrNotFound, "err.notfound"}, {task.ErrNotYours, "err.notyours"}, {task.ErrOwnReport, "err.own"},
		{task.ErrTaken, "err.taken"}, {task.ErrNoteTooShort, "err.short"}, {task.ErrNoTarget, "err.target"},
		{task.ErrReturnedOnce, "err.returned"}, {task.ErrReturnLate, "err.returnlate"}, {task.ErrUrgedRecently, "err.urged"},
		{task.ErrUrgeEarly, "err.urgeearly"}, {task.ErrConfirmSafety, "err.safety"}, {task.ErrReopenLate, "err.reopenlate"},
		{task.ErrCategory, "err.category"}, {task.ErrStatus, "err.status"}, {task.ErrMove, "err.status"},
	} {
		if errors.Is(err, s.err) && !errors.Is(err, store.ErrBusy) {
			return s.name
		}
	}
	return ""
}
