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
	switch len(found) {
	case 0:
		return true, c.say("err.called", c.b.o.Desk.Letter(&t))
	case 1:
		o.Call, o.Note = []string{found[0].ID}, rest
		return false, nil
	}
	var ids []string
	var options []option
	for i, s := range found[:min(len(found), mostInHand)] {
		ids = append(ids, s.ID)
		options = append(options, option{N: i + 1, Name: s.Name, Extra: c.postOf(s)})
	}
	o.Note = rest
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
		return found, rest
	}
	return nil, text
}

// needParties finds the three parties (三方) of the task's grid: community, owners'
// committee and property.
func (c *chat) needParties(o *order, t task.Task) (asked bool, err error) {
	if len(o.Call) > 0 {
		return false, nil
	}
	for _, s := range c.ground().On(c.now).Handlers(t.Place.Grid, partiesCode) {
		if s.ID != t.Handler && !helping(t, s.ID) {
			o.Call = append(o.Call, s.ID)
		}
	}
	if len(o.Call) == 0 {
		return true, c.say("err.called", c.b.o.Desk.Letter(&t))
	}
	return false, nil
}

// partiesCode is how the category file names the three parties.
const partiesCode = "three_party"
