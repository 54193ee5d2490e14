package bot

import (
	"fmt"
	"sort"
	"strings"
	"unicode"

	"golang.org/x/text/width"

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
	cmdLater      = "later"
	cmdStatus     = "status"
	cmdUrge       = "urge"
	cmdWithdraw   = "withdraw"
	cmdAdd        = "add"
	cmdHuman      = "human"
	cmdGood       = "satisfied"
	cmdFair       = "acceptable"
	cmdBad        = "dissatisfied"
	cmdUnsolved   = "unsolved"
	cmdNo         = "no"
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
	verbs []verb // longest word first
	units map[string]bool
	affix string // what people put around the number of their choice
}

type verb struct {
	word, cmd, who string
}

// parseGrammar reads lines of command, who and words, tab separated; the words
// of "unit" are what makes a number a place or an amount, those of "affix" what
// may stand around the number of a choice.
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
	default:
		g.verbs = append(g.verbs, verb{word: word, cmd: cmd, who: who})
	}
}

// choice reads the number of an answer: 1, １, 第二个, 选3。
func (g *grammar) choice(text string) (int, bool) {
	text = strings.TrimFunc(fold(text), func(r rune) bool { return ending(r) || strings.ContainsRune(g.affix, r) })
	n, ok := grid.Numeral(text)
	return n, ok && n > 0
}

// command is a message that begins with a command's word.
type command struct {
	cmd    string
	number grid.Number // zero Seq: none was named
	rest   string      // what follows the number
	whole  bool        // nothing follows the word but perhaps a number
	apart  bool        // the word stands apart from what follows it
}

// fold makes full-width letters and digits half-width, so that one spelling of
// each remains.
func fold(s string) string { return strings.TrimSpace(width.Narrow.String(s)) }

// parse reads a message as a command of this kind of person; false if it is none.
// A number may stand before the word or after it: 签收 1042, 1042签收, 签收#12-1042号.
func (g *grammar) parse(text, who string) (command, bool) {
	text = fold(text)
	if n, rest := g.leading(text); n.Seq > 0 && rest != "" {
		if c, ok := g.verb(rest, who); ok && c.number.Seq == 0 {
			c.number = n
			return c, true
		}
	}
	return g.verb(text, who)
}

func (g *grammar) verb(text, who string) (command, bool) {
	for _, v := range g.verbs {
		if v.who != forAll && v.who != who || !strings.HasPrefix(text, v.word) {
			continue
		}
		after := text[len(v.word):]
		n, rest := g.leading(strings.TrimLeftFunc(after, filler))
		return command{cmd: v.cmd, number: n, rest: strings.TrimFunc(rest, filler), whole: strings.TrimFunc(rest, ending) == "",
			apart: after == "" || strings.TrimLeftFunc(after, filler) != after || n.Seq > 0}, true
	}
	return command{}, false
}

// filler is what people put between a command and its number or words.
func filler(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(":：,，、", r) }

// ending is what may follow a command without changing it.
func ending(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }

// leading takes a task number off the front of a text. What is followed by a unit
// (3天, 1502室) is no number, nor is what the number grammar refuses.
func (g *grammar) leading(text string) (grid.Number, string) {
	end := 0
	for i, r := range text {
		if !unicode.IsDigit(r) && !unicode.Is(unicode.Pd, r) && r != '#' && !(r == ' ' && end == i && i > 0 && text[i-1] == '#') {
			break
		}
		end = i + len(string(r))
	}
	n, ok := grid.ParseNumber(strings.TrimSpace(text[:end]))
	if !ok {
		return grid.Number{}, text
	}
	rest := text[end:]
	for u := range g.units {
		if strings.HasPrefix(rest, u) {
			return grid.Number{}, text
		}
	}
	return n, strings.TrimLeftFunc(strings.TrimPrefix(rest, numberSign), filler)
}

// numberSign is the character that marks a number: 1042号.
const numberSign = "\u53f7"
