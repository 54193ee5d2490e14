package main

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"

	"gridbot/classify"
	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/store"
	"gridbot/task"
)

// noticeWorkers is how many deliver at a time, there and here.
const noticeWorkers = 10

// instant is a platform that takes everything at once: what is measured is the queue.
type instant struct{ taken atomic.Int64 }

func (s *instant) take() task.Result {
	s.taken.Add(1)
	return task.Result{Outcome: task.Delivered}
}

func (s *instant) SendText(context.Context, string, string, string) task.Result { return s.take() }

func (s *instant) SendSubscription(context.Context, string, string, string, map[string]string) task.Result {
	return s.take()
}

func (s *instant) SendTemplate(context.Context, string, string, string, map[string]string, string) task.Result {
	return s.take()
}

func (s *instant) SendSMS(context.Context, string, string, map[string]string, string) task.Result {
	return s.take()
}

// queue is a courier of ours with a database of its own, or asynq.
type queue struct {
	record func(ctx context.Context, i int) error
	taken  *atomic.Int64
	stop   func()
}

// through records n notices, many at once, and gives how many a second were recorded and
// delivered, from the first recorded to the last delivered.
func (q queue) through(ctx context.Context, n int) (float64, error) {
	from, start := q.taken.Load(), time.Now()
	if err := each(ctx, n, func(i int) error { return q.record(ctx, i) }); err != nil {
		return 0, err
	}
	for q.taken.Load() < from+int64(n) {
		if time.Since(start) > time.Minute {
			return 0, fmt.Errorf("%d of %d notices delivered within a minute", q.taken.Load()-from, n)
		}
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		time.Sleep(time.Millisecond)
	}
	return float64(n) / time.Since(start).Seconds(), nil
}

// newCourier makes our queue: every notice is for a person of their own, whose window is
// open, in one street.
func newCourier(ctx context.Context, redisAddr string, persons int) (queue, error) {
	const street = "1"
	s, err := store.Open(store.Options{Addrs: []string{redisAddr}, DB: courierDB})
	if err != nil {
		return queue{}, err
	}
	d, err := newDesk(s)
	if err != nil {
		return queue{}, err
	}
	sender := &instant{}
	c, err := dispatch.NewCourier(dispatch.CourierOptions{Desk: d, Sender: sender, Now: time.Now,
		Alarm: func(string, string) {}, Settled: func(task.About, string, task.Outcome) {}, Warn: func(error) {},
		Poll: time.Second, Lease: 30 * time.Second, Workers: noticeWorkers, Bury: 60, Gather: time.Minute})
	if err != nil {
		return queue{}, err
	}
	if err := each(ctx, persons, func(i int) error { return know(ctx, s, resident(i), store.Profile{}) }); err != nil {
		return queue{}, err
	}
	running, stop := context.WithCancel(ctx)
	go c.Run(running)
	var key atomic.Int64
	record := func(ctx context.Context, i int) error {
		n := task.Notice{To: task.Party{Kind: task.ToResident, Person: resident(i)}, About: task.AboutAnswer, Note: peerAnswer}
		_, err := s.Enqueue(ctx, street, strconv.FormatInt(key.Add(1), 10), n, time.Now())
		c.Wake(street)
		return err
	}
	return queue{record: record, taken: &sender.taken, stop: func() { stop(); _ = s.Close() }}, nil
}

// newDesk makes a desk without areas and people.
func newDesk(s *store.Store) (*dispatch.Desk, error) {
	categories, err := task.DefaultCategories()
	if err != nil {
		return nil, err
	}
	calendar, err := grid.NewCalendar(grid.CalendarOptions{})
	if err != nil {
		return nil, err
	}
	return dispatch.New(dispatch.Options{Store: s, Categories: categories, Calendar: calendar, Now: time.Now, Alike: 2, Mask: classify.Mask,
		Alarm: func(string, string) {}, Moved: func(task.Kind) {}, Wake: func(string) {}})
}

// newAsynq makes the peer with a handler that does nothing.
func newAsynq(redisAddr string) (queue, error) {
	at := asynq.RedisClientOpt{Addr: redisAddr, DB: asynqDB}
	client := asynq.NewClient(at)
	server := asynq.NewServer(at, asynq.Config{Concurrency: noticeWorkers, LogLevel: asynq.FatalLevel})
	var taken atomic.Int64
	err := server.Start(asynq.HandlerFunc(func(context.Context, *asynq.Task) error { taken.Add(1); return nil }))
	record := func(ctx context.Context, _ int) error {
		_, err := client.EnqueueContext(ctx, asynq.NewTask("notice", []byte(peerAnswer)))
		return err
	}
	return queue{record: record, taken: &taken, stop: func() { server.Shutdown(); _ = client.Close() }}, err
}
