package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

// Leased is a notice a courier has taken: nobody else gets it before Until.
type Leased struct {
	task.Notice
	Until  time.Time
	street string
}

// Street tells whose outbox the notice came from.
func (l Leased) Street() string { return l.street }

// lineMost is how many notices of one person's line are leased at once.
const lineMost = 32

// lineFor names the line a notice stands in: that of whom it is for, "" for what is for
// nobody. The name tells nothing of the person.
func lineFor(n task.Notice) string {
	switch n.To.Kind {
	case task.ToResident:
		return "r" + Hash(n.To.Person.Account+":"+n.To.Person.OpenID)
	case task.ToStaff:
		return "p" + n.To.Staff
	case task.ToSystem: // one line for each matter
		return "x" + Hash(n.To.Person.Account+":"+n.To.Person.OpenID)
	}
	return ""
}

// Lease takes due notices of a street until the given time; it looks at n of them. All
// notices to one person stand in a line, and a line is leased by one courier at a time and
// from its beginning on: with a due notice come those before it, and a notice that is not
// Prompt waits while those before it do. What comes of one line stands together, in its order. A
// notice that cannot be read is buried.
func (s *Store) Lease(ctx context.Context, street string, n int, now, until time.Time) ([]Leased, error) {
	k := streetOf(street)
	out, err := s.run.lease.Run(ctx, s.rdb, []string{k.outbox(), k.telling()}, string(k), ms(now), ms(until), max(n, 0), lineMost).Slice()
	if err != nil {
		return nil, fmt.Errorf("store: lease notices: %w", err)
	}
	leased := make([]Leased, 0, len(out)/4)
	for i := 0; i+3 < len(out); i += 4 {
		notice, bad := decodeNotice(street, str(out[i]), str(out[i+1]))
		notice.Attempts, _ = strconv.Atoi(str(out[i+2]))
		notice.Unsure, _ = strconv.Atoi(str(out[i+3]))
		l := Leased{Notice: notice, Until: fromMS(ms(until)), street: street}
		if bad == nil {
			leased = append(leased, l)
			continue
		}
		// One that cannot be read must not hold up the others for ever.
		if err := s.Bury(ctx, l, now, bad.Error()); err != nil {
			return nil, err
		}
	}
	return leased, nil
}

// Sent takes a leased notice out of the outbox, and nothing is to be told of it: it was for
// no person, or had become pointless. ErrLost: the lease had ended, so another courier has
// it and may send it again.
func (s *Store) Sent(ctx context.Context, l Leased, now time.Time) error {
	return s.settle(ctx, l, settlement{verb: "done", now: now})
}

// Told takes a leased notice out of the outbox. What became of it goes into the history of
// its task, in the same write.
func (s *Store) Told(ctx context.Context, l Leased, f task.Fate) error {
	return s.settle(ctx, l, settlement{verb: "done", now: f.At, fate: f})
}

// Later puts a leased notice back until due. With free, the attempt does not
// count: the fault was the account's, not the notice's.
func (s *Store) Later(ctx context.Context, l Leased, due, now time.Time, why string, free bool) error {
	return s.settle(ctx, l, settlement{verb: "later", due: due, now: now, why: why, free: free})
}

// Again puts a leased notice back until due after an attempt with which it may have arrived.
func (s *Store) Again(ctx context.Context, l Leased, due, now time.Time, why string) error {
	return s.settle(ctx, l, settlement{verb: "later", due: due, now: now, why: why, unsure: true})
}

// Bury takes a leased notice that makes no sense out of delivery and keeps it where people
// see it.
func (s *Store) Bury(ctx context.Context, l Leased, now time.Time, why string) error {
	return s.settle(ctx, l, settlement{verb: "bury", due: now, now: now, why: why})
}

// Fail buries a leased notice that nobody could be told of, or not for certain. What became
// of it goes into the history of its task, in the same write; why is for the operator.
func (s *Store) Fail(ctx context.Context, l Leased, f task.Fate, why string) error {
	return s.settle(ctx, l, settlement{verb: "bury", due: f.At, now: f.At, why: why, fate: f})
}

// settlement is how a leased notice is settled.
type settlement struct {
	verb string // of the script
	due  time.Time
	now  time.Time
	why  string
	free bool
	// unsure says that the attempt may have been heard.
	unsure bool
	fate   task.Fate // the zero Fate says nothing
}

// untold is what the settlement says of whether the resident knows how things stand.
func (x settlement) untold(l Leased) string {
	if x.fate.At.IsZero() || l.To.Kind != task.ToResident {
		return "-"
	}
	return x.fate.Why
}

func (s *Store) settle(ctx context.Context, l Leased, x settlement) error {
	k, back, told := streetOf(l.street), 0, ""
	if x.free {
		back = 1
	}
	if !x.fate.At.IsZero() {
		told = encodeFate(x.fate)
	}
	keys := []string{k.outbox(), k.buried(), k.notice(l.ID), k.telling(), k.task(l.Task.Seq), k.log(l.Task.Seq)}
	n, err := s.run.settle.Run(ctx, s.rdb, keys, l.ID, ms(l.Until), x.verb, ms(x.due), x.why, back, string(k), told, ms(x.now), x.untold(l), flag(x.unsure)).Int()
	switch {
	case err != nil:
		return fmt.Errorf("store: settle notice %s: %w", l.ID, err)
	case n == 0:
		return fmt.Errorf("store: settle notice %s: %w", l.ID, ErrLost)
	}
	return nil
}

