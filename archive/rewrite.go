package archive

import (
	"encoding/json"
	"fmt"
	"os"

	"gridbot/store"
)

// Changes say what becomes of a month's tasks.
type Changes struct {
	// Task gives a task as it shall be; keep false forgets it. One that stays as it
	// is is not written again.
	Task func(r store.Record) (after store.Record, keep bool, err error)
	// Damaged tells whether a line that cannot be read shall be forgotten; nil keeps
	// all of them, for somebody to look at.
	Damaged func(raw []byte) bool
}

// Changed is what Rewrite has done.
type Changed struct {
	Tasks   int // written anew, or forgotten
	Struck  int // lines overwritten
	Damaged int // lines that cannot be read and were kept
}

// Rewrite changes tasks of a month's file so that nothing of what they were stays
// in it: the new line is added and synced, then the old one is overwritten. Lines
// that a later one of the same task makes void are overwritten too. It may be cut
// short anywhere and called again. A month without a file has nothing to change.
func (a *Archive) Rewrite(street, month string, c Changes) (Changed, error) {
	path, err := a.path(street, "", month)
	if err != nil {
		return Changed{}, err
	}
	if _, err := os.Stat(path); os.IsNotExist(err) {
		return Changed{}, nil
	}
	var done Changed
	err = a.locked(street, "", month, func(f *os.File) error {
		last, err := a.lastLines(street, month)
		if err != nil {
			return err
		}
		w := rewriting{c: c, last: last}
		for l, err := range a.read(street, "", month) {
			if err == nil {
				err = w.look(l)
			}
			if err != nil {
				return err
			}
		}
		if len(w.text) > 0 {
			if err := add(f, w.text); err != nil {
				return err
			}
		}
		done = w.done
		done.Struck = len(w.gone)
		return strike(f, w.gone)
	})
	return done, err
}

// rewriting gathers what is to be written and what struck.
type rewriting struct {
	c    Changes
	last map[string]int64
	text []byte
	gone []line
	done Changed
}

func (w *rewriting) look(l line) error {
	switch {
	case l.state == halfway:
		w.strike(l)
	case l.state == damaged && w.c.Damaged != nil && w.c.Damaged(l.raw):
		w.strike(l)
	case l.state == damaged:
		w.done.Damaged++
	case l.state == good && w.last[idOf(l.payload)] != l.at:
		w.strike(l)
	case l.state == good:
		return w.change(l)
	}
	return nil
}

// strike remembers where a line is, not what it says.
func (w *rewriting) strike(l line) { w.gone = append(w.gone, line{at: l.at, size: l.size}) }

func (w *rewriting) change(l line) error {
	before, err := record(l.payload)
	if err != nil {
		return err
	}
	after, keep, err := w.c.Task(before)
	if err != nil || keep && after.Same(before) {
		return err
	}
	w.strike(l)
	w.done.Tasks++
	if !keep {
		return nil
	}
	payload, err := json.Marshal(after)
	if err != nil {
		return fmt.Errorf("task %s: %w", after.ID, err)
	}
	w.text = appendLine(w.text, payload)
	return nil
}
