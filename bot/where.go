package bot

import (
	"context"
	"strings"
	"unicode/utf8"

	"gridbot/classify"
	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/task"
)

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
		return true, c.clarify(ctx, t, t.Category, c.placeOf(grid.Place{Microgrid: id, Area: id}), "")
	}
	if asked, err := c.askNumber(ctx); asked || err != nil {
		return true, err
	}
	if r, ok := c.another(t); ok {
		return true, c.meanwhile(ctx, t, r)
	}
	return c.locate(ctx, t)
}

// another tells whether the message, without the place it names, is clearly
// another matter than this task.
func (c *chat) another(t task.Task) (classify.Result, bool) {
	words, _ := c.beyondPlace()
	r := c.b.o.Classifier.Classify(words)
	if c.secret(r) != "" && (!t.Confidential || c.accusesAnother(t)) {
		return r, true
	}
	if !r.Intent.Request() || len(r.Guesses) == 0 || t.Category == task.Unclassified {
		return r, false
	}
	return c.meant(), c.apart(t, r)
}

// beyondPlace is the message without the place it names, and that place, nil when
// it names none.
func (c *chat) beyondPlace() (words string, place *grid.Place) {
	words = c.m.Text
	for _, p := range c.ground().Places.Find(words, c.profile.Home) {
		if p.Start >= 0 && p.Start < p.End && p.End <= len(c.m.Text) {
			words = c.m.Text[:p.Start] + c.m.Text[p.End:]
			place = &p
		}
	}
	return words, place
}

// bare takes a message that is nothing but a place: more about the report made just
// now, or the place of one still to come.
func (c *chat) bare(ctx context.Context) (bool, error) {
	words, place := c.beyondPlace()
	if place == nil || strings.TrimFunc(words, ending) != "" {
		return false, nil
	}
	if last, ok := c.lately(); ok {
		for _, t := range c.known {
			if t.ID == last && !t.Status.Over() {
				return true, c.supplement(ctx, t)
			}
		}
	}
	at := c.placeOf(*place)
	if at.Grid == "" {
		return false, nil
	}
	c.s.Where, c.s.WhereAt = &at, c.m.At.Unix()
	return true, c.say("location.held", dispatch.Letter{Place: at.Text})
}

// clearlyOther is how likely another matter must be to be taken for one while an answer is
// waited for: the words of an answer (早上六点到八点) may have much of some matter.
const clearlyOther = 0.75

// apart tells whether what a message is taken for, or each of the two things it can
// be, is of another kind than the task. What fits nowhere is an answer.
func (c *chat) apart(t task.Task, r classify.Result) bool {
	main, first := c.category(t.Category).Main, r.Guesses[0]
	switch {
	case first.Category == task.Unclassified:
		return false
	case r.Verdict == classify.Sure:
		return first.Main != main && first.P >= clearlyOther
	case r.Verdict == classify.AskAll:
		return first.Main != main
	case r.Verdict == classify.AskTwo && len(r.Guesses) > 1:
		a, b := r.Guesses[0], r.Guesses[1]
		return a.Main != main && b.Main != main && a.P+b.P >= likelyOther
	}
	return false
}

// meanwhile takes a new matter that comes instead of a place, and asks for the
// place again unless the new matter needs an answer itself.
func (c *chat) meanwhile(ctx context.Context, t task.Task, r classify.Result) error {
	c.s.drop()
	if err := c.report(ctx, r); err != nil || c.s.Step != "" {
		return err
	}
	last, at := c.s.Last, c.s.LastAt
	if err := c.askPlace(t, nil); err != nil {
		return err
	}
	c.s.Last, c.s.LastAt = last, at
	return nil
}

// locate takes the message's words as the place of a task. A door that was named
// first goes with an estate named now: 5幢, then 幸福里小区.
func (c *chat) locate(ctx context.Context, t task.Task) (bool, error) {
	found := c.ground().Places.Find(c.m.Text, c.profile.Home)
	many := c.usable(found)
	for _, door := range []string{c.s.Words, t.Place.Text} {
		if door == "" || len(many) == 1 {
			continue
		}
		if both := c.usable(c.ground().Places.Find(c.m.Text+door, "")); len(both) == 1 {
			many = both
		}
	}
	switch {
	case len(many) > 1:
		return true, c.askPlace(t, many)
	case len(many) == 1:
		return true, c.clarify(ctx, t, t.Category, c.placeOf(many[0]), c.m.Text)
	case len(found) > 0 && c.s.Words == "" && bare(found[0]):
		c.s.Words = found[0].Text
		return true, c.add(ctx, t, "added.where")
	}
	return c.noPlace(ctx, t, len(found) > 0)
}

// bare tells whether a place is a door and no more: 5幢, without saying of which
// estate.
func bare(p grid.Place) bool {
	first, _ := utf8.DecodeRuneInString(p.Text)
	_, numeral := grid.Numeral(string(first))
	return numeral && p.Building != ""
}

// askNumber asks what is meant when, in answer to "where is it?", somebody writes
// what is also the number of a task they may see.
func (c *chat) askNumber(ctx context.Context) (bool, error) {
	n, ok := grid.ParseNumber(fold(c.m.Text))
	if !ok {
		return false, nil
	}
	for _, id := range c.ids(n) {
		if _, err := c.view(ctx, id); err != nil {
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
	if err != nil || !mine || !ok || len(c.s.Choices) == 0 {
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
	other, err := c.view(ctx, id)
	if err != nil {
		return true, c.explain(err, task.Task{ID: id})
	}
	if err := c.say("status.one", c.b.o.Desk.Letter(&other)); err != nil {
		return true, err
	}
	return true, c.askPlace(t, nil)
}

// noPlace takes a message in which no known place was found: small talk is
// answered as such; other words stand with the task. The question stands until
// words that look like a place nobody knows: then a person decides.
func (c *chat) noPlace(ctx context.Context, t task.Task, unknown bool) (bool, error) {
	r := c.meant()
	if !unknown && r.Verdict == classify.Sure && !r.Intent.Request() && r.Intent != classify.IntentSupplement {
		return false, nil
	}
	again := c.s.Draft.Category == ""
	c.s.Draft.Category = ""
	if unknown || again {
		c.s.drop()
		return true, c.add(ctx, t, "noplace")
	}
	return true, c.add(ctx, t, "added.where")
}
