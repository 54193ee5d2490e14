package bot

import (
	"context"
	"slices"
	"strings"

	"gridbot/grid"
	"gridbot/task"
)

// staffCommand takes the message as a command about a task. It is one only when
// the whole message is, and only about a task this person may see; otherwise
// they speak as a resident like anybody else.
func (c *chat) staffCommand(ctx context.Context) (bool, error) {
	if c.profile.Staff == "" {
		return false, nil
	}
	cmd, ok := c.b.grammar.parse(c.m.Text, forStaff)
	if naming(cmd.cmd) && cmd.number.Seq == 0 { // 转李四 1042
		cmd.number, cmd.rest = trailing(cmd.rest)
	}
	bare := cmd.whole && cmd.number.Seq == 0 && exact(cmd.cmd) && !spoken(cmd.cmd)
	if !ok || !cmd.apart && !cmd.whole && cmd.number.Seq == 0 || cmd.number.Seq == 0 && exact(cmd.cmd) && !bare {
		return c.aside(ctx)
	}
	bound, err := c.isStaff(ctx)
	if err != nil || !bound {
		return false, err
	}
	if bare {
		return true, c.say("err.number", strings.TrimFunc(c.m.Text, c.b.grammar.closing))
	}
	switch cmd.cmd {
	case cmdJoin:
		return c.join(ctx, cmd)
	case cmdPhotos:
		return c.photos(ctx, cmd)
	case cmdList, cmdMore, cmdSignAll, cmdHelp, cmdAreaList, cmdUntold, cmdHandOver:
		return c.staffInfo(ctx, cmd)
	case cmdSuspend:
		if cmd.whole && cmd.number.Seq == 0 {
			return true, c.listPaused(ctx)
		}
	}
	return c.staffTarget(ctx, cmd)
}

// naming tells a command that names a person, whose task's number may stand behind
// the name.
func naming(cmd string) bool {
	return cmd == cmdTransfer || cmd == cmdDispatch || cmd == cmdRule
}

// exact tells a command that is one only with a task's number: its words are ordinary
// speech as well.
func exact(cmd string) bool {
	return slices.Contains([]string{cmdAgree, cmdDisagree, cmdSafe, cmdResume, cmdMerge, cmdUnmerge, cmdDismiss, cmdSupervise,
		cmdExclude, cmdReject, cmdInquire, cmdSendBack, cmdPhotos}, cmd)
}

// spoken tells a command whose word alone people say in talk, too: 同意, 平安.
func spoken(cmd string) bool { return cmd == cmdAgree || cmd == cmdDisagree || cmd == cmdSafe }

// staffInfo answers the commands that move no single task. What has words behind it
// is ordinary speech.
func (c *chat) staffInfo(ctx context.Context, cmd command) (bool, error) {
	switch {
	case cmd.cmd == cmdAreaList && (cmd.whole || pageOf(cmd.rest) > 0):
		return true, c.listArea(ctx, pageOf(cmd.rest))
	case cmd.cmd == cmdUntold && cmd.whole:
		return true, c.listUntold(ctx)
	case cmd.cmd == cmdHandOver && cmd.number.Seq == 0:
		return c.handOver(ctx, cmd.rest)
	case cmd.cmd == cmdList && (cmd.whole || pageOf(cmd.rest) > 0):
		return true, c.list(ctx, pageOf(cmd.rest))
	case cmd.cmd == cmdMore && cmd.whole:
		return true, c.next(ctx)
	case cmd.cmd == cmdSignAll && cmd.whole:
		return true, c.signAll(ctx)
	case cmd.cmd == cmdHelp && cmd.whole:
		return true, c.say("help.staff", c.atDesk())
	}
	return false, nil
}

// aboutTask tells whether words that speak of danger are a worker's about a task
// (进展 1042 火已扑灭) rather than a cry for help. In doubt they are the latter: a
// worker who hands up something without a number may be reporting it.
func (c *chat) aboutTask() bool {
	if c.profile.Staff == "" {
		return false
	}
	if c.s.Step == stepResult && c.fresh() {
		return true
	}
	cmd, ok := c.b.grammar.parse(c.m.Text, forStaff)
	return ok && (cmd.number.Seq > 0 || cmd.apart && cmd.cmd != cmdEscalate && cmd.cmd != cmdDispatch && cmd.cmd != cmdTransfer && cmd.cmd != cmdPhotos)
}

