package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"gridbot/bot"
	"gridbot/dispatch"
	"gridbot/spool"
	"gridbot/store"
)

// What became of an authentic message; the label outcome of the metrics.
const (
	outAnswered = "answered" // worked and committed
	outAgain    = "again"    // an earlier delivery was worked; the same answer
	outQuiet    = "quiet"    // an event that wants no answer
	outBehind   = "behind"   // spooled, because earlier ones of this person are
	outCrowded  = "crowded"  // spooled, because too many of this person wait
	outQueued   = "queued"   // spooled, because its work did not begin in time, or would not
	outHeld     = "held"     // spooled, because nothing may be worked on yet
	outLate     = "late"     // spooled, because the time was up
	outFault    = "fault"    // spooled, because the store or a template failed
	outPanic    = "panic"    // spooled, because the program failed
	outUnkept   = "unkept"   // the disk did not take it: the person is told so
)

// maxWaiting is how many messages of one person wait in memory; more of them
// wait on disk.
const maxWaiting = 64

// pollBusy is how often a person's lease is asked for while another replica
// works on a message of the same person.
const pollBusy = 25 * time.Millisecond

// keepWithin is how long after its deadline an answer waits for the disk. With
// Options.Within before it, it stays below the five seconds after which the platform
// hangs up.
const keepWithin = 600 * time.Millisecond

var (
	errPanic    = errors.New("handlers: the program failed")
	errBusy     = errors.New("handlers: another replica works on a message of this person")
	errSlowDisk = errors.New("handlers: the disk did not take the message in time")
)

// inbox takes authentic messages and answers each in time.
type inbox struct {
	talk   Talk
	desk   *dispatch.Desk
	store  *store.Store
	spool  *spool.Spool
	lines  *lines
	now    func() time.Time
	within time.Duration
	queue  time.Duration
	disk   time.Duration // how long after that an answer waits for it
	crowd  *crowd
	fill   fill
	wake   func(street string)
	alarm  func(kind, detail string)
	log    *slog.Logger

	busy  sync.WaitGroup // work that outlives its request
	held  atomic.Bool    // everything waits on disk
	stuck atomic.Bool    // the last message that had to be spooled was not kept
}

// reply is what a message gets: words, or nothing to say, or a refusal.
type reply struct {
	text    string
	outcome string
	refused bool // not kept: it must not be acknowledged
}

// take answers a message within the deadline, and keeps it on disk when it
// answers before the work is committed. It does not panic.
func (in *inbox) take(ctx context.Context, m bot.Message) reply {
	if m.Kind == bot.Quiet {
		return reply{outcome: outQuiet}
	}
	// The work goes on when the platform hangs up: the next delivery finds it done.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), in.within)
	turn, why := in.admit(m)
	if why != "" {
		cancel()
		return in.keep(ctx, m, why)
	}
	line := lineOf(m.Person)
	queue, endQueue := context.WithTimeout(ctx, in.queue)
	began, done := make(chan struct{}), make(chan reply, 1)
	in.busy.Go(func() {
		defer cancel()
		defer endQueue()
		defer in.lines.leave(line)
		<-turn // those in front have deadlines of their own
		since, ok := in.crowd.enter(queue)
		if !ok {
			done <- in.keep(ctx, m, outQueued)
			return
		}
		defer in.crowd.leave(since)
		close(began)
		done <- in.work(ctx, m)
	})
	return in.await(ctx, queue, m, began, done)
}

// admit gives a message its place in the person's line, or tells why it has to be
// kept instead.
func (in *inbox) admit(m bot.Message) (turn <-chan struct{}, why string) {
	line := lineOf(m.Person)
	if in.held.Load() {
		return nil, outHeld
	}
	if in.spool.Holds(line) {
		return nil, outBehind
	}
	if in.crowd.wait() > in.queue {
		return nil, outQueued
	}
	turn, ok := in.lines.join(line, maxWaiting)
	if !ok {
		return nil, outCrowded
	}
	return turn, ""
}

