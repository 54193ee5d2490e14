package bot

import (
	"context"
	"time"

	"gridbot/grid"
	"gridbot/store"
	"gridbot/task"
)

// Matter is what another system hands in (12345, 四个平台).
type Matter struct {
	System, Number string // the system by its name in the configuration, and its own number
	Street         string // where the system's matters go
	At             time.Time
	Text           string // what the resident told them
	Address        string // where it is, in words; "" when the text says it
	Point          *Point // where it is on the map, nil when unknown
	Category       string // id of the category the system has chosen, "" for what the words say
	Urgency        task.Urgency
	Hidden         bool // the contact is for the desk only
	Sent           task.Sent
}

// Point is a place on earth, in degrees, as maps in China have it (GCJ-02).
type Point struct{ Lat, Lon float64 }

// TakeIn makes a task of another system's matter, understood like a resident's report:
// danger in its words is danger, a complaint about staff is confidential. Nobody can be
// asked, so what stays open is for the dispatcher. again tells that the number had made
// its task before. An error is a fault of the store; repeating the call is safe.
func (b *Bot) TakeIn(ctx context.Context, m Matter) (t task.Task, again bool, err error) {
	c := b.open(Message{Key: m.System + ":" + m.Number, Person: task.Matter(m.System, m.Number), Street: m.Street, At: m.At,
		Kind: Text, Text: m.Text}, store.Turn{})
	r := b.o.Classifier.Classify(c.m.Text)
	o, sure := c.understood(r, c.site(m))
	if cat, ok := b.o.Desk.Categories().Get(m.Category); ok && !deskOnly(cat) && !o.Category.Confidential {
		o.Category, o.Consult, sure = cat, false, true
	}
	o.Urgency, o.Hidden, o.Sent = m.Urgency, m.Hidden, m.Sent
	o.Sure = sure && (o.Place.Grid != "" || o.Category.Confidential)
	return b.o.Desk.OpenOnce(ctx, o)
}

// site is where a matter is: by its address, else by its words, else by the map.
func (c *chat) site(m Matter) task.Place {
	if m.Point != nil {
		if id, _, ok := c.ground().Places.Nearest(m.Point.Lat, m.Point.Lon); ok {
			near := c.placeOf(grid.Place{Microgrid: id, Area: id})
			c.s.Where, c.s.WhereAt = &near, c.m.At.Unix()
		}
	}
	if m.Address != "" {
		if p, _ := c.place(m.Address); p.Grid != "" {
			return p
		}
	}
	p, _ := c.place(c.m.Text)
	if p.Grid == "" && m.Address != "" {
		p.Text = m.Address
	}
	return p
}
