package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"

	"gridbot/archive"
	"gridbot/classify"
	"gridbot/store"
	"gridbot/task"
)

// erasePerson says what is held, asks, and takes the person out of it. The tasks in
// Redis come before the files, so that one which is archived meanwhile is found
// there; what lies under the person's own tag comes last, so that a run that was
// cut short finds the same again.
func erasePerson(ctx context.Context, c *careful, in personal) error {
	h, err := c.gather(ctx, in.person)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%d tasks and %d in the archive lose their reporter; %d notices to them are deleted, and all that is remembered of the person\n",
		len(h.Tasks), len(h.Archived), len(h.Notices))
	if !in.yes {
		at := console{in: in.in, errs: c.out}
		if answer, err := at.ask(ctx, "It cannot be undone. Write erase to go on: "); err != nil || answer != "erase" {
			return cmp.Or(err, errors.New("nothing was changed"))
		}
	}
	for street, ids := range h.ids() {
		if err := c.record(ctx, street, store.Erased, in.why, ids...); err != nil {
			return err
		}
	}
	if err := c.eraseAll(ctx, h, in.person); err != nil {
		return err
	}
	return cmp.Or(c.eraseLog(ctx), h.mend())
}

func (c *careful) eraseAll(ctx context.Context, h *holdings, p task.Person) error {
	if _, err := c.desk.Refresh(ctx); err != nil { // whoever has such a task may have to be told
		return err
	}
	for _, x := range h.Tasks { // as if they had left, which ends what waits for them
		if err := c.desk.Forget(ctx, x.Task.ID, p, "erase", true); err != nil {
			return err
		}
	}
	for _, street := range c.streets {
		if err := c.eraseStreet(ctx, street, p); err != nil {
			return fmt.Errorf("street %s: %w", street, err)
		}
	}
	if err := c.eraseMedia(ctx, h); err != nil {
		return err
	}
	return c.store.Erase(ctx, p)
}

// eraseStreet takes the person out of a street's outbox and files. A line that
// cannot be read is struck when it names the person.
func (c *careful) eraseStreet(ctx context.Context, street string, p task.Person) error {
	if _, err := c.store.EraseNotices(ctx, street, p); err != nil {
		return err
	}
	months, err := c.archive.Months(street)
	if err != nil {
		return err
	}
	changes := archive.Changes{
		Task: func(r store.Record) (store.Record, bool, error) {
			if r.Reporter() != p {
				return r, true, nil
			}
			after, err := r.Redacted(classify.Mask)
			return after, true, err
		},
		Damaged: func(raw []byte) bool { return bytes.Contains(raw, []byte(p.OpenID)) },
	}
	for _, month := range months {
		done, err := c.archive.Rewrite(street, month, changes)
		if err != nil {
			return err
		}
		if done.Damaged > 0 {
			fmt.Fprintf(c.out, "street %s, %s: %d lines cannot be read; look whether they are about the person\n", street, month, done.Damaged)
		}
	}
	return nil
}

// eraseLog lets Redis write its files anew, so that what was erased is not in them
// either. Where it may not be told to, the operator has to.
func (c *careful) eraseLog(ctx context.Context) error {
	if err := c.store.Compact(ctx); err != nil {
		fmt.Fprintf(c.out, "erased; but Redis did not write its append-only file anew, and still has the old words in it: %v\n", err)
		return nil
	}
	_, err := fmt.Fprintln(c.out, "erased; Redis writes its append-only file anew. Backups and snapshots keep what they have until they are deleted.")
	return err
}
