package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

// Month names a calendar month of UTC as files and keys do: 2026-11.
func Month(t time.Time) string { return t.UTC().Format(monthForm) }

const monthForm = "2006-01"

// What stays in Redis of an archived task is the month of its file: two bytes in
// one string per street, at twice the number's distance from the first number.
// The bytes are 12 × year + month − 1, high byte first; 0 is not archived.
const monthBytes = 2

func shelfAt(seq int64) int64 { return (seq - task.FirstNumber) * monthBytes }

func packMonth(month string) (string, error) {
	t, err := time.Parse(monthForm, month)
	if err != nil {
		return "", fmt.Errorf("store: month %q: want a form like 2026-11", month)
	}
	n := t.Year()*12 + int(t.Month()) - 1
	return string([]byte{byte(n >> 8), byte(n)}), nil
}

func unpackMonth(b string) (string, bool) {
	if len(b) < monthBytes {
		return "", false
	}
	n := int(b[0])<<8 | int(b[1])
	if n == 0 {
		return "", false
	}
	return time.Date(n/12, time.Month(n%12+1), 1, 0, 0, 0, 0, time.UTC).Format(monthForm), true
}

// Shelve takes tasks of one street that were written to the archive's file of a
// month, and synced, out of Redis with their histories, and remembers the month:
// each only if it is still as its record has it and no notice of it waited or was
// buried. It tells which of them went, in one round trip.
func (s *Store) Shelve(ctx context.Context, month string, records ...Record) ([]bool, error) {
	went := make([]bool, len(records))
	packed, err := packMonth(month)
	if err != nil || len(records) == 0 {
		return went, err
	}
	street := records[0].ID.Street
	k := streetOf(street)
	keys, args := []string{k.archived()}, []any{packed}
	var asked []int
	for i, r := range records {
		if r.ID.Street == street && len(r.notices) == 0 && r.ID.Seq >= task.FirstNumber {
			keys = append(keys, k.task(r.ID.Seq), k.log(r.ID.Seq))
			args = append(args, r.Version, shelfAt(r.ID.Seq))
			asked = append(asked, i)
		}
	}
	out, err := s.run.shelve.Run(ctx, s.rdb, keys, args...).Int64Slice()
	if err != nil {
		return went, fmt.Errorf("store: shelve tasks of street %s: %w", street, err)
	}
	for i, n := range out {
		went[asked[i]] = n == 1
	}
	return went, nil
}

// Archived tells in which month's file of the archive a task stands. ok is false
// when it does not: it is in Redis, or there is none.
func (s *Store) Archived(ctx context.Context, id task.ID) (month string, ok bool, err error) {
	if id.Seq < task.FirstNumber {
		return "", false, nil
	}
	at := shelfAt(id.Seq)
	b, err := s.rdb.GetRange(ctx, streetOf(id.Street).archived(), at, at+monthBytes-1).Result()
	if err != nil {
		return "", false, fmt.Errorf("store: find month of %s: %w", id, err)
	}
	month, ok = unpackMonth(b)
	return month, ok, nil
}

// Stub is what a walk tells of a task.
type Stub struct {
	ID       task.ID
	Version  int64
	Ended    time.Time // zero while it has not ended; of a part, when the task it is part of ended
	Reporter task.Person
	Masked   bool // Redact made this version
}

// Walk reads up to n numbers of a street from one on, and tells of the tasks that
// are there; archived ones are passed over. next is where to go on, 0 at the end.
// It is two round trips, and a third where there are parts of other tasks.
func (s *Store) Walk(ctx context.Context, street string, from int64, n int) (found []Stub, next int64, err error) {
	from = max(from, task.FirstNumber)
	numbers, next, err := s.present(ctx, street, from, max(n, 1))
	if err != nil || len(numbers) == 0 {
		return nil, next, err
	}
	k := streetOf(street)
	pipe := s.rdb.Pipeline()
	reads := make([]*redis.SliceCmd, len(numbers))
	for i, seq := range numbers {
		reads[i] = pipe.HMGet(ctx, k.task(seq), "v", "te", "ra", "ro", maskedField, "s", "pa", "tp")
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, 0, fmt.Errorf("store: walk tasks of street %s: %w", street, err)
	}
	parts := map[int][]any{} // by their place in found
	for i, seq := range numbers {
		v := reads[i].Val()
		if str(v[0]) == "" {
			continue
		}
		if task.Status(str(v[5])) == task.Merged {
			parts[len(found)] = v
		}
		found = append(found, stub(task.ID{Street: street, Seq: seq}, v))
	}
	return found, next, s.endWithWhole(ctx, k, found, parts)
}

// endWithWhole tells of parts when the tasks they are part of ended, which they do with
// them. One that is not there any more ended long ago, and the part is taken to have
// ended when it was merged.
func (s *Store) endWithWhole(ctx context.Context, k streetKeys, found []Stub, parts map[int][]any) error {
	if len(parts) == 0 {
		return nil
	}
	pipe := s.rdb.Pipeline()
	wholes := make(map[int]*redis.SliceCmd, len(parts))
	for at, v := range parts {
		parent, _ := strconv.ParseInt(str(v[6]), 10, 64)
		wholes[at] = pipe.HMGet(ctx, k.task(parent), "v", "te")
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("store: walk parts of tasks: %w", err)
	}
	for at, whole := range wholes {
		when := str(whole.Val()[1])
		if str(whole.Val()[0]) == "" {
			when = str(parts[at][7])
		}
		n, _ := strconv.ParseInt(when, 10, 64)
		found[at].Ended = fromMS(n)
	}
	return nil
}

func stub(id task.ID, v []any) Stub {
	version, _ := strconv.ParseInt(str(v[0]), 10, 64)
	ended, _ := strconv.ParseInt(str(v[1]), 10, 64)
	return Stub{ID: id, Version: version, Ended: fromMS(ended), Masked: str(v[4]) == str(v[0]),
		Reporter: task.Person{Account: str(v[2]), OpenID: str(v[3])}}
}

// present lists the numbers among n that were given and are not archived.
func (s *Store) present(ctx context.Context, street string, from int64, n int) (numbers []int64, next int64, err error) {
	k := streetOf(street)
	pipe := s.rdb.Pipeline()
	last := pipe.Get(ctx, k.seq())
	shelf := pipe.GetRange(ctx, k.archived(), shelfAt(from), shelfAt(from+int64(n))-1)
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, 0, fmt.Errorf("store: walk numbers of street %s: %w", street, err)
	}
	end, _ := last.Int64() // 0 before the first task
	months := shelf.Val()
	for seq := from; seq <= end && seq < from+int64(n); seq++ {
		at := int(shelfAt(seq) - shelfAt(from))
		if at+monthBytes <= len(months) {
			if _, away := unpackMonth(months[at:]); away {
				continue
			}
		}
		numbers = append(numbers, seq)
	}
	if next = from + int64(n); next > end {
		next = 0
	}
	return numbers, next, nil
}
