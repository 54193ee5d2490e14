package bot

import (
	"context"
	"strings"

	"gridbot/dispatch"
	"gridbot/task"
)

// media takes a photo or a voice message: proof by the worker who speaks of the
// task, more for a resident's report, an answer to what was asked, or the
// beginning of a new matter.
func (c *chat) media(ctx context.Context) error {
	m := task.Media{ID: c.m.MediaID, Kind: task.Image, URL: c.m.PicURL}
	if c.m.Kind == Voice {
		m.Kind = task.Voice
		if c.m.Text != "" { // the platform has heard words in it
			return c.text(ctx)
		}
	}
	if c.turn.Recent > floodAt {
		return c.floodOf(ctx, m)
	}
	if done, err := c.proof(ctx, m); done || err != nil {
		return err
	}
	if id, ok := c.lately(); ok {
		if done, err := c.attach(ctx, id, m); done || err != nil {
			return err
		}
	}
	if asking, err := c.questioned(ctx); err != nil {
		return err
	} else if !asking.ID.Zero() {
		if done, err := c.attach(ctx, asking.ID, m); done || err != nil {
			return err
		}
	}
	for _, t := range c.known {
		if !t.Status.Over() {
			return c.doubtful(ctx, t, m)
		}
	}
	return c.newWith(ctx, m)
}

// floodOf keeps a photo of somebody who sends more than anyone can look at.
func (c *chat) floodOf(ctx context.Context, m task.Media) error {
	c.m.Text = ""
	kept, err := c.keepQuietly(ctx, []task.Media{m})
	if err != nil {
		return err
	}
	if !kept {
		return c.newWith(ctx, m)
	}
	return c.slowDown()
}

// doubtful keeps a photo with the person's newest matter, so that it is never
// lost, and asks whether it shows something else.
func (c *chat) doubtful(ctx context.Context, t task.Task, m task.Media) error {
	done, err := c.attach(ctx, t.ID, m)
	if err != nil {
		return err
	}
	if !done {
		return c.newWith(ctx, m)
	}
	c.said = nil
	c.ask(stepPhoto, t.ID.String())
	c.s.Photos = []task.Media{m}
	letter := c.b.o.Desk.Letter(&t)
	letter.Note = m.Kind
	return c.say("ask.photo", letter)
}

// newWith opens a matter that has photos and no words yet.
func (c *chat) newWith(ctx context.Context, media ...task.Media) error {
	o := c.opening("", media)
	o.Place, _ = c.place("")
	o.Asking = true
	t, err := c.open(ctx, o)
	if err != nil {
		return err
	}
	c.ask(stepMatter)
	c.s.Draft = &draft{Task: t.ID.String()}
	letter := c.b.o.Desk.Letter(&t)
	letter.Note = media[0].Kind
	if err := c.say("media.words", letter); err != nil {
		return err
	}
	return c.inform()
}

// attach adds a photo to one of the person's own tasks.
func (c *chat) attach(ctx context.Context, id task.ID, m task.Media) (bool, error) {
	o := c.resident(task.Supplement, id, "")
	o.Media = []task.Media{m}
	o.Quiet = c.asking(id)
	t, err := c.b.o.Desk.Do(ctx, o)
	if refused(err) {
		return false, nil
	}
	if err != nil {
		return true, err
	}
	c.speakOf(id)
	letter := c.b.o.Desk.Letter(&t)
	letter.Note = m.Kind
	return true, c.say("added.media", letter)
}

