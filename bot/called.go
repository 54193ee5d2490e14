package bot

import (
	"slices"
	"strings"
	"unicode/utf8"

	"gridbot/grid"
	"gridbot/task"
)

// needCalled finds who is called in: people of the street by name, or whoever serves
// the task's area as the department or role named (吹哨 1042 城管 下水道又堵了).
// Several people of a name, or of a department where none is nearer, are a question.
func (c *chat) needCalled(o *order, t task.Task) (asked bool, err error) {
	if len(o.Call) > 0 {
		return false, nil
	}
	if o.To != "" {
		o.Call = []string{o.To}
		return false, nil
	}
	found, rest := c.calledIn(t, o.Note)
	found = slices.DeleteFunc(found, func(s grid.Staff) bool { return s.ID == t.Handler || s.ID == c.profile.Staff })
	free := slices.DeleteFunc(slices.Clone(found), func(s grid.Staff) bool { return helping(t, s.ID) })
	if len(found) == 0 {
		return true, c.say("err.called", c.b.o.Desk.Letter(&t))
	}
	if len(free) == 0 { // the desk refuses it, or remembers that this message called them
		free = found[:1]
	}
	o.Note = rest
	if len(free) == 1 {
		o.Call = []string{free[0].ID}
		return false, nil
	}
	ids, options := c.people(free[:min(len(free), mostInHand)])
	c.ask(stepChoose, ids...)
	c.s.Order, c.s.Fill = o, fillTo
	return true, c.say("ask.called", options)
}

// calledIn finds the longest word at the front of a text that means somebody who can be
// called in, and gives what stands behind it. Of a department the nearest to the task
// are meant.
func (c *chat) calledIn(t task.Task, text string) ([]grid.Staff, string) {
	text = strings.TrimLeft(strings.TrimLeftFunc(text, filler), c.b.grammar.toward)
	duty := c.ground().On(c.now)
	for end := min(utf8.RuneCountInString(text), longestName); end > 0; end-- {
		word := strings.TrimFunc(string([]rune(text)[:end]), ending)
		found := duty.Called(t.ID.Street, word)
		if len(found) == 0 {
			continue
		}
		rest := strings.TrimLeftFunc(strings.TrimPrefix(text, string([]rune(text)[:end])), ending)
		if code, ok := grid.HandlerNamed(word); ok && t.Place.Grid != "" {
			if near := duty.Handlers(t.Place.Grid, code); len(near) > 0 {
				return near[:1], rest
			}
		}
		if near := c.around(t, found); len(near) > 0 && len(c.ground().StaffNamed(t.ID.Street, word)) == 0 {
			found = near // 书记 is the one of the task's own community
		}
		return found, rest
	}
	return nil, text
}

// around leaves those who serve an area around the task.
func (c *chat) around(t task.Task, from []grid.Staff) (out []grid.Staff) {
	for _, s := range from {
		if len(c.ground().RolesIn(s.ID, t.Place.Microgrid)) > 0 || len(c.ground().RolesIn(s.ID, t.Place.Grid)) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// needParties finds the three parties (三方) of the task's grid: community, owners'
// committee and property.
func (c *chat) needParties(o *order, t task.Task) (asked bool, err error) {
	if len(o.Call) > 0 {
		return false, nil
	}
	var already []string
	for _, s := range c.ground().On(c.now).Handlers(t.Place.Grid, partiesCode) {
		switch {
		case s.ID == t.Handler:
		case helping(t, s.ID):
			already = append(already, s.ID)
		default:
			o.Call = append(o.Call, s.ID)
		}
	}
	if len(o.Call) == 0 {
		o.Call = already
	}
	if len(o.Call) == 0 {
		return true, c.say("err.called", c.b.o.Desk.Letter(&t))
	}
	return false, nil
}

// partiesCode is how the category file names the three parties.
const partiesCode = "three_party"
