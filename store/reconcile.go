package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

// Fault is one way in which data can be wrong although every single key can be
// read. None comes about by gridbot's own doing: they come of a restored backup, a
// hand in redis-cli, or a fault in a program.
type Fault string

// What Reconcile finds, and what it does about it.
const (
	Absent     Fault = "absent"     // a task is missing in a queue it belongs in: put there
	Astray     Fault = "astray"     // a task stands in a queue it does not belong in: taken out
	Misplaced  Fault = "misplaced"  // a task stands in the wrong place of a queue: moved
	Orphan     Fault = "orphan"     // a queue names a task that does not exist: taken out
	Unlisted   Fault = "unlisted"   // a task is not on its reporter's list: put there
	Unplaced   Fault = "unplaced"   // a notice neither waits nor is buried: sent when it was never tried, else buried
	Hollow     Fault = "hollow"     // a place in the outbox without its notice: taken out
	Doubled    Fault = "doubled"    // a notice waits and is buried: it waits
	Behind     Fault = "behind"     // the last number given lies below a task's: raised, or the next task would overwrite it
	Unreadable Fault = "unreadable" // a key holds what this program cannot read: only a person can mend that
)

// Finding is one thing that was wrong. It names nobody.
type Finding struct {
	Fault    Fault
	Task     task.ID // zero where no task is meant
	Where    string  // the queue, or the notice's id; "" where the fault says it all
	Repaired bool
}

// Findings is what Reconcile found.
type Findings struct {
	Tasks, Notices, Members int // looked at; members are those of queues, outbox and buried
	Count                   map[Fault]int
	Left                    int       // found and not repaired
	List                    []Finding // the first Reconciling.Most of them
}

// Reconciling says how Reconcile goes about it. The zero value looks and changes
// nothing.
type Reconciling struct {
	Repair bool
	Now    time.Time // when a notice that was lost is due, and how old a task is
	Most   int       // how many findings are listed, 0 is 1,000; all are counted and repaired
	Pace   Pace
}

// unlistedAfter is how old a task is before its absence from the reporter's list
// counts: until then the conversation or the courier may still put it there.
const unlistedAfter = time.Hour

// Reconcile compares a street's tasks with the queues they belong in, its notices
// with the outbox and its numbers with the last one given; "" is every street, in
// one pass. With Repair it puts right what it finds.
//
// It is safe beside live traffic and beside itself on other replicas: what looks
// wrong is judged again by a script that writes only if the task still has the
// version it was judged by, and nothing is a finding before that. It goes through
// all keys by SCAN in small batches with pauses, so a pass takes minutes where
// millions of keys are. A task that is moved at every try is left for the next pass.
func (s *Store) Reconcile(ctx context.Context, street string, o Reconciling) (Findings, error) {
	if o.Most <= 0 {
		o.Most = 1000
	}
	o.Pace = o.Pace.filled()
	r := &reconciler{s: s, o: o, highest: map[string]int64{}, seen: map[Finding]bool{}}
	r.out.Count = map[Fault]int{}
	err := s.walk(ctx, streetPattern(street), o.Pace, r.judge)
	if err == nil {
		err = r.settleAll(ctx)
	}
	if err == nil {
		err = r.judgeNumbers(ctx)
	}
	if err != nil {
		return r.out, fmt.Errorf("store: reconcile: %w", err)
	}
	return r.out, nil
}

// reconciler is one pass.
type reconciler struct {
	s        *Store
	o        Reconciling
	out      Findings
	suspects []suspect
	highest  map[string]int64 // street → highest number of a task
	seen     map[Finding]bool // a key may come twice; holds what is listed
}

// suspect is what looked wrong. It is judged after the walk, since the stand-in
// for Redis skips members and keys when some are deleted while it lists them.
type suspect struct {
	id     task.ID // the task, or only its street
	queue  string  // key of a queue the task, or the member, may not belong in
	member string  // a member of the queue that is no number
	notice string  // id of a notice
	list   bool    // the task may not be on its reporter's list
}

