package dispatch

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"gridbot/store"
	"gridbot/task"
)

// parcel is what one person is told at one time: notices that wait, in their order.
type parcel struct {
	to    task.Person
	mails []mail
	next  []store.Leased // what stands behind it in the line
}

// The longest text the platform shows as a customer-service message without fail; what is
// told together stays below.
const (
	parcelRunes = 600
	parcelBytes = 1800
)

// divider stands between notices that are told together.
const divider = "\n——\n"

// text is all the parcel says.
func (p parcel) text() string {
	out := p.mails[0].text
	for _, m := range p.mails[1:] {
		out += divider + m.text
	}
	return out
}

func (p parcel) some(is func(mail) bool) bool { return slices.ContainsFunc(p.mails, is) }

// news tells whether all of it may wait a moment for more.
func (p parcel) news() bool { return !p.some(func(m mail) bool { return !m.l.About.News() }) }

// urgent tells whether some of it goes at any hour.
func (p parcel) urgent() bool { return p.some(func(m mail) bool { return urgent(m.l) }) }

// urgent tells a notice that goes at any hour: danger, or an answer to what the person has
// just said.
func urgent(l store.Leased) bool {
	return l.Urgent || l.About == task.AboutCritical || l.About == task.AboutAnswer
}

// rings tells whether a parcel goes at any hour: because it is urgent, or because what is
// behind it is, and must neither pass it nor wait for it.
func (p parcel) rings() bool { return p.urgent() || slices.ContainsFunc(p.next, urgent) }

// gathers tells whether a parcel may wait a moment for more: nothing in it or behind it is
// told at once.
func (p parcel) gathers() bool {
	prompt := func(l store.Leased) bool { return urgent(l) || l.Prompt() }
	return p.news() && !p.urgent() && !slices.ContainsFunc(p.next, prompt)
}

func (p parcel) closing() bool { return p.some(func(m mail) bool { return m.l.About.Closing() }) }

// takes tells whether a further notice may be told together with those in it. Danger and
// answers stand alone.
func (p parcel) takes(m mail) bool {
	alone := func(m mail) bool { return m.l.About == task.AboutCritical || m.l.About == task.AboutAnswer }
	if alone(m) || p.some(alone) {
		return false
	}
	together := p.text() + divider + m.text
	return len(together) <= parcelBytes && utf8.RuneCountInString(together) <= parcelRunes
}

// byTask splits a parcel into what channels carry that know no text, one form for each task
// in a row: its last notice says how things stand.
func (p parcel) byTask() []parcel {
	var out []parcel
	for _, m := range p.mails {
		if n := len(out); n > 0 && m.l.Task.Seq != 0 && out[n-1].last().l.Task == m.l.Task {
			out[n-1].mails = append(out[n-1].mails, m)
			continue
		}
		out = append(out, parcel{to: p.to, mails: []mail{m}})
	}
	return out
}

// each settles every notice of a parcel, also after one that is not ours any more: that one
// alone may have been taken away, and the others would be told again.
func (p parcel) each(settle func(mail) error) error {
	var lost error
	for _, m := range p.mails {
		err := settle(m)
		if err != nil && !errors.Is(err, store.ErrLost) {
			return err
		}
		lost = cmp.Or(lost, err)
	}
	return lost
}

func (p parcel) last() mail { return p.mails[len(p.mails)-1] }

// pack composes the beginning of a line until no more goes into one parcel, and settles what
// it finds pointless or cannot write. It tells how many notices it has used up.
func (c *Courier) pack(ctx context.Context, line []store.Leased) (p parcel, n int, err error) {
	for _, l := range line {
		m, ready, err := c.ready(ctx, l)
		switch {
		case err != nil && len(p.mails) == 0:
			return p, n, err
		case err != nil: // it comes by itself, and fails by itself
			return p, n, nil
		case !ready:
			n++
			continue
		case len(p.mails) > 0 && !p.takes(m):
			return p, n, nil
		}
		p.to, p.mails = m.to, append(p.mails, m)
		if n++; c.o.Gather <= 0 {
			break
		}
	}
	return p, n, nil
}

// ready composes one notice; one that is not ready was settled.
func (c *Courier) ready(ctx context.Context, l store.Leased) (m mail, ready bool, err error) {
	m, skip, err := c.compose(ctx, l)
	switch {
	case errors.Is(err, errWords) || err != nil && l.Attempts >= c.o.Bury:
		return m, false, c.bury(ctx, l, err.Error())
	case err != nil:
		return m, false, err
	case skip:
		return m, false, c.o.Desk.Store().Sent(ctx, l, c.o.Now())
	case m.to.Zero():
		c.o.Alarm("unbound", "staff "+l.To.Staff+" has not joined and misses notices")
		f := c.fate(l, "", task.Undelivered, task.WhyGone)
		return m, false, c.o.Desk.Store().Fail(ctx, l, f, "staff member has not joined")
	}
	return m, true, nil
}

func (c *Courier) fate(l store.Leased, channel string, end task.End, why string) task.Fate {
	return task.Fate{At: c.o.Now(), About: l.About, Staff: l.To.Staff, Channel: channel, End: end, Why: why}
}

// rings tells when notices that are not urgent may ring next, zero when they may now.
func (c *Courier) rings() time.Time {
	h := c.o.Hours
	if h.From == h.To {
		return time.Time{}
	}
	now := c.o.Now().In(c.o.Desk.Calendar().Location())
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	switch clock := now.Sub(midnight); {
	case clock < h.From:
		return midnight.Add(h.From)
	case clock >= h.To:
		return midnight.AddDate(0, 0, 1).Add(h.From)
	}
	return time.Time{}
}
