package bot

import (
	"context"
	"embed"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gridbot/classify"
	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/store"
	"gridbot/task"
)

//go:embed words
var wordFiles embed.FS

// Kind is what sort of thing a person did.
type Kind string

// The kinds of messages and events the conversation knows.
const (
	Text        Kind = "text"
	Image       Kind = "image"
	Voice       Kind = "voice"
	Location    Kind = "location"
	Subscribe   Kind = "subscribe" // with a Scene when a code was scanned
	Scan        Kind = "scan"
	Unsubscribe Kind = "unsubscribe"
	Click       Kind = "click"   // a menu item; Text holds its key
	Receipt     Kind = "receipt" // what the platform tells of messages it took, or of consents
	Quiet       Kind = "quiet"   // an event nobody expects an answer to
	Other       Kind = "other"   // a message of a kind nobody can read: video, link, …
)

// Message is one thing a person did, free of the platform's form.
type Message struct {
	Key      string // names the message; its deliveries share it
	Person   task.Person
	Street   string // the account's intake street
	At       time.Time
	Kind     Kind
	Text     string
	MenuID   string // the numbered answer that was tapped
	MediaID  string
	PicURL   string
	Label    string // words of a shared location
	Scene    string // of the code that was scanned
	Lat, Lon float64
	Receipts []Delivery `json:",omitempty"`
	Consents []Consent  `json:",omitempty"`
}

// Delivery is what became of a message the platform had taken.
type Delivery struct {
	Ref     string // the platform's number of it
	Arrived bool
}

// Consent is a person's answer to a subscription template.
type Consent struct {
	Template string
	Given    bool
}

// Answer is what to say and what to remember.
type Answer struct {
	Text   string       // "" says nothing
	Ending store.Ending // without the answer, which whoever commits adds as it was given
}

// Options are what a conversation works with. All fields are needed.
type Options struct {
	Desk       *dispatch.Desk
	Classifier *classify.Classifier
	Now        func() time.Time
	// Numbers are the telephone numbers to call, by kind of danger; "" is the
	// one for a kind that has none of its own.
	Numbers map[string]string
	// Replies are the accounts' own, by the name of the account; none is none.
	Replies map[string]Replies
	Album   Album // of photos and voices; may be zero
}

// Bot answers people. It is safe for concurrent use.
type Bot struct {
	o       Options
	words   *dispatch.Words
	grammar *grammar
}

// New loads the words and the grammar.
func New(o Options) (*Bot, error) {
	words, err := dispatch.LoadWords(wordFiles, "words")
	if err != nil {
		return nil, err
	}
	table, err := wordFiles.ReadFile("words/commands.tsv")
	if err != nil {
		return nil, fmt.Errorf("bot: read grammar: %w", err)
	}
	g, err := parseGrammar(string(table))
	if err != nil {
		return nil, err
	}
	return &Bot{o: o, words: words, grammar: g}, nil
}

// Window tells which of the platform's windows a message opens.
func (b *Bot) Window(m Message) store.Window {
	switch m.Kind {
	case Quiet, Unsubscribe, Receipt:
		return store.Window{}
	case Subscribe, Scan, Click:
		return store.TapWindow()
	}
	return store.MessageWindow()
}

// Received is what a person is told while nothing can be worked on: that it is
// kept, and the number to call when there is danger.
func (b *Bot) Received(m Message) string {
	if m.Kind == Quiet || m.Kind == Unsubscribe || m.Kind == Receipt {
		return ""
	}
	text, err := b.words.Render("received", nil)
	if err != nil {
		return b.Danger(m)
	}
	return join(b.Danger(m), text)
}

// Reply works one message out: it makes or moves tasks through the desk and
// gives the answer and what to remember. An error is a fault of the store or of
// a template; repeating the message is safe.
func (b *Bot) Reply(ctx context.Context, m Message, t store.Turn) (Answer, error) {
	c := b.open(m, t)
	if err := c.reply(ctx); err != nil {
		return Answer{}, err
	}
	return c.answer()
}

// chat is one message's work.
type chat struct {
	b    *Bot
	m    Message
	turn store.Turn
	now  time.Time

	s       session
	late    bool // written before the question that stands was asked
	profile store.Profile
	tasks   []task.ID // new on the person's list
	erase   bool
	said    []string
	done    int   // operations so far, for their keys
	heard   heard // what the message was understood as, once it was

	read  bool
	known []task.Task // the person's newest tasks, read at most once
	bound *bool       // whether they are still the member of staff they joined as, read at most once
}

func (b *Bot) open(m Message, t store.Turn) *chat {
	m.Text = strings.TrimSpace(m.Text)
	c := &chat{b: b, m: m, turn: t, now: b.o.Now(), profile: t.Profile}
	c.s = loadSession(t.Session)
	c.late = c.s.Step != "" && m.At.Unix() < c.s.At
	return c
}

