package dispatch

import (
	"context"
	"strings"

	"gridbot/task"
)

// mostAdded is how many of the latest supplements are passed on with a task, lookBack
// how many events are searched for them.
const (
	mostAdded = 3
	lookBack  = 200
)

// AddedFor is what was added to a task, for who reads a letter: masked when the letter
// is. See added.
func (d *Desk) AddedFor(ctx context.Context, t *task.Task, l Letter) ([]string, error) {
	out, err := d.added(ctx, t)
	if l.Masked {
		for i := range out {
			out[i] = d.o.Mask(out[i])
		}
	}
	return out, err
}

// added are a task's latest supplements, oldest first, which whoever gets the task
// later was not told of. Those that stand in the report already are left out.
func (d *Desk) added(ctx context.Context, t *task.Task) ([]string, error) {
	events, err := d.o.Store.History(ctx, t.ID, lookBack)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range events {
		if e.Kind == task.Supplement && e.Note != "" && !strings.Contains(t.Text, e.Note) {
			out = append(out, e.Note)
		}
	}
	return out[max(0, len(out)-mostAdded):], nil
}
