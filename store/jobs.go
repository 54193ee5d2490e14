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

// Hand keeps a notice that a channel took under the platform's number for it, until the
// platform reports what became of it: see JobEnded.
func (s *Store) Hand(ctx context.Context, l Leased, to task.Person, ref, channel string) error {
	b, err := json.Marshal(job{Street: l.street, ID: l.ID, Notice: encodeNotice(l.Notice), Channel: channel})
	if err != nil {
		return fmt.Errorf("store: hand over notice %s: %w", l.ID, err)
	}
	if err := s.rdb.Set(ctx, personOf(to).job(ref), b, jobFor).Err(); err != nil {
		return fmt.Errorf("store: hand over notice %s: %w", l.ID, err)
	}
	return nil
}

// JobEnded takes the platform's report on what it was handed: it arrived, or it could not be
// delivered. The former goes into the history of its task; the latter puts the notice back
// into the outbox, for the channels that are left. It tells in which street that was, "" when
// nothing is known of that number: a report may come twice.
func (s *Store) JobEnded(ctx context.Context, p task.Person, ref string, arrived bool, now time.Time) (street string, err error) {
	key := personOf(p).job(ref)
	raw, err := s.rdb.Get(ctx, key).Bytes()
	if errors.Is(err, redis.Nil) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("store: read what was handed over: %w", err)
	}
	var j job
	if err := json.Unmarshal(raw, &j); err != nil {
		return "", fmt.Errorf("store: read what was handed over: %w", err)
	}
	n, err := decodeNotice(j.Street, j.ID, j.Notice)
	if err != nil {
		return "", err
	}
	// The key goes last: when we die in between, the report comes again.
	if arrived {
		err = s.arrived(ctx, n, task.Fate{At: now, About: n.About, Staff: n.To.Staff, Channel: j.Channel})
	} else {
		n.Failed = j.Channel
		_, err = s.enqueue(ctx, j.Street, "job."+p.Account+"."+ref, strconv.FormatInt(n.Task.Seq, 10)+".again."+ref, n, now)
	}
	if err != nil {
		return "", err
	}
	if err := s.rdb.Del(ctx, key).Err(); err != nil {
		return "", fmt.Errorf("store: end what was handed over: %w", err)
	}
	return j.Street, nil
}

// arrived notes that a notice is certain to have arrived, once for a report.
func (s *Store) arrived(ctx context.Context, n task.Notice, f task.Fate) error {
	k := streetOf(n.Task.Street)
	resident := n.To.Kind == task.ToResident
	err := s.run.arrived.Run(ctx, s.rdb, []string{k.task(n.Task.Seq), k.log(n.Task.Seq)}, encodeFate(f), flag(resident)).Err()
	if err != nil {
		return fmt.Errorf("store: note that notice %s arrived: %w", n.ID, err)
	}
	return nil
}
