package bot

import (
	"context"
	"strings"

	"gridbot/classify"
	"gridbot/grid"
	"gridbot/task"
)

// step takes the message as the answer to the question asked last. What is no
// answer is understood like any other message; the question then stands no
// longer, and nothing is lost: the draft's task exists.
func (c *chat) step(ctx context.Context) (bool, error) {
	if c.late {
		return false, nil // whatever it answers, it is not the question that stands
	}
	if n, rest, ok := c.b.grammar.choice(c.m.Text); ok && rest == "" && len(c.s.Choices) > 0 && n > len(c.s.Choices)+1 && n <= slips {
		return true, c.say("choose.again", len(c.s.Choices)+1)
	}
	switch c.s.Step {
	case stepMatter:
		return c.answerMatter(ctx)
	case stepPlace:
		return c.answerPlace(ctx)
	case stepChoose:
		return c.answerChoice(ctx)
	case stepResult:
		return c.answerResult(ctx)
	case stepName:
		return c.answerName(ctx)
	case stepPhoto:
		return c.answerPhoto(ctx)
	case stepProof:
		return c.answerProof(ctx)
	case stepNumber:
		return c.answerNumber(ctx)
	case stepHuman:
		return c.answerHuman(ctx)
	case stepDays:
		return c.answerDays(ctx)
	case stepErase:
		return c.answerErase(ctx)
	}
	return false, nil
}

// slips is the greatest number that is taken for a slip beside the numbers asked for.
const slips = 20

// answerHuman gives what somebody writes who asked for a person to a person.
func (c *chat) answerHuman(ctx context.Context) (bool, error) {
	fresh := c.fresh()
	c.s.drop()
	if !fresh {
		return false, nil
	}
	t, err := c.openAtDesk(ctx, c.m.Text, nil)
	if err != nil {
		return true, err
	}
	return true, c.opened("opened.desk", t)
}

// chosen reads the number of an answer: the index, or none with ok when the person
// said that none fits. A yes is the first of one.
func (c *chat) chosen() (index int, none, ok bool) {
	n, rest, ok := c.b.grammar.choice(c.m.Text)
	if !ok && c.m.MenuID != "" {
		n, rest, ok = c.b.grammar.choice(c.m.MenuID)
	}
	most := len(c.s.Choices)
	if ok && n <= most && (rest == "" || alike(c.label(n-1), rest)) {
		return n - 1, false, true
	}
	if ok && n == most+1 && rest == "" {
		return 0, true, true
	}
	cmd, is := c.b.grammar.parse(c.m.Text, forResident)
	if is && cmd.whole && (cmd.cmd == cmdYes || cmd.cmd == cmdAck) && most == 1 {
		return 0, false, true
	}
	return 0, true, is && cmd.whole && cmd.cmd == cmdNo
}

// label is what the person reads beside a number.
func (c *chat) label(i int) string {
	id := c.s.Choices[i]
	if cat, ok := c.b.o.Desk.Categories().Get(id); ok {
		return cat.Name
	}
	if a, ok := c.ground().Area(id); ok {
		return c.ground().PlaceName(grid.Place{Microgrid: a.ID, Area: a.ID})
	}
	if s, ok := c.ground().Staff(id); ok {
		return s.Name
	}
	return id
}

// alike tells whether what was written beside a number is what was read there.
func alike(label, written string) bool {
	return strings.Contains(label, written) || strings.Contains(written, label)
}

// drafted reads the task of the draft; false when it has ended or is no longer the
// person's to answer for.
func (c *chat) drafted(ctx context.Context) (task.Task, bool, error) {
	if c.s.Draft == nil {
		return task.Task{}, false, nil
	}
	id, err := task.ParseID(c.s.Draft.Task)
	if err != nil {
		return task.Task{}, false, nil //nolint:nilerr // written by another version: no draft
	}
	t, err := c.b.o.Desk.View(ctx, id, "", c.m.Person)
	if err != nil {
		if refused(err) {
			return t, false, nil
		}
		return t, false, err
	}
	return t, !t.Status.Over(), nil
}

// answerMatter takes the answer to "which of these is it?".
func (c *chat) answerMatter(ctx context.Context) (bool, error) {
	t, ok, err := c.drafted(ctx)
	if !ok || err != nil {
		c.s.drop()
		return false, err
	}
	index, none, answered := c.chosen()
	switch {
	case answered && !none:
		return true, c.clarify(ctx, t, c.s.Choices[index], task.Place{}, "")
	case answered && len(c.s.Choices) > 0:
		c.s.drop()
		return true, c.opened("opened.desk", t)
	}
	if cats := c.b.o.Desk.Categories().Match(fold(c.m.Text)); len(cats) == 1 {
		return true, c.clarify(ctx, t, cats[0].ID, task.Place{}, c.m.Text)
	}
	return c.moreWords(ctx, t)
}

// moreWords takes further words about a matter that was not clear. Together with
// the first ones they may make it so; else they stand with the task and a person
// decides.
func (c *chat) moreWords(ctx context.Context, t task.Task) (bool, error) {
	alone := c.meant()
	if !alone.Intent.Request() && alone.Verdict == classify.Sure && alone.Intent != classify.IntentSupplement {
		return false, nil // thanks, a greeting: the question stands
	}
	r := c.b.o.Classifier.Classify(join(t.Text, c.m.Text))
	if r.Verdict == classify.Sure && len(r.Guesses) > 0 && !deskOnly(c.category(r.Guesses[0].Category)) {
		place, _ := c.place(c.m.Text)
		if !c.names(c.m.Text) {
			place = task.Place{}
		}
		return true, c.clarify(ctx, t, r.Guesses[0].Category, place, c.m.Text)
	}
	c.s.drop()
	return true, c.supplement(ctx, t)
}

// names tells whether a text itself speaks of a place.
func (c *chat) names(text string) bool { return len(c.ground().Places.Find(text, "")) > 0 }
