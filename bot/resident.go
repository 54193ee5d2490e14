package bot

import (
	"context"
	"slices"

	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/task"
)

// residentCommand takes the message as a resident's command. A word such as 满意
// is one only when there is a task it fits; otherwise it is ordinary speech.
func (c *chat) residentCommand(ctx context.Context) (bool, error) {
	if done, err := c.residentWords(ctx); done || err != nil {
		return done, err
	}
	return c.accusation(ctx)
}

// residentWords takes the message as a command and as nothing else.
func (c *chat) residentWords(ctx context.Context) (bool, error) {
	cmd, ok := c.b.grammar.parse(c.m.Text, forResident)
	if !ok {
		return false, nil
	}
	switch cmd.cmd {
	case cmdJoin:
		return c.join(ctx, cmd)
	case cmdStatus:
		if !cmd.whole || cmd.number.Seq > 0 {
			return c.statusOf(ctx, cmd)
		}
		return true, c.status(ctx)
	case cmdPhotos:
		return c.photos(ctx, cmd)
	case cmdHuman:
		if cmd.whole {
			return true, c.human(ctx)
		}
		return false, nil
	case cmdHelp:
		if cmd.whole {
			return true, c.say("help", nil)
		}
		return false, nil
	case cmdHide, cmdShow, cmdMyData, cmdErase:
		return c.privacy(ctx, cmd)
	case cmdYes, cmdNo, cmdAck:
		return false, nil
	}
	return c.residentMove(ctx, cmd)
}

// fitting tells for each resident's command in which statuses a task can be meant.
func fitting(cmd string) []task.Status {
	switch cmd {
	case cmdGood, cmdFair, cmdBad:
		return []task.Status{task.Feedback}
	case cmdUnsolved:
		return []task.Status{task.Feedback, task.Closed}
	case cmdAppeal:
		return []task.Status{task.Rejected}
	}
	var open []task.Status
	for _, s := range task.Statuses() {
		if s.Open() {
			open = append(open, s)
		}
	}
	return open
}

// residentMove finds the task a command is about: the one named, the one spoken
// of just now, the only one it fits, else a question.
func (c *chat) residentMove(ctx context.Context, cmd command) (bool, error) {
	if !cmd.apart && !cmd.whole {
		return false, nil
	}
	o := order{Cmd: cmd.cmd, Note: cmd.rest}
	mine, err := c.mine(ctx)
	if err != nil {
		return true, err
	}
	if cmd.number.Seq > 0 {
		return true, c.residentNamed(ctx, cmd.number, o)
	}
	var fit []task.Task
	for _, t := range mine {
		if slices.Contains(fitting(cmd.cmd), t.Status) {
			fit = append(fit, t)
		}
	}
	if lately, ok := c.lately(); ok && len(fit) > 1 {
		for _, t := range fit {
			if t.ID == lately {
				fit = []task.Task{t}
			}
		}
	}
	return c.residentFit(ctx, cmd, o, fit)
}

// residentNamed makes a command's move on the task it names.
func (c *chat) residentNamed(ctx context.Context, n grid.Number, o order) error {
	for _, id := range c.ids(n) {
		t, err := c.b.o.Desk.View(ctx, id, "", c.m.Person)
		if err == nil {
			o.Task = id.String()
			return c.residentRun(ctx, o, t)
		}
		if !refused(err) {
			return err
		}
	}
	return c.say("number.unknown", n.String())
}

func (c *chat) residentFit(ctx context.Context, cmd command, o order, fit []task.Task) (bool, error) {
	switch {
	case len(fit) == 1:
		o.Task = fit[0].ID.String()
		return true, c.residentRun(ctx, o, fit[0])
	case len(fit) > 1 && cmd.cmd == cmdUnsolved && fit[0].Status == task.Feedback && fit[1].Status == task.Closed:
		o.Task = fit[0].ID.String()
		return true, c.residentRun(ctx, o, fit[0])
	case len(fit) > 1:
		return true, c.askTask(o, fit)
	}
	if done, err := c.doneBefore(ctx, o); done || err != nil {
		return true, err
	}
	if !cmd.whole {
		return false, nil
	}
	return true, c.say("none."+cmd.cmd, nil)
}

// doneBefore answers a command whose move was made by an earlier delivery of the same
// message that was not remembered: then no task fits any more. A task on which it was
// not made refuses it for its status.
func (c *chat) doneBefore(ctx context.Context, o order) (bool, error) {
	key := ""
	if c.accuses(o.Note) {
		key = c.key() // the complaint was made before the move
	}
	d := c.judging(o)
	for _, t := range c.known {
		d.Task = t.ID
		after, err := c.b.o.Desk.Do(ctx, d)
		if err == nil {
			return true, c.didBefore(ctx, key, o, after)
		}
		if !refused(err) {
			return true, err
		}
	}
	c.done = 0 // nothing was made under these keys
	return false, nil
}

