package bot

import "gridbot/task"

// refusalOf names the words for a refusal that means something of its own for a
// command, "" when the usual ones say it.
func refusalOf(cmd, sentence string) string {
	switch sentence {
	case "err.notyours":
		return whose(cmd)
	case "err.target":
		return map[string]string{cmdInquire: "err.gone", cmdSendBack: "err.sendback", cmdEscalate: "err.top", cmdCall: "err.helping", cmdParties: "err.helping"}[cmd]
	case "err.status":
		return notNow(cmd)
	case "err.reopenlate":
		return map[string]string{cmdAppeal: "err.appeallate"}[cmd]
	case "err.critical":
		return map[string]string{cmdRegrade: "err.danger"}[cmd]
	case "err.same":
		return map[string]string{cmdRelocate: "err.there"}[cmd]
	case "err.joined":
		return map[string]string{cmdReject: "err.parts", cmdReclassify: "err.parts"}[cmd]
	case "err.toolong":
		return map[string]string{cmdSuspend: "err.suspendlong"}[cmd]
	}
	return ""
}

// notNow names the words for a move that does not fit how things stand.
func notNow(cmd string) string {
	switch cmd {
	case cmdFinish, cmdContact, cmdProgress:
		return "err.signfirst"
	case cmdRespond:
		return "err.responded"
	case cmdSupervise:
		return "err.supervised"
	case cmdSafe:
		return "err.safealready"
	case cmdUnmerge:
		return "err.unmerged"
	case cmdUrge:
		return "err.urgestatus"
	case cmdAppeal:
		return "err.unrejected"
	case cmdWithdraw, cmdAdd:
		return "err.ended"
	case cmdGood, cmdFair, cmdBad, cmdUnsolved:
		return "err.judge"
	}
	return ""
}

// whose names the words that say who may make a move instead.
func whose(cmd string) string {
	switch cmd {
	case cmdSuspend, cmdResume:
		return "err.senior"
	case cmdDispatch, cmdRule, cmdReject, cmdSupervise, cmdExclude:
		return "err.desk"
	case cmdPass, cmdFail, cmdAgree, cmdDisagree:
		return "err.checker"
	case cmdInquire:
		return "err.inquire"
	case cmdRespond:
		return "err.uncalled"
	}
	return ""
}

// refuse says why a command was not carried out; a fault is passed on.
func (c *chat) refuse(err error, cmd string, t task.Task) error {
	words := refusalOf(cmd, sentence(err))
	for _, h := range t.Helpers {
		switch {
		case h.ID != c.profile.Staff || sentence(err) != "err.notyours":
		case h.Done.IsZero():
			words = "err.helps"
		default:
			words = "err.partdone"
		}
	}
	if words != "" {
		return c.say(words, c.b.o.Desk.Letter(&t))
	}
	return c.explain(err, t)
}

// lacking names the question for the words an order lacks.
func (c *chat) lacking(cmd string, t task.Task) string {
	switch {
	case cmd == cmdFinish && t.Handler != c.profile.Staff:
		return "err.part"
	case cmd == cmdFinish:
		return "err.result"
	}
	return "err.short"
}
