package bot

import (
	"strings"

	"gridbot/dispatch"
	"gridbot/task"
)

// needPlace finds the place an order's words name: 改址 1042 柳岸花园6幢. A building by
// itself is one of where the task is. Several places, none, and one in another street are
// told, and nothing is asked.
func (c *chat) needPlace(o *order, t task.Task) (asked bool, err error) {
	found := c.placesIn(t.ID.Street, o.Note, "")
	if len(found) == 0 {
		found = c.placesIn(t.ID.Street, o.Note, t.Place.Microgrid)
	}
	answer := where{Letter: c.b.o.Desk.Letter(&t)}
	switch len(found) {
	case 0:
		return true, c.say("err.place", answer.Letter)
	case 1:
		o.Place = found[0]
	default:
		for _, p := range found {
			answer.Places = append(answer.Places, p.Text)
		}
		return true, c.say("err.places", answer)
	}
	if street := c.ground().StreetOf(o.Place.Grid); street != t.ID.Street {
		a, _ := c.ground().Area(street)
		answer.Place, answer.Street = o.Place.Text, a.Name
		return true, c.say("err.elsewhere", answer)
	}
	return false, nil
}

// where is a task and what was understood of the place it is moved to.
type where struct {
	dispatch.Letter
	Street string
	Places []string
}

// placesIn lists the places some words can mean, those of a street alone when there are
// any. home is the micro-grid a building by itself is looked for in.
func (c *chat) placesIn(street, words, home string) []task.Place {
	var own, all []task.Place
	for _, p := range c.ground().Places.Find(words, home) {
		at := c.placeOf(p)
		if at.Grid == "" {
			continue
		}
		all = append(all, at)
		if c.ground().StreetOf(at.Grid) == street {
			own = append(own, at)
		}
	}
	if len(own) > 0 {
		return own
	}
	return all
}

// needUrgency takes the urgency at the front of an order's words: 改急 1042 紧急 有老人.
func (c *chat) needUrgency(o *order, t task.Task) (asked bool, err error) {
	said := strings.TrimLeftFunc(o.Note, c.b.grammar.towards)
	for _, u := range task.Grades() {
		name, err := c.b.words.Render("urgency", u)
		if err != nil {
			return true, err
		}
		if rest, ok := strings.CutPrefix(said, name); ok {
			o.Urgency, o.Note = u, strings.TrimLeftFunc(rest, ending)
			return false, nil
		}
	}
	return true, c.say("err.urgency", c.b.o.Desk.Letter(&t))
}
