package bot

import (
	"context"
	"errors"
	"unicode/utf8"

	"gridbot/classify"
	"gridbot/dispatch"
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
	d := c.alarm()
	if c.turn.Recent > floodAt {
		return c.flood(ctx, d)
	}
	if d.Level >= 2 && !c.aboutTask() {
		return c.danger(ctx, d)
	}
	readings := []func(context.Context) (bool, error){c.staffCommand, c.residentCommand, c.step, c.number, c.exactly, c.follow}
	if d.Level >= 2 {
		readings = []func(context.Context) (bool, error){c.staffCommand, c.step}
	}
	for _, read := range readings {
		if done, err := read(ctx); done || err != nil {
			return err
		}
	}
	if d.Level >= 2 {
		return c.danger(ctx, d)
	}
	r := c.meant()
	reply, done := c.replied(r)
	if !done {
		if err := c.understand(ctx, r); err != nil {
			return err
		}
	}
	c.utter(reply)
	return nil
}

// heard is what the classifier took some words for.
type heard struct {
	text   string
	result classify.Result
}

// meant is what the classifier takes the message for; the same words are read once.
func (c *chat) meant() classify.Result {
	if c.heard.text != c.m.Text {
		c.heard.text, c.heard.result = c.m.Text, c.b.o.Classifier.Classify(c.m.Text)
	}
	return c.heard.result
}

// flood keeps the words of somebody who writes faster than anyone can read: with
// their newest task, or as one at the desk, told to nobody a second time and
// answered once. A danger is answered and passed on like any other, but once: what
// follows about it is kept too.
func (c *chat) flood(ctx context.Context, d classify.Danger) error {
	if d.Level >= 2 {
		about, err := c.endangered(ctx, "")
		if err != nil {
			return err
		}
		if about.ID.Zero() {
			return c.danger(ctx, d)
		}
		c.said = append(c.said, c.b.call(d))
	}
	kept, err := c.keepQuietly(ctx, nil)
	if err != nil {
		return err
	}
	if !kept {
		if _, err := c.openAtDesk(ctx, c.m.Text, nil); err != nil {
			return err
		}
	}
	return c.slowDown()
}

// keepQuietly puts words and photos with the newest task that takes them, and
// tells nobody.
func (c *chat) keepQuietly(ctx context.Context, media []task.Media) (bool, error) {
	ids := c.turn.Tasks[:min(len(c.turn.Tasks), 1)]
	if id, ok := c.lately(); ok {
		ids = append([]task.ID{id}, ids...)
	}
	for _, id := range ids {
		o := c.resident(task.Supplement, id, c.m.Text)
		o.Quiet, o.Media = true, media
		if _, err := c.b.o.Desk.Do(ctx, o); err == nil || !refused(err) {
			return true, err
		}
	}
	return false, nil
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
	if r.Intent.Request() && !c.faint(r) {
		c.s.Unclear = ""
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

// faint tells whether a message is too short and too unclear to be taken for a
// report: a slip of the finger, a lone mark.
func (c *chat) faint(r classify.Result) bool {
	return r.Verdict == classify.Unsure && r.IntentP < 0.5 && utf8.RuneCountInString(c.m.Text) <= faintRunes
}

// faintRunes is how long a message is that can be faint.
const faintRunes = 4

// puzzled says once how to put it; the next time a person decides, who reads both.
func (c *chat) puzzled(ctx context.Context) error {
	if c.s.Unclear == "" {
		c.s.Unclear = clip(c.m.Text)
		return c.say("puzzled", nil)
	}
	text := join(c.s.Unclear, c.m.Text)
	c.s.Unclear = ""
	t, err := c.openAtDesk(ctx, text, nil)
	if err != nil {
		return err
	}
	return c.opened("opened.desk", t)
}

// maxUnclear is how many characters of a message that was not understood wait for
// the next one.
const maxUnclear = 300

func clip(s string) string {
	if r := []rune(s); len(r) > maxUnclear {
		return string(r[:maxUnclear])
	}
	return s
}

// resident makes an order in the resident's hat.
func (c *chat) resident(k task.Kind, id task.ID, note string) dispatch.Order {
	return dispatch.Order{Task: id, Key: c.key(), Move: k, Person: c.m.Person, Note: note}
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
		{task.ErrRuled, "err.ruled"}, {task.ErrReturnLate, "err.returnlate"}, {task.ErrUrgedRecently, "err.urged"},
		{task.ErrUrgeEarly, "err.urgeearly"}, {task.ErrConfirmSafety, "err.safety"}, {task.ErrReopenLate, "err.reopenlate"},
		{task.ErrCategory, "err.category"}, {task.ErrStatus, "err.status"}, {task.ErrMove, "err.status"},
		{task.ErrCritical, "err.critical"}, {task.ErrTooLong, "err.toolong"}, {task.ErrExtended, "err.extended"},
		{task.ErrExtendLate, "err.extendlate"}, {task.ErrNoWish, "err.nowish"}, {task.ErrAppealed, "err.appealed"},
		{task.ErrReason, "err.reason"}, {task.ErrHelpersOpen, "err.helpers"}, {task.ErrJoined, "err.joined"},
		{task.ErrPlace, "err.place"}, {task.ErrUrgency, "err.urgency"}, {task.ErrSame, "err.same"}, {task.ErrLower, "err.lower"},
		{task.ErrMerge, "err.merge"}, {task.ErrNotDue, "err.status"},
	} {
		if errors.Is(err, s.err) {
			return s.name
		}
	}
	return ""
}
