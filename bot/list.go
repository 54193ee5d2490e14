package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/task"
)

// stepList is no question: the list shown last has a next page, whose number less one
// is in Words. Fill is fillArea when it was the grids' list.
const stepList = "list"

const fillArea = "area"

// mostListed is how many tasks of a kind a page of the list holds, lastPage the
// highest page.
const (
	mostListed = 8
	lastPage   = 1000
)

// page is the page of the list shown last, 1 when it was shown no further.
func (c *chat) page() int {
	if c.s.Step != stepList {
		return 1
	}
	n, err := strconv.Atoi(c.s.Words)
	if err != nil {
		return 1
	}
	return n
}

// pageOf reads the page behind a command: 待办 2; 0 when it is none.
func pageOf(rest string) int {
	n, err := strconv.Atoi(strings.TrimFunc(rest, ending))
	if err != nil || n > lastPage {
		return 0
	}
	return n
}

// listed is what a page of the list holds.
type listed struct {
	Mine, Desk, Check       []dispatch.Letter
	MineTotal, DeskTotal    int
	MineMore, DeskMore, Any bool
}

// list shows a page, counted from 1, of what the person has in hand, and of what
// waits at the desk to who works there. Behind the last page it begins again.
func (c *chat) list(ctx context.Context, page int) error {
	page = min(max(page, 1), lastPage)
	var data listed
	for _, street := range c.streets() {
		if err := c.listStreet(ctx, street, page, &data); err != nil {
			return err
		}
	}
	data.Any = len(data.Mine)+len(data.Desk)+len(data.Check) > 0
	if !data.Any && page > 1 {
		return c.list(ctx, 1)
	}
	c.shown(page, data.MineMore || data.DeskMore, "")
	return c.say("list", data)
}

// shown remembers which page of a list was shown, and that there is a next one. A
// question that stands is not given up for it.
func (c *chat) shown(page int, more bool, fill string) {
	if c.s.Step != "" && c.s.Step != stepList {
		return
	}
	c.s.drop()
	if more {
		c.ask(stepList)
		c.s.Words, c.s.Fill = strconv.Itoa(page), fill
	}
}

// next shows the next page of the list shown last.
func (c *chat) next(ctx context.Context) error {
	if c.s.Step == stepList && c.s.Fill == fillArea {
		return c.listArea(ctx, c.page()+1)
	}
	return c.list(ctx, c.page()+1)
}

// listStreet adds a page of one street's tasks.
func (c *chat) listStreet(ctx context.Context, street string, page int, data *listed) error {
	from := (page - 1) * mostListed
	mine, err := c.b.o.Desk.Store().StaffQueue(ctx, street, c.profile.Staff, from, mostListed)
	if err != nil {
		return err
	}
	data.Mine, data.MineTotal = append(data.Mine, c.letters(mine.Tasks)...), data.MineTotal+mine.Total
	data.MineMore = data.MineMore || mine.Total > from+len(mine.Tasks)
	if page == 1 {
		check, err := c.checkable(ctx, street)
		if err != nil {
			return err
		}
		check = c.shownTo(check)
		data.Check = append(data.Check, c.letters(check[:min(len(check), mostListed)])...)
	}
	if !c.dispatches(street) {
		return nil
	}
	desk, err := c.b.o.Desk.Store().DeskQueue(ctx, street, from, mostListed)
	if err != nil {
		return err
	}
	seen := c.shownTo(desk.Tasks)
	data.Desk, data.DeskTotal = append(data.Desk, c.letters(seen)...), data.DeskTotal+desk.Total-len(desk.Tasks)+len(seen)
	data.DeskMore = data.DeskMore || desk.Total > from+len(desk.Tasks)
	return nil
}

// shownTo leaves out what this member of staff may not know of: a complaint about a
// dispatcher waits at the desk like any other matter, and stands in no list of theirs.
func (c *chat) shownTo(tasks []task.Task) []task.Task {
	return slices.DeleteFunc(slices.Clone(tasks), func(t task.Task) bool { return !c.b.o.Desk.Sees(&t, c.profile.Staff) })
}

func (c *chat) letters(tasks []task.Task) []dispatch.Letter {
	var out []dispatch.Letter
	for _, t := range tasks {
		out = append(out, c.b.o.Desk.Letter(&t))
	}
	return out
}

// listPaused shows what is suspended or waits for an answer in the streets this person
// works in, as the monthly list does.
func (c *chat) listPaused(ctx context.Context) error {
	var all []dispatch.Letter
	for _, street := range c.streets() {
		page, err := c.b.o.Desk.Store().PausedQueue(ctx, street, 0, manyTasks)
		if err != nil {
			return err
		}
		for _, t := range page.Tasks {
			if c.b.o.Desk.Sees(&t, c.profile.Staff) && len(all) < mostListed {
				all = append(all, c.b.o.Desk.Letter(&t))
			}
		}
	}
	return c.say("list.paused", all)
}

// area is a page of the open tasks of the grids a person serves. Next is the page
// behind it, 0 when there is none.
type area struct {
	Tasks []dispatch.Letter
	Total int
	Next  int
}

// listArea shows a page of all open tasks of the grids this person works in or leads,
// whoever has them, most pressing first. Behind the last page it begins again.
func (c *chat) listArea(ctx context.Context, page int) error {
	page = min(max(page, 1), lastPage)
	var data area
	for _, street := range c.streets() {
		from := (page - 1) * mostListed
		got, err := c.b.o.Desk.Store().GridQueues(ctx, street, c.served(street), from, mostListed)
		if err != nil {
			return err
		}
		for _, t := range got.Tasks {
			if c.b.o.Desk.Sees(&t, c.profile.Staff) {
				data.Tasks = append(data.Tasks, c.b.o.Desk.LetterFor(&t, c.profile.Staff))
			}
		}
		data.Total += got.Total
		if got.Total > from+mostListed {
			data.Next = page + 1
		}
	}
	if len(data.Tasks) == 0 && page > 1 {
		return c.listArea(ctx, 1)
	}
	c.shown(page, data.Next > 0, fillArea)
	return c.say("list.area", data)
}

// served lists the grids of a street a person works in or leads.
func (c *chat) served(street string) []string {
	out := c.grids(street)
	s, _ := c.ground().Staff(c.profile.Staff)
	for _, p := range s.Posts {
		g, ok := c.ground().Up(p.Area, grid.Grid)
		if ok && !p.Role.Affiliate() && c.ground().StreetOf(g.ID) == street && !slices.Contains(out, g.ID) {
			out = append(out, g.ID)
		}
	}
	return out
}
