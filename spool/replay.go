package spool

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// maxReason bounds Entry.LastError in bytes.
const maxReason = 300

var (
	errPanic    = errors.New("replay panicked")
	errNoReason = errors.New("put off without a reason")
	errGone     = errors.New("entry was removed")
)

// Verdict is what a replay did with an entry. The zero value keeps it.
type Verdict struct {
	finished bool
	reason   error
}

// Finished says that the message is done, or was found done before: the entry is
// removed and the person's next one follows.
func Finished() Verdict { return Verdict{finished: true} }

// Later says that the message cannot be finished now, and why: the entry stays,
// and so does the rest of that person's line until the next Replay.
func Later(reason error) Verdict { return Verdict{reason: reason} }

// Replay offers the entries to f: those of one person one after the other in the
// order of arrival, up to Options.Workers persons at the same time, whoever waits
// longest first. Entries that join a line meanwhile are offered too. A panic of f
// counts as [Later], so that one message cannot stop everybody's.
//
// An entry may be offered again after it was finished, when the process ends
// before its removal is on disk; f has to recognise it by its key.
//
// Replay returns the number of entries that left the spool, and an error when ctx
// ended, when the file failed, or [ErrNoExpired]; one person's error does not
// keep the others from their turn. A second Replay at the same time fails with
// [ErrReplaying].
func (s *Spool) Replay(ctx context.Context, f func(context.Context, Entry) Verdict) (n int, err error) {
	if !s.replaying.TryLock() {
		return 0, fmt.Errorf("spool: replay: %w", ErrReplaying)
	}
	defer s.replaying.Unlock()
	var left atomic.Int64
	var g errgroup.Group
	g.SetLimit(s.o.Workers)
	for _, person := range s.people() {
		g.Go(func() error {
			k, err := s.replayLine(ctx, person, f)
			left.Add(int64(k))
			return err
		})
	}
	err = g.Wait()
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		err = fmt.Errorf("spool: replay: %w", err)
	}
	return int(left.Load()), err
}

// people lists everybody who waits, by the arrival of the first entry.
func (s *Spool) people() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	heads := make([]*item, 0, len(s.lines))
	for _, line := range s.lines {
		heads = append(heads, line[0])
	}
	slices.SortFunc(heads, func(a, b *item) int { return cmp.Compare(a.seq, b.seq) })
	names := make([]string, len(heads))
	for i, it := range heads {
		names[i] = it.person
	}
	return names
}

// replayLine works off one person's line until it is empty or an entry stays.
func (s *Spool) replayLine(ctx context.Context, person string, f func(context.Context, Entry) Verdict) (n int, err error) {
	for ctx.Err() == nil {
		it := s.head(person)
		if it == nil {
			return n, nil
		}
		left, err := s.replayOne(ctx, it, f)
		if err != nil || !left {
			return n, err
		}
		n++
	}
	return n, nil
}

// head returns the first entry of a line, nil when there is none or it is still
// being written: a later one must not overtake it.
func (s *Spool) head(person string) *item {
	s.mu.Lock()
	defer s.mu.Unlock()
	line := s.lines[person]
	if s.closed || len(line) == 0 || !line[0].durable {
		return nil
	}
	return line[0]
}

// replayOne offers one entry and tells whether it left the spool.
func (s *Spool) replayOne(ctx context.Context, it *item, f func(context.Context, Entry) Verdict) (left bool, err error) {
	e, err := s.read(it.seq)
	if errors.Is(err, errGone) {
		return true, s.remove(it)
	}
	if err != nil {
		return false, err
	}
	v, err := s.judge(ctx, e, f)
	if err != nil {
		return false, err
	}
	if v.finished {
		return true, s.remove(it)
	}
	return false, s.postpone(it, e, v.reason)
}

// judge asks f, or Expired when the entry is too old.
func (s *Spool) judge(ctx context.Context, e Entry, f func(context.Context, Entry) Verdict) (v Verdict, err error) {
	defer func() {
		if r := recover(); r != nil {
			v, err = Later(fmt.Errorf("%w: %v", errPanic, r)), nil
		}
	}()
	if s.o.Now().Sub(e.Received) <= s.o.MaxAge {
		return f(ctx, e), nil
	}
	if s.o.Expired == nil {
		return Verdict{}, ErrNoExpired
	}
	if err := s.o.Expired(ctx, e); err != nil {
		return Later(err), nil
	}
	return Finished(), nil
}

// postpone counts the attempt and keeps its reason.
func (s *Spool) postpone(it *item, e Entry, reason error) error {
	if reason == nil {
		reason = errNoReason
	}
	e.Attempts++
	e.LastError = shorten(reason.Error())
	value := encode(it.seq, e)
	if err := s.replace(it.seq, value); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.items[it.key] == it {
		s.bytes += int64(len(value)) - it.size
		it.size = int64(len(value))
	}
	return nil
}

// shorten cuts a reason to maxReason bytes without leaving half a character.
func shorten(reason string) string {
	if len(reason) > maxReason {
		reason = reason[:maxReason]
	}
	return strings.ToValidUTF8(reason, "")
}
