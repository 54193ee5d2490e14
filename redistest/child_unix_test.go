//go:build unix

package redistest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// script writes a shell program that stands in for redis-server and returns its path.
func script(t *testing.T, name, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o700))
	return path
}

func started(t *testing.T, body string) *child {
	t.Helper()
	dir := t.TempDir()
	lock, err := lockFolder(dir)
	must(t, err)
	t.Cleanup(func() { lock.Close() })
	c, err := spawn(script(t, "server", body), nil, lock)
	must(t, err)
	t.Cleanup(func() { must(t, c.kill()) })
	return c
}

func TestStubbornChildIsKilled(t *testing.T) {
	c := started(t, `trap "" TERM; echo ready; while :; do sleep 1; done`)
	eventually(t, "the trap is set", func() bool { return c.log.String() == "ready" })
	err := c.stop(within(t, 100*time.Millisecond))
	if !errors.Is(err, context.DeadlineExceeded) || c.alive() {
		t.Fatalf("stop of a stubborn child: %v, alive %t", err, c.alive())
	}
}

func TestObedientChildEnds(t *testing.T) {
	c := started(t, "exec sleep 60")
	must(t, c.stop(within(t, 10*time.Second)))
	must(t, c.stop(within(t, time.Second)))
	must(t, c.kill())
	if c.alive() {
		t.Fatal("still there")
	}
}

func TestSpawnOfNothing(t *testing.T) {
	if _, err := spawn(filepath.Join(t.TempDir(), "none"), nil, nil); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("spawn: %v", err)
	}
}

func TestChildHoldsTheFoldersLock(t *testing.T) {
	dir := t.TempDir()
	lock, err := lockFolder(dir)
	must(t, err)
	c, err := spawn(script(t, "server", "exec sleep 60"), nil, lock)
	must(t, err)
	must(t, lock.Close()) // as our death would
	if _, err := lockFolder(dir); !errors.Is(err, ErrFolderInUse) {
		t.Errorf("lock while the child lives: %v", err)
	}
	must(t, c.kill())
	again, err := lockFolder(dir)
	must(t, err)
	must(t, again.Close())
}

func TestDeathNotes(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want error
	}{
		"port":  {`echo "bind: Address already in use"; exit 1`, errPortTaken},
		"other": {`echo "Fatal error, bad directive"; exit 1`, ErrNotRunning},
		"quiet": {`exit 0`, ErrNotRunning},
	} {
		t.Run(name, func(t *testing.T) {
			n := &node{port: 1, child: started(t, c.body)}
			never := func(context.Context) bool { return false }
			if err := n.await(within(t, 10*time.Second), never); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

func TestStartTriesOtherPortsAndThenGivesUp(t *testing.T) {
	tries := filepath.Join(t.TempDir(), "tries")
	server := script(t, "redis-server", "echo $4 >>"+tries+`; echo "Address already in use"; exit 1`)
	t.Setenv("PATH", filepath.Dir(server)+":"+os.Getenv("PATH"))
	dir := t.TempDir()
	if _, err := start(Options{Kind: Real, Dir: dir}); !errors.Is(err, errPortTaken) {
		t.Fatalf("start: %v", err)
	}
	b, err := os.ReadFile(tries)
	must(t, err)
	if n := len(strings.Fields(string(b))); n != portTries {
		t.Errorf("%d ports tried, want %d: %s", n, portTries, b)
	}
	lock, err := lockFolder(dir) // a start that failed leaves nothing locked
	must(t, err)
	must(t, lock.Close())
}

func TestSilentServerIsReportedWithItsLog(t *testing.T) {
	server := script(t, "redis-server", "echo stuck while loading; exec sleep 60")
	t.Setenv("PATH", filepath.Dir(server)+":"+os.Getenv("PATH"))
	_, err := Start(within(t, 300*time.Millisecond), Options{Kind: Real})
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "stuck while loading") {
		t.Fatalf("start: %v", err)
	}
}

func TestFindTakesValkeyWhenAlone(t *testing.T) {
	valkey := script(t, "valkey-server", "exit 1")
	t.Setenv("PATH", filepath.Dir(valkey))
	got, err := Find()
	must(t, err)
	if got != valkey {
		t.Errorf("found %s, want %s", got, valkey)
	}
}

func TestCallsFromSeveralGoroutines(t *testing.T) {
	s := ForTest(t, Options{Kind: Real})
	var wg sync.WaitGroup
	for _, f := range []func(){
		func() { _ = s.Kill() },
		func() { _ = s.Freeze() },
		func() { _ = s.Thaw() },
		func() { _ = s.PID() },
		func() { _ = s.Restart(within(t, startLimit)) },
		func() { _ = s.Flush(within(t, time.Second)) },
	} {
		wg.Go(f) // any order and outcome; the race detector watches
	}
	wg.Wait()
	must(t, s.Kill())
	must(t, s.Restart(within(t, startLimit)))
	wantAnswer(t, s, "PONG", "PING")
}

func TestArgumentsOfANode(t *testing.T) {
	n := &node{o: Options{Cluster: true, AppendFsync: "everysec", Args: []string{"--own", "x"}}, port: 7, bus: 8, dir: "/d"}
	got := " " + strings.Join(n.args(), " ") + " "
	for _, want := range []string{
		"--bind 127.0.0.1", "--port 7", "--dir /d", "--appendonly yes", "--appendfsync everysec",
		"--maxmemory-policy noeviction", "--hash-max-listpack-value 512", "--save ",
		"--cluster-enabled yes", "--cluster-port 8",
	} {
		if !strings.Contains(got, " "+want+" ") {
			t.Errorf("%s is missing in%s", want, got)
		}
	}
	if !strings.HasSuffix(got, " --own x ") {
		t.Errorf("own arguments are not last:%s", got)
	}
}

func TestFreePortsDiffer(t *testing.T) {
	for range 50 {
		a, b, err := freePorts()
		must(t, err)
		if a == b || a == 0 || b == 0 {
			t.Fatalf("ports %d and %d", a, b)
		}
	}
}
