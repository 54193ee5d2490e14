package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/redistest"
)

// bench is one run against one Redis.
type bench struct {
	o        options
	redis    *redistest.Server
	info     *redis.Client
	peers    *child
	product  *child
	platform *platform
	town     *town
	writer   *writer
	ours     queue
	asynq    queue
	table    *table
}

// The addresses of the servers under load.
const (
	floorPath   = "/floor"
	scriptPath  = "/script"
	sdkPath     = "/sdk"
	productPath = "/wechat/" + account
)

// The cases; docs/performance.md explains them.
const (
	caseFloor    = "floor: verify, decrypt, parse"
	caseScript   = "floor + one script + encrypted reply"
	caseSDK      = "SDK's server + one script, no answer"
	caseReport   = "gridbot: a report, whole"
	caseReportAt = "gridbot: a report, all notices sent at once"
	caseProgress = "gridbot: progress"
	caseHalf     = "gridbot: reports at half of what it takes"
	caseCourier  = "notices: gridbot's courier"
	caseAsynq    = "notices: asynq"
	caseSigned   = "signature to notice, one at a time"
	caseSignedAt = "signature to notice, under half load"
)

// noticesARound is how many notices one round records and delivers.
const noticesARound = 5000

// warmUp is how many messages go before those that count: a server that was frozen has
// to get going first.
const warmUp = 512

// drainWithin bounds the wait for what a round has left to deliver.
const drainWithin = 2 * time.Minute

// measure starts everything, runs the rounds and ends everything.
func measure(ctx context.Context, o options, bin, dir, fsync string) (t *table, err error) {
	b := &bench{o: o}
	defer func() { err = errors.Join(err, b.close()) }()
	if err := b.start(ctx, bin, dir, fsync); err != nil {
		return nil, err
	}
	for r := range o.rounds {
		note("round %d of %d, load of the machine %s", r+1, o.rounds, loadavg())
		if err := b.round(ctx); err != nil {
			return nil, err
		}
	}
	if err := b.latencies(ctx); err != nil {
		return nil, err
	}
	u, err := b.product.used()
	b.table.Resident = u.Bytes / (1 << 20)
	b.table.LoadAfter = loadavg()
	return b.table, err
}

func (b *bench) start(ctx context.Context, bin, dir, fsync string) (err error) {
	// A rewrite of the file would fall into one case or another by chance.
	o := redistest.Options{Kind: redistest.Real, AppendFsync: fsync, Args: []string{"--auto-aof-rewrite-percentage", "0"}}
	if fsync == "off" {
		o.AppendFsync, o.Args = "no", []string{"--appendonly", "no"}
	}
	if b.redis, err = redistest.Start(ctx, o); err != nil {
		return err
	}
	addr := b.redis.Addr()
	b.info = redis.NewClient(&redis.Options{Addr: addr})
	if b.table, err = b.newTable(ctx); err != nil {
		return err
	}
	if b.writer, err = newWriter(); err != nil {
		return err
	}
	if b.platform, err = newPlatform(); err != nil {
		return err
	}
	if b.town, err = settle(ctx, addr); err != nil {
		return err
	}
	if b.peers, err = startPeers(addr); err != nil {
		return err
	}
	if b.product, err = startProduct(ctx, bin, dir, addr, b.platform.addr, b.town.street); err != nil {
		return err
	}
	b.product.freeze()
	if b.ours, err = newCourier(ctx, addr, noticesARound); err != nil {
		return err
	}
	b.asynq, err = newAsynq(addr)
	return err
}

func (b *bench) close() error {
	for _, c := range []*child{b.peers, b.product} {
		if c != nil && c.cmd.Process != nil {
			c.stop()
		}
	}
	for _, q := range []queue{b.ours, b.asynq} {
		if q.stop != nil {
			q.stop()
		}
	}
	if b.town != nil {
		_ = b.town.store.Close()
	}
	if b.redis == nil {
		return nil
	}
	return errors.Join(b.info.Close(), b.redis.Close())
}

// round is one round of every case. The product is frozen while others are measured: a
// minute after each report it looks once more whether the report stands on its reporter's
// list, and that is its own cost.
func (b *bench) round(ctx context.Context) error {
	for _, peer := range []struct{ name, path string }{{caseFloor, floorPath}, {caseScript, scriptPath}, {caseSDK, sdkPath}} {
		if err := b.saturate(ctx, peer.name, b.peers, peer.path, b.someone); err != nil {
			return err
		}
	}
	for _, one := range []struct {
		name string
		queue
	}{{caseCourier, b.ours}, {caseAsynq, b.asynq}} {
		rps, err := one.through(ctx, noticesARound)
		if err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
		b.table.add(one.name, figures{RPS: rps})
		note("%s: %.0f a second", one.name, rps)
	}
	b.product.wake()
	defer b.product.freeze()
	for _, one := range []struct {
		name  string
		write func(context.Context, int) ([]letter, error)
		takes time.Duration
	}{{caseReport, b.newcomers, usual}, {caseProgress, b.reporters, usual}, {caseReportAt, b.newcomers, 0}} {
		b.platform.delay.Store(int64(one.takes))
		if err := b.saturate(ctx, one.name, b.product, productPath, one.write); err != nil {
			return err
		}
		b.platform.delay.Store(0)
		if err := b.product.drained(ctx, drainWithin); err != nil {
			return fmt.Errorf("%w; the product says: %s", err, b.product.tail())
		}
	}
	return nil
}

