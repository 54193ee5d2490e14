package bot

import (
	"context"

	"gridbot/dispatch"
	"gridbot/store"
	"gridbot/task"
)

// untold is a notice nobody could be told of.
type untold struct {
	dispatch.Letter
	Whom string // the name of a member of staff, "" for the resident
}

// untoldRead is how many notices of a street are looked at.
const untoldRead = 200

// listUntold shows the newest notices that reached nobody, about tasks this person sees,
// so that somebody rings up or goes there.
func (c *chat) listUntold(ctx context.Context) error {
	var all []untold
	for _, street := range c.streets() {
		buried, err := c.b.o.Desk.Store().Buried(ctx, street, untoldRead)
		if err != nil {
			return err
		}
		for _, b := range c.once(buried) {
			if len(all) == mostListed {
				break
			}
			x, ok, err := c.untold(ctx, b)
			if err != nil {
				return err
			}
			if ok {
				all = append(all, x)
			}
		}
	}
	return c.say("list.untold", all)
}

// once leaves the newest of several notices to one person about one task.
func (c *chat) once(buried []store.Buried) []store.Buried {
	type about struct {
		id task.ID
		to task.Party
	}
	seen := map[about]bool{}
	var out []store.Buried
	for _, b := range buried {
		if key := (about{b.Task, b.To}); !seen[key] {
			seen[key] = true
			out = append(out, b)
		}
	}
	return out
}

// untold tells what is to be known of one notice, if it is about a task in this person's
// sight that somebody still has to be told of.
func (c *chat) untold(ctx context.Context, b store.Buried) (untold, bool, error) {
	if b.To.Kind != task.ToResident && b.To.Kind != task.ToStaff || b.Task.Seq == 0 {
		return untold{}, false, nil
	}
	t, err := c.b.o.Desk.View(ctx, b.Task, c.profile.Staff, task.Person{})
	if refused(err) {
		return untold{}, false, nil
	}
	if err != nil {
		return untold{}, false, err
	}
	x := untold{Letter: c.b.o.Desk.LetterFor(&t, c.profile.Staff)}
	if b.To.Kind == task.ToResident {
		return x, t.Untold != "", nil // told since, by a later one
	}
	s, ok := c.ground().Staff(b.To.Staff)
	x.Whom = s.Name
	return x, ok && t.Status.Open() && t.Handler == s.ID && c.dispatches(b.Task.Street), nil
}
