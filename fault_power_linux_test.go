package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gridbot/redistest"
)

// witness is a library that notes, for each sync of a file, the file's number and how
// long it was when the sync began: what a power cut afterwards leaves at least.
const witness = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int witnessed(int fd, const char *name) {
	int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
	struct stat before;
	int known = fstat(fd, &before) == 0 && S_ISREG(before.st_mode);
	int result = real(fd);
	if (known && result == 0) {
		char line[64];
		int n = snprintf(line, sizeof line, "%llu %lld\n", (unsigned long long)before.st_ino, (long long)before.st_size);
		int out = open(getenv("WITNESS"), O_WRONLY | O_CREAT | O_APPEND, 0600);
		if (out < 0 || write(out, line, n) != n) abort();
		close(out);
	}
	return result;
}

int fsync(int fd) { return witnessed(fd, "fsync"); }
int fdatasync(int fd) { return witnessed(fd, "fdatasync"); }
`

// witnessed puts a redis-server first on the PATH that notes its syncs, and returns
// the file in which it does.
func witnessed(t *testing.T) (notes string) {
	t.Helper()
	dir := t.TempDir()
	server, err := redistest.Find()
	if err != nil {
		redistest.ForTest(t, redistest.Options{Kind: redistest.Real}) // skips, or fails where it must not be missing
	}
	source, library := filepath.Join(dir, "witness.c"), filepath.Join(dir, "witness.so")
	notes = filepath.Join(dir, "notes")
	check(t, os.WriteFile(source, []byte(witness), 0o600))
	if out, err := exec.Command("cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl").CombinedOutput(); err != nil {
		t.Fatalf("cc: %v: %s", err, out)
	}
	script := fmt.Sprintf("#!/bin/sh\nLD_PRELOAD=%q WITNESS=%q exec %q \"$@\"\n", library, notes, server)
	check(t, os.WriteFile(filepath.Join(dir, "redis-server"), []byte(script), 0o700))
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return notes
}

// cutPower cuts every file of Redis's append-only folder to what was synced of it, and
// returns how many bytes that took.
func cutPower(t *testing.T, dir, notes string) (cut int64) {
	t.Helper()
	b, err := os.ReadFile(notes)
	check(t, err)
	synced := map[uint64]int64{}
	for line := range strings.Lines(string(b)) {
		var inode uint64
		var size int64
		if _, err := fmt.Sscanf(line, "%d %d", &inode, &size); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		synced[inode] = size
	}
	files, err := filepath.Glob(filepath.Join(dir, "appendonlydir", "*"))
	check(t, err)
	if len(files) < 2 {
		t.Fatalf("files %v", files)
	}
	for _, name := range files {
		info, err := os.Stat(name)
		check(t, err)
		size := synced[info.Sys().(*syscall.Stat_t).Ino]
		check(t, os.Truncate(name, min(size, info.Size())))
		cut += info.Size() - min(size, info.Size())
	}
	return cut
}

// The power fails under load: Redis and the service end at once, and of Redis's files
// only what was synced is left. With appendfsync always no acknowledged report is
// lost; everysec loses what the figure says, and is refused without accept_loss.
func TestPowerCut(t *testing.T) {
	for _, fsync := range []string{"always", "everysec"} {
		t.Run(fsync, func(t *testing.T) {
			notes := witnessed(t)
			r := newRig(t, redistest.Options{AppendFsync: fsync})
			p := r.replica("a")
			if fsync == "everysec" {
				p.env = []string{"GRIDBOT_REDIS_ACCEPT_LOSS=true"}
			}
			p.start()
			cuts := scale(2, 10)
			people := r.residents(cuts * 1000)
			r.platform.SetWebhook(rigApp, p.url())
			l := newLoad()
			stop, done := make(chan struct{}), make(chan struct{})
			go func() { l.run(r, people, pace(), stop); close(done) }()
			var cut int64
			for i := range cuts {
				before := l.count()
				eventually(t, 30*time.Second, "more reports", func() bool { return l.count() >= before+100+37*i%100 || finished(done) })
				check(t, r.redis.Kill())
				p.kill()
				cut += cutPower(t, r.redis.Dir(), notes)
				check(t, r.redis.Restart(t.Context()))
				p.start()
			}
			close(stop)
			<-done
			r.settled(settling(), p)
			if fsync == "everysec" {
				texts, _ := r.tasks()
				lost := 0
				for text := range l.acked {
					if texts[text] == 0 {
						lost++
					}
				}
				t.Logf("| power cut %d times, everysec | acknowledged %d | lost %d | %d bytes cut |", cuts, len(l.acked), lost, cut)
				return
			}
			l.verify(t, r, fmt.Sprintf("power cut %d times, always, %d bytes cut", cuts, cut))
		})
	}
}