func (c *chat) reply(ctx context.Context) error {
	switch c.m.Kind {
	case Text:
		return c.text(ctx)
	case Image, Voice:
		return c.media(ctx)
	case Location:
		return c.location(ctx)
	case Subscribe, Scan:
		return c.arrive()
	case Unsubscribe:
		return c.leave(ctx)
	case Click:
		return c.click(ctx)
	case Receipt:
		return c.receipt(ctx)
	case Quiet:
		return nil
	}
	return c.say("unreadable", nil)
}

// answer closes the work: the words in their order, and what is remembered.
func (c *chat) answer() (Answer, error) {
	session, err := c.s.save()
	if err != nil {
		return Answer{}, err
	}
	text := fit(join(c.said...))
	return Answer{Text: text, Ending: store.Ending{Session: session, Profile: c.profile, Tasks: c.tasks, Erase: c.erase}}, nil
}

// The longest answer. The platform's own limit is 2,048 bytes.
const (
	maxRunes = 600
	maxBytes = 1800
)

// fit shortens an answer that is too long, at the end of a line when there is one.
func fit(s string) string {
	if len(s) <= maxBytes && utf8.RuneCountInString(s) <= maxRunes {
		return s
	}
	const more = "…"
	end, runes := 0, 0
	for i, r := range s {
		if runes++; runes >= maxRunes || i+utf8.RuneLen(r) > maxBytes-len(more) {
			break
		}
		end = i + utf8.RuneLen(r)
	}
	if line := strings.LastIndexByte(s[:end], '\n'); line > end/2 {
		end = line + 1
	}
	return s[:end] + more
}

// say adds a template's words to the answer.
func (c *chat) say(name string, data any) error {
	text, err := c.b.words.Render(name, data)
	if err != nil {
		return err
	}
	c.said = append(c.said, text)
	return nil
}

// key names the next operation of this message, the same at every delivery.
func (c *chat) key() string {
	c.done++
	return KeyOf(c.m, c.done)
}

// KeyOf names the nth operation of a message, counted from 1. Whoever finishes a
// message in another way uses the same names, so that nothing is done twice.
func KeyOf(m Message, n int) string { return fmt.Sprintf("%s:%d", m.Key, n) }

// ground is the areas and people.
func (c *chat) ground() *dispatch.Ground { return c.b.o.Desk.Ground() }

// view reads a task as this person may see it: a member of staff sees what their
// posts show, and their own reports like anybody else.
func (c *chat) view(ctx context.Context, id task.ID) (task.Task, error) {
	staff := ""
	if bound, err := c.isStaff(ctx); err != nil {
		return task.Task{}, err
	} else if bound {
		staff = c.profile.Staff
	}
	return c.b.o.Desk.View(ctx, id, staff, c.m.Person)
}

// mine reads the person's newest tasks, newest first, once. A task that this very
// message has made, before a crash, is none of them: the message is worked as it
// was then, or its photo would be added to its own task.
func (c *chat) mine(ctx context.Context) ([]task.Task, error) {
	if c.read || len(c.turn.Tasks) == 0 {
		return c.known, nil
	}
	tasks, err := c.b.o.Desk.Store().GetAll(ctx, c.turn.Tasks[:min(len(c.turn.Tasks), shownTasks)])
	if err != nil {
		return nil, err
	}
	for _, t := range tasks {
		ours, err := c.ours(ctx, t)
		if err != nil {
			return nil, err
		}
		if t.Reporter != c.m.Person || ours {
			continue
		}
		if t, err = c.b.o.Desk.Whole(ctx, t); err != nil {
			return nil, err
		}
		c.known = append(c.known, t)
	}
	c.read = true
	return c.known, nil
}

// clocksApart is how far the platform's clock may be from ours.
const clocksApart = time.Minute

// ours tells whether the next operation of this message has made a task already.
// Only one younger than the message can be that.
func (c *chat) ours(ctx context.Context, t task.Task) (bool, error) {
	if t.OpenedAt.Before(c.m.At.Add(-clocksApart)) {
		return false, nil
	}
	id, made, err := c.b.o.Desk.Store().Made(ctx, t.ID.Street, KeyOf(c.m, c.done+1))
	return made && id == t.ID, err
}

// shownTasks is how many of a person's own tasks are looked at.
const shownTasks = 8

// placeOf turns what the gazetteer found into a task's place.
func (c *chat) placeOf(p grid.Place) task.Place {
	out := task.Place{Text: c.ground().PlaceName(p), Microgrid: p.Microgrid}
	if a, ok := c.ground().Up(p.Area, grid.Grid); ok {
		out.Grid = a.ID
	}
	return out
}

// join puts the parts of an answer under each other.
func join(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "\n")
}
