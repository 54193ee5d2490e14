package bot

import (
	"context"
	"errors"

	"gridbot/classify"
	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/task"
)

// step takes the message as the answer to the question asked last. What is no
// answer is understood like any other message; the question then stands no
// longer, and nothing is lost: the draft's task exists.
func (c *chat) step(ctx context.Context) (bool, error) {
	switch c.s.Step {
	case stepMatter:
		return c.answerMatter(ctx)
	case stepPlace:
		return c.answerPlace(ctx)
	case stepChoose:
		return c.answerChoice(ctx)
	case stepResult:
		return c.answerResult(ctx)
	case stepPhoto:
		return c.answerPhoto(ctx)
	case stepNumber:
		return c.answerNumber(ctx)
	case stepHuman:
		c.s.drop()
		t, err := c.openAtDesk(ctx, c.m.Text, nil)
		if err != nil {
			return true, err
		}
		return true, c.opened("opened.desk", t)
	}
	return false, nil
}

// chosen reads the number of an answer: the index, or none with ok when the
// person said that none fits.
func (c *chat) chosen() (index int, none, ok bool) {
	n, ok := c.b.grammar.choice(c.m.Text)
	if !ok && c.m.MenuID != "" {
		n, ok = c.b.grammar.choice(c.m.MenuID)
	}
	if ok && n <= len(c.s.Choices) {
		return n - 1, false, true
	}
	if ok && n == len(c.s.Choices)+1 {
		return 0, true, true
	}
	cmd, is := c.b.grammar.parse(c.m.Text, forResident)
	return 0, true, is && cmd.cmd == cmdNo && cmd.whole
}

// drafted reads the task of the draft; false when it is no longer the person's
// to answer for.
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
	return t, true, nil
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
		return true, c.clarify(ctx, t, c.s.Choices[index], task.Place{})
	case answered:
		c.s.drop()
		return true, c.opened("opened.desk", t)
	}
	if cats := c.b.o.Desk.Categories().Match(fold(c.m.Text)); len(cats) == 1 {
		return true, c.clarify(ctx, t, cats[0].ID, task.Place{})
	}
	return c.moreWords(ctx, t)
}

// moreWords takes further words about a matter that was not clear. Together with
// the first ones they may make it so; else they stand with the task and a person
// decides.
func (c *chat) moreWords(ctx context.Context, t task.Task) (bool, error) {
	alone := c.b.o.Classifier.Classify(c.m.Text)
	if !alone.Intent.Request() && alone.Verdict == classify.Sure && alone.Intent != classify.IntentSupplement {
		return false, nil // thanks, a greeting: the question stands
	}
	r := c.b.o.Classifier.Classify(join(t.Text, c.m.Text))
	if r.Verdict == classify.Sure && len(r.Guesses) > 0 {
		place, _ := c.place(c.m.Text)
		if !c.names(c.m.Text) {
			place = task.Place{}
		}
		return true, c.clarify(ctx, t, r.Guesses[0].Category, place)
	}
	c.s.drop()
	return true, c.supplement(ctx, t)
}

// names tells whether a text itself speaks of a place.
func (c *chat) names(text string) bool { return len(c.ground().Places.Find(text, "")) > 0 }

// answerPlace takes the answer to "where is it?".
func (c *chat) answerPlace(ctx context.Context) (bool, error) {
	t, ok, err := c.drafted(ctx)
	if !ok || err != nil {
		c.s.drop()
		return false, err
	}
	if index, none, answered := c.chosen(); answered && len(c.s.Choices) > 0 {
		if none {
			c.s.drop()
			return true, c.opened("opened.desk", t)
		}
		id := c.s.Choices[index]
		return true, c.clarify(ctx, t, t.Category, c.placeOf(grid.Place{Microgrid: id, Area: id}))
	}
	if asked, err := c.askNumber(ctx); asked || err != nil {
		return true, err
	}
	return c.locate(ctx, t)
}

// locate takes the message's words as the place of a task.
func (c *chat) locate(ctx context.Context, t task.Task) (bool, error) {
	found := c.ground().Places.Find(c.m.Text, c.profile.Home)
	if len(found) == 0 && t.Place.Text != "" { // "5幢" first, now the estate's name alone
		found = c.ground().Places.Find(c.m.Text+t.Place.Text, "")
	}
	if many := c.usable(found); len(many) > 1 {
		return true, c.askPlace(t, many)
	} else if len(many) == 1 {
		return true, c.clarify(ctx, t, t.Category, c.placeOf(many[0]))
	}
	return c.noPlace(ctx, t, len(found) > 0)
}

