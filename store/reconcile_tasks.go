package store

import (
	"context"
	"errors"
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
			r.doubt(suspect{id: tasks[i].ID})
		}
		if lists[i].Err() != nil && r.belongsOnList(tasks[i]) {
			r.doubt(suspect{id: tasks[i].ID, list: true})
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
				r.doubt(suspect{id: task.ID{Street: street}, queue: key, member: m})
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
			r.doubt(suspect{id: t.ID, queue: key})
		}
		return nil
	})
}

// settleTask judges one task by a script, which also mends: the queue where it may
// not belong, or all those where it belongs.
func (r *reconciler) settleTask(ctx context.Context, x suspect) error {
	for range judgeTries {
		found, err := r.s.readAll(ctx, []task.ID{x.id})
		if err != nil || found[0].err != nil {
			return err
		}
		keys, scores := toJudge(found[0].task, x.queue)
		judged, err := r.mend(ctx, found[0].task, keys, scores)
		if err != nil || judged {
			return err
		}
	}
	return nil
}

// toJudge lists the queues to look at and the scores a task must have there, "" for
// none: those it belongs in, or the one that is suspect if it does not belong there.
func toJudge(t task.Task, suspect string) (keys []string, scores []any) {
	for _, p := range places(streetOf(t.ID.Street), &t) {
		keys, scores = append(keys, p.key), append(scores, p.score)
	}
	switch {
	case suspect == "":
		return keys, scores
	case slices.Contains(keys, suspect): // it has moved there meanwhile
		return nil, nil
	}
	return []string{suspect}, []any{""}
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
func (r *reconciler) settleNoNumber(ctx context.Context, x suspect) error {
	if r.o.Repair {
		if err := r.s.rdb.ZRem(ctx, x.queue, x.member).Err(); err != nil {
			return err
		}
	}
	_, rest, _ := streetKey(x.queue)
	r.found(Finding{Fault: Orphan, Task: x.id, Where: rest, Repaired: r.o.Repair})
	return nil
}

// belongsOnList tells whether a task must be on its reporter's list by now. A system has
// none.
func (r *reconciler) belongsOnList(t task.Task) bool {
	_, _, system := t.Reporter.System()
	return t.Version > 0 && !t.Reporter.Zero() && !system && r.o.Now.Sub(t.OpenedAt) >= unlistedAfter
}

// settleList puts a task on its reporter's list. The list lies in another slot than
// the task, so no script can see both: the task is looked at again afterwards, and
// the entry taken back if the person has gone meanwhile.
func (r *reconciler) settleList(ctx context.Context, id task.ID) error {
	t, err := r.again(ctx, id)
	if err != nil || !r.belongsOnList(t) {
		return err
	}
	key, put := personOf(t.Reporter).tasks(), int64(1)
	if r.o.Repair {
		put, err = r.s.rdb.ZAddNX(ctx, key, redis.Z{Score: float64(ms(t.OpenedAt)), Member: id.String()}).Result()
	} else if err = r.s.rdb.ZScore(ctx, key, id.String()).Err(); err == nil {
		put = 0
	}
	switch {
	case wrongType(err):
		r.found(Finding{Fault: Unreadable, Task: id, Where: "the reporter's list"})
		return nil
	case err != nil && !errors.Is(err, redis.Nil):
		return err
	case put == 0: // somebody else has put it there
		return nil
	}
	if now, err := r.again(ctx, id); r.o.Repair && (err != nil || now.Reporter != t.Reporter) {
		return errors.Join(err, r.s.rdb.ZRem(ctx, key, id.String()).Err())
	}
	r.found(Finding{Fault: Unlisted, Task: id, Repaired: r.o.Repair})
	return nil
}

// again reads a task once more; the zero Task when it has gone or is unreadable.
func (r *reconciler) again(ctx context.Context, id task.ID) (task.Task, error) {
	found, err := r.s.readAll(ctx, []task.ID{id})
	if err != nil || found[0].err != nil {
		return task.Task{}, err
	}
	return found[0].task, nil
}
