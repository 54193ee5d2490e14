package store

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

// Line is one queue of a street's tasks.
type Line struct{ street, key string }

// Street is the street whose tasks stand in it.
func (l Line) Street() string { return l.street }

// StaffLine is what a person has in hand in a street.
func StaffLine(street, staff string) Line { return Line{street, streetOf(street).staff(staff)} }

// GridLine are the open tasks of a grid, but for the confidential ones.
func GridLine(street, grid string) Line { return Line{street, streetOf(street).queue(grid)} }

// DeskLine is what waits for a street's dispatcher.
func DeskLine(street string) Line { return Line{street, streetOf(street).desk()} }

// ClockLine are the tasks of a street for which a clock runs.
func ClockLine(street string) Line { return Line{street, streetOf(street).due()} }

// Standing is how many tasks stand in a line, and the first of them.
type Standing struct {
	Total int
	First []task.ID
}

// Standings looks at several lines, in the order asked, in one round trip; of each
// it lists at most n tasks. A city's are looked at some hundreds at a time.
func (s *Store) Standings(ctx context.Context, lines []Line, n int) ([]Standing, error) {
	if len(lines) == 0 {
		return nil, nil
	}
	first, last := span(0, n)
	pipe := s.rdb.Pipeline()
	totals, members := make([]*redis.IntCmd, len(lines)), make([]*redis.StringSliceCmd, len(lines))
	for i, l := range lines {
		totals[i], members[i] = pipe.ZCard(ctx, l.key), pipe.ZRange(ctx, l.key, first, last)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("store: look at queues: %w", err)
	}
	list := make([]Standing, len(lines))
	for i, l := range lines {
		list[i] = Standing{int(totals[i].Val()), taskIDs(l.street, members[i].Val())}
	}
	return list, nil
}