// proof adds a worker's photo to the task they speak of, and completes a result
// that was too short for words alone. When they speak of none but have some in
// hand, they are asked which one it shows.
func (c *chat) proof(ctx context.Context, m task.Media) (bool, error) {
	bound, err := c.isStaff(ctx)
	if err != nil || !bound {
		return false, err
	}
	if o := c.s.Order; c.s.Step == stepResult && o != nil && o.Cmd == cmdFinish && c.fresh() {
		if id, err := task.ParseID(o.Task); err == nil {
			note := o.Note
			c.s.drop()
			return c.prove(ctx, id, cmdFinish, note, m)
		}
	}
	if id, ok := c.lately(); ok {
		if done, err := c.prove(ctx, id, cmdProgress, "", m); done || err != nil {
			return done, err
		}
		t, err := c.view(ctx, id)
		switch {
		case err != nil && !refused(err):
			return true, err
		case err == nil && t.Reporter == c.m.Person: // they speak as a resident now
			return false, nil
		case err == nil && t.Status == task.Dispatched && t.Handler == c.profile.Staff:
			return true, c.say("photo.sign", c.b.o.Desk.Letter(&t))
		}
	}
	return c.askProof(ctx, m)
}

// prove makes a worker's move with photos; false when it is not theirs to make.
func (c *chat) prove(ctx context.Context, id task.ID, cmd, note string, media ...task.Media) (bool, error) {
	t, err := c.view(ctx, id)
	if refused(err) {
		return false, nil
	}
	if err != nil {
		return true, err
	}
	move := c.moveFor(cmd, t)
	t, err = c.b.o.Desk.Do(ctx, dispatch.Order{Task: id, Key: c.key(), Move: move, Staff: c.profile.Staff, Person: c.m.Person,
		Note: note, Media: media})
	if refused(err) {
		return false, nil
	}
	if err != nil {
		return true, err
	}
	c.speakOf(id)
	words := "ok.photo"
	if cmd == cmdFinish {
		words = wordsOf(cmd, move)
	}
	return true, c.say(words, c.b.o.Desk.Letter(&t))
}

// askProof asks which of the tasks in hand the photos show. Further photos that
// come before the answer join the first. From a co-handler they show that their part
// is done.
func (c *chat) askProof(ctx context.Context, m task.Media) (bool, error) {
	fit, err := c.candidates(ctx, cmdFinish)
	if err != nil || len(fit) == 0 {
		return false, err
	}
	photos := []task.Media{m}
	if c.s.Step == stepProof {
		photos = append(c.s.Photos, m)
	}
	ids, options, err := c.options(fit)
	if err != nil {
		return true, err
	}
	for i, t := range fit {
		if options[i].Part = t.Handler != c.profile.Staff; options[i].Part {
			ids[i] += partMark
		}
	}
	c.ask(stepProof, ids...)
	c.s.Photos = photos
	return true, c.say("ask.proof", struct {
		Options []option
		None    int
	}{options, len(options) + 1})
}

// partMark stands behind the id of a task of which the person does only a part.
const partMark = " part"

// answerProof takes the answer to "which task do they show?"; none of them is a
// matter of the worker's own.
func (c *chat) answerProof(ctx context.Context) (bool, error) {
	photos, choices := c.s.Photos, c.s.Choices
	index, none, ok := c.chosen()
	if !ok || len(photos) == 0 {
		return false, nil // the photos wait for the answer
	}
	if bound, err := c.isStaff(ctx); err != nil || !bound {
		return false, err
	}
	c.s.drop()
	if none {
		return true, c.newWith(ctx, photos...)
	}
	number, part := strings.CutSuffix(choices[index], partMark)
	id, err := task.ParseID(number)
	if err != nil {
		return false, nil //nolint:nilerr // written by another version
	}
	cmd := cmdProgress
	if part {
		cmd = cmdFinish
	}
	done, err := c.prove(ctx, id, cmd, "", photos...)
	if done || err != nil {
		return true, err
	}
	return true, c.say("none.inhand", nil)
}

// answerPhoto takes the answer to "does this photo belong to your task?". The
// photo is kept with that task already; anything but a no leaves it there.
func (c *chat) answerPhoto(ctx context.Context) (bool, error) {
	photos := c.s.Photos
	_, none, ok := c.chosen()
	c.s.drop()
	switch {
	case len(photos) == 0 || !ok:
		return false, nil
	case none:
		return true, c.newWith(ctx, photos...)
	}
	return true, c.say("photo.kept", nil)
}
