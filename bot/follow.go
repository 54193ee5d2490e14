package bot

import (
	"context"

	"gridbot/classify"
	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/task"
)

// number takes a message that is nothing but a task's number. Only a task the
// person may see is meant; otherwise 12-1042 is a door like any other, or the
// answer to a worker's question.
func (c *chat) number(ctx context.Context) (bool, error) {
	n, ok := c.b.grammar.number(c.m.Text)
	if !ok {
		return false, nil
	}
	for _, id := range c.ids(n) {
		t, err := c.view(ctx, id)
		if refused(err) {
			continue
		}
		if err != nil {
			return true, err
		}
		return true, c.statusFor(ctx, t)
	}
	if asking, err := c.questioned(ctx); err != nil || !asking.ID.Zero() {
		return false, err
	}
	if done, err := c.door(ctx); done || err != nil {
		return done, err
	}
	return true, c.say("number.unknown", n.String())
}

// questioned finds the task whose worker waits for this person's answer; the zero
// Task when nobody does.
func (c *chat) questioned(ctx context.Context) (task.Task, error) {
	mine, err := c.mine(ctx)
	if err != nil {
		return task.Task{}, err
	}
	for _, t := range mine {
		if t.AskedBy != "" && !t.Status.Over() {
			return t, nil
		}
	}
	return task.Task{}, nil
}

// door takes a number that names no task of this person as the door of the report
// made just now.
func (c *chat) door(ctx context.Context) (bool, error) {
	id, ok := c.lately()
	if !ok {
		return false, nil
	}
	t, err := c.b.o.Desk.View(ctx, id, "", c.m.Person)
	if refused(err) || err == nil && t.Status.Over() {
		return false, nil
	}
	if err != nil {
		return true, err
	}
	return true, c.supplement(ctx, t)
}

// ids lists the tasks a number can mean to this person: with its street, or in
// the streets of their own tasks, their account and their posts.
func (c *chat) ids(n grid.Number) []task.ID {
	if n.Street != "" {
		return []task.ID{{Street: n.Street, Seq: n.Seq}}
	}
	streets := []string{c.m.Street}
	for _, id := range c.turn.Tasks {
		streets = append(streets, id.Street)
	}
	s, _ := c.ground().Staff(c.profile.Staff)
	for _, p := range s.Posts {
		streets = append(streets, c.ground().StreetOf(p.Area))
	}
	var out []task.ID
	seen := map[string]bool{"": true}
	for _, street := range streets {
		if !seen[street] {
			seen[street] = true
			out = append(out, task.ID{Street: street, Seq: n.Seq})
		}
	}
	return out
}

// follow takes the message as belonging to something under way: the answer to a
// worker's question, or more about the report made a few minutes ago. Another
// matter is none of these; a question that waits is then asked again.
func (c *chat) follow(ctx context.Context) (bool, error) {
	asking, err := c.questioned(ctx)
	if err != nil {
		return true, err
	}
	if !asking.ID.Zero() {
		r, other := c.another(asking)
		if !other {
			return true, c.relay(ctx, asking)
		}
		if err := c.report(ctx, r); err != nil {
			return true, err
		}
		return true, c.say("still.asked", c.askerOf(asking))
	}
	if c.nods() {
		return true, c.say("ack", nil)
	}
	if done, err := c.bare(ctx); done || err != nil {
		return done, err
	}
	id, ok := c.lately()
	if !ok {
		return false, nil
	}
	r := c.meant()
	for _, t := range c.known {
		if t.ID == id && !t.Status.Over() && c.belongs(t, r) {
			return true, c.supplement(ctx, t)
		}
	}
	return false, nil
}

// nods tells whether the message only says that an answer was read: 好的, 知道了.
func (c *chat) nods() bool {
	cmd, ok := c.b.grammar.parse(c.m.Text, forResident)
	return ok && cmd.whole && (cmd.cmd == cmdAck || cmd.cmd == cmdYes)
}

// askerOf is a task's letter with the name of who asked.
func (c *chat) askerOf(t task.Task) dispatch.Letter {
	s, _ := c.ground().Staff(t.AskedBy)
	letter := c.b.o.Desk.Letter(&t)
	letter.Actor = s.Name
	return letter
}

