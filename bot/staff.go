package bot

import (
	"context"
	"strings"

	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/store"
	"gridbot/task"
)

// staffMove is the move a staff command stands for.
func staffMove(cmd string) (task.Kind, bool) {
	k, ok := map[string]task.Kind{cmdSign: task.Sign, cmdContact: task.Contact, cmdProgress: task.Progress, cmdFinish: task.Finish,
		cmdReturn: task.Return, cmdTransfer: task.Transfer, cmdEscalate: task.Escalate, cmdAsk: task.Ask,
		cmdDispatch: task.Dispatch, cmdReclassify: task.Reclassify, cmdPass: task.Pass, cmdFail: task.Fail}[cmd]
	return k, ok
}

// staffCommand takes the message as a command about a task. It is one only when
// the whole message is, and only about a task this person may see; otherwise
// they speak as a resident like anybody else.
func (c *chat) staffCommand(ctx context.Context) (bool, error) {
	if c.profile.Staff == "" {
		return false, nil
	}
	cmd, ok := c.b.grammar.parse(c.m.Text, forStaff)
	if !ok || !cmd.apart && !cmd.whole {
		return false, nil
	}
	bound, err := c.isStaff(ctx)
	if err != nil || !bound {
		return false, err
	}
	switch cmd.cmd {
	case cmdJoin:
		return c.join(ctx, cmd)
	case cmdList:
		return cmd.whole, c.when(cmd.whole, func() error { return c.list(ctx) })
	case cmdHelp:
		return cmd.whole, c.when(cmd.whole, func() error { return c.say("help.staff", c.atDesk()) })
	case cmdLater:
		return cmd.number.Seq > 0 || cmd.whole, c.when(cmd.number.Seq > 0 || cmd.whole, func() error { return c.say("later", nil) })
	}
	return c.staffTarget(ctx, cmd)
}

// isStaff tells whether the person is still who they joined as: somebody who
// changed telephones has joined anew, and the old one is a resident again.
func (c *chat) isStaff(ctx context.Context) (bool, error) {
	if _, ok := c.ground().Staff(c.profile.Staff); !ok {
		return false, nil
	}
	p, err := c.b.o.Desk.Store().StaffPerson(ctx, c.profile.Staff)
	if err != nil {
		return false, err
	}
	if p != c.m.Person {
		c.profile.Staff = ""
		return false, nil
	}
	return true, nil
}

// atDesk tells whether this member of staff is a dispatcher.
func (c *chat) atDesk() bool {
	for _, street := range c.streets() {
		if c.ground().Has(c.profile.Staff, grid.Dispatcher, street) {
			return true
		}
	}
	return false
}

// streets lists the streets this member of staff has posts in.
func (c *chat) streets() []string {
	s, _ := c.ground().Staff(c.profile.Staff)
	var out []string
	for _, p := range s.Posts {
		if street := c.ground().StreetOf(p.Area); street != "" && (len(out) == 0 || out[len(out)-1] != street) {
			out = append(out, street)
		}
	}
	return out
}

// staffTarget finds the task a command is about: the one named, else the only
// one it can be about.
func (c *chat) staffTarget(ctx context.Context, cmd command) (bool, error) {
	o := order{Cmd: cmd.cmd, Note: cmd.rest}
	if cmd.number.Seq > 0 {
		return c.staffNamed(ctx, cmd, o)
	}
	fit, err := c.candidates(ctx, cmd.cmd)
	if err != nil {
		return true, err
	}
	switch {
	case len(fit) == 1:
		o.Task = fit[0].ID.String()
		return true, c.run(ctx, o)
	case len(fit) > 1 && (cmd.whole || cmd.apart):
		return true, c.askTask(o, fit)
	case cmd.whole:
		return true, c.say("none.inhand", nil)
	}
	return false, nil
}

// staffNamed takes a command with a number. A number of a task this person may
// not see is answered as one that does not exist.
func (c *chat) staffNamed(ctx context.Context, cmd command, o order) (bool, error) {
	var seen []task.Task
	for _, id := range c.ids(cmd.number) {
		t, err := c.b.o.Desk.View(ctx, id, c.profile.Staff, c.m.Person)
		if err == nil {
			seen = append(seen, t)
		} else if !refused(err) {
			return true, err
		}
	}
	switch len(seen) {
	case 0:
		return true, c.say("number.unknown", cmd.number.String())
	case 1:
		o.Task = seen[0].ID.String()
		return true, c.run(ctx, o)
	}
	return true, c.askTask(o, seen)
}

