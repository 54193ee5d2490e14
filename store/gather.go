package store

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	// gathered is how many pipelines may be under way. While they are, what comes waits for
	// the next one.
	gathered = 2
	// gatherMost bounds the commands of a caller's pipeline that is gathered with others'.
	// Longer ones belong to work nobody waits for, which goes through everything.
	gatherMost = 16
)

// gatherer sends in one pipeline what several messages and notices ask of Redis at the same
// moment: most of the cost of a short command or script is that of its exchange, on both
// sides. Who runs a script is kept no longer than their own context says, and others not much
// longer: what has not been sent by then is not, and a pipeline is given no longer than the
// latest of those in it.
type gatherer struct {
	rdb redis.UniversalClient

	mu       sync.Mutex
	waiting  []*asked
	underway int
}

// asked is what one caller waits for.
type asked struct {
	ctx  context.Context
	cmds []redis.Cmder
	done chan struct{}
}

// err is the first error among the commands', as of a pipeline.
func (a *asked) err() error {
	for _, c := range a.cmds {
		if err := c.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (a *asked) fail(err error) {
	for _, c := range a.cmds {
		c.SetErr(err)
	}
}

// inOne marks the context of a pipeline that was gathered.
type inOne struct{}

// short are the commands that are gathered. What opens a connection must stay on it, and
// what has a long reply would keep the others waiting.
var short = map[string]bool{"evalsha": true, "exists": true, "get": true, "getdel": true, "hget": true, "hgetall": true,
	"hincrby": true, "hmget": true, "hset": true, "lrange": true, "set": true, "zadd": true, "zcard": true, "zrange": true,
	"zrangebyscore": true, "zrevrange": true, "zscore": true}

// gathers tells whether commands are to go with others'.
func gathers(ctx context.Context, cmds []redis.Cmder) bool {
	return ctx.Value(inOne{}) == nil && len(cmds) > 0 && len(cmds) <= gatherMost &&
		!slices.ContainsFunc(cmds, func(c redis.Cmder) bool { return !short[c.Name()] })
}

// DialHook lets dialling pass.
func (*gatherer) DialHook(next redis.DialHook) redis.DialHook { return next }

// ProcessHook gathers single commands.
func (g *gatherer) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		cmds := []redis.Cmder{cmd}
		if !gathers(ctx, cmds) {
			return next(ctx, cmd)
		}
		if script, ok := cmd.(*redis.Cmd); ok {
			return g.run(ctx, script)
		}
		return g.wait(&asked{ctx: ctx, cmds: cmds, done: make(chan struct{})})
	}
}

// ProcessPipelineHook gathers short pipelines; transactions go alone.
func (g *gatherer) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if !gathers(ctx, cmds) {
			return next(ctx, cmds)
		}
		return g.wait(&asked{ctx: ctx, cmds: cmds, done: make(chan struct{})})
	}
}

// run lets a script go with the next pipeline. It has a copy there, so that its caller can
// give up when it is on its way, too: a message must not wait longer for a frozen Redis.
func (g *gatherer) run(ctx context.Context, script *redis.Cmd) error {
	sent := redis.NewCmd(ctx, script.Args()...)
	a := &asked{ctx: ctx, cmds: []redis.Cmder{sent}, done: make(chan struct{})}
	g.ask(a)
	select {
	case <-a.done:
		script.SetVal(sent.Val())
		script.SetErr(sent.Err())
	case <-ctx.Done():
		g.leave(a)
		script.SetErr(ctx.Err())
	}
	return script.Err()
}

// ask lets commands wait for the next pipeline, and begins one where one may.
func (g *gatherer) ask(a *asked) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, a)
	if g.underway < gathered {
		g.underway++
		go g.send()
	}
}

// wait lets a caller's commands go with the next pipeline.
func (g *gatherer) wait(a *asked) error {
	g.ask(a)
	select {
	case <-a.done:
	case <-a.ctx.Done():
		if g.leave(a) {
			a.fail(a.ctx.Err())
			break
		}
		<-a.done // it is on its way: its commands are not ours before its end
	}
	return a.err()
}

// leave takes out what has not been sent, and tells whether it was there.
func (g *gatherer) leave(a *asked) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, other := range g.waiting {
		if other == a {
			g.waiting = append(g.waiting[:i:i], g.waiting[i+1:]...)
			return true
		}
	}
	return false
}

// send sends what waits until nothing does.
func (g *gatherer) send() {
	for {
		g.mu.Lock()
		batch := g.waiting
		g.waiting = nil
		if len(batch) == 0 {
			g.underway--
			g.mu.Unlock()
			return
		}
		g.mu.Unlock()
		g.exchange(batch)
	}
}

// exchange runs what several asked in one pipeline. Each command has its own error; that
// of the pipeline is one of them.
func (g *gatherer) exchange(batch []*asked) {
	var latest time.Time
	pipe := g.rdb.Pipeline()
	ctx := context.WithValue(context.Background(), inOne{}, true)
	for _, a := range batch {
		if by, _ := a.ctx.Deadline(); by.After(latest) { // the hook before this one gives everybody one
			latest = by
		}
		for _, c := range a.cmds {
			_ = pipe.Process(ctx, c)
		}
	}
	ctx, cancel := context.WithDeadline(ctx, latest)
	defer cancel()
	if _, err := pipe.Exec(ctx); err != nil && !slices.ContainsFunc(batch, func(a *asked) bool { return a.err() != nil }) {
		for _, a := range batch { // it failed as a whole
			a.fail(err)
		}
	}
	for _, a := range batch {
		close(a.done)
	}
}
