package bot

import (
	"context"

	"gridbot/task"
)

// answerChoice takes the number of what was asked for: a task, a person or a
// category.
func (c *chat) answerChoice(ctx context.Context) (bool, error) {
	if c.s.Order == nil {
		c.s.drop()
		return false, nil
	}
	index, none, ok := c.chosen()
	if !ok {
		c.s.drop()
		return false, nil
	}
	o, choices, fill := *c.s.Order, c.s.Choices, c.s.Fill
	c.s.drop()
	if none {
		return true, c.say("never.mind", nil)
	}
	switch fill {
	case fillTask:
		o.Task = choices[index]
	case fillTo:
		o.To = choices[index]
	case fillCategory:
		o.Category = choices[index]
	case fillReason:
		o.Reason = choices[index]
	}
	return true, c.run(ctx, o)
}

// run makes the move of an order, in the hat its command belongs to.
func (c *chat) run(ctx context.Context, o order) error {
	if o.Cmd == cmdHandOver {
		return c.handOverFrom(ctx, o.To)
	}
	id, err := task.ParseID(o.Task)
	if err != nil {
		return c.say("err.notfound", c.b.o.Desk.Letter(&task.Task{}))
	}
	if _, staff := staffMove(o.Cmd); staff {
		return c.staffRun(ctx, o, id)
	}
	t, err := c.b.o.Desk.View(ctx, id, "", c.m.Person)
	if err != nil {
		return c.explain(err, task.Task{ID: id})
	}
	return c.residentRun(ctx, o, t)
}