// Enqueue puts a notice into a street's outbox that belongs to no move: the late
// answer to a message. key names the message; a second call does nothing, so two
// replicas cannot both answer late.
func (s *Store) Enqueue(ctx context.Context, street, key string, n task.Notice, now time.Time) (bool, error) {
	return s.enqueue(ctx, street, key, "late."+key, n, now)
}

// Linked takes out the notes that would put tasks of a street on their reporters' lists: a
// Commit has done so. Notes that a courier has leased, or that are gone, do not matter.
func (s *Store) Linked(ctx context.Context, street string, seqs []int64) error {
	k := streetOf(street)
	for part := range slices.Chunk(seqs, sweepBatch) {
		args := make([]any, 1, len(part)+1)
		args[0] = string(k)
		for _, n := range part {
			args = append(args, strconv.FormatInt(n, 10))
		}
		if err := s.run.linked.Run(ctx, s.rdb, []string{k.outbox()}, args...).Err(); err != nil {
			return fmt.Errorf("store: take out notes of finished reports: %w", err)
		}
	}
	return nil
}

// enqueue puts a notice into the outbox under an id of its own, once for a key.
func (s *Store) enqueue(ctx context.Context, street, key, id string, n task.Notice, now time.Time) (bool, error) {
	k := streetOf(street)
	put, err := s.run.enqueue.Run(ctx, s.rdb, []string{k.late(key), k.outbox()},
		id, ms(now), encodeNotice(n), int(opFor.Seconds()), string(k), lineFor(n), flag(n.Prompt())).Int()
	if err != nil {
		return false, fmt.Errorf("store: enqueue notice: %w", err)
	}
	return put == 1, nil
}

// Buried is a notice that could not be delivered.
type Buried struct {
	task.Notice
	At time.Time
}

// Buried lists a street's undelivered notices, newest first, at most n.
func (s *Store) Buried(ctx context.Context, street string, n int) ([]Buried, error) {
	k := streetOf(street)
	first, last := span(0, n)
	ids, err := s.rdb.ZRevRangeWithScores(ctx, k.buried(), first, last).Result()
	if err != nil {
		return nil, fmt.Errorf("store: list buried notices: %w", err)
	}
	pipe := s.rdb.Pipeline()
	reads := make([]*redis.MapStringStringCmd, len(ids))
	for i, z := range ids {
		reads[i] = pipe.HGetAll(ctx, k.notice(str(z.Member)))
	}
	if _, err := pipe.Exec(ctx); err != nil && len(ids) > 0 {
		return nil, fmt.Errorf("store: read buried notices: %w", err)
	}
	out := make([]Buried, 0, len(ids))
	for i, z := range ids {
		out = append(out, readBuried(street, z, reads[i].Val()))
	}
	return out, nil
}

// readBuried shows what can be shown of a buried notice: one that cannot be read
// has its id and says so in LastErr.
func readBuried(street string, z redis.Z, hash map[string]string) Buried {
	notice, err := decodeNotice(street, str(z.Member), hash["d"])
	notice.Attempts, _ = strconv.Atoi(hash["n"])
	notice.LastErr = hash["e"]
	if err != nil {
		notice.LastErr = err.Error()
	}
	return Buried{Notice: notice, At: fromMS(int64(z.Score))}
}

// Unbury sends a buried notice again and tells whether it was buried.
func (s *Store) Unbury(ctx context.Context, street, id string, now time.Time) (bool, error) {
	k := streetOf(street)
	n, err := s.run.unbury.Run(ctx, s.rdb, []string{k.buried(), k.outbox(), k.notice(id)}, id, ms(now)).Int()
	if err != nil {
		return false, fmt.Errorf("store: unbury notice %s: %w", id, err)
	}
	return n == 1, nil
}

// Depth is how full a street's outbox is.
type Depth struct {
	Waiting int
	Buried  int
	Oldest  time.Time // due time of the one that has waited longest, zero if none waits
}

// OutboxDepth measures a street's outbox in one round trip.
func (s *Store) OutboxDepth(ctx context.Context, street string) (Depth, error) {
	k := streetOf(street)
	pipe := s.rdb.Pipeline()
	waiting := pipe.ZCard(ctx, k.outbox())
	buried := pipe.ZCard(ctx, k.buried())
	first := pipe.ZRangeWithScores(ctx, k.outbox(), 0, 0)
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return Depth{}, fmt.Errorf("store: measure outbox: %w", err)
	}
	d := Depth{Waiting: int(waiting.Val()), Buried: int(buried.Val())}
	if z := first.Val(); len(z) > 0 {
		d.Oldest = fromMS(int64(z[0].Score))
	}
	return d, nil
}
