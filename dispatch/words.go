package dispatch

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"text/template"
	"time"
	"unicode/utf8"

	"gridbot/grid"
	"gridbot/task"
)

//go:embed words/*.tmpl
var wordFiles embed.FS

// Words renders the templates in which everything people read is written. The
// conversation loads its own files on top of the desk's common ones.
type Words struct{ t *template.Template }

// LoadWords parses common.tmpl of this package and all *.tmpl files of fsys.
func LoadWords(fsys fs.FS, dir string) (*Words, error) {
	t := template.New("").Option("missingkey=error").Funcs(template.FuncMap{"clip": clip, "full": full})
	t, err := t.ParseFS(wordFiles, "words/common.tmpl")
	if err != nil {
		return nil, fmt.Errorf("dispatch: common words: %w", err)
	}
	if t, err = t.ParseFS(fsys, dir+"/*.tmpl"); err != nil {
		return nil, fmt.Errorf("dispatch: words of %s: %w", dir, err)
	}
	return &Words{t: t}, nil
}

// errWords marks a template that cannot be written, now or later.
var errWords = errors.New("dispatch: words")

// Render writes one template. Line ends around it are dropped.
func (w *Words) Render(name string, data any) (string, error) {
	var b strings.Builder
	if err := w.t.ExecuteTemplate(&b, name, data); err != nil {
		return "", fmt.Errorf("%w: %s: %w", errWords, name, err)
	}
	return strings.TrimSpace(b.String()), nil
}

// Has tells whether there is a template of this name.
func (w *Words) Has(name string) bool { return w.t.Lookup(name) != nil }

// clip shortens a text to n characters.
func clip(n int, s string) string {
	r := []rune(strings.TrimSpace(s))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n-1]) + "…"
}

// full shortens a text to n characters and makes it end like a sentence, once.
func full(n int, s string) string {
	s = strings.TrimRight(clip(n, s), " \n，、；：,;:")
	if s == "" || strings.ContainsAny(s[len(s)-lastRune(s):], "。！？…!?.") {
		return s
	}
	return s + "。"
}

// lastRune is the length of a text's last character in bytes.
func lastRune(s string) int {
	_, n := utf8.DecodeLastRuneInString(s)
	return n
}

// When is a time as people say it: today, tomorrow or a date, and the clock.
type When struct {
	Zero            bool
	Today, Tomorrow bool
	Month, Day      int
	Weekday         int // 0 is Sunday
	Clock           string
	Provisional     bool // may still move: the year's holidays are not published
}

// NewWhen says a time from the point of view of now, in the calendar's zone.
func NewWhen(t, now time.Time, zone *time.Location) When {
	if t.IsZero() {
		return When{Zero: true}
	}
	t, now = t.In(zone), now.In(zone)
	next := now.AddDate(0, 0, 1)
	same := func(a, b time.Time) bool { return a.YearDay() == b.YearDay() && a.Year() == b.Year() }
	return When{Today: same(t, now), Tomorrow: same(t, next), Month: int(t.Month()), Day: t.Day(),
		Weekday: int(t.Weekday()), Clock: t.Format("15:04")}
}

// Letter is what the templates know about a task.
type Letter struct {
	Number     string
	Matter     string // the category's name
	Category   string // its id
	Place      string
	Placed     bool   // the grid is known
	Text       string // the resident's words
	Status     task.Status
	Urgency    task.Urgency
	Handler    string // name, "" while nobody has it
	Result     string
	Rating     task.Rating
	Origin     string // the system it came from, "" for a resident
	Theirs     string // its number there
	Since      When   // when the resident told that system
	Caller     string // whom that system names to be called; only for staff who may see numbers
	Photos     int    // and voices, of the resident
	Lost       int    // of these, how many did not arrive
	Links      bool   // staff can look at them
	Reason     string
	Supervised bool
	Private    bool   // confidential
	Untold     string // why the resident was not told the latest: a code of task.Fate
	Gone       bool   // nobody who reported it can be told any more
	Hidden     bool   // the reporter hides name and number
	Masked     bool   // numbers in the words are masked for who reads it
	Rejected   string // why it is not taken on: a code of task.RejectReasons
	Appealed   bool   // rejected once before
	Feedback   When
	Answer     When     // until when who reads it answers a call
	Until      When     // when a pause ends
	Wish       When     // the deadline the handler asks for
	Like       string   // number of a task it may be the same as
	Part       string   // number of the task it is part of
	Parts      []string // numbers of the tasks that are part of it
	Reporters  int      // how many have reported it
	Open       []string // names of co-handlers whose part is not done
	Silent     []string // names of co-handlers who have not answered
	Helping    []string // names of all co-handlers
	Accept     When
	Contact    When
	Finish     When
	Late       bool     // somebody has it, and the time to finish has passed
	Added      []string // what the resident said later; only for who gets the task and who asks for it
	Note       string   // the words a notice passes on
	Actor      string   // who made the move
	Stamp      string   // now, as the platform's time fields want it
}

// placeRunes is how much of a place's words a letter carries. What a resident
// wrote can be any length.
const placeRunes = 40

// sent counts the photos and voices the resident sent, and those of them that were lost.
func sent(media []task.Media) (n, lost int) {
	for _, m := range media {
		if m.By != "" {
			continue
		}
		if n++; m.Lost {
			lost++
		}
	}
	return n, lost
}

// LetterFor describes a task for a member of staff; "" is for the resident. Who is
// called in from outside the office (物业, 部门 …) sees no telephone number, and
// neither does who handles a task whose reporter hides it.
func (d *Desk) LetterFor(t *task.Task, staff string) Letter {
	l := d.Letter(t)
	if staff == "" {
		l.Reason = "" // the machine's guess is for the office
		return l
	}
	a := d.actor(t, Order{Staff: staff})
	for _, h := range t.Helpers {
		if h.ID == staff {
			l.Answer = NewWhen(h.Due, d.o.Now(), d.o.Calendar.Location())
		}
	}
	l.Caller = t.Sent.Contact
	if l.Masked = d.masked(t, a); l.Masked {
		l.Caller = ""
		l.Text, l.Place, l.Result, l.Hidden, l.Reason = d.o.Mask(l.Text), d.o.Mask(l.Place), d.o.Mask(l.Result), t.Hidden, ""
	}
	return l
}

// masked tells whether numbers in a resident's words are kept from somebody: from whoever
// does not belong to the office (物业, 部门 …), and, where the reporter hides theirs, from
// all but the desk.
func (d *Desk) masked(t *task.Task, a task.Actor) bool {
	return !a.Desk && (t.Hidden || d.outside(a.ID))
}

// outside tells whether somebody holds no post but those of the affiliates.
func (d *Desk) outside(staff string) bool {
	s, _ := d.Ground().Staff(staff)
	return !slices.ContainsFunc(s.Posts, func(p grid.Post) bool { return !p.Role.Affiliate() })
}

// numberOf writes the number of another task of the street, "" for none.
func numberOf(t *task.Task, seq int64) string {
	if seq == 0 {
		return ""
	}
	return task.ID{Street: t.ID.Street, Seq: seq}.String()
}

// parts are the numbers of the tasks that are part of one.
func parts(t *task.Task) []string {
	var out []string
	for _, seq := range t.Merged {
		out = append(out, numberOf(t, seq))
	}
	return out
}

// all, open and silent tell which co-handlers are named: every one, those whose part is
// not done, those who have not answered.
func all(task.Helper) bool      { return true }
func open(h task.Helper) bool   { return h.Done.IsZero() }
func silent(h task.Helper) bool { return open(h) && h.Answered.IsZero() }

// names lists some of the co-handlers.
func names(t *task.Task, some func(task.Helper) bool) []string {
	var out []string
	for _, h := range t.Helpers {
		if some(h) {
			out = append(out, h.Name)
		}
	}
	return out
}

// Letter describes a task for the templates.
func (d *Desk) Letter(t *task.Task) Letter {
	now, zone := d.o.Now(), d.o.Calendar.Location()
	cat, _ := d.o.Categories.Get(t.Category)
	finish := NewWhen(t.Plan.Finish, now, zone)
	finish.Provisional = t.Plan.Provisional
	origin, theirs := d.origin(t)
	photos, lost := sent(t.Media)
	return Letter{Origin: origin, Theirs: theirs, Since: NewWhen(t.Sent.At, now, zone), Number: t.ID.String(), Matter: cat.Name, Category: t.Category, Place: clip(placeRunes, t.Place.Text), Placed: t.Place.Grid != "", Text: t.Text,
		Status: t.Status, Urgency: t.Urgency,
		Handler: t.HandlerName, Result: t.Result, Rating: t.Rating, Photos: photos, Lost: lost, Links: d.o.Links, Reason: t.Reason,
		Supervised: t.Supervised, Untold: t.Untold, Private: t.Confidential, Gone: t.Reporter.Zero() && len(t.Merged) == 0,
		Rejected: t.Rejected, Appealed: t.Appealed, Feedback: NewWhen(t.Plan.Feedback, now, zone),
		Until: NewWhen(t.Until, now, zone), Wish: NewWhen(t.Wish, now, zone), Reporters: 1 + len(t.Merged),
		Like: numberOf(t, t.Like), Part: numberOf(t, t.Parent), Parts: parts(t), Open: names(t, open), Silent: names(t, silent), Helping: names(t, all),
		Accept: NewWhen(t.Plan.Accept, now, zone), Contact: NewWhen(t.Plan.Contact, now, zone), Finish: finish,
		Late:  t.Status.Assigned() && !t.Plan.Finish.IsZero() && now.After(t.Plan.Finish),
		Stamp: now.In(zone).Format("2006-01-02 15:04")}
}