// candidates lists the tasks a command without a number can be about, ten at most.
func (c *chat) candidates(ctx context.Context, cmd string) ([]task.Task, error) {
	var out []task.Task
	for _, street := range c.streets() {
		tasks, err := c.pool(ctx, street, cmd)
		if err != nil {
			return nil, err
		}
		for _, t := range tasks {
			if able(cmd, t.Status) && t.Reporter != c.m.Person {
				out = append(out, t)
			}
		}
	}
	return out, nil
}

// pool is where the tasks of a command are looked for.
func (c *chat) pool(ctx context.Context, street, cmd string) ([]task.Task, error) {
	const most = 10
	s := c.b.o.Desk.Store()
	var page store.Page
	var err error
	switch cmd {
	case cmdDispatch, cmdReclassify:
		page, err = s.DeskQueue(ctx, street, 0, most)
	case cmdPass, cmdFail:
		return c.checkable(ctx, street)
	default:
		page, err = s.StaffQueue(ctx, street, c.profile.Staff, 0, most)
	}
	return page.Tasks, err
}

// checkable lists the results this person may check, in the grids they lead.
func (c *chat) checkable(ctx context.Context, street string) ([]task.Task, error) {
	var out []task.Task
	for _, g := range c.grids(street) {
		page, err := c.b.o.Desk.Store().GridQueue(ctx, street, g, 0, 100)
		if err != nil {
			return nil, err
		}
		for _, t := range page.Tasks {
			if t.Status == task.Checking && t.Handler != c.profile.Staff {
				out = append(out, t)
			}
		}
	}
	return out, nil
}

// grids lists the grids a chief's posts reach, twenty at most: whoever leads more
// of them names the task.
func (c *chat) grids(street string) []string {
	s, _ := c.ground().Staff(c.profile.Staff)
	var out []string
	for _, p := range s.Posts {
		if c.ground().StreetOf(p.Area) != street || p.Role.Rank() < 1 {
			continue
		}
		for _, a := range c.within(p.Area) {
			if len(out) < 20 {
				out = append(out, a)
			}
		}
	}
	return out
}

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

// able tells whether a command can be about a task in this status.
func able(cmd string, s task.Status) bool {
	switch cmd {
	case cmdSign:
		return s == task.Dispatched
	case cmdContact, cmdProgress, cmdFinish:
		return s == task.Signed || s == task.Processing
	case cmdPass, cmdFail:
		return s == task.Checking
	case cmdDispatch, cmdReclassify:
		return s.AtDesk()
	}
	return s.Open()
}

// list shows what the person has in hand, and what waits at the desk to who
// works there.
func (c *chat) list(ctx context.Context) error {
	const most = 8
	var data struct {
		Mine, Desk, Check       []dispatch.Letter
		MineTotal, DeskTotal    int
		MineMore, DeskMore, Any bool
	}
	for _, street := range c.streets() {
		page, err := c.b.o.Desk.Store().StaffQueue(ctx, street, c.profile.Staff, 0, most)
		if err != nil {
			return err
		}
		data.Mine, data.MineTotal = append(data.Mine, c.letters(page.Tasks)...), data.MineTotal+page.Total
		if check, err := c.checkable(ctx, street); err != nil {
			return err
		} else if len(check) > 0 {
			data.Check = append(data.Check, c.letters(check[:min(len(check), most)])...)
		}
		if !c.ground().Has(c.profile.Staff, grid.Dispatcher, street) {
			continue
		}
		if page, err = c.b.o.Desk.Store().DeskQueue(ctx, street, 0, most); err != nil {
			return err
		}
		data.Desk, data.DeskTotal = append(data.Desk, c.letters(page.Tasks)...), data.DeskTotal+page.Total
	}
	data.MineMore, data.DeskMore = data.MineTotal > len(data.Mine), data.DeskTotal > len(data.Desk)
	data.Any = len(data.Mine)+len(data.Desk)+len(data.Check) > 0
	return c.say("list", data)
}

