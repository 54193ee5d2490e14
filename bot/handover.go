package bot

import (
	"context"

	"gridbot/grid"
)

// handOver gives everything a colleague has in hand to others, because the colleague
// has left: 移交 张三. Only a dispatcher can. Words that name nobody are ordinary
// speech, unless a dispatcher wrote nothing but what could be a name.
func (c *chat) handOver(ctx context.Context, words string) (bool, error) {
	street, people, rest := c.colleague(words)
	switch {
	case words == "" && !c.atDesk():
		return true, c.say("handover.desk", nil)
	case len(people) == 0 && c.atDesk() && len([]rune(words)) <= shortName:
		return true, c.say("handover.who", words)
	case len(people) == 0 || rest != "":
		return false, nil
	case !c.dispatches(street):
		return true, c.say("handover.desk", nil)
	case len(people) == 1:
		return true, c.handOverFrom(ctx, people[0].ID)
	}
	ids, options := c.people(people)
	c.ask(stepChoose, ids...)
	c.s.Order, c.s.Fill = &order{Cmd: cmdHandOver}, fillTo
	return true, c.say("ask.person", options)
}

// shortName is how many characters most names have at most.
const shortName = 4

// colleague finds who of the person's streets is named at the front of a text.
func (c *chat) colleague(words string) (street string, people []grid.Staff, rest string) {
	for _, street := range c.streets() {
		if people, rest := c.personIn(street, words); len(people) > 0 {
			return street, people, rest
		}
	}
	return "", nil, words
}

// handOverFrom gives a colleague's tasks to others in every street where this person
// is a dispatcher.
func (c *chat) handOverFrom(ctx context.Context, staff string) error {
	s, _ := c.ground().Staff(staff)
	moved := 0
	for _, street := range c.streets() {
		if !c.dispatches(street) {
			continue
		}
		n, err := c.b.o.Desk.HandOver(ctx, street, staff, c.m.Key)
		if err != nil {
			return err
		}
		moved += n
	}
	return c.say("handedover", handed{Name: s.Name, Tasks: moved})
}

// handed is how many tasks of somebody were given to others.
type handed struct {
	Name  string
	Tasks int
}
