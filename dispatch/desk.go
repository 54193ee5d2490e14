package dispatch

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"gridbot/grid"
	"gridbot/store"
	"gridbot/task"
)

// errNobody: a street has nobody at all who could take a task. The task is kept
// at the desk and the operator is alarmed.
var errNobody = errors.New("dispatch: nobody on duty")

// Options are what a desk works with. All fields are needed.
type Options struct {
	Store      *store.Store
	Categories *task.Categories
	Calendar   *grid.Calendar
	Now        func() time.Time
	// Alike is how much of their pairs of characters two reports share, from 0 to 1, that are
	// taken for one matter without asking when kind and building agree; above 1 none is.
	Alike float64
	// Systems are the names staff reads of other systems whose matters come in, by the
	// name of the configuration.
	Systems map[string]string
	// Links tells that staff can look at photos by links.
	Links bool
	// Mask hides telephone numbers and the like in a resident's words.
	Mask func(string) string
	// Alarm tells the operator of something only they can mend. It must not
	// block; kind is one of a few fixed words, detail holds no personal data.
	Alarm func(kind, detail string)
	// Moved counts a move that was stored; for metrics.
	Moved func(task.Kind)
	// Wake is told that a street's outbox has something due. It must not block.
	Wake func(street string)
}

// Desk makes every change to a task. It is safe for concurrent use.
type Desk struct {
	o      Options
	ground atomic.Pointer[Ground]
}

// Ground is the areas and people a desk works with: one import's worth.
type Ground struct {
	*grid.Directory
	Places  *grid.Gazetteer
	Version int64
}

func newGround(dir *grid.Directory, version int64) *Ground {
	return &Ground{Directory: dir, Places: grid.NewGazetteer(dir), Version: version}
}

// New makes a desk with an empty ground; Refresh loads the real one.
func New(o Options) (*Desk, error) {
	d := &Desk{o: o}
	empty, err := grid.Build(grid.Ground{})
	if err != nil {
		return nil, fmt.Errorf("dispatch: empty directory: %w", err)
	}
	d.ground.Store(newGround(empty, 0))
	return d, nil
}

// Ground is the areas and people as last loaded.
func (d *Desk) Ground() *Ground { return d.ground.Load() }

// Categories is the category tree.
func (d *Desk) Categories() *task.Categories { return d.o.Categories }

// Calendar is the working-time calendar.
func (d *Desk) Calendar() *grid.Calendar { return d.o.Calendar }

// Store is where the desk keeps its tasks.
func (d *Desk) Store() *store.Store { return d.o.Store }

// Refresh loads the areas and people again if they were imported since, and
// tells whether they were.
func (d *Desk) Refresh(ctx context.Context) (bool, error) {
	v, err := d.o.Store.DirectoryVersion(ctx)
	if err != nil || v == d.Ground().Version {
		return false, err
	}
	ground, err := d.o.Store.LoadGround(ctx)
	if err != nil {
		return false, err
	}
	dir, err := grid.Build(ground)
	if err != nil {
		return false, fmt.Errorf("dispatch: imported directory: %w", err)
	}
	d.ground.Store(newGround(dir, v))
	return true, nil
}

// Opening is a report as the conversation understood it.
type Opening struct {
	Key      string // names the message and which of its tasks this is; the same key makes one task
	Street   string // where it goes when the place is not known
	Reporter task.Person
	Staff    string // the reporter's own staff id, if they have one: they do not get it
	Text     string
	Media    []task.Media
	Category task.Category
	Danger   int
	Place    task.Place
	Reason   string
	Guess    task.Guess
	Sure     bool // accept and dispatch at once; otherwise a dispatcher decides
	Consult  bool // a question, not a fault: answered on the clock of questions
	Asking   bool // the resident is being asked: the dispatchers are told only if no answer comes
	Hidden   bool // the resident hides name and number from who handles it
	// Urgency raises what the category says; "" leaves it.
	Urgency task.Urgency
	Sent    task.Sent // by another system, whose matters stay in its street
}

// AskFor is how long a resident has to answer a question before the dispatchers
// are told of the unclear report.
const AskFor = 10 * time.Minute

// Open makes a task. A clear report with a known grid is accepted and dispatched
// in the same write; the rest, and a street without anybody on duty, waits at the
// desk, whose dispatchers are told. Calling it again with the same key returns
// the task made the first time. A danger seen at level 2 is critical whatever
// the category says.
func (d *Desk) Open(ctx context.Context, o Opening) (task.Task, error) {
	t, _, err := d.OpenOnce(ctx, o)
	return t, err
}

