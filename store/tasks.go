package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

const opFor = 7 * 24 * time.Hour

// matterFor is how long another system's number means the same task: longer than
// personal data is kept by default.
const matterFor = 1100 * 24 * time.Hour

// updateTries is how often Update asks its move. Sixteen writers who never pause
// gave up on a quarter of their changes at 8 tries, on one in two hundred at 32.
const updateTries = 32

// Create stores a new task with its history and notices, once for a message:
// key names the message, and a second call with the same key gives the first
// call's task. The number of another system's matter is its key, for three years. It is one round trip; the number in the result is new or found.
func (s *Store) Create(ctx context.Context, key string, c task.Change, now time.Time) (id task.ID, again bool, err error) {
	street := c.After.ID.Street
	k := streetOf(street)
	hash := append(encode(&c.After), "v", "1")
	from, keep := k.from(key), opFor
	if system, number, ok := c.After.Reporter.System(); ok {
		from, keep = k.matter(system, number), matterFor
	}
	args := []any{string(k), ms(now), int(keep.Seconds()), task.FirstNumber - 1, s.reserved,
		len(hash), len(c.Events), len(c.Notices)}
	args = append(args, hash...)
	args = append(args, tail(c, now)...)
	keys := []string{from, k.seq(), k.outbox()}
	for _, p := range places(k, &c.After) {
		keys = append(keys, p.key)
		args = append(args, p.score)
	}
	out, err := s.run.create.Run(ctx, s.rdb, keys, args...).Slice()
	if err != nil {
		return task.ID{}, false, fmt.Errorf("store: create task: %w", err)
	}
	seq, err := strconv.ParseInt(str(out[1]), 10, 64)
	if err != nil {
		return task.ID{}, false, fmt.Errorf("store: create task: number: %w", err)
	}
	return task.ID{Street: street, Seq: seq}, str(out[0]) == "again", nil
}

// tail gives a change's events and notices as the scripts take them.
func tail(c task.Change, now time.Time) []any {
	var args []any
	for _, e := range c.Events {
		args = append(args, encodeEvent(e))
	}
	for _, n := range c.Notices {
		due, line := n.Due, ""
		if !due.After(now) { // one for later stands in no line: what waits for it would come too late, or it too soon
			due, line = now, lineFor(n)
		}
		args = append(args, ms(due), encodeNotice(n), line, flag(n.Prompt()))
	}
	return args
}

// Made finds the task a message has made, if it has made one.
func (s *Store) Made(ctx context.Context, street, key string) (task.ID, bool, error) {
	return s.made(ctx, street, streetOf(street).from(key))
}

// Matter finds the task another system's matter has made, if it has made one. The task
// may be archived by now.
func (s *Store) Matter(ctx context.Context, street, system, number string) (task.ID, bool, error) {
	return s.made(ctx, street, streetOf(street).matter(system, number))
}

func (s *Store) made(ctx context.Context, street, key string) (task.ID, bool, error) {
	seq, err := s.rdb.Get(ctx, key).Int64()
	if errors.Is(err, redis.Nil) {
		return task.ID{}, false, nil
	}
	if err != nil {
		return task.ID{}, false, fmt.Errorf("store: find task of message: %w", err)
	}
	return task.ID{Street: street, Seq: seq}, true, nil
}

// Get reads a task: task.ErrNotFound when there is none.
func (s *Store) Get(ctx context.Context, id task.ID) (task.Task, error) {
	t, _, err := s.get(ctx, id)
	return t, err
}

// get reads a task and whether an operation on it was done, in one round trip; op is
// none or one mark.
func (s *Store) get(ctx context.Context, id task.ID, op ...string) (t task.Task, done bool, err error) {
	keys := append([]string{streetOf(id.Street).task(id.Seq)}, op...)
	out, err := s.run.get.Run(ctx, s.rdb, keys, len(keys)).Slice()
	if err != nil {
		return t, false, fmt.Errorf("store: read task %s: %w", id, err)
	}
	hash := fieldsOf(out[1])
	if len(hash) == 0 {
		return t, false, task.ErrNotFound
	}
	t, err = decode(id, hash)
	return t, out[0] == int64(1), err
}