// mostSuspects bounds the memory of a pass; more than so many are judged before
// the walk is over.
const mostSuspects = 100_000

// doubt notes what looked wrong.
func (r *reconciler) doubt(x suspect) { r.suspects = append(r.suspects, x) }

// settleAll judges what looked wrong, and mends it.
func (r *reconciler) settleAll(ctx context.Context) error {
	for _, x := range r.suspects {
		var err error
		switch {
		case x.notice != "":
			err = r.settleNotice(ctx, letterbox{x.id.Street, x.notice})
		case x.member != "":
			err = r.settleNoNumber(ctx, x)
		case x.list:
			err = r.settleList(ctx, x.id)
		default:
			err = r.settleTask(ctx, x)
		}
		if err != nil {
			return err
		}
	}
	r.suspects = r.suspects[:0]
	return nil
}

// found notes a finding that a script has confirmed.
func (r *reconciler) found(f Finding) {
	if r.seen[f] {
		return
	}
	r.out.Count[f.Fault]++
	if !f.Repaired {
		r.out.Left++
	}
	if len(r.out.List) < r.o.Most {
		r.out.List = append(r.out.List, f)
		r.seen[f] = true
	}
}

// judge sorts a batch of keys by what they are and judges them.
func (r *reconciler) judge(ctx context.Context, keys []string) error {
	var tasks []task.ID
	var notices []letterbox
	for _, key := range keys {
		street, rest, ok := streetKey(key)
		if !ok {
			continue
		}
		kind, name, _ := strings.Cut(rest, ":")
		switch {
		case kind == "task":
			if n, err := strconv.ParseInt(name, 10, 64); err == nil {
				tasks = append(tasks, task.ID{Street: street, Seq: n})
			}
		case kind == "notice":
			r.out.Notices++
			notices = append(notices, letterbox{street, name})
		case isQueue(rest):
			if err := r.judgeIndex(ctx, street, rest); err != nil {
				return err
			}
		case rest == "outbox" || rest == "buried":
			if err := r.judgeOutbox(ctx, street, rest); err != nil {
				return err
			}
		}
	}
	if err := r.judgeTasks(ctx, tasks); err != nil {
		return err
	}
	if err := r.judgeNotices(ctx, notices); err != nil || len(r.suspects) < mostSuspects {
		return err
	}
	return r.settleAll(ctx)
}

// eachMember gives the members of one sorted set to f, batch by batch. One of
// another type is a finding.
func (r *reconciler) eachMember(ctx context.Context, street, rest string, f func(batch []string) error) error {
	err := r.s.members(ctx, string(streetOf(street))+rest, r.o.Pace, func(batch []redis.Z) error {
		r.out.Members += len(batch)
		names := make([]string, len(batch))
		for i, z := range batch {
			names[i] = str(z.Member)
		}
		return f(names)
	})
	if wrongType(err) {
		r.found(Finding{Fault: Unreadable, Task: task.ID{Street: street}, Where: rest})
		return nil
	}
	return err
}

// judgeNumbers looks whether a street's next number is a new one.
func (r *reconciler) judgeNumbers(ctx context.Context) error {
	streets := make([]string, 0, len(r.highest))
	for street := range r.highest {
		streets = append(streets, street)
	}
	slices.Sort(streets)
	for _, street := range streets {
		below, err := r.s.raise(ctx, street, r.highest[street], r.o.Repair)
		if err != nil {
			return err
		}
		if below {
			r.found(Finding{Fault: Behind, Task: task.ID{Street: street, Seq: r.highest[street]}, Repaired: r.o.Repair})
		}
	}
	return nil
}

// raise tells whether the street's last number lies below n, and makes it n.
func (s *Store) raise(ctx context.Context, street string, n int64, really bool) (bool, error) {
	below, err := s.run.raise.Run(ctx, s.rdb, []string{streetOf(street).seq()}, n, flag(really)).Int()
	return below == 1, err
}
