package bot

import (
	"context"
	"slices"

	"gridbot/grid"
	"gridbot/store"
	"gridbot/task"
)

// candidates lists the tasks a command without a number can be about, ten at most.
func (c *chat) candidates(ctx context.Context, cmd string) ([]task.Task, error) {
	var out []task.Task
	for _, street := range c.streets() {
		tasks, err := c.pool(ctx, street, cmd)
		if err != nil {
			return nil, err
		}
		for _, t := range c.shownTo(tasks) {
			if len(out) < mostInHand && c.able(cmd, t) && t.Reporter != c.m.Person {
				out = append(out, t)
			}
		}
	}
	return out, nil
}

// mostInHand is how many tasks a question offers.
const mostInHand = 10

// pool is where the tasks of a command are looked for.
func (c *chat) pool(ctx context.Context, street, cmd string) ([]task.Task, error) {
	s := c.b.o.Desk.Store()
	var page store.Page
	var err error
	switch cmd {
	case cmdDispatch, cmdReclassify, cmdRule:
		page, err = s.DeskQueue(ctx, street, 0, mostInHand)
	case cmdPass, cmdFail:
		return c.checkable(ctx, street)
	case cmdRelocate, cmdRegrade:
		return c.correctable(ctx, street)
	default:
		page, err = s.StaffQueue(ctx, street, c.profile.Staff, 0, mostInHand)
	}
	return page.Tasks, err
}

// correctable lists what this person may correct: what they have in hand and, at the desk,
// what waits there.
func (c *chat) correctable(ctx context.Context, street string) ([]task.Task, error) {
	s := c.b.o.Desk.Store()
	own, err := s.StaffQueue(ctx, street, c.profile.Staff, 0, mostInHand)
	if err != nil || !c.dispatches(street) {
		return own.Tasks, err
	}
	waiting, err := s.DeskQueue(ctx, street, 0, mostInHand)
	return append(own.Tasks, waiting.Tasks...), err
}

// checkable lists the results this person may check: of the grids they lead, and, at
// the desk, those that belong to the street alone.
func (c *chat) checkable(ctx context.Context, street string) ([]task.Task, error) {
	grids := c.grids(street)
	if c.dispatches(street) {
		grids = append(grids, "")
	}
	tasks, err := c.b.o.Desk.Store().CheckQueue(ctx, street, grids, mostInHand)
	return slices.DeleteFunc(tasks, func(t task.Task) bool { return t.Handler == c.profile.Staff }), err
}

// grids lists the grids a chief's posts reach, mostGrids at most: whoever leads more
// of them names the task.
func (c *chat) grids(street string) []string {
	s, _ := c.ground().Staff(c.profile.Staff)
	var out []string
	for _, p := range s.Posts {
		if c.ground().StreetOf(p.Area) != street || p.Role.Rank() < 1 {
			continue
		}
		for _, a := range c.within(p.Area) {
			if len(out) < mostGrids {
				out = append(out, a)
			}
		}
	}
	return out
}

// mostGrids is how many grids' queues one answer reads.
const mostGrids = 100

func (c *chat) within(area string) []string {
	a, ok := c.ground().Area(area)
	if !ok {
		return nil
	}
	if a.Level == grid.Grid {
		return []string{a.ID}
	}
	var out []string
	for _, child := range c.ground().Children(area) {
		if !grid.Grid.Above(child.Level) {
			out = append(out, c.within(child.ID)...)
		}
	}
	return out
}

// able tells whether a command of this person can be about a task.
func (c *chat) able(cmd string, t task.Task) bool {
	s, helps := t.Status, helping(t, c.profile.Staff)
	switch cmd {
	case cmdSign:
		return s == task.Dispatched && t.Handler == c.profile.Staff
	case cmdFinish:
		return s == task.Signed || s == task.Processing || helps
	case cmdContact, cmdProgress:
		return (s == task.Signed || s == task.Processing) && t.Handler == c.profile.Staff
	case cmdPass, cmdFail:
		return s == task.Checking
	case cmdRelocate, cmdRegrade:
		return s.AtDesk() || s.Open() && t.Handler == c.profile.Staff
	case cmdDispatch, cmdReclassify:
		return s.AtDesk()
	case cmdRule:
		return s == task.Returned
	case cmdRespond:
		return helps
	}
	return s.Open() && t.Handler == c.profile.Staff
}