func (c *chat) letters(tasks []task.Task) []dispatch.Letter {
	var out []dispatch.Letter
	for _, t := range tasks {
		out = append(out, c.b.o.Desk.Letter(&t))
	}
	return out
}

// staffRun makes a staff move, after asking for what it lacks.
func (c *chat) staffRun(ctx context.Context, o order, id task.ID) error {
	if o.Cmd == cmdTransfer || o.Cmd == cmdDispatch {
		if asked, err := c.needPerson(&o, id); asked || err != nil {
			return err
		}
	}
	if o.Cmd == cmdReclassify {
		if asked, err := c.needCategory(&o); asked || err != nil {
			return err
		}
	}
	move, _ := staffMove(o.Cmd)
	d := dispatchOrder{Task: id, Key: c.key(), Move: move, Staff: c.profile.Staff, Person: c.m.Person, Note: o.Note, To: o.To, Category: o.Category}
	t, err := c.b.o.Desk.Do(ctx, d)
	if err != nil {
		return c.staffRefused(err, o, t)
	}
	c.speakOf(id)
	letter := c.b.o.Desk.Letter(&t)
	letter.Note = o.Note
	return c.say("ok."+o.Cmd, letter)
}

// staffRefused explains a refusal. A result that is too short is asked for again,
// and the next words complete it.
func (c *chat) staffRefused(err error, o order, t task.Task) error {
	if sentence(err) == "err.short" && o.Cmd == cmdFinish {
		c.ask(stepResult)
		c.s.Order = &o
		return c.say("err.result", c.b.o.Desk.Letter(&t))
	}
	return c.explain(err, t)
}

// answerResult takes the words that complete a result.
func (c *chat) answerResult(ctx context.Context) (bool, error) {
	if c.s.Order == nil {
		c.s.drop()
		return false, nil
	}
	o := *c.s.Order
	c.s.drop()
	o.Note = strings.TrimSpace(o.Note + " " + c.m.Text)
	return true, c.run(ctx, o)
}

// needPerson finds who is named at the front of an order's words: 派 1042 李四.
// Two people of that name are a question.
func (c *chat) needPerson(o *order, id task.ID) (asked bool, err error) {
	if o.To != "" {
		return false, nil
	}
	name, rest, _ := strings.Cut(o.Note, " ")
	people := c.ground().StaffNamed(id.Street, strings.TrimFunc(name, ending))
	switch len(people) {
	case 0:
		return true, c.say("err.person", name)
	case 1:
		o.To, o.Note = people[0].ID, strings.TrimSpace(rest)
		return false, nil
	}
	var ids []string
	var options []option
	for i, s := range people {
		ids = append(ids, s.ID)
		options = append(options, option{N: i + 1, Name: s.Name, Extra: c.postOf(s)})
	}
	o.Note = strings.TrimSpace(rest)
	c.ask(stepChoose, ids...)
	c.s.Order, c.s.Fill = o, fillTo
	return true, c.say("ask.person", options)
}

// postOf says what somebody does and where, to tell namesakes apart.
func (c *chat) postOf(s grid.Staff) string {
	if len(s.Posts) == 0 {
		return ""
	}
	a, _ := c.ground().Area(s.Posts[0].Area)
	area, role := c.ground().FullName(a.ID), s.Posts[0].Role.Name()
	if strings.HasSuffix(area, a.Level.Name()) { // 和风街道 and 街道指挥室 share a word
		role = strings.TrimPrefix(role, a.Level.Name())
	}
	return area + role
}

// needCategory finds the category an order's words name. Several are a question.
func (c *chat) needCategory(o *order) (asked bool, err error) {
	if o.Category != "" {
		return false, nil
	}
	found := c.b.o.Desk.Categories().Match(o.Note)
	switch {
	case len(found) == 1:
		o.Category = found[0].ID
		return false, nil
	case len(found) == 0 || len(found) > 9:
		return true, c.say("err.category", c.b.o.Desk.Letter(&task.Task{}))
	}
	var ids []string
	var options []option
	for i, cat := range found {
		ids = append(ids, cat.ID)
		options = append(options, option{N: i + 1, Name: cat.Name, Extra: cat.MainName})
	}
	c.ask(stepChoose, ids...)
	c.s.Order, c.s.Fill = o, fillCategory
	return true, c.say("ask.category", options)
}
