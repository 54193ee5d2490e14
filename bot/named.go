package bot

import (
	"context"
	"strings"
	"unicode/utf8"

	"gridbot/grid"
	"gridbot/task"
)

// needPerson finds who is named at the front of an order's words: 派 1042 李四. Two
// people of that name are a question.
func (c *chat) needPerson(o *order, id task.ID) (asked bool, err error) {
	if o.To != "" {
		return false, nil
	}
	people, rest := c.personIn(id.Street, o.Note)
	switch len(people) {
	case 0:
		name, _, _ := strings.Cut(o.Note, " ")
		c.ask(stepName)
		c.s.Order = o
		return true, c.say("err.person", name)
	case 1:
		o.To, o.Note = people[0].ID, rest
		return false, nil
	}
	ids, options := c.people(people)
	o.Note = rest
	c.ask(stepChoose, ids...)
	c.s.Order, c.s.Fill = o, fillTo
	return true, c.say("ask.person", options)
}

// people are members of staff as numbered answers.
func (c *chat) people(from []grid.Staff) (ids []string, out []option) {
	for i, s := range from {
		ids = append(ids, s.ID)
		out = append(out, option{N: i + 1, Name: s.Name, Extra: c.postOf(s)})
	}
	return ids, out
}

// answerName takes the name of who gets a task; anything else is understood like
// any other message.
func (c *chat) answerName(ctx context.Context) (bool, error) {
	o := c.s.Order
	c.s.drop()
	if o == nil {
		return false, nil
	}
	id, err := task.ParseID(o.Task)
	if err != nil {
		return false, nil //nolint:nilerr // written by another version
	}
	if people, _ := c.personIn(id.Street, c.m.Text); len(people) == 0 {
		return false, nil
	}
	o.Note = c.m.Text
	return true, c.run(ctx, *o)
}

// longestName is how many characters of a text can be a name.
const longestName = 8

// personIn finds the longest name of a street's staff at the front of a text, and
// gives what stands behind it: 李四，请今天看一下.
func (c *chat) personIn(street, text string) ([]grid.Staff, string) {
	text = strings.TrimLeftFunc(text, filler)
	if people, rest := c.nameAt(street, text); people != nil {
		return people, rest
	}
	return c.nameAt(street, strings.TrimLeft(text, c.b.grammar.toward))
}

func (c *chat) nameAt(street, text string) ([]grid.Staff, string) {
	for end := min(utf8.RuneCountInString(text), longestName); end > 0; end-- {
		name := string([]rune(text)[:end])
		if people := c.ground().StaffNamed(street, strings.TrimFunc(name, ending)); len(people) > 0 {
			return people, strings.TrimLeftFunc(strings.TrimPrefix(text, name), ending)
		}
	}
	return nil, text
}

// postOf says what somebody does and where, to tell namesakes apart.
func (c *chat) postOf(s grid.Staff) string {
	if len(s.Posts) == 0 {
		return ""
	}
	a, _ := c.ground().Area(s.Posts[0].Area)
	area, role := c.ground().FullName(a.ID), s.Posts[0].Role.Name()
	if strings.HasSuffix(area, a.Level.Name()) { // 和风街道 and 街道指挥室 share a word
		role = strings.TrimPrefix(role, a.Level.Name())
	}
	return area + role
}

// needCategory finds the category an order's words name. Several are a question.
func (c *chat) needCategory(o *order) (asked bool, err error) {
	if o.Category != "" {
		return false, nil
	}
	found := c.b.o.Desk.Categories().Match(o.Note)
	switch {
	case len(found) == 1:
		o.Category = found[0].ID
		return false, nil
	case len(found) == 0 || len(found) > 9:
		return true, c.say("err.category", c.b.o.Desk.Letter(&task.Task{}))
	}
	var ids []string
	var options []option
	for i, cat := range found {
		ids = append(ids, cat.ID)
		options = append(options, option{N: i + 1, Name: cat.Name, Extra: cat.MainName})
	}
	c.ask(stepChoose, ids...)
	c.s.Order, c.s.Fill = o, fillCategory
	return true, c.say("ask.category", options)
}
