package bot

import (
	"fmt"
	"slices"
	"sort"
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
	cmdPass       = "pass"
	cmdFail       = "fail"
	cmdList       = "list"
	cmdHelp       = "help"
	cmdJoin       = "join"
	cmdSignAll    = "signall"
	cmdMore       = "more"
	cmdAreaList   = "arealist"
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

// grammar is the words commands begin with. Commands are grammar, never
// statistics: a message is a command or it is not.
type grammar struct {
	verbs      []verb // longest word first
	units      map[string]bool
	affix      string   // what people put around the number of their choice
	complaints []string // words that, beside a name, are a complaint about that person
	conducts   []string // words that are one without a name, from who has a matter in a worker's hands
	outsiders  []string // people who are not of the staff, whom such words are about when named
	labels     []string // what people put before a task's number
	particle   string   // what people end a sentence with
	wide       []string // what says that a matter is not at one's own building
	toward     string   // what may stand before the name of who gets a task
	into       string   // what may stand before the number of the other task
	polite     []string // what residents say before a command
	daywords   []string // what a number of days is called, longest first
}

// verb is one word of a command. Words may follow a firm one without a gap.
type verb struct {
	word, cmd, who string
	firm           bool
}

// parseGrammar reads lines of command, who and words, tab separated; a + behind a
// word marks it firm. The words of "unit" are what makes a number a place or an
// amount, those of "affix" what may stand around the number of a choice, those of
// "label" what may stand before a task's number, those of "particle" what may end
// a sentence, those of "wide" what says that it is not at one's own
// building, those of "toward" what may stand before a name, those of "into" before
// the number of the other task, those of "polite" what residents say before a command, those of "days" what a number of
// days is called.
func parseGrammar(table string) (*grammar, error) {
	g := &grammar{units: map[string]bool{}}
	for i, line := range strings.Split(table, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cols := strings.Split(line, "\t")
		if len(cols) != 3 {
			return nil, fmt.Errorf("bot: grammar line %d: want command, who and words", i+1)
		}
		for _, w := range strings.Fields(cols[2]) {
			g.add(cols[0], cols[1], w)
		}
	}
	sort.SliceStable(g.verbs, func(i, j int) bool { return len(g.verbs[i].word) > len(g.verbs[j].word) })
	return g, nil
}

func (g *grammar) add(cmd, who, word string) {
	switch cmd {
	case "unit":
		g.units[word] = true
	case "affix":
		g.affix += word
	case "complaint":
		g.complaints = append(g.complaints, word)
	case "conduct":
		g.complaints, g.conducts = append(g.complaints, word), append(g.conducts, word)
	case "outsider":
		g.outsiders = append(g.outsiders, word)
	case "label":
		g.labels = append(g.labels, word)
	case "particle":
		g.particle += word
	case "wide":
		g.wide = append(g.wide, word)
	case "toward":
		g.toward += word
	case "into":
		g.into += word
	case "polite":
		g.polite = append(g.polite, word)
	case "days":
		g.daywords = append(g.daywords, word)
	default:
		name, firm := strings.CutSuffix(word, "+")
		g.verbs = append(g.verbs, verb{word: name, cmd: cmd, who: who, firm: firm})
	}
}

// complains tells whether a text holds a word of complaint.
func (g *grammar) complains(text string) bool {
	return slices.ContainsFunc(g.complaints, func(word string) bool { return strings.Contains(text, word) })
}

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
