package store

import (
	"context"
	"strings"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

// letterbox is where one notice lies.
type letterbox struct{ street, id string }

// lostTwice is the last error of a notice that had been tried and then had no
// place: it may have been delivered, so a person decides.
const lostTwice = "had no place in the outbox: may have been delivered"

// judgeNotices looks whether notices wait or are buried, and not both.
func (r *reconciler) judgeNotices(ctx context.Context, boxes []letterbox) error {
	if len(boxes) == 0 {
		return nil
	}
	pipe := r.s.rdb.Pipeline()
	waits, buried := make([]*redis.FloatCmd, len(boxes)), make([]*redis.FloatCmd, len(boxes))
	has := make([]*redis.BoolCmd, len(boxes))
	for i, b := range boxes {
		k := streetOf(b.street)
		waits[i], buried[i] = pipe.ZScore(ctx, k.outbox(), b.id), pipe.ZScore(ctx, k.buried(), b.id)
		has[i] = pipe.HExists(ctx, k.notice(b.id), "d")
	}
	if err := all(ctx, pipe); err != nil {
		return err
	}
	for i, b := range boxes {
		if wrongType(has[i].Err()) {
			r.found(Finding{Fault: Unreadable, Task: noticeTask(b), Where: noticeName(b.id)})
			continue
		}
		if !has[i].Val() || (waits[i].Err() == nil) == (buried[i].Err() == nil) {
			r.doubt(suspect{id: task.ID{Street: b.street}, notice: b.id})
		}
	}
	return nil
}

// judgeOutbox looks whether the notices the outbox, or the buried, name are there.
func (r *reconciler) judgeOutbox(ctx context.Context, street, rest string) error {
	return r.eachMember(ctx, street, rest, func(batch []string) error {
		pipe := r.s.rdb.Pipeline()
		has := make([]*redis.BoolCmd, len(batch))
		for i, id := range batch {
			has[i] = pipe.HExists(ctx, streetOf(street).notice(id), "d")
		}
		if err := all(ctx, pipe); err != nil {
			return err
		}
		for i, id := range batch {
			if has[i].Err() != nil || has[i].Val() {
				continue
			}
			r.doubt(suspect{id: task.ID{Street: street}, notice: id})
		}
		return nil
	})
}

// settleNotice judges one notice by a script, which also mends.
func (r *reconciler) settleNotice(ctx context.Context, b letterbox) error {
	k := streetOf(b.street)
	verdict, err := r.s.run.mendNotice.Run(ctx, r.s.rdb, []string{k.outbox(), k.buried(), k.notice(b.id)},
		b.id, ms(r.o.Now), flag(r.o.Repair), lostTwice).Text()
	if wrongType(err) {
		return nil // found with its own key
	}
	if err != nil {
		return err
	}
	if fault, ok := map[string]Fault{"empty": Hollow, "lost": Unplaced, "doubled": Doubled}[verdict]; ok {
		r.found(Finding{Fault: fault, Task: noticeTask(b), Where: noticeName(b.id), Repaired: r.o.Repair})
	}
	return nil
}

// noticeTask is the task a notice is about, as far as its id tells.
func noticeTask(b letterbox) task.ID { return task.ID{Street: b.street, Seq: seqOf(b.id)} }

// noticeName names a notice in findings. A late answer's id holds the message's
// key, and with it a person, so its hash stands there.
func noticeName(id string) string {
	if _, late := strings.CutPrefix(id, "late."); late {
		return "notice late." + Hash(id)
	}
	return "notice " + id
}