// someone writes to a peer.
func (b *bench) someone(_ context.Context, n int) ([]letter, error) {
	out := make([]letter, n)
	for i := range out {
		out[i] = letter{resident(i).OpenID, b.writer.report()}
	}
	return out, nil
}

// newcomers report something each, for the first time.
func (b *bench) newcomers(ctx context.Context, n int) ([]letter, error) {
	first, err := b.town.moveIn(ctx, n)
	out := make([]letter, n)
	for i := range out {
		out[i] = letter{resident(first + i).OpenID, b.writer.report()}
	}
	return out, err
}

// reporters ask how far the report is that they made just now.
func (b *bench) reporters(_ context.Context, n int) ([]letter, error) {
	last := b.table.of(caseReport).sent + warmUp
	out := make([]letter, min(n, 4*last)) // nobody asks often enough to be taken for a flood
	for i := range out {
		out[i] = letter{resident(b.town.residents - b.table.of(caseReport).asked + i%last).OpenID, b.writer.pick("progress")}
	}
	return out, nil
}

// letter is who writes what.
type letter struct{ openid, text string }

// saturate is one round of a case with as much as the server takes.
func (b *bench) saturate(ctx context.Context, name string, to *child, path string, write func(context.Context, int) ([]letter, error)) error {
	row := b.table.of(name)
	requests, err := b.seal(ctx, path, row.wants(b.o.seconds), write)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	row.asked = len(requests)
	if _, err := drive(to.addr, requests[:min(warmUp, len(requests))], b.o.connections, 0, time.Minute); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	requests = requests[min(warmUp, len(requests)):]
	before, err := b.spent(ctx, to)
	if err != nil {
		return err
	}
	s, err := drive(to.addr, requests, b.o.connections, 0, time.Duration(b.o.seconds*float64(time.Second)))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	after, err := b.spent(ctx, to)
	if err != nil {
		return err
	}
	row.sent = len(s.took)
	if row.Answer, err = b.shown(s.first); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	b.table.add(name, figuresOf(s, before, after))
	note("%s: %.0f a second", name, s.rps())
	return nil
}

// note tells whoever waits where the run is.
func note(format string, v ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05 ")+format+"\n", v...)
}

// shown is what somebody reads as the answer.
func (b *bench) shown(body []byte) (string, error) {
	if len(body) > 0 && body[0] == '<' {
		return b.writer.read(body)
	}
	return string(body), nil
}

// seal makes the requests before the clock runs, so that their cost is nobody's.
func (b *bench) seal(ctx context.Context, path string, n int, write func(context.Context, int) ([]letter, error)) ([][]byte, error) {
	letters, err := write(ctx, n)
	if err != nil {
		return nil, err
	}
	out := make([][]byte, len(letters))
	return out, each(ctx, len(letters), func(i int) (err error) {
		out[i], err = b.writer.push(path, letters[i].openid, letters[i].text)
		return err
	})
}

// latencies measures how long things take while there is room: reports at half of what
// saturates, and how soon a move is told, alone and under that load.
func (b *bench) latencies(ctx context.Context) error {
	b.product.wake()
	b.platform.delay.Store(0) // the platform's own time is not ours
	tasks, err := b.town.handed(ctx, 2*movesWatched)
	if err != nil {
		return err
	}
	alone, under := tasks[:len(tasks)/2], tasks[len(tasks)/2:]
	s, err := b.signed(ctx, alone)
	if err != nil {
		return err
	}
	b.table.add(caseSigned, figuresOf(s, spending{}, spending{}))
	rate := median(b.table.of(caseReport).RPSs) / 2
	requests, err := b.seal(ctx, productPath, int(rate*halfFor.Seconds())+1, b.newcomers)
	if err != nil {
		return err
	}
	moved := make(chan error, 1)
	go func() {
		s, err := b.signed(ctx, under)
		b.table.add(caseSignedAt, figuresOf(s, spending{}, spending{}))
		moved <- err
	}()
	before, err := b.spent(ctx, b.product)
	if err != nil {
		return err
	}
	s, err = drive(b.product.addr, requests, b.o.connections, rate, halfFor)
	if err := errors.Join(err, <-moved); err != nil {
		return err
	}
	after, err := b.spent(ctx, b.product)
	b.table.add(caseHalf, figuresOf(s, before, after))
	return err
}

const (
	movesWatched = 200             // signatures of each kind
	halfFor      = 6 * time.Second // at half load
)
