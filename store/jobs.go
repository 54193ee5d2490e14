package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

// jobFor is how long the platform's report on a template message is waited for.
const jobFor = 3 * 24 * time.Hour

// job is a notice that a channel took and will report on.
type job struct {
	Street  string `json:"s"`
	ID      string `json:"i"`
	Notice  string `json:"d"`
	Channel string `json:"c"`
}

// The marks of a report that came before the notice it is about was handed over.
const (
	reportedArrived = "arrived"
	reportedFailed  = "failed"
)

// reportFor is how long such a report is kept.
const reportFor = time.Hour

// Hand keeps a notice that a channel took under the platform's number for it, until the
// platform reports what became of it: see JobEnded. It tells what is known of it then: a
// report may have come already.
func (s *Store) Hand(ctx context.Context, l Leased, to task.Person, ref, channel string, now time.Time) (task.End, error) {
	j := job{Street: l.street, ID: l.ID, Notice: encodeNotice(l.Notice), Channel: channel}
	b, err := json.Marshal(j)
	if err != nil {
		return task.Handed, fmt.Errorf("store: hand over notice %s: %w", l.ID, err)
	}
	key := personOf(to).job(ref)
	put, err := s.rdb.SetNX(ctx, key, b, jobFor).Result()
	if err != nil || put {
		return task.Handed, wrapped("hand over notice", err)
	}
	early, err := s.rdb.GetDel(ctx, key).Result()
	switch {
	case err != nil && !errors.Is(err, redis.Nil):
		return task.Handed, wrapped("hand over notice", err)
	case early == reportedArrived:
		return task.Arrived, nil
	case early == reportedFailed:
		return task.Handed, s.again(ctx, j, to, ref, now)
	}
	return task.Handed, nil // handed over before, by a call whose answer never came
}

// wrapped says what was attempted when it failed.
func wrapped(attempted string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("store: %s: %w", attempted, err)
}

// JobEnded takes the platform's report on what it was handed for a person: it arrived, or it
// could not be delivered. The former goes into the history of its task; the latter puts the
// notice back into the outbox, for the channels that are left. A report that comes before
// what it is about waits for it. It may come twice.
func (s *Store) JobEnded(ctx context.Context, p task.Person, ref string, arrived bool, now time.Time) error {
	key, mark := personOf(p).job(ref), reportedFailed
	if arrived {
		mark = reportedArrived
	}
	if early, err := s.rdb.SetNX(ctx, key, mark, reportFor).Result(); err != nil || early {
		return wrapped("keep a report", err)
	}
	raw, err := s.rdb.Get(ctx, key).Result()
	if errors.Is(err, redis.Nil) || err == nil && (raw == reportedArrived || raw == reportedFailed) {
		return nil // worked on meanwhile, or the same report again
	}
	if err != nil {
		return wrapped("read what was handed over", err)
	}
	var j job
	if err := json.Unmarshal([]byte(raw), &j); err != nil {
		return wrapped("read what was handed over", err)
	}
	// The key goes last: when we die in between, the report comes again.
	if arrived {
		err = s.arrived(ctx, j, now)
	} else {
		err = s.again(ctx, j, p, ref, now)
	}
	if err != nil {
		return err
	}
	return wrapped("end what was handed over", s.rdb.Del(ctx, key).Err())
}

// again puts a notice back into the outbox that its channel could not deliver.
func (s *Store) again(ctx context.Context, j job, p task.Person, ref string, now time.Time) error {
	n, err := decodeNotice(j.Street, j.ID, j.Notice)
	if err != nil {
		return err
	}
	n.Failed = j.Channel
	_, err = s.enqueue(ctx, j.Street, "job."+p.Account+"."+ref, strconv.FormatInt(n.Task.Seq, 10)+".again."+ref, n, now)
	return err
}

// arrived notes that a notice is certain to have arrived, once for a report.
func (s *Store) arrived(ctx context.Context, j job, now time.Time) error {
	n, err := decodeNotice(j.Street, j.ID, j.Notice)
	if err != nil {
		return err
	}
	k, f := streetOf(j.Street), task.Fate{At: now, About: n.About, Staff: n.To.Staff, Channel: j.Channel}
	err = s.run.arrived.Run(ctx, s.rdb, []string{k.task(n.Task.Seq), k.log(n.Task.Seq)}, encodeFate(f), flag(n.To.Kind == task.ToResident)).Err()
	return wrapped("note that a notice arrived", err)
}
