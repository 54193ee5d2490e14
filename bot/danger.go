package bot

import (
	"context"
	"strings"
	"unicode"

	"gridbot/classify"
	"gridbot/task"
)

// Danger gives the words with the number to call when the message speaks of
// danger now, else "". It does no input or output.
func (b *Bot) Danger(m Message) string {
	if m.Kind != Text {
		return ""
	}
	d := b.alarm(m.Text)
	if d.Level < 2 {
		return ""
	}
	return b.call(d)
}

// alarm tells whether a message speaks of danger. What is nothing but a command or
// a number that is not a number to call holds no such words.
func (b *Bot) alarm(text string) classify.Danger {
	for _, who := range []string{forResident, forStaff} {
		if cmd, ok := b.grammar.parse(text, who); ok && (cmd.whole || cmd.cmd == cmdJoin && cmd.apart && isCode(cmd.rest)) {
			return classify.Danger{}
		}
	}
	if kind, ok := calls()[strings.TrimFunc(fold(text), ending)]; ok {
		return classify.Danger{Level: 2, Kind: kind, Rule: "number to call"}
	}
	if !strings.ContainsFunc(text, unicode.IsLetter) {
		return classify.Danger{}
	}
	return b.o.Classifier.Danger(text)
}

// isCode tells whether words can be a join code.
func isCode(s string) bool {
	return s != "" && len(s) <= maxCode && !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

// maxCode is how many bytes a join code has at most.
const maxCode = 32

// calls are the numbers that, written alone, always mean danger, and which.
func calls() map[string]string {
	return map[string]string{"110": "police", "119": "fire", "120": "medical"}
}

// call renders what to do in a danger.
func (b *Bot) call(d classify.Danger) string {
	number := b.o.Numbers[d.Kind]
	if number == "" {
		number = b.o.Numbers[""]
	}
	name := "danger." + d.Kind
	if !b.words.Has(name) {
		name = "danger."
	}
	text, err := b.words.Render(name, struct{ Number string }{number})
	if err != nil { // the number matters more than the words around it
		return number
	}
	return text
}

// danger makes the task of a danger and says the number to call before anything
// else. Nothing is asked first: what is missing, people find out while they are
// on their way.
func (c *chat) danger(ctx context.Context, d classify.Danger) error {
	c.said = append(c.said, c.b.call(d))
	cat := c.dangerCategory(d)
	if about, err := c.endangered(ctx, cat); err != nil {
		return err
	} else if !about.ID.Zero() {
		return c.supplement(ctx, about)
	}
	o := c.opening(c.m.Text, nil)
	o.Place, _ = c.place(c.m.Text)
	o.Danger = d.Level
	o.Reason = d.Rule
	if cat != "" {
		o.Category, o.Sure = c.category(cat), true
	}
	t, err := c.open(ctx, o)
	if err != nil {
		return err
	}
	return c.opened("opened.danger", t)
}

// endangered finds the danger this person speaks of already: their own one of the
// last minutes, or one whose worker has asked them something. It is the zero Task
// when there is none. A danger of another kind is a matter of its own: who comes to
// a fire is not who comes for somebody shut in a lift.
func (c *chat) endangered(ctx context.Context, category string) (task.Task, error) {
	mine, err := c.mine(ctx)
	if err != nil {
		return task.Task{}, err
	}
	last, lately := c.lately()
	for _, t := range mine {
		if category != "" && category != t.Category {
			continue
		}
		if t.Danger >= 2 && !t.Status.Over() && (lately && t.ID == last || t.AskedBy != "") {
			return t, nil
		}
	}
	return task.Task{}, nil
}

// dangerCategory is what the rule says, else the classifier's first guess.
func (c *chat) dangerCategory(d classify.Danger) string {
	if d.Category != "" {
		return d.Category
	}
	if r := c.b.o.Classifier.Classify(c.m.Text); len(r.Guesses) > 0 {
		return r.Guesses[0].Category
	}
	return ""
}
