package bot

import (
	"strings"
	"unicode"

	"gridbot/grid"
)

// Names of the commands, as words/commands.tsv spells them.
const (
	cmdSign       = "sign"
	cmdContact    = "contact"
	cmdProgress   = "report"
	cmdFinish     = "finish"
	cmdReturn     = "return"
	cmdTransfer   = "transfer"
	cmdEscalate   = "escalate"
	cmdAsk        = "ask"
	cmdDispatch   = "dispatch"
	cmdReclassify = "reclassify"
	cmdRelocate   = "relocate"
	cmdRegrade    = "regrade"
	cmdPass       = "pass"
	cmdFail       = "fail"
	cmdList       = "list"
	cmdHelp       = "help"
	cmdJoin       = "join"
	cmdSignAll    = "signall"
	cmdMore       = "more"
	cmdAreaList   = "arealist"
	cmdUntold     = "untold"
	cmdHandOver   = "handover"
	cmdRule       = "rule"
	cmdSendBack   = "sendback"
	cmdInquire    = "inquire"
	cmdSuspend    = "suspend"
	cmdResume     = "resume"
	cmdReject     = "reject"
	cmdMerge      = "merge"
	cmdUnmerge    = "unmerge"
	cmdCall       = "call"
	cmdParties    = "parties"
	cmdRespond    = "respond"
	cmdDismiss    = "dismiss"
	cmdExtend     = "extend"
	cmdAgree      = "agree"
	cmdDisagree   = "disagree"
	cmdSupervise  = "supervise"
	cmdSafe       = "safe"
	cmdExclude    = "exclude"
	cmdPhotos     = "photos"
	cmdAppeal     = "appeal"
	cmdHide       = "hide"
	cmdShow       = "show"
	cmdMyData     = "mydata"
	cmdErase      = "erase"
	cmdStatus     = "status"
	cmdUrge       = "urge"
	cmdWithdraw   = "withdraw"
	cmdAdd        = "add"
	cmdHuman      = "human"
	cmdGood       = "satisfied"
	cmdFair       = "acceptable"
	cmdBad        = "dissatisfied"
	cmdUnsolved   = "unsolved"
	cmdYes        = "yes"
	cmdNo         = "no"
	cmdAck        = "ack"
)

// Who may use a command.
const (
	forStaff    = "staff"
	forResident = "resident"
	forAll      = "all"
)

// command is a message that begins with a command's word.
type command struct {
	cmd    string
	number grid.Number // zero Seq: none was named
	rest   string      // what follows the number
	whole  bool        // nothing follows the word but perhaps a number
	apart  bool        // the word stands apart from what follows it, or is a firm one
}

// fold makes full-width letters, digits and signs of a number half-width, so that
// one spelling of each remains. Other marks stay: the words are passed on to people.
func fold(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if narrow := r - 0xFEE0; r >= 0xFF01 && r <= 0xFF5E && (unicode.IsLetter(narrow) || unicode.IsDigit(narrow) || narrow == '#' || narrow == '-') {
			return narrow
		}
		if r == 0x3000 {
			return ' '
		}
		return r
	}, s))
}

// parse reads a message as a command of this kind of person; false if it is none.
// A number may stand before the word or after it: 签收 1042, 1042签收, 签收#12-1042号.
func (g *grammar) parse(text, who string) (command, bool) {
	text = g.unlabelled(fold(text))
	if n, rest := g.leading(text); n.Seq > 0 && rest != "" {
		if c, ok := g.verb(rest, who); ok && c.number.Seq == 0 {
			c.number = n
			return c, true
		}
	}
	if who == forResident {
		if c, ok := g.politely(text); ok {
			return c, true
		}
	}
	return g.verb(text, who)
}

// politely reads a command with kind words before it: 帮我催一下. It is one only
// when nothing but a number follows.
func (g *grammar) politely(text string) (command, bool) {
	for _, p := range g.polite {
		rest, ok := strings.CutPrefix(text, p)
		if !ok {
			continue
		}
		if c, ok := g.parse(rest, forResident); ok && c.whole && c.cmd != cmdYes && c.cmd != cmdNo && c.cmd != cmdAck {
			return c, true
		}
	}
	return command{}, false
}

func (g *grammar) verb(text, who string) (command, bool) {
	for _, v := range g.verbs {
		if v.who != forAll && v.who != who || !strings.HasPrefix(text, v.word) {
			continue
		}
		after := text[len(v.word):]
		c := command{cmd: v.cmd, apart: v.firm || after == "" || strings.TrimLeftFunc(after, filler) != after}
		c.number, c.rest = g.leading(g.unlabelled(strings.TrimLeftFunc(after, filler)))
		c.apart = c.apart || c.number.Seq > 0
		c.rest = strings.TrimSpace(c.rest)
		if c.whole = strings.TrimFunc(c.rest, g.closing) == ""; c.whole {
			c.rest = ""
		}
		return c, true
	}
	return command{}, false
}

// closing is what people end a sentence with, which adds nothing to a command:
// 满意的。 撤回吧！
func (g *grammar) closing(r rune) bool { return ending(r) || strings.ContainsRune(g.particle, r) }

// unlabelled takes off what people write before a number: 编号1042, 工单 1042.
func (g *grammar) unlabelled(text string) string {
	for _, label := range g.labels {
		rest, ok := strings.CutPrefix(text, label)
		if rest = strings.TrimLeftFunc(rest, filler); ok && rest != "" && (unicode.IsDigit(rune(rest[0])) || rest[0] == '#') {
			return rest
		}
	}
	return text
}

// filler is what people put between a command and its number or words: any mark but
// those of a number.
func filler(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsPunct(r) && !unicode.Is(unicode.Pd, r) && r != '#'
}

// ending is what may follow a command without changing it.
func ending(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }
