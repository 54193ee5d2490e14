package handlers

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"gridbot/bot"
	"gridbot/task"
	"gridbot/wechat"
)

// matterIn is a matter as a system sends it.
type matterIn struct {
	Number      string     `json:"number"`
	Text        string     `json:"text"`
	Category    string     `json:"category,omitempty"`
	Address     string     `json:"address,omitempty"`
	Lat         *float64   `json:"lat,omitempty"`
	Lng         *float64   `json:"lng,omitempty"`
	ReportedAt  time.Time  `json:"reported_at"`
	Deadline    *time.Time `json:"deadline,omitempty"`
	Urgency     string     `json:"urgency,omitempty"`
	Contact     *contactIn `json:"contact,omitempty"`
	HideContact bool       `json:"hide_contact,omitempty"`
}

// contactIn is whom to call about a matter.
type contactIn struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
}

// wordsIn is what a system adds to a matter later; ID names it, so that it counts once.
type wordsIn struct {
	ID   string `json:"id"`
	Text string `json:"text,omitempty"`
}

// The lengths of what a system sends, in characters.
const (
	maxText    = task.TextRunes
	maxAddress = 200
	maxContact = 30
)

// theirNumber is the form of what systems name: it stands in addresses and keys.
var theirNumber = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// strict reads a body that is one JSON object of known fields and nothing else.
func strict(body []byte, into any) error {
	if !utf8.Valid(body) {
		return fmt.Errorf("%w: no UTF-8", errNotJSON)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%w: a field", errNotJSON) // the library's words may hold the person's
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("%w: more than one", errNotJSON)
	}
	if first := bytes.TrimLeft(body, " \t\r\n"); first[0] != '{' { // null is read into anything
		return fmt.Errorf("%w: no object", errNotJSON)
	}
	return nil
}

// readMatter reads and checks a matter.
func readMatter(body []byte, cats *task.Categories, now time.Time) (matterIn, error) {
	var in matterIn
	if err := strict(body, &in); err != nil {
		return in, err
	}
	in.Text, in.Address = tidy(in.Text), tidy(in.Address)
	if in.Contact != nil {
		in.Contact.Name, in.Contact.Phone = tidy(in.Contact.Name), tidy(in.Contact.Phone)
	}
	var wrong invalid
	for _, check := range []struct {
		field string
		good  bool
	}{
		{"number", theirNumber.MatchString(in.Number)},
		{"text", within(in.Text, 1, maxText)},
		{"category", in.Category == "" || known(cats, in.Category)},
		{"address", within(in.Address, 0, maxAddress)},
		{"lat", onEarth(in.Lat, in.Lng)},
		{"reported_at", !in.ReportedAt.IsZero() && in.ReportedAt.Before(now.Add(clocksApart))},
		{"deadline", in.Deadline == nil || in.Deadline.After(in.ReportedAt)},
		{"urgency", in.Urgency == "" || pressing(task.Urgency(in.Urgency))},
		{"contact", in.Contact.good()},
	} {
		if !check.good {
			wrong = append(wrong, check.field)
		}
	}
	if len(wrong) > 0 {
		return in, wrong
	}
	return in, nil
}

// clocksApart is how far a system's clock may be ahead of ours.
const clocksApart = 5 * time.Minute

// readWords reads and checks what is added; wanted tells that it cannot be empty.
func readWords(body []byte, wanted bool) (wordsIn, error) {
	var in wordsIn
	if err := strict(body, &in); err != nil {
		return in, err
	}
	in.Text = tidy(in.Text)
	var wrong invalid
	if !theirNumber.MatchString(in.ID) {
		wrong = append(wrong, "id")
	}
	least := 0
	if wanted {
		least = 1
	}
	if !within(in.Text, least, maxText) {
		wrong = append(wrong, "text")
	}
	if len(wrong) > 0 {
		return in, wrong
	}
	return in, nil
}

// tidy is a text fit to keep and show.
func tidy(s string) string { return strings.TrimSpace(wechat.Clean(s)) }

func within(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return n >= least && n <= most
}

func known(cats *task.Categories, id string) bool {
	_, ok := cats.Get(id)
	return ok
}

func pressing(u task.Urgency) bool {
	return u == task.Critical || u == task.Urgent || u == task.Normal
}

func onEarth(lat, lng *float64) bool {
	if lat == nil || lng == nil {
		return lat == lng
	}
	return math.Abs(*lat) <= 90 && math.Abs(*lng) <= 180
}

func (c *contactIn) good() bool {
	return c == nil || within(c.Name, 0, maxContact) && within(c.Phone, 0, maxContact) && c.Name+c.Phone != ""
}

// matter is what was read, for the conversation.
func (in matterIn) matter(from *caller) bot.Matter {
	m := bot.Matter{System: from.Name, Number: in.Number, Street: from.Street, At: in.ReportedAt, Text: in.Text, Address: in.Address,
		Category: in.Category, Urgency: task.Urgency(in.Urgency), Hidden: in.HideContact,
		Sent: task.Sent{At: in.ReportedAt, Digest: in.digest()}}
	if in.Lat != nil && in.Lng != nil {
		m.Point = &bot.Point{Lat: *in.Lat, Lon: *in.Lng}
	}
	if in.Deadline != nil {
		m.Sent.Bound = *in.Deadline
	}
	if in.Contact != nil {
		m.Sent.Contact = strings.TrimSpace(in.Contact.Name + " " + in.Contact.Phone)
	}
	return m
}

// digest tells a repetition from other words under the same number.
func (in matterIn) digest() string {
	in.ReportedAt = in.ReportedAt.UTC()
	if in.Deadline != nil {
		utc := in.Deadline.UTC()
		in.Deadline = &utc
	}
	b, _ := json.Marshal(in) // strings, numbers and times: cannot fail
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}
