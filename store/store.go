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

// The errors a caller acts on.
var (
	// ErrLost: the lease on a person or a notice ended before the work did.
	// Nothing was written; whoever holds the lease now does the work.
	ErrLost = errors.New("store: lease lost")
	// ErrBusy: a task changed under every attempt to change it.
	ErrBusy = errors.New("store: too many changes at once")
	// ErrUnreadable: a task is there and cannot be read.
	ErrUnreadable = errors.New("store: unreadable")
	// ErrSchema: the data was written by a version with another layout.
	ErrSchema = errors.New("store: the data has another layout")
)

// Schema is the version of the layout in keys.go and codec.go.
const Schema = "2"

// Options say where Redis is. One address is a single node; several are a
// cluster, or, with a master name, Sentinels.
type Options struct {
	Addrs      []string
	MasterName string
	Username   string
	Password   string
	DB         int
	TLS        bool
	// PoolSize bounds the connections to each node; 0 takes the client's own
	// default, ten for each processor.
	PoolSize int
	// Reserved are the numbers no task gets, such as 12345 and 95598: pairs of
	// first and last, ascending.
	Reserved [][2]int
	// Patient waits for a slow Redis instead of giving up within the time WeChat
	// allows: for an operator's work that goes through everything.
	Patient bool
	// Unreadable is told of a task that is there and cannot be read, each time a
	// list leaves it out; nil tells nobody. The error wraps ErrUnreadable and holds
	// no words of anybody.
	Unreadable func(id task.ID, err error)
}

// Store is the one way to Redis. It is safe for concurrent use.
type Store struct {
	rdb      redis.UniversalClient
	run      scripts
	process  string // begins every fencing token of this Store
	reserved string
	unread   func(id task.ID, err error)
}

// Open connects lazily: it reports wrong options, not a Redis that is away.
// Call Check before serving.
func Open(o Options) (*Store, error) {
	if len(o.Addrs) == 0 {
		return nil, errors.New("store: no address of Redis")
	}
	run, err := loadScripts()
	if err != nil {
		return nil, fmt.Errorf("store: load scripts: %w", err)
	}
	rdb := redis.NewUniversalClient(o.client())
	_, call := o.limits()
	rdb.AddHook(bound{call})
	if o.Gathers() {
		rdb.AddHook(&gatherer{rdb: rdb})
	}
	s := &Store{rdb: rdb, run: run, process: newToken() + ":", reserved: blocks(o.Reserved), unread: o.Unreadable}
	if s.unread == nil {
		s.unread = func(task.ID, error) {}
	}
	return s, nil
}

// blocks writes blocks of numbers as the scripts read them: "12300-12399 95598-95598 ".
func blocks(of [][2]int) string {
	s := ""
	for _, b := range of {
		s += strconv.Itoa(b[0]) + "-" + strconv.Itoa(b[1]) + " "
	}
	return s
}

// Close gives the connections back.
func (s *Store) Close() error { return s.rdb.Close() }

// Ping tells whether Redis answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.rdb.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("store: ping: %w", err)
	}
	return nil
}

// Check marks an empty Redis with this version's layout and refuses one that
// holds another: ErrSchema, with what to do about it.
func (s *Store) Check(ctx context.Context) error {
	if err := s.rdb.SetNX(ctx, schemaKey, Schema, 0).Err(); err != nil {
		return fmt.Errorf("store: write schema version: %w", err)
	}
	found, err := s.layout(ctx)
	if err != nil || found == Schema {
		return err
	}
	return layoutError(found)
}

// layoutError says what to do about data of another layout.
func layoutError(found string) error {
	n, err := strconv.Atoi(found)
	own, _ := strconv.Atoi(Schema)
	switch {
	case found == unfinished:
		return fmt.Errorf("%w: a restore was not finished; empty this Redis and run `gridbot restore` again", ErrSchema)
	case err != nil:
		return fmt.Errorf("%w: its mark is %q and this program writes %s; make sure that this is gridbot's Redis", ErrSchema, found, Schema)
	case n > own:
		return fmt.Errorf("%w: found %s, this program writes %s; start a newer gridbot, or restore a backup of layout %s",
			ErrSchema, found, Schema, Schema)
	}
	return fmt.Errorf("%w: found %s, this program writes %s; stop gridbot everywhere, make a backup (`gridbot backup`), then run `gridbot migrate`",
		ErrSchema, found, Schema)
}

// Durability is what Redis says about keeping its data.
type Durability struct {
	AOF       bool   // append-only file switched on
	Fsync     string // always, everysec or no
	MaxMemory string // the policy; anything but noeviction can drop tasks
	Known     bool   // false when the server would not say (managed services forbid CONFIG)
}

// Durability asks Redis how it keeps its data.
func (s *Store) Durability(ctx context.Context) (Durability, error) {
	return durability(ctx, s.rdb)
}

func durability(ctx context.Context, rdb redis.UniversalClient) (Durability, error) {
	var d Durability
	var aof string
	for name, to := range map[string]*string{"appendonly": &aof, "appendfsync": &d.Fsync, "maxmemory-policy": &d.MaxMemory} {
		v, err := rdb.ConfigGet(ctx, name).Result()
		var refusal redis.Error
		switch {
		case errors.As(err, &refusal): // a server that will not say is an answer, not a failure
			return Durability{}, nil
		case err != nil:
			return Durability{}, fmt.Errorf("store: read configuration: %w", err)
		}
		*to = v[name]
	}
	d.AOF, d.Known = aof == "yes", aof != ""
	return d, nil
}

// Lossy says in one line each what could lose data, nothing when all is well.
func (d Durability) Lossy() []string {
	var out []string
	if !d.Known {
		return []string{"the server does not tell its configuration: make sure it keeps an append-only file and never evicts"}
	}
	if !d.AOF {
		out = append(out, "appendonly is off: set appendonly yes")
	} else if d.Fsync != "always" {
		out = append(out, "appendfsync is "+d.Fsync+": a power cut can lose the last second; set appendfsync always")
	}
	if d.MaxMemory != "noeviction" {
		out = append(out, "maxmemory-policy is "+d.MaxMemory+": a full server would drop tasks; set noeviction")
	}
	return out
}

func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMS(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMilli(n)
}
