package bot

import (
	"context"
	"errors"
	"strings"

	"gridbot/grid"
	"gridbot/task"
)

// arrive welcomes who follows the account or scans a code. A code in a stairwell
// carries the micro-grid, and after a dot the building: "12010103.3".
func (c *chat) arrive() error {
	if c.m.Kind == Subscribe {
		c.utter(c.b.o.Replies[c.m.Person.Account].Follow)
	}
	home, door, _ := strings.Cut(c.m.Scene, ".")
	a, ok := c.ground().Area(home)
	if !ok || a.Level != grid.Microgrid {
		return c.say("welcome", nil)
	}
	c.profile.Home, c.profile.Door = home, door
	place := c.placeOf(grid.Place{Microgrid: home, Area: home, Building: door})
	return c.say("welcome.home", place.Text)
}

// leave erases the person, as the platform demands of an unsubscribe; their cases
// go on without them.
func (c *chat) leave(ctx context.Context) error {
	c.erase = true
	streets := map[string]bool{c.m.Street: true}
	for from := 0; ; from += manyTasks {
		ids, err := c.b.o.Desk.Store().Reported(ctx, c.m.Person, from, manyTasks)
		if err != nil {
			return err
		}
		for _, id := range ids {
			streets[id.Street] = true
			if err := c.forget(ctx, id); err != nil {
				return err
			}
		}
		if len(ids) < manyTasks {
			break
		}
	}
	for street := range streets {
		if err := c.forgetUnlisted(ctx, street); err != nil {
			return err
		}
		if _, err := c.b.o.Desk.Store().EraseNotices(ctx, street, c.m.Person); err != nil {
			return err
		}
	}
	if c.profile.Staff == "" {
		return nil
	}
	return c.b.o.Desk.Store().Unbind(ctx, c.profile.Staff, c.m.Person)
}

// forgetUnlisted takes the person out of cases that are not on their list yet, because
// the message that made them was never finished.
func (c *chat) forgetUnlisted(ctx context.Context, street string) error {
	notices, err := c.b.o.Desk.Store().NoticesTo(ctx, street, c.m.Person)
	if err != nil {
		return err
	}
	for _, n := range notices {
		if n.To.Kind != task.ToList {
			continue
		}
		if err := c.forget(ctx, n.Task); err != nil {
			return err
		}
	}
	return nil
}

// manyTasks is how many tasks of a person are read at a time.
const manyTasks = 100

// forget takes the person out of one of their cases.
func (c *chat) forget(ctx context.Context, id task.ID) error {
	words := c.m.Kind == Text // asked for in so many words
	if err := c.b.o.Desk.Forget(ctx, id, c.m.Person, c.m.Key, words); err != nil && !refused(err) {
		return err
	}
	return nil
}

// click does what a menu item stands for: the same as writing its command.
func (c *chat) click(ctx context.Context) error {
	if done, err := c.tap(ctx); done || err != nil {
		return err
	}
	switch c.m.Text {
	case cmdStatus:
		return c.status(ctx)
	case cmdHuman:
		return c.human(ctx)
	case cmdList:
		if ok, err := c.isStaff(ctx); err != nil {
			return err
		} else if ok {
			return c.list(ctx, 1)
		}
	}
	return c.say("help", nil)
}

// join binds a member of staff to this person by a one-time code.
func (c *chat) join(ctx context.Context, cmd command) (bool, error) {
	code := strings.ToLower(strings.TrimFunc(fold(cmd.rest), ending)) // telephones capitalise the first letter
	if cmd.number.Seq > 0 {
		code = strings.TrimSpace(cmd.number.String())
	}
	if !isCode(code) {
		return false, nil
	}
	staff, err := c.b.o.Desk.Store().Join(ctx, code, c.m.Person)
	if errors.Is(err, task.ErrNotFound) {
		return true, c.say("join.no", nil)
	}
	if err != nil {
		return true, err
	}
	s, ok := c.ground().Staff(staff)
	if !ok {
		return true, c.say("join.no", nil)
	}
	c.profile.Staff = staff
	return true, c.say("join.ok", option{Name: s.Name, Extra: c.postOf(s)})
}
