package store

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/task"
)

// BenchmarkJourney is what one report costs in Redis: Begin, Create and Commit,
// each of another person, on a server that syncs every write.
func BenchmarkJourney(b *testing.B) {
	for _, o := range []struct {
		name string
		redistest.Options
	}{
		{"redis", redistest.Options{Kind: redistest.Real}},
		{"cluster", redistest.Options{Kind: redistest.Real, Cluster: true}},
		{"embedded", redistest.Options{Kind: redistest.Embedded}},
	} {
		b.Run(o.name, func(b *testing.B) {
			s := connect(b, redistest.ForTest(b, o.Options))
			var n atomic.Int64
			b.SetParallelism(32)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := journey(b, s, int(n.Add(1))); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(n.Load())/b.Elapsed().Seconds(), "journeys/s")
		})
	}
}

func journey(b *testing.B, s *Store, i int) error {
	p, key := neighbour(i), fmt.Sprint("m", i)
	turn, err := s.Begin(b.Context(), p, key, MessageWindow(), false, noon)
	if err != nil {
		return err
	}
	c := opened()
	c.After.Reporter = p
	id, _, err := s.Create(b.Context(), key, c, noon)
	if err != nil {
		return err
	}
	return s.Commit(b.Context(), turn, Ending{Answer: "已登记", Session: []byte("{}"), Tasks: []task.ID{id}}, noon)
}

// worked is the rest of a typical task: signed, contacted and finished in words.
func worked() []task.Event {
	by := task.Event{By: task.ByStaff, ID: "7", Name: "王建国"}
	var out []task.Event
	for i, e := range []task.Event{
		{Kind: task.Sign, From: task.Dispatched, To: task.Signed, Target: "7"},
		{Kind: task.Contact, From: task.Signed, To: task.Processing, Note: "已联系路灯所，下午到场"},
		{Kind: task.Finish, From: task.Processing, To: task.Feedback, Note: "已更换灯泡并检查了线路"},
	} {
		e.By, e.ID, e.Name, e.At = by.By, by.ID, by.Name, at(time.Duration(i)*time.Hour)
		out = append(out, e)
	}
	return out
}

// A task with its six events takes at most 2 KiB: 100,000 tasks a year for ten
// years in 2 GB.
func TestATaskWithItsHistoryIsSmall(t *testing.T) {
	const most = 2048
	srv := redistest.ForTest(t, redistest.Options{Kind: redistest.Real, Args: []string{"--hash-max-listpack-value", "512"}})
	s := connect(t, srv)
	id := create(t, s, "wx0123456789abcdef|oResident1-28-characters-xx|23456789012345678|1779278400:1", opened())
	for i, e := range worked() {
		_, _, err := s.Update(t.Context(), id, fmt.Sprintf("op%d", i), e.At, func(before task.Task) (task.Change, error) {
			after := before
			after.Status, after.Result = e.To, e.Note
			after.SignedAt, after.ContactedAt, after.FinishedAt = at(0), at(time.Hour), at(2*time.Hour)
			return task.Change{After: after, Events: []task.Event{e}}, nil
		})
		check(t, err)
	}
	if events := must(s.History(t.Context(), id, 100)); len(events) != 6 {
		t.Fatalf("%d events, want 6", len(events))
	}
	k := streetOf("12")
	size := func(key string) int64 { return must(s.rdb.MemoryUsage(t.Context(), key, 0).Result()) }
	hash, history := size(k.task(id.Seq)), size(k.log(id.Seq))
	marks := int64(0)
	for _, pattern := range []string{k.from("*"), string(k) + "op:*"} {
		for _, key := range must(s.rdb.Keys(t.Context(), pattern).Result()) {
			marks += size(key)
		}
	}
	t.Logf("the task %d bytes, its history %d; for 7 days also %d of marks", hash, history, marks)
	if hash+history > most {
		t.Errorf("%d bytes with history, want at most %d", hash+history, most)
	}
	if kind := s.rdb.ObjectEncoding(t.Context(), k.task(id.Seq)).Val(); kind != "listpack" {
		t.Errorf("the task's hash is a %s: a value is longer than 512 bytes", kind)
	}
}

// A thousand numbers of a street whose tasks are all archived, as every sweep walks
// over them.
func BenchmarkWalkArchived(b *testing.B) {
	srv := redistest.ForTest(b, redistest.Options{Kind: redistest.Real})
	s := connect(b, srv)
	const n = 100_000
	k := streetOf("12")
	check(b, s.rdb.Set(b.Context(), k.seq(), task.FirstNumber+n, 0).Err())
	check(b, s.rdb.Set(b.Context(), k.archived(), strings.Repeat("\x5f\x01", n+1), 0).Err())
	next := int64(task.FirstNumber)
	for b.Loop() {
		for range 1000 / sweepBatch {
			found, further, err := s.Walk(b.Context(), "12", next, sweepBatch)
			if err != nil || len(found) > 0 {
				b.Fatal(found, err)
			}
			next = further
		}
	}
}
