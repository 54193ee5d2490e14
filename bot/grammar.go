package bot

import (
	"fmt"
	"slices"
	"sort"
	"strings"
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
