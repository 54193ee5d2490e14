package bot

import (
	"context"

	"gridbot/grid"
)

// privacy answers what a person asks about their own data.
func (c *chat) privacy(ctx context.Context, cmd command) (bool, error) {
	if !cmd.whole || cmd.number.Seq > 0 {
		return false, nil
	}
	switch cmd.cmd {
	case cmdHide, cmdShow:
		c.profile.Hidden = cmd.cmd == cmdHide
		return true, c.say("data."+cmd.cmd, nil)
	case cmdMyData:
		return true, c.myData(ctx)
	}
	c.ask(stepErase)
	return true, c.say("data.erase", nil)
}

// holdings is what is held about a person, for them to read.
type holdings struct {
	Home   string
	Staff  string
	Tasks  int
	Hidden bool
}

// myData tells what is held about the person.
func (c *chat) myData(ctx context.Context) error {
	var h holdings
	for from := 0; ; from += manyTasks {
		ids, err := c.b.o.Desk.Store().Reported(ctx, c.m.Person, from, manyTasks)
		if err != nil {
			return err
		}
		if h.Tasks += len(ids); len(ids) < manyTasks {
			break
		}
	}
	if c.profile.Home != "" {
		h.Home = c.placeOf(grid.Place{Microgrid: c.profile.Home, Area: c.profile.Home, Building: c.profile.Door}).Text
	}
	if s, ok := c.ground().Staff(c.profile.Staff); ok {
		h.Staff = s.Name
	}
	h.Hidden = c.profile.Hidden
	return c.say("data.held", h)
}

// answerErase takes the yes to "shall all of it go?": the cases stay, the person
// goes.
func (c *chat) answerErase(ctx context.Context) (bool, error) {
	cmd, ok := c.b.grammar.parse(c.m.Text, forResident)
	c.s.drop()
	if !ok || !cmd.whole {
		return false, nil
	}
	switch cmd.cmd {
	case cmdNo, cmdAck:
		return true, c.say("data.kept", nil)
	case cmdYes, cmdErase:
	default:
		return false, nil
	}
	if err := c.leave(ctx); err != nil {
		return true, err
	}
	return true, c.say("data.erased", nil)
}
