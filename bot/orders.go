package bot

import (
	"context"
	"slices"
	"strings"

	"gridbot/dispatch"
	"gridbot/task"
)

// staffMove is the move a staff command stands for.
func staffMove(cmd string) (task.Kind, bool) {
	k, ok := map[string]task.Kind{cmdSign: task.Sign, cmdContact: task.Contact, cmdProgress: task.Progress, cmdFinish: task.Finish,
		cmdReturn: task.Return, cmdTransfer: task.Transfer, cmdEscalate: task.Escalate, cmdAsk: task.Ask,
		cmdDispatch: task.Dispatch, cmdReclassify: task.Reclassify, cmdRelocate: task.Relocate, cmdRegrade: task.Regrade, cmdPass: task.Pass, cmdFail: task.Fail,
		cmdRule: task.Rule, cmdSendBack: task.SendBack, cmdInquire: task.Inquire, cmdSuspend: task.Suspend, cmdResume: task.Resume,
		cmdReject: task.Reject, cmdMerge: task.Merge, cmdUnmerge: task.Unmerge, cmdCall: task.CallIn, cmdParties: task.CallIn,
		cmdRespond: task.Respond, cmdDismiss: task.Dismiss, cmdExtend: task.AskExtension, cmdAgree: task.Extend,
		cmdDisagree: task.RefuseExtension, cmdSupervise: task.Supervise, cmdSafe: task.Confirm, cmdExclude: task.Exclude}[cmd]
	return k, ok
}

// moveFor is the move a command stands for on a task: a co-handler ends their own
// part, and who is above the handler need not ask for an extension.
func (c *chat) moveFor(cmd string, t task.Task) task.Kind {
	move, _ := staffMove(cmd)
	me := c.profile.Staff
	switch {
	case cmd == cmdFinish && t.Handler != me && helping(t, me):
		return task.Complete
	case cmd == cmdExtend && t.Handler != me:
		return task.Extend
	}
	return move
}

// helping tells whether somebody is a co-handler of a task whose part is not done.
func helping(t task.Task, id string) bool {
	return slices.ContainsFunc(t.Helpers, func(h task.Helper) bool { return h.ID == id && h.Done.IsZero() })
}

// wordsOf names the answer to a move that was made by a command.
func wordsOf(cmd string, move task.Kind) string {
	switch {
	case cmd == cmdFinish && move == task.Complete:
		return "ok.complete"
	case cmd == cmdExtend && move == task.Extend:
		return "ok.agree"
	}
	return "ok." + cmd
}

// fill asks for what an order lacks besides its words.
func (c *chat) fill(o *order, t task.Task) (asked bool, err error) {
	switch o.Cmd {
	case cmdTransfer, cmdDispatch, cmdRule:
		return c.needPerson(o, t.ID)
	case cmdReclassify:
		return c.needCategory(o)
	case cmdRelocate:
		return c.needPlace(o, t)
	case cmdRegrade:
		return c.needUrgency(o, t)
	case cmdCall:
		return c.needCalled(o, t)
	case cmdParties:
		return c.needParties(o, t)
	case cmdDismiss:
		return c.needHelper(o, t)
	case cmdSuspend, cmdExtend:
		return c.needDays(o, t)
	case cmdReject:
		return c.needReason(o)
	case cmdMerge:
		return c.needOther(o, t)
	}
	return false, nil
}

// needDays takes the number of days at the front of an order's words: 延期 1042 3天
// 等配件.
func (c *chat) needDays(o *order, t task.Task) (asked bool, err error) {
	if o.Days > 0 {
		return false, nil
	}
	n, rest, ok := c.b.grammar.days(o.Note)
	if !ok {
		c.ask(stepDays)
		c.s.Order = o
		return true, c.say("ask.days", c.b.o.Desk.Letter(&t))
	}
	o.Days, o.Note = n, rest
	return false, nil
}

