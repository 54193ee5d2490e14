package bot

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"gridbot/classify"
	"gridbot/dispatch"
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

// Unkept is what a person is told when a message could be neither worked on nor
// kept: that it is likely lost and should be sent again, and the number to call.
// Nobody reads an answer to Quiet and Unsubscribe.
func (b *Bot) Unkept(m Message) string {
	if m.Kind == Quiet || m.Kind == Unsubscribe {
		return ""
	}
	danger, number := b.Danger(m), b.o.Numbers[""]
	if danger != "" {
		number = "" // it is in the words of danger
	}
	text, err := b.words.Render("unkept", struct{ Number string }{number})
	if err != nil {
		return danger
	}
	return join(danger, text)
}

// alarm tells whether a message speaks of danger.
func (b *Bot) alarm(text string) classify.Danger {
	if d, plain := b.plain(text); plain {
		return d
	}
	return b.o.Classifier.Danger(text)
}

// alarm is the bot's alarm, which keeps what else the message was heard as.
func (c *chat) alarm() classify.Danger {
	d, plain := c.b.plain(c.m.Text)
	if !plain {
		d, c.heard.result = c.b.o.Classifier.Hear(c.m.Text)
		c.heard.text = c.m.Text
	}
	return d
}

// plain tells of a message that needs no understanding whether it speaks of danger: what
// is nothing but a command or a number that is not a number to call holds no such words.
func (b *Bot) plain(text string) (d classify.Danger, plain bool) {
	for _, who := range []string{forResident, forStaff} {
		if cmd, ok := b.grammar.parse(text, who); ok && (cmd.whole || cmd.cmd == cmdJoin && cmd.apart && isCode(cmd.rest)) {
			return classify.Danger{}, true
		}
	}
	if kind, ok := calls()[strings.TrimFunc(fold(text), ending)]; ok {
		return classify.Danger{Level: 2, Kind: kind, Rule: "number to call"}, true
	}
	return classify.Danger{}, !strings.ContainsFunc(text, unicode.IsLetter)
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
	near, err := c.near(ctx)
	if err != nil {
		return err
	}
	c.s.drop() // what was asked about before waits: where this is matters more
	o := c.opening(c.m.Text, nil)
	o.Place = c.dangerPlace(near)
	o.Danger = d.Level
	o.Reason = d.Rule
	if cat != "" {
		o.Category, o.Sure = c.category(cat), true
		o.Guess = c.guessed(cat)
	}
	t, err := c.open(ctx, o)
	if err != nil {
		return err
	}
	if t.Place.Grid == "" && !t.Confidential {
		c.ask(stepPlace)
		c.s.Draft = &draft{Task: t.ID.String(), Category: t.Category, Known: true, Danger: true}
	}
	return c.opened("opened.danger", t)
}

// guessed is the guess of a danger: what the rule says, as likely as the classifier takes it
// for where both say the same.
func (c *chat) guessed(category string) task.Guess {
	if r := c.meant(); len(r.Guesses) > 0 && r.Guesses[0].Category == category {
		return task.NewGuess(category, r.Guesses[0].P)
	}
	return task.NewGuess(category, 0)
}

// near is the person's own task their words are about: the one a command names,
// else the one spoken of just now. It is the zero Task when there is none.
func (c *chat) near(ctx context.Context) (task.Task, error) {
	mine, err := c.mine(ctx)
	if err != nil {
		return task.Task{}, err
	}
	cmd, _ := c.b.grammar.parse(c.m.Text, forResident)
	last, _ := c.lately()
	for _, t := range mine {
		if t.Status.Over() {
			continue
		}
		if cmd.number.Seq > 0 && slices.Contains(c.ids(cmd.number), t.ID) || cmd.number.Seq == 0 && t.ID == last {
			return t, nil
		}
	}
	return task.Task{}, nil
}

// dangerPlace is where a danger is: the place the words name, else that of the task
// they are about, else where the person lives.
func (c *chat) dangerPlace(near task.Task) task.Place {
	if _, named := c.beyondPlace(); (named == nil || named.Area == "") && near.Place.Grid != "" {
		return near.Place
	}
	place, _ := c.place(c.m.Text)
	return place
}

// placeDangers gives the place that was just told to the person's other dangers
// that still lack one: three cries for help come from one place.
func (c *chat) placeDangers(ctx context.Context, told task.Task) error {
	mine, err := c.mine(ctx)
	if err != nil {
		return err
	}
	for _, t := range mine {
		if t.ID == told.ID || t.Danger < 2 || t.Status != task.Pending || t.Place.Grid != "" {
			continue
		}
		_, err := c.b.o.Desk.Do(ctx, dispatch.Order{Task: t.ID, Key: c.key(), Move: task.Accept, Category: t.Category, Place: told.Place})
		if err != nil && !refused(err) {
			return err
		}
	}
	return nil
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
		if category != "" && (category != t.Category || c.elsewhere(t)) {
			continue
		}
		if t.Danger >= 2 && !t.Status.Over() && (lately && t.ID == last || t.AskedBy != "") {
			return t, nil
		}
	}
	return task.Task{}, nil
}

// elsewhere tells whether the message names a place that is not the task's.
func (c *chat) elsewhere(t task.Task) bool {
	_, place := c.beyondPlace()
	return place != nil && place.Microgrid != "" && t.Place.Microgrid != "" && place.Microgrid != t.Place.Microgrid
}

// dangerCategory is what the rule says, else the classifier's first guess.
func (c *chat) dangerCategory(d classify.Danger) string {
	if d.Category != "" {
		return d.Category
	}
	if r := c.meant(); len(r.Guesses) > 0 {
		return r.Guesses[0].Category
	}
	return ""
}