// isStaff tells whether the person is still who they joined as: somebody who
// changed telephones has joined anew, and the old one is a resident again.
func (c *chat) isStaff(ctx context.Context) (bool, error) {
	if c.bound != nil {
		return *c.bound, nil
	}
	if _, ok := c.ground().Staff(c.profile.Staff); !ok || c.profile.Staff == "" {
		return false, nil
	}
	p, err := c.b.o.Desk.Store().StaffPerson(ctx, c.profile.Staff)
	if err != nil {
		return false, err
	}
	bound := p == c.m.Person
	if !bound {
		c.profile.Staff = ""
	}
	c.bound = &bound
	return bound, nil
}

// atDesk tells whether this member of staff is a dispatcher.
func (c *chat) atDesk() bool { return slices.ContainsFunc(c.streets(), c.dispatches) }

// dispatches tells whether this person is at a street's desk now: as one of its
// dispatchers, or in the place of one on leave.
func (c *chat) dispatches(street string) bool {
	return c.ground().On(c.now).Has(c.profile.Staff, grid.Dispatcher, street)
}

// streets lists the streets this member of staff has posts in, each once.
func (c *chat) streets() []string {
	s, _ := c.ground().Staff(c.profile.Staff)
	var out []string
	for _, p := range s.Posts {
		if street := c.ground().StreetOf(p.Area); street != "" && !slices.Contains(out, street) {
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
		t, err := c.view(ctx, id)
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

// staffRun makes a staff move, after asking for what it lacks.
func (c *chat) staffRun(ctx context.Context, o order, id task.ID) error {
	if bound, err := c.isStaff(ctx); err != nil || !bound { // they were when they were asked
		if err == nil {
			err = c.say("err.notfound", nil)
		}
		return err
	}
	t, err := c.view(ctx, id)
	if err != nil {
		return c.explain(err, task.Task{ID: id})
	}
	if asked, err := c.fill(&o, t); asked || err != nil {
		return err
	}
	move := c.moveFor(o.Cmd, t)
	t, err = c.b.o.Desk.Do(ctx, c.deskOrder(o, id, move))
	if err != nil {
		return c.staffRefused(err, o, t)
	}
	c.speakOf(id)
	letter := c.b.o.Desk.LetterFor(&t, c.profile.Staff)
	letter.Note = o.Note
	if err := c.say(wordsOf(o.Cmd, move), letter); err != nil || o.Cmd != cmdSign {
		return err
	}
	return c.brief(ctx, t)
}

// staffRefused explains a refusal. What lacks words is asked for them, and the next
// words complete it.
func (c *chat) staffRefused(err error, o order, t task.Task) error {
	if sentence(err) != "err.short" {
		return c.refuse(err, o.Cmd, t)
	}
	c.ask(stepResult)
	c.s.Order = &o
	c.speakOf(t.ID)
	return c.say(c.lacking(o.Cmd, t), c.b.o.Desk.Letter(&t))
}

// answerResult takes the words that complete a result, or another order that lacked
// them.
func (c *chat) answerResult(ctx context.Context) (bool, error) {
	if c.s.Order == nil || !c.fresh() {
		c.s.drop()
		return false, nil
	}
	o := *c.s.Order
	if _, number := c.b.grammar.number(c.m.Text); number || c.nods() && o.Cmd != cmdAsk {
		return false, nil
	}
	if other, err := c.besides(ctx, o.Task); other || err != nil {
		return err != nil, err
	}
	c.s.drop()
	if !strings.Contains(c.m.Text, o.Note) { // else they said it all again
		c.m.Text = strings.TrimSpace(o.Note + " " + c.m.Text)
	}
	o.Note = c.m.Text
	return true, c.run(ctx, o)
}

// besides tells whether somebody who was asked for words about a task speaks of
// something else, somewhere else.
func (c *chat) besides(ctx context.Context, id string) (bool, error) {
	about, err := task.ParseID(id)
	if err != nil {
		return false, nil //nolint:nilerr // written by another version: the move will say so
	}
	t, err := c.view(ctx, about)
	if err != nil && !refused(err) {
		return false, err
	}
	_, other := c.another(t)
	return other && c.elsewhere(t), nil
}