// Update changes a task once for an operation: key names the operation, and move
// makes the change from the task as it is. When somebody else changes the task
// meanwhile, move is asked again. When the operation was done before, again is
// true and the task is as it is now. An error of move is returned as it is and
// nothing is written. A move that sees by the task itself whether it was made needs
// no key: with "" nothing is remembered of it.
func (s *Store) Update(ctx context.Context, id task.ID, key string, now time.Time,
	move func(task.Task) (task.Change, error)) (after task.Task, again bool, err error) {
	for range updateTries {
		t, done, err := s.get(ctx, id, streetOf(id.Street).op(id.Seq, key))
		if err != nil || done {
			return t, done, err
		}
		c, err := move(t)
		if err != nil {
			return t, false, err
		}
		c.Before = t
		switch result, err := s.write(ctx, id, key, c, now); {
		case err != nil:
			return t, false, err
		case result == "done":
			c.After.Version = t.Version + 1
			return c.After, false, nil
		case result == "gone":
			return t, false, task.ErrNotFound
		}
	}
	return task.Task{}, false, fmt.Errorf("store: update task %s: %w", id, ErrBusy)
}

func (s *Store) write(ctx context.Context, id task.ID, key string, c task.Change, now time.Time) (string, error) {
	k := streetOf(id.Street)
	set, del := differ(&c.Before, &c.After)
	left, stands := places(k, &c.Before), places(k, &c.After)
	keys := []string{k.op(id.Seq, key), k.task(id.Seq), k.log(id.Seq), k.outbox()}
	args := []any{string(k), strconv.FormatInt(id.Seq, 10), c.Before.Version, markFor(key),
		len(set), len(del), len(c.Events), len(c.Notices), len(left)}
	args = append(append(append(args, set...), del...), tail(c, now)...)
	for _, p := range left {
		keys = append(keys, p.key)
	}
	for _, p := range stands {
		keys = append(keys, p.key)
		args = append(args, p.score)
	}
	out, err := s.run.update.Run(ctx, s.rdb, keys, args...).Slice()
	if err != nil {
		return "", fmt.Errorf("store: update task %s: %w", id, err)
	}
	if str(out[0]) == "again" { // done by another delivery between our read and our write
		return "conflict", nil
	}
	return str(out[0]), nil
}

// markFor is how many seconds an operation is remembered, none for one without a name.
func markFor(key string) int {
	if key == "" {
		return 0
	}
	return int(opFor.Seconds())
}

// fatesPerEvent bounds how many lines of a history are read for each event of it: an event
// leaves a few notices, whose fates stand between the events.
const fatesPerEvent = 8

// History reads a task's events, oldest first, at most n. What became of notices stands
// between them: see Record.Held.
func (s *Store) History(ctx context.Context, id task.ID, n int) ([]task.Event, error) {
	first, last := span(0, n*(1+fatesPerEvent))
	lines, err := s.rdb.LRange(ctx, streetOf(id.Street).log(id.Seq), first, last).Result()
	if err != nil {
		return nil, fmt.Errorf("store: read history of %s: %w", id, err)
	}
	out := make([]task.Event, 0, len(lines))
	for _, l := range lines {
		if isFate(l) || len(out) == n {
			continue
		}
		e, err := decodeEvent(l)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// GetAll reads several tasks in one round trip, in the order asked. A task that
// does not exist is left out, and so is one that cannot be read: it is told to
// Options.Unreadable, so that one bad task does not hide all others.
func (s *Store) GetAll(ctx context.Context, ids []task.ID) ([]task.Task, error) {
	found, err := s.readAll(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("store: read tasks: %w", err)
	}
	return s.readable(found), nil
}

// readable leaves out what is not there, and tells of what cannot be read.
func (s *Store) readable(found []reading) []task.Task {
	var out []task.Task
	for _, r := range found {
		if r.err != nil {
			s.unread(r.task.ID, r.err)
		} else if r.task.Version > 0 {
			out = append(out, r.task)
		}
	}
	return out
}

// seqOf reads the task's number from a notice id such as "1042.7.1".
func seqOf(id string) int64 {
	head, _, _ := strings.Cut(id, ".")
	n, _ := strconv.ParseInt(head, 10, 64)
	return n
}
