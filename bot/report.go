package bot

import (
	"context"
	"slices"
	"strings"

	"gridbot/classify"
	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/task"
)

// report makes a task of a matter. When the category or the place is in doubt
// the task waits at the desk and one question is asked; an answer moves it on,
// and without one a dispatcher does.
func (c *chat) report(ctx context.Context, r classify.Result) error {
	place, many := c.place(c.m.Text)
	o, sure := c.understood(r, place)
	if !sure {
		return c.openAndAsk(ctx, o, r)
	}
	if place.Grid == "" && !o.Category.Confidential {
		return c.openAndAskPlace(ctx, o, many)
	}
	o.Sure = true
	t, err := c.open(ctx, o)
	if err != nil {
		return err
	}
	return c.opened("opened", t)
}

// understood is a report as the words and the place make it; not sure, its category is
// open.
func (c *chat) understood(r classify.Result, place task.Place) (o dispatch.Opening, sure bool) {
	o = c.opening(c.m.Text, nil)
	o.Danger = r.Danger.Level
	o.Reason = r.Reason
	o.Place = place
	sure = len(r.Guesses) > 0 && r.Verdict == classify.Sure
	if len(r.Guesses) > 0 {
		o.Guess = task.NewGuess(r.Guesses[0].Category, r.Guesses[0].P)
		o.Category = c.category(r.Guesses[0].Category)
		o.Consult = r.Intent == classify.IntentConsult
	}
	if id := c.secret(r); id != "" {
		o.Category, sure = c.category(id), true
	}
	if !sure || deskOnly(o.Category) {
		o.Category, sure = c.category(task.Unclassified), false
	}
	return o, sure
}

// minSecret is how likely a confidential matter must be to be treated as one: a
// complaint that reaches the worker it is about cannot be taken back, while one
// that goes to the street for nothing is sent on by the dispatcher.
const minSecret = 0.15

// secret is the confidential category the words may be about, "" if none. Such a
// matter is not asked about and not left where others see it: it goes to the
// street at once, which corrects it if need be.
//
// Words of complaint beside the name of somebody who serves here are a complaint
// about that person whatever the classifier takes them for.
func (c *chat) secret(r classify.Result) string {
	if c.b.grammar.complains(c.m.Text) && c.namesStaff() && c.category(task.StaffComplaint).Confidential {
		return task.StaffComplaint
	}
	for _, g := range r.Guesses {
		if g.P >= minSecret && c.category(g.Category).Confidential {
			return g.Category
		}
	}
	return ""
}

// namesStaff tells whether the message names a member of staff.
func (c *chat) namesStaff() bool {
	for _, s := range c.ground().People() {
		if strings.Contains(c.m.Text, s.Name) {
			return true
		}
	}
	return false
}

// opening is a report by this person.
func (c *chat) opening(text string, media []task.Media) dispatch.Opening {
	if c.m.Kind == Voice && len(media) == 0 { // the words may have been misheard
		media = []task.Media{{ID: c.m.MediaID, Kind: task.Voice}}
	}
	return dispatch.Opening{Key: c.key(), Street: c.m.Street, Reporter: c.m.Person, Staff: c.profile.Staff,
		Text: text, Media: media, Category: c.category(task.Unclassified), Hidden: c.profile.Hidden}
}

func (c *chat) category(id string) task.Category {
	cat, _ := c.b.o.Desk.Categories().Get(id)
	return cat
}

// open makes the task and puts it on the person's list.
func (c *chat) open(ctx context.Context, o dispatch.Opening) (task.Task, error) {
	t, err := c.b.o.Desk.Open(ctx, o)
	if err != nil {
		return t, err
	}
	c.tasks = append(c.tasks, t.ID)
	c.speakOf(t.ID)
	return t, nil
}

// openAtDesk makes a task a dispatcher decides on, told to them at once.
func (c *chat) openAtDesk(ctx context.Context, text string, media []task.Media) (task.Task, error) {
	o := c.opening(text, media)
	o.Place, _ = c.place(text)
	return c.open(ctx, o)
}

// openAndAsk asks which of the likely categories it is. Without a likely one a
// person decides.
func (c *chat) openAndAsk(ctx context.Context, o dispatch.Opening, r classify.Result) error {
	likely := c.likely(r)
	o.Asking = len(likely) > 0
	t, err := c.open(ctx, o)
	if err != nil {
		return err
	}
	if len(likely) == 0 {
		return c.opened("opened.desk", t)
	}
	return c.askMatter(t, likely)
}

// likely lists the categories worth offering.
func (c *chat) likely(r classify.Result) []string {
	var out []string
	for _, g := range r.Guesses {
		if deskOnly(c.category(g.Category)) {
			continue
		}
		if r.Verdict != classify.AskAll && (g.P < minOffer || r.Verdict == classify.AskTwo && len(out) == 2) {
			break
		}
		out = append(out, g.Category)
	}
	if len(out) == 1 && r.Guesses[0].P < 2*minOffer {
		return nil
	}
	return out
}

