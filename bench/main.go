// Command bench compares gridbot with what it stands on and with its peers, all in one
// run: each server is a process of its own, the load is the same, and the rounds of the
// cases are interleaved, so that their ratios mean something on a busy machine too.
//
// docs/performance.md tells what the cases are and what they should reach. It starts a
// redis-server of its own on a free port of the loopback, and ends what it started.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// options are what a run can be told.
type options struct {
	json        bool
	seconds     float64
	rounds      int
	connections int
	fsync       []string
}

func main() {
	if redisAddr := os.Getenv(peerVariable); redisAddr != "" {
		exit(servePeers(redisAddr))
	}
	var o options
	fsync := ""
	flag.BoolVar(&o.json, "json", false, "print the figures as JSON")
	flag.Float64Var(&o.seconds, "seconds", 3, "length of one round of a case in seconds")
	flag.IntVar(&o.rounds, "rounds", 3, "rounds of every case; the median counts")
	flag.IntVar(&o.connections, "connections", 64, "connections of the load")
	flag.StringVar(&fsync, "fsync", "always", "append-only file of Redis: always, everysec, no (synced by the system) or off; several with commas run one after the other")
	flag.Parse()
	o.fsync = strings.Split(fsync, ",")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := o.check()
	if err == nil {
		err = run(ctx, o)
	}
	stop()
	exit(err)
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func (o options) check() error {
	var faults []error
	if o.seconds <= 0 || o.rounds < 1 || o.connections < 1 {
		faults = append(faults, errors.New("seconds, rounds and connections must be above 0"))
	}
	for _, f := range o.fsync {
		if f != "always" && f != "everysec" && f != "no" && f != "off" {
			faults = append(faults, fmt.Errorf("fsync %q is none of always, everysec, no and off", f))
		}
	}
	return errors.Join(faults...)
}

// run measures once for every state of the append-only file.
func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "gridbench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bin, err := build(ctx, dir)
	if err != nil {
		return err
	}
	for _, fsync := range o.fsync {
		note("append-only file: %s; a city is settled, then %d rounds …", fsync, o.rounds)
		start := time.Now()
		t, err := measure(ctx, o, bin, dir, fsync)
		if err != nil {
			return err
		}
		t.Seconds = time.Since(start).Seconds()
		if err := t.print(os.Stdout, o.json); err != nil {
			return err
		}
	}
	return nil
}
