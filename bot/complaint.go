package bot

import (
	"context"
	"slices"
	"strings"

	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/task"
)

// conduct tells whether a text speaks of how a worker behaves, without a name: he
// was rude, he takes money. Where it speaks of somebody who is no worker, it does not.
func (g *grammar) conduct(text string) bool {
	found := false
	for _, word := range g.conducts {
		if strings.Contains(text, word) {
			found, text = true, strings.ReplaceAll(text, word, " ")
		}
	}
	return found && !g.outside(text)
}

// outside tells whether a text speaks of people who are not of the staff.
func (g *grammar) outside(text string) bool {
	return slices.ContainsFunc(g.outsiders, func(word string) bool { return strings.Contains(text, word) })
}

// accuses tells whether words that come with a move on a task are a complaint about
// who has it. They must never reach that person.
func (c *chat) accuses(words string) bool {
	if words == "" || !c.category(task.StaffComplaint).Confidential || !c.b.grammar.complains(words) {
		return false
	}
	return c.namesStaff() || !c.b.grammar.outside(words) || c.b.grammar.conduct(words)
}

// accused lists the person's matters under way whose handler a complaint that names
// nobody can be about: the one spoken of just now, else all of them.
func (c *chat) accused() []task.Task {
	lately, _ := c.lately()
	var out []task.Task
	for _, t := range c.known {
		if t.Status.Over() || t.Handler == "" || t.Confidential {
			continue
		}
		if t.ID == lately {
			return []task.Task{t}
		}
		out = append(out, t)
	}
	return out
}

// accusation takes a plain message that complains about a worker as a matter of its
// own, whatever was asked and whatever else it sounds like. What follows a confidential report belongs to that report.
func (c *chat) accusation(ctx context.Context) (bool, error) {
	g := c.b.grammar
	named := g.complains(c.m.Text) && c.namesStaff()
	if c.s.Step == stepResult && c.profile.Staff != "" || !named && !g.conduct(c.m.Text) || !c.category(task.StaffComplaint).Confidential {
		return false, nil
	}
	mine, err := c.mine(ctx)
	if err != nil {
		return true, err
	}
	lately, _ := c.lately()
	for _, t := range mine {
		if t.ID == lately && t.Category == task.StaffComplaint && !t.Status.Over() && !c.accusesAnother(t) {
			return true, c.supplement(ctx, t)
		}
	}
	about := c.accused()
	if len(about) == 0 && !named {
		return false, nil
	}
	t, err := c.openComplaint(ctx, c.key(), c.m.Text, about)
	if err != nil {
		return true, err
	}
	c.s.drop()
	return true, c.opened("opened", t)
}

// accusesAnother tells whether the message complains about somebody of the staff who is
// not named in a report. Who has that report may be the one, so it must not go there.
func (c *chat) accusesAnother(t task.Task) bool {
	return c.b.grammar.complains(c.m.Text) && slices.ContainsFunc(c.ground().People(), func(s grid.Staff) bool {
		return strings.Contains(c.m.Text, s.Name) && !strings.Contains(t.Text, s.Name)
	})
}

// openComplaint makes the confidential task of a complaint. The handlers it can be
// about stand in it by name, so that none of them ever gets it.
func (c *chat) openComplaint(ctx context.Context, key, words string, about []task.Task) (task.Task, error) {
	var letters []dispatch.Letter
	if !c.namesStaff() {
		letters = c.letters(about)
	}
	text, err := c.b.words.Render("complaint.text", struct {
		Words string
		About []dispatch.Letter
	}{words, letters})
	if err != nil {
		return task.Task{}, err
	}
	o := c.opening(text, nil)
	o.Key = key
	o.Category, o.Sure = c.category(task.StaffComplaint), true
	return c.open(ctx, o)
}

// complained says the number of the complaint that came with a move on another task.
func (c *chat) complained(complaint, about task.Task) error {
	c.speakOf(about.ID)
	return c.say("complaint.apart", c.b.o.Desk.Letter(&complaint))
}