// deskOnly tells whether a category is a dispatcher's decision and nobody's matter:
// what is not classified, what is not taken on.
func deskOnly(cat task.Category) bool {
	return len(cat.Handlers) == 1 && cat.Handlers[0] == string(grid.Dispatcher)
}

// minOffer is how likely a category must be to be offered.
const minOffer = 0.1

// option is one numbered answer.
type option struct {
	N     int
	Name  string
	Extra string
	Part  bool // a task of which the person does only a part
}

func (c *chat) askMatter(t task.Task, categories []string) error {
	c.ask(stepMatter, categories...)
	c.s.Draft = &draft{Task: t.ID.String()}
	var options []option
	for i, id := range categories {
		options = append(options, option{N: i + 1, Name: c.category(id).Name})
	}
	if err := c.say("ask.matter", struct {
		Number  string
		Options []option
		None    int
	}{t.ID.String(), options, len(options) + 1}); err != nil {
		return err
	}
	return c.inform()
}

// openAndAskPlace asks where it is: which of several places, or in words.
func (c *chat) openAndAskPlace(ctx context.Context, o dispatch.Opening, many []grid.Place) error {
	o.Asking = true
	t, err := c.open(ctx, o)
	if err != nil {
		return err
	}
	return c.askPlace(t, many)
}

func (c *chat) askPlace(t task.Task, many []grid.Place) error {
	var ids []string
	var options []option
	for i, p := range many {
		if i == maxPlaces {
			break
		}
		ids = append(ids, p.Microgrid)
		options = append(options, option{N: i + 1, Name: c.ground().PlaceName(p)})
	}
	c.ask(stepPlace, ids...)
	c.s.Draft = &draft{Task: t.ID.String(), Category: t.Category, Known: true}
	if err := c.say("ask.place", struct {
		dispatch.Letter
		Options []option
	}{c.b.o.Desk.Letter(&t), options}); err != nil {
		return err
	}
	return c.inform()
}

// maxPlaces is how many places a question offers.
const maxPlaces = 5

// place finds where a text speaks of: the place named in it, else a location sent
// just before, else where the person lives. More than one place is a question.
func (c *chat) place(text string) (task.Place, []grid.Place) {
	found := c.ground().Places.Find(text, c.profile.Home)
	switch {
	case len(found) == 1 && found[0].Area != "":
		where := c.held()
		named := slices.ContainsFunc(c.ground().Places.Find(text, ""), func(p grid.Place) bool { return p.Area != "" })
		if where != nil && !named && !found[0].Exact {
			return *where, nil // 楼下 means where the location just sent says
		}
		if p := c.placeOf(c.atDoor(found[0], text)); p.Grid != "" {
			return p, nil
		}
		return c.placeOf(found[0]), nil
	case len(found) > 1:
		return task.Place{}, c.usable(found)
	case len(found) == 1: // a door without an estate, or an estate nobody knows
		if where := c.held(); where != nil {
			return *where, nil
		}
		return task.Place{Text: found[0].Public()}, nil
	}
	if where := c.held(); where != nil {
		return *where, nil
	}
	if c.profile.Home == "" {
		return task.Place{}, nil
	}
	return c.placeOf(c.atDoor(grid.Place{Microgrid: c.profile.Home, Area: c.profile.Home}, text)), nil
}

// atDoor adds the building whose code the person scanned to a place that is their
// home and no more, unless the words speak of something wider.
func (c *chat) atDoor(p grid.Place, text string) grid.Place {
	wide := slices.ContainsFunc(c.b.grammar.wide, func(w string) bool { return strings.Contains(text, w) })
	if !wide && p.Microgrid == c.profile.Home && p.Building == "" {
		p.Building = c.profile.Door
	}
	return p
}

// usable leaves the places that have a grid.
func (c *chat) usable(found []grid.Place) []grid.Place {
	var out []grid.Place
	for _, p := range found {
		if _, ok := c.ground().Up(p.Area, grid.Grid); ok && p.Microgrid != "" {
			out = append(out, p)
		}
	}
	return out
}

// opened answers a report: what was understood, the number, who has it, by when,
// and, the first time, what happens to personal data.
func (c *chat) opened(words string, t task.Task) error {
	if t.Urgency == task.Critical && t.Danger < 2 { // no danger was heard in the words, but it is that kind of matter
		if err := c.say("critical", nil); err != nil {
			return err
		}
	}
	if err := c.say(words, c.b.o.Desk.Letter(&t)); err != nil {
		return err
	}
	if err := c.hours(t); err != nil {
		return err
	}
	return c.inform()
}

// hours says when people answer, outside of the service window.
func (c *chat) hours(t task.Task) error {
	cal := c.b.o.Desk.Calendar()
	if t.Urgency == task.Critical || t.Urgency == task.Urgent || cal.InService(c.now) {
		return nil
	}
	return c.say("hours", dispatch.NewWhen(cal.NextService(c.now), c.now, cal.Location()))
}

// inform says once how personal data is used.
func (c *chat) inform() error {
	if c.profile.Informed {
		return nil
	}
	c.profile.Informed = true
	return c.say("privacy", nil)
}
