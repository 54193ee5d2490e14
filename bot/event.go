package bot

import (
	"context"
	"errors"
	"strings"

	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/task"
)

// arrive welcomes who follows the account or scans a code. A code in a stairwell
// carries the micro-grid, and after a dot the building: "12010103.3".
func (c *chat) arrive() error {
	home, door, _ := strings.Cut(c.m.Scene, ".")
	a, ok := c.ground().Area(home)
	if !ok || a.Level != grid.Microgrid {
		return c.say("welcome", nil)
	}
	c.profile.Home, c.profile.Door = home, door
	place := c.placeOf(grid.Place{Microgrid: home, Area: home, Building: door})
	return c.say("welcome.home", place.Text)
}

// leave erases the person, as the platform demands of an unsubscribe; their cases
// go on without them.
func (c *chat) leave(ctx context.Context) error {
	c.erase = true
	for _, id := range c.turn.Tasks {
		t, err := c.b.o.Desk.Store().Get(ctx, id)
		if errors.Is(err, task.ErrNotFound) || err == nil && t.Reporter != c.m.Person {
			continue
		}
		if err != nil {
			return err
		}
		_, err = c.b.o.Desk.Do(ctx, dispatchOrder{Task: id, Key: c.m.Key, Move: task.Forget})
		if err != nil && !refused(err) {
			return err
		}
	}
	if c.profile.Staff == "" {
		return nil
	}
	return c.b.o.Desk.Store().Unbind(ctx, c.profile.Staff, c.m.Person)
}

// click does what a menu item stands for: the same as writing its command.
func (c *chat) click(ctx context.Context) error {
	switch c.m.Text {
	case cmdStatus:
		return c.status(ctx)
	case cmdHuman:
		return c.human(ctx)
	case cmdList:
		if ok, err := c.isStaff(ctx); err != nil || ok {
			return c.when(err == nil, func() error { return c.list(ctx) })
		}
	}
	return c.say("help", nil)
}

// join binds a member of staff to this person by a one-time code.
func (c *chat) join(ctx context.Context, cmd command) (bool, error) {
	code := strings.TrimFunc(fold(strings.TrimSpace(cmd.rest)), ending)
	if cmd.number.Seq > 0 {
		code = strings.TrimSpace(cmd.number.String())
	}
	if code == "" || len(code) > 32 {
		return false, nil
	}
	staff, err := c.b.o.Desk.Store().Join(ctx, code, c.m.Person)
	if errors.Is(err, task.ErrNotFound) {
		return true, c.say("join.no", nil)
	}
	if err != nil {
		return true, err
	}
	s, ok := c.ground().Staff(staff)
	if !ok {
		return true, c.say("join.no", nil)
	}
	c.profile.Staff = staff
	return true, c.say("join.ok", option{Name: s.Name, Extra: c.postOf(s)})
}

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
	if done, err := c.proof(ctx, m); done || err != nil {
		return err
	}
	if id, ok := c.lately(); ok {
		if done, err := c.attach(ctx, id, m); done || err != nil {
			return err
		}
	}
	mine, err := c.mine(ctx)
	if err != nil {
		return err
	}
	for _, t := range mine {
		if !t.Status.Over() {
			return c.doubtful(ctx, t, m)
		}
	}
	return c.newWith(ctx, m)
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
	c.s.Media = &m
	return c.say("ask.photo", c.b.o.Desk.Letter(&t))
}

// newWith opens a matter that has a photo and no words yet.
func (c *chat) newWith(ctx context.Context, m task.Media) error {
	o := c.opening("", []task.Media{m})
	o.Place, _ = c.place("")
	o.Asking = true
	t, err := c.open(ctx, o)
	if err != nil {
		return err
	}
	c.ask(stepMatter)
	c.s.Draft = &draft{Task: t.ID.String()}
	letter := c.b.o.Desk.Letter(&t)
	letter.Note = m.Kind
	return c.say("media.words", letter)
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

// proof adds a worker's photo to the task they work on, and completes a result
// that was too short for words alone.
func (c *chat) proof(ctx context.Context, m task.Media) (bool, error) {
	id, ok := c.lately()
	if c.profile.Staff == "" || !ok {
		return false, nil
	}
	bound, err := c.isStaff(ctx)
	if err != nil || !bound {
		return false, err
	}
	o := dispatchOrder{Task: id, Key: c.key(), Move: task.Progress, Staff: c.profile.Staff, Person: c.m.Person, Media: []task.Media{m}}
	finishing := c.s.Step == stepResult && c.s.Order != nil && c.s.Order.Task == id.String()
	if finishing {
		o.Move, o.Note = task.Finish, c.s.Order.Note
		c.s.drop()
	}
	t, err := c.b.o.Desk.Do(ctx, o)
	if refused(err) {
		return false, nil
	}
	if err != nil {
		return true, err
	}
	c.speakOf(id)
	words := "ok.photo"
	if finishing {
		words = "ok." + cmdFinish
	}
	return true, c.say(words, c.b.o.Desk.Letter(&t))
}

// answerPhoto takes the answer to "does this photo belong to your task?". The
// photo is kept with that task already; anything but a no leaves it there.
func (c *chat) answerPhoto(ctx context.Context) (bool, error) {
	m := c.s.Media
	_, none, ok := c.chosen()
	c.s.drop()
	switch {
	case m == nil || !ok:
		return false, nil
	case none:
		return true, c.newWith(ctx, *m)
	}
	return true, c.say("photo.kept", nil)
}

// location takes a place on the map: the answer to "where is it?", more for the
// report made just now, or the place of one still to come.
func (c *chat) location(ctx context.Context) error {
	id, _, ok := c.ground().Places.Nearest(c.m.Lat, c.m.Lon)
	if !ok {
		return c.say("location.far", nil)
	}
	place := c.placeOf(grid.Place{Microgrid: id, Area: id})
	if c.s.Step == stepPlace || c.s.Step == stepMatter && c.s.Draft != nil && c.s.Draft.Known {
		t, mine, err := c.drafted(ctx)
		if err != nil {
			return err
		}
		if mine {
			return c.clarify(ctx, t, t.Category, place)
		}
	}
	if last, ok := c.lately(); ok {
		o := c.resident(task.Supplement, last, join(place.Text, c.m.Label))
		t, err := c.b.o.Desk.Do(ctx, o)
		if err == nil {
			return c.say("added", c.b.o.Desk.Letter(&t))
		}
		if !refused(err) {
			return err
		}
	}
	c.s.Where, c.s.WhereAt = &place, c.m.At.Unix()
	return c.say("location.held", dispatch.Letter{Place: place.Text})
}
