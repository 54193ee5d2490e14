package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gridbot/bot"
	"gridbot/dispatch"
	"gridbot/spool"
	"gridbot/store"
	"gridbot/task"
)

// A message that fails at every replay goes to a dispatcher, or it would hold up
// everything the person writes after it: soon when it makes the program fail, and
// after a while when it fails for any other reason, which may be an outage that
// still answers a ping.
const (
	maxPanics    = 10
	hopelessFrom = time.Hour
)

// warnEvery is how many attempts at a message are told by one warning.
const warnEvery = 60

// replayWithin bounds the work on one replayed message. It is shorter than the
// lease on the person.
const replayWithin = 5 * time.Second

// pingWithin bounds the question whether Redis answers.
const pingWithin = time.Second

// replayer works the spool off every so often until ctx ends, and finishes what
// it has begun.
func (in *inbox) replayer(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			in.round(ctx)
		}
	}
}

// round replays the spool once if Redis answers. While it does not, attempts are
// not counted.
func (in *inbox) round(ctx context.Context) {
	if in.held.Load() || in.spool.Depth() == 0 || !in.answers(ctx) {
		return
	}
	n, err := in.spool.Replay(ctx, in.replay)
	if n > 0 {
		in.log.Info("kept messages finished", "count", n, "left", in.spool.Depth())
	}
	if err != nil && ctx.Err() == nil {
		in.log.Warn("replay", "err", err)
	}
}

// answers tells whether Redis does.
func (in *inbox) answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, pingWithin)
	defer cancel()
	return in.store.Ping(ctx) == nil
}

// replay works one kept message as if it had just come, in its place in the
// person's line. What is begun is finished even when the program ends.
func (in *inbox) replay(ctx context.Context, e spool.Entry) spool.Verdict {
	turn, _ := in.lines.join(e.Person, noLimit)
	<-turn
	defer in.lines.leave(e.Person)
	since, ok := in.crowd.enter(ctx)
	if !ok {
		return spool.Later(ctx.Err())
	}
	defer in.crowd.leave(since)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), replayWithin)
	defer cancel()
	m, err := decode(e)
	if err == nil {
		_, _, err = in.converse(ctx, m, true)
	}
	if err == nil {
		return spool.Finished()
	}
	if e.Attempts%warnEvery == 0 {
		in.log.Warn("replay of message", "key", e.Key, "person", store.Hash(e.Person), "attempt", e.Attempts+1, "err", err)
	}
	if !in.hopeless(e, err) || in.handOver(ctx, m) != nil {
		return spool.Later(err)
	}
	in.alarm("handed_over", "message "+e.Key+" could not be worked and went to the dispatcher")
	return spool.Finished()
}

// hopeless tells whether another attempt makes no sense.
func (in *inbox) hopeless(e spool.Entry, err error) bool {
	if errors.Is(err, errPanic) {
		return e.Attempts >= maxPanics
	}
	return in.now().Sub(e.Received) > hopelessFrom
}

// expired takes what waited longer than the done-marks live. Working it again
// could double it, so a dispatcher gets the words; an unsubscribe erases the
// person at any age, and erasing twice is the same.
func (in *inbox) expired(ctx context.Context, e spool.Entry) error {
	m, err := decode(e)
	if err != nil {
		return err
	}
	if m.Kind == bot.Unsubscribe {
		_, _, err := in.converse(ctx, m, true)
		return err
	}
	in.log.Warn("message too old, handed to a person", "key", e.Key)
	return in.handOver(ctx, m)
}

func decode(e spool.Entry) (m bot.Message, err error) {
	if err := json.Unmarshal(e.Raw, &m); err != nil {
		return m, fmt.Errorf("handlers: read kept message %s: %w", e.Key, err)
	}
	return m, nil
}

// handOver opens a task at the desk with the person's own words; if the message
// has made its task already, that one is found. What has no words, such as a tap
// on a menu, is let go.
func (in *inbox) handOver(ctx context.Context, m bot.Message) error {
	o := dispatch.Opening{Key: bot.KeyOf(m, 1), Street: m.Street, Reporter: m.Person, Text: m.Text}
	switch m.Kind {
	case bot.Text:
	case bot.Image:
		o.Media = []task.Media{{ID: m.MediaID, Kind: task.Image, URL: m.PicURL}}
	case bot.Voice:
		o.Media = []task.Media{{ID: m.MediaID, Kind: task.Voice}}
	case bot.Location:
		o.Text, o.Place.Text = m.Label, m.Label
	default:
		return nil
	}
	o.Category, _ = in.desk.Categories().Get(task.Unclassified) // every category file has it
	if in.safely(m, in.talk.Danger) != "" {
		o.Danger = 2
	}
	_, err := in.desk.Open(ctx, o)
	return err
}