// answerDays takes the number of days that was asked for.
func (c *chat) answerDays(ctx context.Context) (bool, error) {
	o := c.s.Order
	if o == nil || !c.fresh() {
		c.s.drop()
		return false, nil
	}
	n, rest, ok := c.b.grammar.days(c.m.Text)
	if !ok {
		return c.reasonFirst(ctx, o)
	}
	c.s.drop()
	o.Days, o.Note = n, strings.TrimSpace(o.Note+" "+rest)
	return true, c.run(ctx, *o)
}

// reasonFirst takes words without a number of days for the reason, once, and asks for
// the days again.
func (c *chat) reasonFirst(ctx context.Context, o *order) (bool, error) {
	if _, number := c.b.grammar.number(c.m.Text); number || o.Note != "" || c.nods() {
		return false, nil
	}
	if other, err := c.besides(ctx, o.Task); other || err != nil {
		return err != nil, err
	}
	o.Note = c.m.Text
	c.ask(stepDays)
	c.s.Order = o
	return true, c.say("ask.days", dispatch.Letter{Number: o.Task})
}

// needReason takes why a matter is not taken on: the number of one of the reasons, and
// words for the resident behind it.
func (c *chat) needReason(o *order) (asked bool, err error) {
	if o.Reason != "" {
		return false, nil
	}
	reasons := task.RejectReasons()
	if n, rest, ok := c.b.grammar.leadingChoice(o.Note); ok && n <= len(reasons) {
		o.Reason, o.Note = reasons[n-1], rest
		return false, nil
	}
	var options []option
	for i, r := range reasons {
		words, err := c.b.words.Render("rejected", r)
		if err != nil {
			return true, err
		}
		options = append(options, option{N: i + 1, Name: words})
	}
	c.ask(stepChoose, reasons...)
	c.s.Order, c.s.Fill = o, fillReason
	return true, c.say("ask.reason", options)
}

// needOther takes the number of the task this one becomes part of: 并案 1042 1001.
func (c *chat) needOther(o *order, t task.Task) (asked bool, err error) {
	if o.Other != "" {
		return false, nil
	}
	n, rest := c.b.grammar.leading(c.b.grammar.unlabelled(strings.TrimLeftFunc(o.Note, c.b.grammar.towards)))
	if n.Seq == 0 {
		if t.Like == 0 {
			return true, c.say("ask.other", c.b.o.Desk.Letter(&t))
		}
		n.Seq = t.Like
	}
	o.Other, o.Note = task.ID{Street: t.ID.Street, Seq: n.Seq}.String(), rest
	if n.Street != "" {
		o.Other = task.ID{Street: n.Street, Seq: n.Seq}.String()
	}
	return false, nil
}

// needHelper finds which co-handler is named: 撤协 1042 王强.
func (c *chat) needHelper(o *order, t task.Task) (asked bool, err error) {
	if o.To != "" {
		return false, nil
	}
	named, said := "", strings.TrimLeftFunc(o.Note, filler)
	for _, h := range t.Helpers {
		if said == "" && len(t.Helpers) == 1 || strings.HasPrefix(said, h.Name) && len(h.Name) > len(named) { // 王强国 is not 王强
			named, o.To = h.Name, h.ID
		}
	}
	if o.To != "" {
		return false, nil
	}
	return true, c.say("err.helper", c.b.o.Desk.Letter(&t))
}

// deskOrder makes a desk's order of what was understood.
func (c *chat) deskOrder(o order, id task.ID, move task.Kind) dispatch.Order {
	d := dispatch.Order{Task: id, Key: c.key(), Move: move, Staff: c.profile.Staff, Person: c.m.Person, Note: o.Note, To: o.To,
		Category: o.Category, Days: o.Days, Reason: o.Reason, Call: o.Call, Place: o.Place, Urgency: o.Urgency}
	if other, err := task.ParseID(o.Other); err == nil {
		d.Other = other
	}
	return d
}
