package store

import (
	"context"
	"errors"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/redis/go-redis/v9"

	"gridbot/redistest"
)

// held keeps pipelines back until it is opened, and counts them.
type held struct {
	sent atomic.Int64
	open chan struct{}
	fail error
}

func (h *held) DialHook(next redis.DialHook) redis.DialHook { return next }

func (h *held) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }

func (h *held) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if !short[cmds[0].Name()] { // a connection is opened
			return next(ctx, cmds)
		}
		h.sent.Add(1)
		<-h.open
		if h.fail != nil {
			return h.fail
		}
		return next(ctx, cmds)
	}
}

// holding gives a client that gathers, with both its pipelines under way and kept back.
func holding(t *testing.T, srv *redistest.Server) (*redis.Client, *gatherer, *held, func() error) {
	t.Helper()
	rdb := redis.NewClient(&redis.Options{Addr: srv.Addr()})
	t.Cleanup(func() { check(t, rdb.Close()) })
	check(t, rdb.Set(t.Context(), "text", "x", 0).Err())
	g, h := &gatherer{rdb: rdb}, &held{open: make(chan struct{})}
	rdb.AddHook(bound{callTimeout})
	rdb.AddHook(g)
	rdb.AddHook(h)
	busy := make(chan error, gathered)
	for i := range gathered {
		go func() { busy <- rdb.Set(t.Context(), "busy"+strconv.Itoa(i), "x", 0).Err() }()
		eventually(t, "a pipeline is under way", func() bool { return h.sent.Load() == int64(i+1) })
	}
	return rdb, g, h, func() error {
		close(h.open)
		var all error
		for range gathered {
			all = errors.Join(all, <-busy)
		}
		return all
	}
}

func (g *gatherer) queued() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.waiting)
}

// onOne runs f on each kind of server but a cluster, where nothing is gathered.
func onOne(t *testing.T, f func(t *testing.T, srv *redistest.Server)) {
	t.Helper()
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		if _, cluster := s.rdb.(*redis.ClusterClient); !cluster {
			f(t, srv)
		}
	})
}

// What comes while pipelines are under way goes in one; everybody gets their own answer and
// their own error.
func TestWhatIsAskedMeanwhileGoesInOnePipeline(t *testing.T) {
	onOne(t, func(t *testing.T, srv *redistest.Server) {
		rdb, g, h, open := holding(t, srv)
		const callers = 50
		got, faults := make([]string, callers), make([]error, callers)
		done := make(chan struct{})
		go func() {
			defer close(done)
			together(callers, func(i int) {
				key := "k" + strconv.Itoa(i)
				if i == 7 { // no list
					faults[i] = rdb.LRange(t.Context(), "text", 0, -1).Err()
					return
				}
				pipe := rdb.Pipeline()
				pipe.Set(t.Context(), key, i, 0)
				read := pipe.Get(t.Context(), key)
				_, faults[i] = pipe.Exec(t.Context())
				got[i] = read.Val()
			})
		}()
		eventually(t, "all wait", func() bool { return g.queued() == callers })
		check(t, open())
		<-done
		for i := range callers {
			switch {
			case i == 7 && !wrongType(faults[i]):
				t.Errorf("the wrong one got %v", faults[i])
			case i != 7 && (got[i] != strconv.Itoa(i) || faults[i] != nil):
				t.Errorf("caller %d got %q, %v", i, got[i], faults[i])
			}
		}
		if n := h.sent.Load(); n > 2*gathered {
			t.Errorf("%d pipelines for %d callers", n, callers)
		}
	})
}

// Who gives up while others are under way is answered at once, and what they asked is not sent.
func TestWhoGivesUpIsNotKept(t *testing.T) {
	onOne(t, func(t *testing.T, srv *redistest.Server) {
		rdb, g, _, open := holding(t, srv)
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() { gone <- rdb.Set(ctx, "late", "x", 0).Err() }()
		eventually(t, "it waits", func() bool { return g.queued() == 1 })
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		check(t, open())
		if n := rdb.Exists(t.Context(), "late").Val(); n != 0 {
			t.Error("it was sent all the same")
		}
	})
}

// A pipeline that fails as a whole fails everybody in it.
func TestAPipelineThatFailsTellsEverybody(t *testing.T) {
	onOne(t, func(t *testing.T, srv *redistest.Server) {
		_, _, h, open := holding(t, srv)
		h.fail = errDead
		if err := open(); !errors.Is(err, errDead) {
			t.Errorf("got %v", err)
		}
	})
}

// Transactions, long pipelines and what opens a connection go by themselves.
func TestWhatIsNotGathered(t *testing.T) {
	ctx := t.Context()
	get := redis.NewStringCmd(ctx, "get", "a")
	for name, cmds := range map[string][]redis.Cmder{
		"transaction": {redis.NewStatusCmd(ctx, "multi"), get, redis.NewSliceCmd(ctx, "exec")},
		"greeting":    {redis.NewMapStringInterfaceCmd(ctx, "hello", 3)},
		"long":        make([]redis.Cmder, gatherMost+1),
		"none":        nil,
	} {
		for i := range cmds {
			if cmds[i] == nil {
				cmds[i] = get
			}
		}
		if gathers(ctx, cmds) {
			t.Errorf("%s is gathered", name)
		}
	}
	if !gathers(ctx, []redis.Cmder{get}) {
		t.Error("a short command is not gathered")
	}
}
