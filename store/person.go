package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

// How long what belongs to a person is kept.
const (
	LeaseFor   = 10 * time.Second
	seenFor    = 7 * 24 * time.Hour
	answerFor  = 10 * time.Minute
	sessionFor = 48 * time.Hour
)

// Window is the free messages WeChat allows towards a person after something
// the person did: Count of them within For. The zero Window is none.
type Window struct {
	For   time.Duration
	Count int
	Tap   bool // it is that of a tap, a follow or a scan, which counts for itself
}

// MessageWindow is the window after a message.
func MessageWindow() Window { return Window{For: 48 * time.Hour, Count: 5} }

// TapWindow is the short window after a tap, a follow or a scan.
func TapWindow() Window { return Window{For: time.Minute, Count: 3, Tap: true} }

// State is what Begin found.
type State string

// What Begin can find.
const (
	Fresh State = "fresh" // the message is ours to work on; Commit or Release follows
	Done  State = "done"  // it was worked on before
	Busy  State = "busy"  // another message of this person is being worked on
)

// Profile is what is remembered of a person for good, until they unsubscribe.
type Profile struct {
	Home     string // micro-grid they scanned or told, "" if unknown
	Door     string // building, unit, as they told it
	Staff    string // staff id once they joined
	Informed bool   // the line on personal data was sent
	Hidden   bool   // telephone numbers in the words are kept from who handles them
}

// Turn is one message's work.
type Turn struct {
	State   State
	Answer  string // Done: the answer given then, "" when no longer kept
	Told    bool   // Done: another delivery has handed the answer over
	Session []byte // Fresh: what the last Commit kept, nil if nothing
	Profile Profile
	Tasks   []task.ID // the person's newest tasks, at most 20
	Recent  int       // messages of this person within a minute, this one included

	person task.Person
	key    string
	token  string
}

// Begin asks to work on one message of one person; key names the message. It is
// one round trip. A Fresh turn holds the person's lease for LeaseFor: only one
// message of a person is worked on at a time, over all replicas.
//
// With replay the caller says that it repeats a message of its own that was not
// finished, and that it works on no other message of this person: it then gets the
// lease even where a call of this Store that timed out still holds it.
//
// After an error the turn has no state, but it can be given to Release: a call
// that timed out may have taken the lease all the same, and nobody else could work
// on this person until it ends.
func (s *Store) Begin(ctx context.Context, p task.Person, key string, w Window, replay bool, now time.Time) (Turn, error) {
	k := personOf(p)
	token := s.process + newToken()
	keys := []string{k.seen(key), k.answer(key), k.lease(), k.session(), k.profile(), k.tasks(), k.budget(), k.rate()}
	out, err := s.run.begin.Run(ctx, s.rdb, keys, ms(now), token, LeaseFor.Milliseconds(),
		w.For.Milliseconds(), w.Count, flag(replay), s.process, flag(w.Tap)).Slice()
	t := Turn{person: p, key: key, token: token}
	if err != nil {
		return t, fmt.Errorf("store: begin message: %w", err)
	}
	t.State = State(str(out[0]))
	switch t.State {
	case Done:
		t.Answer, t.Told = str(out[1]), str(out[2]) == "1"
	case Fresh:
		t.read(out)
	}
	return t, nil
}

// read takes the parts of a fresh turn from the script's result.
func (t *Turn) read(out []any) {
	if session := str(out[1]); session != "" {
		t.Session = []byte(session)
	}
	if n, ok := out[2].(int64); ok {
		t.Recent = int(n)
	}
	fields := strs(out[3])
	for i := 0; i+1 < len(fields); i += 2 {
		t.Profile.set(fields[i], fields[i+1])
	}
	for _, id := range strs(out[4]) {
		if parsed, err := task.ParseID(id); err == nil {
			t.Tasks = append(t.Tasks, parsed)
		}
	}
}

