package bot

import (
	"context"
	"strings"

	"gridbot/classify"
)

// Replies are the answers an account has of its own: those its console gave before the
// server was switched on.
type Replies struct {
	Follow   string            // said to who follows the account, before our own words
	Keywords []Keyword         // the first that fits answers
	Taps     map[string]string // by the key of a menu item
}

// Keyword is a reply to words.
type Keyword struct {
	Words []string
	Exact bool // the words are the whole message, else a part of it
	Reply string
}

// tapCommand begins the key of a menu item that stands for a command: cmd:进度.
const tapCommand = "cmd:"

// Command tells whether a text is a command of ours, for a resident or for staff. A
// keyword that is one never answers: commands win.
func (b *Bot) Command(text string) bool {
	for _, who := range []string{forResident, forStaff} {
		if cmd, ok := b.grammar.parse(text, who); ok && cmd.apart {
			return true
		}
	}
	_, call := calls()[strings.TrimFunc(fold(text), ending)]
	return call
}

// keyword is the reply to a message that is a keyword (exact) or holds one, "" for none.
func (c *chat) keyword(exact bool) string {
	text := strings.ToLower(strings.TrimFunc(fold(c.m.Text), ending))
	for _, k := range c.b.o.Replies[c.m.Person.Account].Keywords {
		if k.Exact != exact {
			continue
		}
		for _, w := range k.Words {
			w = strings.ToLower(fold(w))
			if exact && text == strings.TrimFunc(w, ending) || !exact && strings.Contains(text, w) {
				return k.Reply
			}
		}
	}
	return ""
}

// exactly takes a message that is nothing but a keyword.
func (c *chat) exactly(context.Context) (bool, error) {
	reply := c.keyword(true)
	c.utter(reply)
	return reply != "", nil
}

// utter adds an account's own words to the answer.
func (c *chat) utter(words string) {
	if words != "" {
		c.said = append(c.said, words)
	}
}

// tap does what the key of a menu item says: a reply of the account's own, or a command;
// false when it says neither.
func (c *chat) tap(ctx context.Context) (bool, error) {
	if reply := c.b.o.Replies[c.m.Person.Account].Taps[c.m.Text]; reply != "" {
		c.utter(reply)
		return true, nil
	}
	word, ok := strings.CutPrefix(c.m.Text, tapCommand)
	if !ok {
		return false, nil
	}
	c.m.Text = word
	if done, err := c.staffCommand(ctx); done || err != nil {
		return true, err
	}
	return c.residentCommand(ctx)
}

// replied answers a message that holds a keyword. What is a report all the same becomes
// one: a keyword must not swallow 我家停水了 because somebody asked about 停水 before.
func (c *chat) replied(r classify.Result) (reply string, done bool) {
	if reply = c.keyword(false); reply == "" || r.Intent.Request() && !c.faint(r) {
		return reply, false
	}
	return reply, true
}