// didBefore says again what an earlier delivery did; key names the complaint that
// came with it, "" when none did.
func (c *chat) didBefore(ctx context.Context, key string, o order, after task.Task) error {
	c.speakOf(after.ID)
	if err := c.say("did."+o.Cmd, c.b.o.Desk.Letter(&after)); err != nil || key == "" {
		return err
	}
	complaint, err := c.openComplaint(ctx, key, o.Note, []task.Task{after})
	if err != nil {
		return err
	}
	return c.complained(complaint, after)
}

// moveOf is the move a resident's command stands for.
func moveOf(cmd string) task.Kind {
	return map[string]task.Kind{cmdUrge: task.Urge, cmdWithdraw: task.Withdraw, cmdAdd: task.Supplement, cmdUnsolved: task.Reopen, cmdAppeal: task.Appeal,
		cmdGood: task.Rate, cmdFair: task.Rate, cmdBad: task.Rate}[cmd]
}

// ratingOf is the rating a command gives, "" when it is none.
func ratingOf(cmd string) task.Rating {
	if moveOf(cmd) != task.Rate {
		return ""
	}
	return task.Rating(cmd)
}

// askTask asks which task is meant.
func (c *chat) askTask(o order, fit []task.Task) error {
	ids, options, err := c.options(fit)
	if err != nil {
		return err
	}
	c.ask(stepChoose, ids...)
	c.s.Order, c.s.Fill = &o, fillTask
	return c.say("ask.task", options)
}

// options are tasks as numbered answers.
func (c *chat) options(tasks []task.Task) (ids []string, out []option, err error) {
	for i, t := range tasks {
		what, err := c.b.words.Render("item", c.b.o.Desk.Letter(&t))
		if err != nil {
			return nil, nil, err
		}
		ids = append(ids, t.ID.String())
		out = append(out, option{N: i + 1, Name: t.ID.String(), Extra: what})
	}
	return ids, out, nil
}

// residentRun makes a resident's move.
func (c *chat) residentRun(ctx context.Context, o order, t task.Task) error {
	if o.Cmd == cmdAdd && o.Note == "" {
		c.speakOf(t.ID)
		return c.say("add.go", c.b.o.Desk.Letter(&t))
	}
	if t.Handler != "" && c.accuses(o.Note) {
		return c.residentAccuses(ctx, o, t)
	}
	d := c.judging(o)
	d.Task = t.ID
	after, err := c.b.o.Desk.Do(ctx, d)
	if err != nil {
		return c.residentRefused(ctx, err, o.Cmd, t)
	}
	c.speakOf(t.ID)
	return c.say("did."+o.Cmd, c.b.o.Desk.Letter(&after))
}

// residentAccuses makes a task of its own of the complaint that comes with a move,
// and makes the move without those words.
func (c *chat) residentAccuses(ctx context.Context, o order, t task.Task) error {
	complaint, err := c.openComplaint(ctx, c.key(), o.Note, []task.Task{t})
	if err != nil {
		return err
	}
	if o.Cmd == cmdAdd {
		return c.complained(complaint, t)
	}
	d := c.judging(o)
	d.Task = t.ID
	after, err := c.b.o.Desk.Do(ctx, d)
	if err != nil {
		err = c.residentRefused(ctx, err, o.Cmd, t)
	} else {
		err = c.say("did."+o.Cmd, c.b.o.Desk.Letter(&after))
	}
	if err != nil {
		return err
	}
	return c.complained(complaint, t)
}

// judging is a resident's move as an order. Words against a worker are left out of
// it, and what is worked again is then worked by somebody else.
func (c *chat) judging(o order) dispatch.Order {
	note, accuses := o.Note, c.accuses(o.Note)
	if accuses {
		note = ""
	}
	d := c.resident(moveOf(o.Cmd), task.ID{}, note)
	d.Rating, d.Another = ratingOf(o.Cmd), accuses
	return d
}

// residentRefused explains a refusal. Who wants to withdraw a danger is not sent
// away: the worker is told and sees that people are safe first.
func (c *chat) residentRefused(ctx context.Context, err error, cmd string, t task.Task) error {
	if sentence(err) == "err.safety" {
		if err := c.pass(ctx, t, "note.withdraw"); err != nil && !refused(err) {
			return err
		}
	}
	c.speakOf(t.ID)
	return c.refuse(err, cmd, t)
}

// pass tells a task's worker what the person wants, and what they wrote besides
// the command.
func (c *chat) pass(ctx context.Context, t task.Task, words string) error {
	note, err := c.b.words.Render(words, nil)
	if err != nil {
		return err
	}
	if cmd, ok := c.b.grammar.parse(c.m.Text, forResident); !(ok && cmd.whole) && !c.accuses(c.m.Text) && c.m.Kind == Text {
		note = join(note, c.m.Text)
	}
	_, err = c.b.o.Desk.Do(ctx, c.resident(task.Supplement, t.ID, note))
	return err
}
