package bot

import (
	"context"
	"strconv"
	"strings"

	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/task"
)

// stepList is no question: the list shown last has a next page, whose number less one
// is in Words.
const stepList = "list"

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
	if c.s.Step == "" || c.s.Step == stepList { // a question that stands is not given up for it
		c.s.drop()
		if data.MineMore || data.DeskMore {
			c.ask(stepList)
			c.s.Words = strconv.Itoa(page)
		}
	}
	return c.say("list", data)
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
		data.Check = append(data.Check, c.letters(check[:min(len(check), mostListed)])...)
	}
	if !c.ground().Has(c.profile.Staff, grid.Dispatcher, street) {
		return nil
	}
	desk, err := c.b.o.Desk.Store().DeskQueue(ctx, street, from, mostListed)
	if err != nil {
		return err
	}
	data.Desk, data.DeskTotal = append(data.Desk, c.letters(desk.Tasks)...), data.DeskTotal+desk.Total
	data.DeskMore = data.DeskMore || desk.Total > from+len(desk.Tasks)
	return nil
}

func (c *chat) letters(tasks []task.Task) []dispatch.Letter {
	var out []dispatch.Letter
	for _, t := range tasks {
		out = append(out, c.b.o.Desk.Letter(&t))
	}
	return out
}
