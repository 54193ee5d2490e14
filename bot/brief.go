package bot

import (
	"context"

	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/task"
)

// statusFor shows a task to who may see it: its reporter how far it is, a member of
// staff all there is to know to work on it.
func (c *chat) statusFor(ctx context.Context, t task.Task) error {
	c.speakOf(t.ID)
	bound, err := c.isStaff(ctx)
	if err != nil {
		return err
	}
	if !bound || t.Reporter == c.m.Person {
		return c.say("status.one", c.b.o.Desk.Letter(&t))
	}
	return c.brief(ctx, t)
}

// brief tells a member of staff what was said, where, what was added and by when.
func (c *chat) brief(ctx context.Context, t task.Task) error {
	letter := c.b.o.Desk.LetterFor(&t, c.profile.Staff)
	var err error
	if letter.Added, err = c.b.o.Desk.AddedFor(ctx, &t, letter); err != nil {
		return err
	}
	if err := c.b.o.Desk.Saw(ctx, c.profile.Staff, t); err != nil {
		return err
	}
	return c.say("status.staff", letter)
}

// aside takes words of a member of staff that name a task in their sight but give no
// command: they are shown the task and how to go on, and no new report is made of
// them.
func (c *chat) aside(ctx context.Context) (bool, error) {
	n, ok := c.named()
	if !ok || c.s.Step == stepResult && c.fresh() {
		return false, nil
	}
	if bound, err := c.isStaff(ctx); err != nil || !bound {
		return false, err
	}
	for _, id := range c.ids(n) {
		t, err := c.b.o.Desk.View(ctx, id, c.profile.Staff, task.Person{})
		if refused(err) || err == nil && t.Reporter == c.m.Person {
			continue
		}
		if err != nil {
			return true, err
		}
		c.speakOf(id)
		if err := c.brief(ctx, t); err != nil {
			return true, err
		}
		return true, c.say("hint.staff", c.b.o.Desk.Letter(&t))
	}
	return false, nil
}

// named is the task number at the front or the end of words that are no resident's
// command; a number alone is not meant.
func (c *chat) named() (grid.Number, bool) {
	g := c.b.grammar
	if cmd, ok := g.parse(c.m.Text, forResident); ok && (cmd.whole || cmd.apart) {
		return grid.Number{}, false
	}
	text := g.unlabelled(fold(c.m.Text))
	n, rest := g.leading(text)
	if n.Seq == 0 {
		n, rest = trailing(text)
	}
	return n, n.Seq > 0 && rest != ""
}

// signAll signs what waits in the person's hands for that, ten tasks at most, and
// says each on a line.
func (c *chat) signAll(ctx context.Context) error {
	fit, err := c.candidates(ctx, cmdSign)
	if err != nil {
		return err
	}
	for _, t := range fit {
		after, err := c.b.o.Desk.Do(ctx, dispatch.Order{Task: t.ID, Key: c.key(), Move: task.Sign, Staff: c.profile.Staff, Person: c.m.Person})
		if err != nil {
			err = c.explain(err, after)
		} else {
			err = c.say("ok.signed", c.b.o.Desk.Letter(&after))
		}
		if err != nil {
			return err
		}
	}
	if len(fit) == 0 {
		return c.say("none.inhand", nil)
	}
	return nil
}
