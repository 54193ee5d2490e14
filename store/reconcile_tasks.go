package store

import (
	"context"
	"slices"
	"strconv"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

// judgeTries is how often a task that moves while it is judged is judged again.
const judgeTries = 8

// judgeTasks looks whether tasks stand where they belong.
func (r *reconciler) judgeTasks(ctx context.Context, ids []task.ID) error {
	found, err := r.s.readAll(ctx, ids)
	if err != nil {
		return err
	}
	var whole []task.Task
	for _, f := range found {
		id := f.task.ID
		r.highest[id.Street] = max(r.highest[id.Street], id.Seq)
		switch {
		case f.err != nil:
			r.found(Finding{Fault: Unreadable, Task: id})
		case f.task.Version > 0:
			r.out.Tasks++
			whole = append(whole, f.task)
		}
	}
	return r.judgeStanding(ctx, whole)
}

// judgeStanding asks for all places of all tasks in one round trip, and looks
// closer where something seems wrong.
func (r *reconciler) judgeStanding(ctx context.Context, tasks []task.Task) error {
	if len(tasks) == 0 {
		return nil
	}
	pipe := r.s.rdb.Pipeline()
	stands := make([][]*redis.FloatCmd, len(tasks))
	lists := make([]*redis.FloatCmd, len(tasks))
	for i := range tasks {
		t := &tasks[i]
		for _, p := range places(streetOf(t.ID.Street), t) {
			stands[i] = append(stands[i], pipe.ZScore(ctx, p.key, strconv.FormatInt(t.ID.Seq, 10)))
		}
		lists[i] = pipe.ZScore(ctx, personOf(t.Reporter).tasks(), t.ID.String())
	}
	if err := all(ctx, pipe); err != nil {
		return err
	}
	for i := range tasks {
		if wrong(places(streetOf(tasks[i].ID.Street), &tasks[i]), stands[i]) {
			if err := r.settle(ctx, tasks[i].ID, ""); err != nil {
				return err
			}
		}
		if lists[i].Err() != nil {
			if err := r.judgeList(ctx, tasks[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// wrong compares where a task belongs with where it stands. A queue of another
// type is a finding of its own and cannot be mended from here.
func wrong(belongs []place, stands []*redis.FloatCmd) bool {
	for i, s := range stands {
		if !wrongType(s.Err()) && (s.Err() != nil || s.Val() != belongs[i].score) {
			return true
		}
	}
	return false
}

// judgeIndex looks whether the tasks a queue names belong in it.
func (r *reconciler) judgeIndex(ctx context.Context, street, rest string) error {
	k := streetOf(street)
	key := string(k) + rest
	return r.eachMember(ctx, street, rest, func(batch []string) error {
		var ids []task.ID
		for _, m := range batch {
			n, err := strconv.ParseInt(m, 10, 64)
			if err != nil || strconv.FormatInt(n, 10) != m { // no task has such a number
				if err := r.settleNoNumber(ctx, street, rest, m); err != nil {
					return err
				}
				continue
			}
			ids = append(ids, task.ID{Street: street, Seq: n})
		}
		found, err := r.s.readAll(ctx, ids)
		if err != nil {
			return err
		}
		for _, f := range found {
			t := f.task
			if f.err != nil || slices.ContainsFunc(places(k, &t), func(p place) bool { return p.key == key }) {
				continue // what is unreadable is found with its own key
			}
			if err := r.settle(ctx, t.ID, key); err != nil {
				return err
			}
		}
		return nil
	})
}

// settle judges one task by a script, which also mends: all places it belongs in,
// and the queue where it may not belong, "" for none.
func (r *reconciler) settle(ctx context.Context, id task.ID, suspect string) error {
	for range judgeTries {
		found, err := r.s.readAll(ctx, []task.ID{id})
		if err != nil {
			return err
		}
		if found[0].err != nil {
			return nil
		}
		t := found[0].task
		belongs := places(streetOf(id.Street), &t)
		keys := make([]string, 0, len(belongs)+1)
		scores := make([]any, 0, len(belongs)+1)
		for _, p := range belongs {
			keys, scores = append(keys, p.key), append(scores, p.score)
		}
		if suspect != "" && !slices.Contains(keys, suspect) {
			keys, scores = append(keys, suspect), append(scores, "")
		}
		judged, err := r.mend(ctx, t, keys, scores)
		if err != nil || judged {
			return err
		}
	}
	return nil
}

// mend runs the script and notes what it says: false when the task has moved.
func (r *reconciler) mend(ctx context.Context, t task.Task, keys []string, scores []any) (bool, error) {
	k := streetOf(t.ID.Street)
	version := ""
	if t.Version > 0 {
		version = strconv.FormatInt(t.Version, 10)
	}
	args := append([]any{strconv.FormatInt(t.ID.Seq, 10), version, flag(r.o.Repair)}, scores...)
	out, err := r.s.run.mend.Run(ctx, r.s.rdb, append([]string{k.task(t.ID.Seq)}, keys...), args...).Slice()
	if err != nil || str(out[0]) == "moved" {
		return false, err
	}
	for i, verdict := range out[1:] {
		fault, ok := map[string]Fault{"absent": Absent, "astray": Astray, "score": Misplaced}[str(verdict)]
		if !ok { // all is well, or no queue: that is found with its own key
			continue
		}
		if t.Version == 0 {
			fault = Orphan
		}
		_, rest, _ := streetKey(keys[i])
		r.found(Finding{Fault: fault, Task: t.ID, Where: rest, Repaired: r.o.Repair})
	}
	return true, nil
}

// settleNoNumber takes a member out of a queue that is the number of no task.
func (r *reconciler) settleNoNumber(ctx context.Context, street, rest, member string) error {
	if r.o.Repair {
		if err := r.s.rdb.ZRem(ctx, string(streetOf(street))+rest, member).Err(); err != nil {
			return err
		}
	}
	r.found(Finding{Fault: Orphan, Task: task.ID{Street: street}, Where: rest, Repaired: r.o.Repair})
	return nil
}

// judgeList looks whether a task is on its reporter's list. The list lies in
// another slot than the task, so no script can see both: the task is looked at
// again afterwards, and the entry taken back if the person has gone meanwhile.
func (r *reconciler) judgeList(ctx context.Context, t task.Task) error {
	if t.Reporter.Zero() || r.o.Now.Sub(t.OpenedAt) < unlistedAfter {
		return nil
	}
	f := Finding{Fault: Unlisted, Task: t.ID, Repaired: r.o.Repair}
	gone, err := r.leftMeanwhile(ctx, t)
	if err != nil || gone {
		return err
	}
	if r.o.Repair {
		if err := r.s.rdb.ZAddNX(ctx, personOf(t.Reporter).tasks(), redis.Z{Score: float64(ms(t.OpenedAt)), Member: t.ID.String()}).Err(); err != nil {
			if wrongType(err) {
				r.found(Finding{Fault: Unreadable, Task: t.ID, Where: "the reporter's list"})
				return nil
			}
			return err
		}
		if gone, err = r.leftMeanwhile(ctx, t); err == nil && gone {
			err = r.s.rdb.ZRem(ctx, personOf(t.Reporter).tasks(), t.ID.String()).Err()
		}
		if err != nil || gone {
			return err
		}
	}
	r.found(f)
	return nil
}

// leftMeanwhile tells whether a task is no longer its reporter's.
func (r *reconciler) leftMeanwhile(ctx context.Context, t task.Task) (bool, error) {
	now, err := r.s.readAll(ctx, []task.ID{t.ID})
	if err != nil {
		return false, err
	}
	return now[0].err == nil && now[0].task.Reporter != t.Reporter, nil
}
