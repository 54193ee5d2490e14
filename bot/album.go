package bot

import (
	"context"
	"time"

	"gridbot/store"
	"gridbot/task"
)

// Album shows photos and voices. The zero value shows none.
type Album struct {
	// Link is where a reader, a staff id or "" for the resident, sees a medium of a task
	// for a while; false while it is not there.
	Link func(id task.ID, m task.Media, reader string) (string, bool)
	Life time.Duration // how long a link lives
}

// mostLinks is how many links an answer holds: the platform's limit is 2,048 bytes, and
// a link may take 200.
const mostLinks = 6

// pages is the album of a task as an answer tells it.
type pages struct {
	Number  string
	Links   []pageLink
	Coming  int // on their way from the platform
	Lost    int
	Next    int // the page behind this one, 0 for none
	Minutes int
	Any     bool
	Off     bool // there are no links here
}

// pageLink is one photo or voice.
type pageLink struct {
	Kind, Link string
	Own        bool // the reporter's own, else the worker's
}

// photos shows what was sent to a task: 照片 1042, and 照片 1042 2 for the next page.
// Without a number it is ordinary speech.
func (c *chat) photos(ctx context.Context, cmd command) (bool, error) {
	page := 1
	if cmd.rest != "" {
		page = pageOf(cmd.rest)
	}
	if cmd.number.Seq == 0 || page == 0 {
		return false, nil
	}
	for _, id := range c.ids(cmd.number) {
		t, err := c.view(ctx, id)
		if err == nil {
			return true, c.showPhotos(ctx, t, page)
		}
		if !refused(err) {
			return true, err
		}
	}
	return true, c.say("number.unknown", cmd.number.String())
}

// sentMedia is a medium and the task it lies with.
type sentMedia struct {
	id task.ID
	task.Media
}

// showPhotos gives links to a task's photos and voices, newest first. What staff see is
// written into the audit before it is shown.
func (c *chat) showPhotos(ctx context.Context, t task.Task, page int) error {
	reader := ""
	if bound, err := c.isStaff(ctx); err != nil {
		return err
	} else if bound && c.b.o.Desk.Sees(&t, c.profile.Staff) {
		reader = c.profile.Staff
	}
	all, err := c.album(ctx, t, reader)
	if err != nil {
		return err
	}
	p := pages{Number: t.ID.String(), Any: len(all) > 0, Off: c.b.o.Album.Link == nil, Minutes: int(c.b.o.Album.Life.Minutes())}
	from := (page - 1) * mostLinks
	if from >= len(all) {
		page, from = 1, 0
	}
	if len(all) > from+mostLinks {
		p.Next = page + 1
	}
	for _, m := range all[from:min(len(all), from+mostLinks)] {
		c.link(&p, m, reader)
	}
	if err := c.sight(ctx, t, reader, len(p.Links)); err != nil {
		return err
	}
	c.speakOf(t.ID)
	return c.say("photos", p)
}

// link adds one medium to a page.
func (c *chat) link(p *pages, m sentMedia, reader string) {
	if m.Lost {
		p.Lost++
		return
	}
	if p.Off {
		return
	}
	if link, ok := c.b.o.Album.Link(m.id, m.Media, reader); ok {
		p.Links = append(p.Links, pageLink{m.Kind, link, m.By == ""})
		return
	}
	p.Coming++
}

// album is what was sent to a task, newest first: to its reporter what they sent, to
// staff all of it and what was sent to its parts. Who is kept from a reporter's number is
// kept from the voice that may say it.
func (c *chat) album(ctx context.Context, t task.Task, reader string) ([]sentMedia, error) {
	all := []task.Task{t}
	if reader != "" {
		parts, err := c.b.o.Desk.Parts(ctx, &t)
		if err != nil {
			return nil, err
		}
		all = append(all, parts...)
	}
	var out []sentMedia
	for _, one := range all {
		mute := reader != "" && c.b.o.Desk.LetterFor(&one, reader).Masked
		for i := len(one.Media) - 1; i >= 0; i-- {
			m := one.Media[i]
			own := m.By == "" && m.Part == 0
			if reader == "" && own || reader != "" && !(mute && m.By == "" && m.Kind == task.Voice) {
				out = append(out, sentMedia{one.ID, m})
			}
		}
	}
	return out, nil
}

// sight writes into the audit that a member of staff was given links.
func (c *chat) sight(ctx context.Context, t task.Task, reader string, links int) error {
	if reader == "" || links == 0 {
		return nil
	}
	s, _ := c.ground().Staff(reader)
	return c.b.o.Desk.Store().Audit(ctx, t.ID.Street, store.Sight{At: c.now, Staff: reader, Name: s.Name, Act: store.Viewed, Task: t.ID, Why: "photos"})
}
