package bot

import (
	"context"
	"errors"

	"gridbot/dispatch"
	"gridbot/task"
)

// clarify moves a draft's task on with what the resident answered; words that say
// more than the answer become part of the report. When a dispatcher was quicker,
// the answer stands with the task.
func (c *chat) clarify(ctx context.Context, t task.Task, category string, place task.Place, words string) error {
	if place.Grid == "" {
		place = task.Place{}
	}
	if place.Grid == "" && t.Place.Grid == "" && !c.category(category).Confidential {
		return c.clarifyCategory(ctx, t, category, words)
	}
	if err := c.tellMore(ctx, t, words); err != nil {
		return err
	}
	c.s.drop()
	after, err := c.b.o.Desk.Do(ctx, dispatch.Order{Task: t.ID, Key: c.key(), Move: task.Accept, Category: category, Place: place})
	if errors.Is(err, task.ErrStatus) {
		return c.add(ctx, t, "added")
	}
	if err != nil {
		return err
	}
	c.speakOf(t.ID)
	if after.Danger >= 2 {
		if err := c.placeDangers(ctx, after); err != nil {
			return err
		}
	}
	return c.opened("opened", after)
}

// tellMore makes words part of a report that is still being asked about. Nobody
// needs to hear of them but a dispatcher who asked, too.
func (c *chat) tellMore(ctx context.Context, t task.Task, words string) error {
	if words == "" {
		return nil
	}
	o := c.resident(task.Supplement, t.ID, words)
	o.Quiet = t.AskedBy == ""
	if _, err := c.b.o.Desk.Do(ctx, o); !refused(err) {
		return err
	}
	return nil
}

// clarifyCategory keeps the category that was settled and asks for the place.
func (c *chat) clarifyCategory(ctx context.Context, t task.Task, category, words string) error {
	if err := c.tellMore(ctx, t, words); err != nil {
		return err
	}
	after, err := c.b.o.Desk.Do(ctx, dispatch.Order{Task: t.ID, Key: c.key(), Move: task.Reclassify, Category: category, Quiet: true})
	if refused(err) {
		c.s.drop()
		return c.add(ctx, t, "added")
	}
	if err != nil {
		return err
	}
	c.speakOf(t.ID)
	many := c.usable(c.ground().Places.Find(after.Text, c.profile.Home))
	if len(many) < 2 {
		many = nil
	}
	return c.askPlace(after, many)
}
