package bot

import (
	"context"

	"gridbot/dispatch"
	"gridbot/task"
)

// status lists the person's open matters, and the last closed one when nothing
// is open.
func (c *chat) status(ctx context.Context) error {
	mine, err := c.mine(ctx)
	if err != nil {
		return err
	}
	var open []dispatch.Letter
	for _, t := range mine {
		if !t.Status.Over() {
			open = append(open, c.b.o.Desk.Letter(&t))
		}
	}
	switch {
	case len(open) == 1:
		return c.say("status.one", open[0])
	case len(open) > 1:
		return c.say("status.list", open)
	case len(mine) > 0:
		return c.say("status.one", c.b.o.Desk.Letter(&mine[0]))
	}
	return c.say("status.none", nil)
}

// statusOf shows the task a command names: 查询 1042.
func (c *chat) statusOf(ctx context.Context, cmd command) (bool, error) {
	if cmd.number.Seq == 0 || cmd.rest != "" {
		return false, nil
	}
	for _, id := range c.ids(cmd.number) {
		t, err := c.view(ctx, id)
		if err == nil {
			return true, c.statusFor(ctx, t)
		}
		if !refused(err) {
			return true, err
		}
	}
	return true, c.say("number.unknown", cmd.number.String())
}

// rateHint asks for one of the three ratings when somebody judges in their own
// words; without anything to judge their kind words are answered.
func (c *chat) rateHint(ctx context.Context) error {
	mine, err := c.mine(ctx)
	if err != nil {
		return err
	}
	for _, t := range mine {
		if t.Status == task.Feedback {
			c.speakOf(t.ID)
			return c.say("ask.rate", c.b.o.Desk.Letter(&t))
		}
	}
	return c.say("none.rate", nil)
}

// withdrawHint asks which matter is to be withdrawn when somebody says in their
// own words that it is over.
func (c *chat) withdrawHint(ctx context.Context) error {
	mine, err := c.mine(ctx)
	if err != nil {
		return err
	}
	var open []task.Task
	for _, t := range mine {
		if t.Status.Open() {
			open = append(open, t)
		}
	}
	if len(open) == 0 {
		return c.say("none.withdraw", nil)
	}
	return c.askTask(order{Cmd: cmdWithdraw, Note: c.m.Text}, open)
}

// human lets a person read what comes next; with a matter open, its worker.
func (c *chat) human(ctx context.Context) error {
	mine, err := c.mine(ctx)
	if err != nil {
		return err
	}
	for _, t := range mine {
		if t.Status.Open() && t.Handler != "" {
			if err := c.pass(ctx, t, "note.human"); err != nil {
				return c.explain(err, t)
			}
			c.speakOf(t.ID)
			if err := c.say("human.handler", c.b.o.Desk.Letter(&t)); err != nil {
				return err
			}
			return c.hours(t)
		}
	}
	c.ask(stepHuman)
	if err := c.say("human", nil); err != nil {
		return err
	}
	return c.hours(task.Task{Urgency: task.Normal})
}