func (p *Profile) set(field, value string) {
	switch field {
	case "home":
		p.Home = value
	case "door":
		p.Door = value
	case "staff":
		p.Staff = value
	case "informed":
		p.Informed = value == "1"
	case "hidden":
		p.Hidden = value == "1"
	}
}

func (p Profile) pairs() []any {
	return []any{"home", p.Home, "door", p.Door, "staff", p.Staff, "informed", flag(p.Informed), "hidden", flag(p.Hidden)}
}

// Ending is what Commit writes.
type Ending struct {
	Answer  string
	Session []byte // nil ends the conversation's step
	Profile Profile
	// Tasks go on the person's own list, with the time of the report.
	Tasks []task.ID
	Erase bool // the person unsubscribed: everything but the done-mark goes
}

// Commit ends a fresh turn: done-mark, answer, session, profile and list in one
// write. ErrLost means the lease had ended and nothing was written.
func (s *Store) Commit(ctx context.Context, t Turn, e Ending, now time.Time) error {
	k := personOf(t.person)
	var pairs []any
	if e.Profile != t.Profile {
		pairs = e.Profile.pairs()
	}
	args := []any{t.token, e.Answer, int(seenFor.Seconds()), int(answerFor.Seconds()), string(e.Session),
		int(sessionFor.Seconds()), flag(e.Erase), len(pairs)}
	args = append(args, pairs...)
	for _, id := range e.Tasks {
		args = append(args, ms(now), id.String())
	}
	keys := []string{k.seen(t.key), k.answer(t.key), k.lease(), k.session(), k.profile(), k.tasks(), k.budget(), k.rate(), k.consents()}
	n, err := s.run.commit.Run(ctx, s.rdb, keys, args...).Int()
	switch {
	case err != nil:
		return fmt.Errorf("store: commit message: %w", err)
	case n == 0:
		return fmt.Errorf("store: commit message: %w", ErrLost)
	}
	return nil
}

// Release gives a fresh turn's lease back without finishing it, so that the next
// delivery need not wait for the lease to end.
func (s *Store) Release(ctx context.Context, t Turn) error {
	err := s.run.release.Run(ctx, s.rdb, []string{personOf(t.person).lease()}, t.token).Err()
	if err != nil {
		return fmt.Errorf("store: release lease: %w", err)
	}
	return nil
}

// List puts a task on its reporter's list. It repairs a Commit that never came,
// and does nothing when the task is there.
func (s *Store) List(ctx context.Context, p task.Person, id task.ID, at time.Time) error {
	err := s.rdb.ZAdd(ctx, personOf(p).tasks(), redis.Z{Score: float64(ms(at)), Member: id.String()}).Err()
	if err != nil {
		return fmt.Errorf("store: put task on list: %w", err)
	}
	return nil
}

// Reported lists a person's own tasks, newest first: n of them from the one at the
// given place on. A Turn holds the first 20.
func (s *Store) Reported(ctx context.Context, p task.Person, from, n int) ([]task.ID, error) {
	first, last := span(from, n)
	ids, err := s.rdb.ZRevRange(ctx, personOf(p).tasks(), first, last).Result()
	if err != nil {
		return nil, fmt.Errorf("store: list a person's tasks: %w", err)
	}
	out := make([]task.ID, 0, len(ids))
	for _, id := range ids {
		if parsed, err := task.ParseID(id); err == nil {
			out = append(out, parsed)
		}
	}
	return out, nil
}

// Profile reads what is remembered of a person outside of a turn.
func (s *Store) Profile(ctx context.Context, p task.Person) (Profile, error) {
	fields, err := s.rdb.HGetAll(ctx, personOf(p).profile()).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return Profile{}, fmt.Errorf("store: read profile: %w", err)
	}
	var out Profile
	for field, value := range fields {
		out.set(field, value)
	}
	return out, nil
}

func newToken() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(b[:])
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return ""
}

func str(v any) string {
	s, _ := v.(string)
	return s
}

func strs(v any) []string {
	list, _ := v.([]any)
	out := make([]string, 0, len(list))
	for _, x := range list {
		out = append(out, str(x))
	}
	return out
}
