package bot

import "gridbot/task"

// refusalOf names the words for a refusal that means something of its own for a
// command, "" when the usual ones say it.
func refusalOf(cmd, sentence string) string {
	switch sentence {
	case "err.notyours":
		return whose(cmd)
	case "err.target":
		return map[string]string{cmdSendBack: "err.sendback", cmdEscalate: "err.top", cmdCall: "err.helping", cmdParties: "err.helping"}[cmd]
	case "err.status":
		return map[string]string{cmdRespond: "err.responded", cmdSupervise: "err.supervised", cmdSafe: "err.safealready",
			cmdUnmerge: "err.unmerged", cmdUrge: "err.urgestatus", cmdAppeal: "err.unrejected", cmdWithdraw: "err.ended", cmdAdd: "err.ended",
			cmdGood: "err.judge", cmdFair: "err.judge", cmdBad: "err.judge", cmdUnsolved: "err.judge"}[cmd]
	case "err.reopenlate":
		return map[string]string{cmdAppeal: "err.appeallate"}[cmd]
	case "err.joined":
		return map[string]string{cmdReject: "err.parts", cmdReclassify: "err.parts"}[cmd]
	case "err.toolong":
		return map[string]string{cmdSuspend: "err.suspendlong"}[cmd]
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