// askNumber asks what is meant when, in answer to "where is it?", somebody writes
// what is also the number of a task they may see.
func (c *chat) askNumber(ctx context.Context) (bool, error) {
	n, ok := grid.ParseNumber(fold(c.m.Text))
	if !ok {
		return false, nil
	}
	for _, id := range c.ids(n) {
		if _, err := c.b.o.Desk.View(ctx, id, c.profile.Staff, c.m.Person); err != nil {
			if refused(err) {
				continue
			}
			return false, err
		}
		d := c.s.Draft
		c.ask(stepNumber, id.String(), c.m.Text)
		c.s.Draft, c.s.Words = d, c.m.Text
		return true, c.say("ask.number", id.String())
	}
	return false, nil
}

// answerNumber takes the answer to "is it a task or a door?".
func (c *chat) answerNumber(ctx context.Context) (bool, error) {
	index, _, ok := c.chosen()
	t, mine, err := c.drafted(ctx)
	if err != nil || !mine || !ok {
		c.s.drop()
		return false, err
	}
	words, shown := c.s.Words, c.s.Choices[0]
	c.s.Step, c.s.Choices, c.s.Words = stepPlace, nil, ""
	if index == 1 {
		c.m.Text = words
		return c.locate(ctx, t)
	}
	id, err := task.ParseID(shown)
	if err != nil {
		return false, nil //nolint:nilerr // written by another version
	}
	other, err := c.b.o.Desk.View(ctx, id, c.profile.Staff, c.m.Person)
	if err != nil {
		return true, c.explain(err, other)
	}
	if err := c.say("status.one", c.b.o.Desk.Letter(&other)); err != nil {
		return true, err
	}
	return true, c.say("ask.place", struct {
		dispatch.Letter
		Options []option
	}{c.b.o.Desk.Letter(&t), nil})
}

// noPlace takes a message in which no known place was found: a new matter stays a
// new matter; other words stand with the task. The question stands until words
// that look like a place nobody knows: then a person decides.
func (c *chat) noPlace(ctx context.Context, t task.Task, unknown bool) (bool, error) {
	r := c.b.o.Classifier.Classify(c.m.Text)
	if !unknown && r.Verdict == classify.Sure {
		if !r.Intent.Request() && r.Intent != classify.IntentSupplement {
			return false, nil
		}
		if r.Intent.Request() && len(r.Guesses) > 0 && c.category(r.Guesses[0].Category).Main != c.category(t.Category).Main {
			c.s.drop()
			return false, nil
		}
	}
	again := c.s.Draft.Category == ""
	c.s.Draft.Category = ""
	if unknown || again {
		c.s.drop()
		return true, c.add(ctx, t, "noplace")
	}
	return true, c.add(ctx, t, "added.where")
}

// clarify moves a draft's task on with what the resident answered. When a
// dispatcher was quicker, the answer stands with the task.
func (c *chat) clarify(ctx context.Context, t task.Task, category string, place task.Place) error {
	if place.Grid == "" {
		place = task.Place{}
	}
	confidential := c.category(category).Confidential
	if place.Grid == "" && t.Place.Grid == "" && !confidential {
		return c.clarifyCategory(ctx, t, category)
	}
	if err := c.firstWords(ctx, t); err != nil {
		return err
	}
	c.s.drop()
	after, err := c.b.o.Desk.Do(ctx, dispatchOrder{Task: t.ID, Key: c.key(), Move: task.Accept, Category: category, Place: place, Note: c.m.Text})
	if errors.Is(err, task.ErrStatus) {
		return c.supplement(ctx, t)
	}
	if err != nil {
		return err
	}
	c.speakOf(t.ID)
	return c.opened("opened", after)
}

// firstWords gives a matter that began with a photo its words.
func (c *chat) firstWords(ctx context.Context, t task.Task) error {
	if t.Text != "" {
		return nil
	}
	o := c.resident(task.Supplement, t.ID, c.m.Text)
	o.Quiet = true
	_, err := c.b.o.Desk.Do(ctx, o)
	if refused(err) {
		return nil
	}
	return err
}

// clarifyCategory keeps the category that was settled and asks for the place.
func (c *chat) clarifyCategory(ctx context.Context, t task.Task, category string) error {
	if err := c.firstWords(ctx, t); err != nil {
		return err
	}
	after, err := c.b.o.Desk.Do(ctx, dispatchOrder{Task: t.ID, Key: c.key(), Move: task.Reclassify, Category: category, Quiet: true})
	if err != nil && !refused(err) {
		return err
	}
	if err != nil {
		return c.supplement(ctx, t)
	}
	c.speakOf(t.ID)
	return c.askPlace(after, nil)
}
