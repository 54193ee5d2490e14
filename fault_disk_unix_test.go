//go:build unix

package main

import (
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"testing"

	"gridbot/redistest"
)

// sizeVariable is the greatest size in bytes of a file the child may write, which a
// write meets as it meets the end of a disk.
const sizeVariable = "GRIDTEST_FILE_SIZE"

// limitFiles makes this process meet the end of its disk, if it is told to.
func limitFiles() {
	size, err := strconv.ParseUint(os.Getenv(sizeVariable), 10, 64)
	if err != nil {
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: size}); err != nil {
		panic(err)
	}
}

// Redis is away and the disk fills up: what was acknowledged is kept, and everybody
// else is told that it was not, so that no push fails.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	r := newRig(t, redistest.Options{})
	p := r.replica("a")
	p.env = []string{sizeVariable + "=" + strconv.Itoa(scale(160<<10, 2<<20))}
	p.start()
	people := r.residents(scale(250, 5000))
	r.platform.SetWebhook(rigApp, p.url())
	l := newLoad()
	check(t, r.redis.Stop())
	l.run(r, people, pace(), nil)
	if l.count() == 0 || l.refused == 0 || l.failed > 0 {
		t.Errorf("%d kept, %d told that they were not, %d without an answer", l.count(), l.refused, l.failed)
	}
	if p.metric(`gridbot_alarms_total{kind="spool_filling"}`)+p.metric(`gridbot_alarms_total{kind="spool"}`) < 1 {
		t.Error("no alarm")
	}
	check(t, r.redis.Restart(t.Context()))
	r.settled(settling(), p)
	again := r.residentsFrom(len(people), 5)
	for i, openid := range again {
		if d := r.platform.Text(rigApp, openid, report(len(people)+i)); numbered.FindString(d.Reply) == "" {
			t.Errorf("with Redis back: %q", d.Reply)
		}
	}
	r.settled(settling(), p)
	l.verify(t, r, "disk full while Redis is gone")
}
