package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"gridbot/store"
	"gridbot/task"
)

// holdings is what is held about a person, in all streets and in the archive.
type holdings struct {
	Account  string
	OpenID   string
	At       time.Time
	Profile  store.Profile
	Session  json.RawMessage `json:",omitempty"` // where the conversation stands
	Window   time.Time       // until when WeChat lets us write freely
	Tasks    []store.Held    // in Redis
	Archived []store.Held
	Notices  []task.Notice // on their way to the person, or buried
	Damaged  []task.ID     // tasks of the person that cannot be read
}

// ids lists the tasks by street.
func (h *holdings) ids() map[string][]task.ID {
	out := map[string][]task.ID{}
	for _, list := range [][]store.Held{h.Tasks, h.Archived} {
		for _, x := range list {
			out[x.Task.ID.Street] = append(out[x.Task.ID.Street], x.Task.ID)
		}
	}
	return out
}

// walkBatch is how many numbers are looked at in one step.
const walkBatch = 500

// gather finds everything that is held about a person. It trusts no list: it looks
// at the reporter of every task.
func (c *careful) gather(ctx context.Context, p task.Person) (*holdings, error) {
	own, err := c.store.Holdings(ctx, p)
	if err != nil {
		return nil, err
	}
	h := &holdings{Account: p.Account, OpenID: p.OpenID, At: c.now, Profile: own.Profile, Window: own.Window}
	if json.Valid(own.Session) {
		h.Session = own.Session
	}
	for _, street := range c.streets {
		if err := c.gatherStreet(ctx, h, p, street); err != nil {
			return nil, fmt.Errorf("street %s: %w", street, err)
		}
	}
	return h, nil
}

func (c *careful) gatherStreet(ctx context.Context, h *holdings, p task.Person, street string) error {
	for next := int64(task.FirstNumber); next > 0; {
		found, further, err := c.store.Walk(ctx, street, next, walkBatch)
		if err != nil {
			return err
		}
		for _, x := range found {
			if x.Reporter != p {
				continue
			}
			r, err := c.store.Record(ctx, x.ID)
			switch {
			case errors.Is(err, task.ErrNotFound): // archived meanwhile: found there
			case err != nil:
				return err
			default:
				h.add(&h.Tasks, r)
			}
		}
		next = further
	}
	notices, err := c.store.NoticesTo(ctx, street, p)
	if err != nil {
		return err
	}
	h.Notices = append(h.Notices, notices...)
	return c.gatherFiles(h, p, street)
}

// gatherFiles adds the archived tasks of the person.
func (c *careful) gatherFiles(h *holdings, p task.Person, street string) error {
	months, err := c.archive.Months(street)
	if err != nil {
		return err
	}
	for _, month := range months {
		for r, err := range c.archive.Tasks(street, month) {
			if err != nil {
				return err
			}
			if r.Reporter() == p {
				h.add(&h.Archived, r)
			}
		}
	}
	return nil
}

// add puts a task where it belongs; one that cannot be read keeps no other from
// being given out or erased.
func (h *holdings) add(to *[]store.Held, r store.Record) {
	held, err := r.Held()
	if err != nil {
		h.Damaged = append(h.Damaged, r.ID)
		return
	}
	*to = append(*to, held)
}

// mend is what is left for somebody to do.
func (h *holdings) mend() error {
	if len(h.Damaged) == 0 {
		return nil
	}
	return fmt.Errorf("all is done but for tasks that cannot be read and have to be mended first: %v", h.Damaged)
}

// exportPerson writes what is held about a person, after it stands in the audit.
func exportPerson(ctx context.Context, c *careful, in personal) error {
	h, err := c.gather(ctx, in.person)
	if err != nil {
		return err
	}
	for street, ids := range h.ids() {
		if err := c.record(ctx, street, store.Exported, in.why, ids...); err != nil {
			return err
		}
	}
	err = output(in.file, c.out, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(h)
	})
	return cmp.Or(err, h.mend())
}