// surelyTalk is how sure it must be that a line right after a report is only talk.
// What is kept needlessly costs a glance; what is taken for talk is gone.
const surelyTalk = 0.8

// belongs tells whether a line belongs to the task spoken of just now. What is
// clearly another matter, another place, or small talk does not.
func (c *chat) belongs(t task.Task, r classify.Result) bool {
	if c.accusesAnother(t) {
		return false
	}
	if r.Intent == classify.IntentSupplement {
		return true
	}
	switch r.Intent {
	case classify.IntentGreeting, classify.IntentThanks, classify.IntentChitchat, classify.IntentOther:
		return r.IntentP < surelyTalk
	}
	if !r.Intent.Request() {
		return false
	}
	if c.secret(r) != "" && !t.Confidential {
		return false
	}
	found := c.ground().Places.Find(c.m.Text, c.profile.Home)
	if len(found) > 0 && t.Place.Microgrid != "" && found[0].Microgrid != "" && found[0].Microgrid != t.Place.Microgrid {
		return false
	}
	if t.Category == task.Unclassified || len(r.Guesses) == 0 {
		return true
	}
	if r.Verdict != classify.Sure {
		return !c.foreign(t, r)
	}
	return r.Guesses[0].Main == c.category(t.Category).Main || r.Guesses[0].P < clearlyOther
}

// foreign tells whether a line that could be one of two matters can be neither of
// them the task's: two guesses worth asking about, none of the task's kind.
func (c *chat) foreign(t task.Task, r classify.Result) bool {
	if r.Verdict == classify.Unsure {
		return false
	}
	for _, g := range r.Guesses {
		if g.Main == c.category(t.Category).Main {
			return false
		}
	}
	return r.Verdict == classify.AskAll || r.Guesses[0].P >= likelyOther
}

// likelyOther is how likely another matter must be before a line is taken away
// from the report made just now.
const likelyOther = 0.5

// relay hands a resident's answer to the worker who asked.
func (c *chat) relay(ctx context.Context, t task.Task) error {
	if _, err := c.b.o.Desk.Do(ctx, c.resident(task.Supplement, t.ID, c.m.Text)); err != nil {
		return c.explain(err, t)
	}
	c.speakOf(t.ID)
	return c.say("relayed", c.askerOf(t))
}

// supplement adds the message to a task. A place named for a task that lacks one
// moves it on.
func (c *chat) supplement(ctx context.Context, t task.Task) error {
	if t.Status == task.Pending && t.Place.Grid == "" && t.Category != task.Unclassified {
		if many := c.usable(c.ground().Places.Find(c.m.Text, c.profile.Home)); len(many) == 1 {
			return c.clarify(ctx, t, t.Category, c.placeOf(many[0]), c.m.Text)
		}
	}
	return c.add(ctx, t, "added")
}

// add puts the message's words with a task and answers with the given ones.
func (c *chat) add(ctx context.Context, t task.Task, words string) error {
	o := c.resident(task.Supplement, t.ID, c.m.Text)
	o.Quiet = c.asking(t.ID)
	after, err := c.b.o.Desk.Do(ctx, o)
	if refused(err) { // it has ended meanwhile: a matter is a matter all the same
		if r := c.meant(); r.Intent.Request() {
			return c.report(ctx, r)
		}
	}
	if err != nil {
		return c.explain(err, t)
	}
	c.speakOf(t.ID)
	if err := c.say(words, c.b.o.Desk.Letter(&after)); err != nil {
		return err
	}
	return c.inform()
}

// asking tells whether the person is still being asked about this task: the desk
// then hears of it with the answer, or when none comes.
func (c *chat) asking(id task.ID) bool {
	return c.s.Draft != nil && c.s.Draft.Task == id.String() && !c.s.Draft.Danger
}

// supplementNewest adds the message to the person's newest open task.
func (c *chat) supplementNewest(ctx context.Context) (bool, error) {
	mine, err := c.mine(ctx)
	if err != nil {
		return true, err
	}
	for _, t := range mine {
		if !t.Status.Over() {
			return true, c.supplement(ctx, t)
		}
	}
	return false, nil
}

// explain says a refusal to the person; a fault is passed on.
func (c *chat) explain(err error, t task.Task) error {
	name := sentence(err)
	if name == "" {
		return err
	}
	return c.say(name, c.b.o.Desk.Letter(&t))
}