// await waits for the reply, as long as the work begins and ends in time. What is
// given up here is kept; whoever does its work later finds it kept or done.
func (in *inbox) await(ctx, queue context.Context, m bot.Message, began <-chan struct{}, done <-chan reply) reply {
	select {
	case r := <-done:
		return r
	case <-began:
	case <-queue.Done():
		select {
		case r := <-done:
			return r
		case <-began:
		default:
			return in.keep(ctx, m, outQueued)
		}
	}
	select {
	case r := <-done:
		return r
	case <-ctx.Done():
	}
	select {
	case r := <-done:
		return r
	default:
		return in.keep(ctx, m, outLate)
	}
}

// work does a message's work, or puts it into the spool before the next message
// of the person can pass it.
func (in *inbox) work(ctx context.Context, m bot.Message) reply {
	switch {
	case ctx.Err() != nil:
		return in.keep(ctx, m, outLate)
	case in.spool.Holds(lineOf(m.Person)):
		return in.keep(ctx, m, outBehind)
	}
	text, outcome, err := in.converse(ctx, m, false)
	if err == nil {
		return reply{text: text, outcome: outcome}
	}
	in.log.Warn("message not finished", "key", m.Key, "person", store.Hash(lineOf(m.Person)), "err", err)
	switch {
	case errors.Is(err, errPanic):
		return in.keep(ctx, m, outPanic)
	case ctx.Err() != nil:
		return in.keep(ctx, m, outLate)
	}
	return in.keep(ctx, m, outFault)
}

// keep puts a message into the spool and says that it was received. Of a message
// the disk does not take the person is told that it is likely lost; only where
// nobody reads that, the platform is left to bring it again (decision 0014).
func (in *inbox) keep(ctx context.Context, m bot.Message, why string) reply {
	text := in.safely(m, in.talk.Received)
	err := in.put(ctx, m, text)
	in.stuck.Store(err != nil)
	if err == nil {
		return reply{text: text, outcome: why}
	}
	in.busy.Go(func() { // the log may hang like the disk
		in.alarm("spool", err.Error())
		in.log.Error("message not kept", "key", m.Key, "person", store.Hash(lineOf(m.Person)), "after", why, "err", err)
	})
	sorry := in.safely(m, in.talk.Unkept)
	return reply{text: sorry, outcome: outUnkept, refused: sorry == ""}
}

// put waits for the disk until a little after the deadline of ctx.
func (in *inbox) put(ctx context.Context, m bot.Message, answered string) error {
	raw, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("handlers: keep message: %w", err)
	}
	kept := make(chan error, 1)
	in.busy.Go(func() {
		kept <- in.spool.Put(spool.Entry{
			Account: m.Person.Account, Person: lineOf(m.Person), Key: m.Key, Received: in.now(), Raw: raw, Answered: answered,
		})
	})
	by, ok := ctx.Deadline() // take gives one to every message
	if !ok {
		return <-kept
	}
	select {
	case err := <-kept:
		return err
	case <-time.After(time.Until(by) + in.disk):
		return errSlowDisk // it may still be kept, and is then worked like any other
	}
}

// safely asks the conversation for words; when that fails there are none.
func (in *inbox) safely(m bot.Message, words func(bot.Message) string) (text string) {
	defer func() {
		if r := recover(); r != nil {
			in.failed(r)
			text = ""
		}
	}()
	return words(m)
}

// failed logs a panic. Its value may hold a person's words, so only its type is
// told, and the stack holds no values.
func (in *inbox) failed(r any) {
	what := fmt.Sprintf("%T", r)
	if fault, ok := r.(interface {
		error
		RuntimeError()
	}); ok {
		what = fault.Error()
	}
	in.alarm("panic", what)
	in.log.Error("panic", "value", what, "stack", string(debug.Stack()))
}