// OpenOnce is Open that tells whether the task had been made before.
func (d *Desk) OpenOnce(ctx context.Context, o Opening) (t task.Task, again bool, err error) {
	now := d.o.Now()
	if _, _, system := o.Reporter.System(); system { // its number is looked for in one street
		o.Place = d.within(o.Street, o.Place)
	}
	c, err := d.opened(ctx, d.begin(o, now), o, now)
	if err != nil {
		return task.Task{}, false, err
	}
	if c.After.Status.AtDesk() {
		c.Notices = append(c.Notices, pending(&c.After, o, now))
	}
	c.Notices = d.address(c, o.Staff)
	if _, _, system := o.Reporter.System(); !system && !o.Reporter.Zero() {
		c.Notices = append([]task.Notice{link(o.Reporter, now)}, c.Notices...) // first: store.Linked looks for it there
	}
	d.wind(&c.After, now)
	id, again, err := d.o.Store.Create(ctx, o.Key, c, now)
	if err != nil {
		return task.Task{}, false, err
	}
	if again {
		c.After, err = d.o.Store.Get(ctx, id)
	} else {
		d.stored(id.Street, c)
		c.After.ID, c.After.Version = id, 1
	}
	if err != nil || c.After.Status != task.Merged {
		return c.After, again, err
	}
	// The courier lets the other task follow: when a whole estate reports one power cut, they
	// would all be changing the same task here.
	t, err = d.Whole(ctx, c.After)
	return t, again, err
}

// opened decides what becomes of a new report at once: it is the same matter as a
// neighbour's, it is clear and given to somebody, or it waits at the desk.
func (d *Desk) opened(ctx context.Context, c task.Change, o Opening, now time.Time) (task.Change, error) {
	if !o.Sure || o.Place.Grid == "" && !o.Category.Confidential {
		return c, nil
	}
	free := d.free(&c.After, o.Staff)
	near, loads, err := d.survey(ctx, &c.After, o, free)
	if err != nil {
		return c, err
	}
	if parent := d.sameAs(&c.After, near, o); !parent.ID.Zero() {
		has, err := d.reported(ctx, parent, o.Reporter)
		if err != nil {
			return c, err
		}
		if !has {
			return d.joinTo(c, parent, o, now)
		}
		c.After.Like = parent.ID.Seq // they say it again, or it is another matter: staff decides
	}
	if len(free) == 0 {
		d.nobody(&c.After)
		return c, nil
	}
	return d.give(c, o, lightest(free, loads), now)
}

// begin makes the change that opens a task, with its deadlines.
func (d *Desk) begin(o Opening, now time.Time) task.Change {
	street := o.Street
	if s := d.Ground().StreetOf(o.Place.Grid); s != "" {
		street = s
	}
	u := o.Category.Urgency
	if o.Consult && !o.Category.Confidential {
		u = task.Info
	}
	if o.Urgency.Valid() && o.Urgency.Rank() < u.Rank() {
		u = o.Urgency
	}
	c := task.New(task.Report{Street: street, At: now, Text: o.Text, Media: sentTo(o.Reporter.Account, o.Media), Reporter: o.Reporter,
		Category: o.Category, Urgency: u, Danger: o.Danger, Place: o.Place, Reason: o.Reason, Guess: o.Guess, Hidden: o.Hidden, Sent: o.Sent})
	c.After.Plan = d.planFor(&c.After, now)
	return c
}

// give accepts and dispatches. The resident is told by the answer to their own message.
func (d *Desk) give(c task.Change, o Opening, to task.Assignee, now time.Time) (task.Change, error) {
	system := task.Actor{Kind: task.BySystem}
	accepted, err := c.Then(task.Move{Kind: task.Accept, By: system, At: now, Category: o.Category, Urgency: c.After.Urgency, Plan: c.After.Plan})
	if err != nil {
		return c, err
	}
	return accepted.Then(task.Move{Kind: task.Dispatch, By: system, At: now, Silent: true, To: to, Plan: d.planFor(&accepted.After, now)})
}

// handOn dispatches an accepted task to whom it belongs; m says who does it, when,
// and whether the resident hears of it another way. except is the reporter's own
// staff id.
func (d *Desk) handOn(ctx context.Context, c task.Change, m task.Move, except string) (task.Change, error) {
	to, err := d.pick(ctx, &c.After, except)
	if err != nil {
		return c, err
	}
	m.Kind, m.To, m.Plan = task.Dispatch, to, d.planFor(&c.After, m.At)
	return c.Then(m)
}

// pending tells the desk of a task that waits there: at once, or, while its
// reporter is being asked, only when no answer comes.
func pending(t *task.Task, o Opening, now time.Time) task.Notice {
	n := task.Notice{To: task.Party{Kind: task.ToDesk}, About: task.AboutPending, Note: o.Text}
	switch {
	case t.Urgency == task.Critical:
		n.About = task.AboutCritical
	case o.Asking:
		n.Due = now.Add(AskFor)
	}
	return n
}

// linkAfter leaves the conversation time to put the task on the list itself.
const linkAfter = time.Minute

// link is the note that puts the task on its reporter's list should the
// conversation die before it does.
func link(p task.Person, now time.Time) task.Notice {
	return task.Notice{To: task.Party{Kind: task.ToList, Person: p}, About: task.AboutLink, Due: now.Add(linkAfter)}
}

// stored does what follows a stored change: counting it and waking the courier.
func (d *Desk) stored(street string, c task.Change) {
	for _, e := range c.Events {
		d.o.Moved(e.Kind)
	}
	if len(c.Notices) > 0 {
		d.o.Wake(street)
	}
}
