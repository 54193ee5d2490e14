package store

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/redistest"
	"gridbot/task"
)

// traffic moves tasks, makes new ones and sends notices until it is told to end.
func traffic(t *testing.T, s *Store, moving []task.ID, end *atomic.Bool) {
	for n := 0; !end.Load(); n++ {
		id := moving[n%len(moving)]
		_, _, err := s.Update(t.Context(), id, fmt.Sprint("busy", n), noon, func(before task.Task) (task.Change, error) {
			c, err := jostled(n)(before)
			c.Events = worked()[:1]
			c.Notices = []task.Notice{{Task: before.ID, To: task.Party{Kind: task.ToStaff, Staff: "w1"}, About: task.AboutNew}}
			return c, err
		})
		check(t, err)
		_, _, err = s.Create(t.Context(), fmt.Sprint("busy", n), reported(t, "3", n, 3, 4), noon)
		check(t, err)
		for i, l := range must(s.Lease(t.Context(), "3", 3, at(72*time.Hour), at(73*time.Hour))) {
			if i > 0 {
				check(t, s.Sent(t.Context(), l, noon))
			} else {
				check(t, s.Bury(t.Context(), l, noon, "why"))
			}
		}
	}
}

// The rehearsal: a street that is worked on is backed up, the backup restored into
// a new Redis of each kind and reconciled. Then everything is there that was there
// before the backup began, and nothing is wrong.
func TestRehearsal(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		peopled(t, s)
		ids := settled(t, s, "12", 40)
		moving := append(settled(t, s, "3", 10), ids[30:]...)
		before := dumped(t, s)
		// The stand-in's SCAN skips keys where others are deleted: no traffic there.
		file, _ := backedUp(t, s)
		if srv.Real() {
			file = backedUpUnderTraffic(t, s, moving)
		}
		intoEach(t, func(t *testing.T, into *Store, _ *redistest.Server) {
			must(into.Restore(t.Context(), bytes.NewReader(file), time.Now()))
			f := reconciled(t, into, "", brisk(true))
			t.Logf("the repair: %v", f.Count)
			if f.Left > 0 {
				t.Errorf("left %+v", f)
			}
			clean(t, into, "")
			rehearsed(t, s, into, before, ids[:30])
			for _, id := range moving {
				was, is := must(s.Get(t.Context(), id)), must(into.Get(t.Context(), id))
				if is.Version < 1 || is.Version > was.Version || len(must(into.History(t.Context(), id, 9999))) == 0 {
					t.Errorf("%s: version %d, now %d", id, is.Version, was.Version)
				}
			}
		})
	})
}

func backedUpUnderTraffic(t *testing.T, s *Store, moving []task.ID) []byte {
	var file bytes.Buffer
	var end atomic.Bool
	var err error
	together(2, func(i int) {
		if i == 1 {
			traffic(t, s, moving, &end)
			return
		}
		defer end.Store(true)
		n := 0
		pause := func() { // let the traffic change something between two batches
			seq := s.rdb.Get(t.Context(), streetOf("3").seq()).Val()
			for n++; n%5 == 0 && s.rdb.Get(t.Context(), streetOf("3").seq()).Val() == seq; {
			}
		}
		s.rdb.AddHook(&onBatch{pause})
		_, err = s.Backup(t.Context(), &file, little())
	})
	check(t, err)
	return file.Bytes()
}

// onBatch runs something before each batch of keys is read.
type onBatch struct{ do func() }

func (o *onBatch) DialHook(next redis.DialHook) redis.DialHook { return next }

func (o *onBatch) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }

func (o *onBatch) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if cmds[0].Name() == "type" {
			o.do()
		}
		return next(ctx, cmds)
	}
}

// rehearsed compares what nobody touched since before the backup, key by key, and
// the queues with what places says.
func rehearsed(t *testing.T, from, into *Store, before map[string]string, quiet []task.ID) {
	t.Helper()
	after := dumped(t, into)
	compared := map[string]int{}
	for key, was := range before {
		street, rest, ours := streetKey(key)
		kind, name, _ := strings.Cut(rest, ":")
		switch {
		case leftOut(key) && key != schemaKey, ours && (isQueue(rest) || street != "12"), rest == "outbox", rest == "buried", kind == "line":
			continue
		case ours && (kind == "task" || kind == "log" || kind == "notice" || kind == "op") && !untouched12(name, quiet):
			continue
		}
		compared[kind]++
		if strings.HasSuffix(key, "}:tasks") { // who is in both streets has newer tasks too
			for line := range strings.Lines(was) {
				if !strings.Contains(after[key]+"\n", strings.TrimSpace(line)+"\n") {
					t.Errorf("%s has lost %s", key, line)
				}
			}
		} else if after[key] != was {
			t.Errorf("%s was\n%s\nand is\n%s", key, was, after[key])
		}
	}
	if compared["task"] != 30 || compared["log"] != 30 || compared["notice"] < 10 || compared["op"] < 10 {
		t.Errorf("compared %v", compared)
	}
	for _, id := range quiet {
		sameTask(t, must(into.Get(t.Context(), id)), must(from.Get(t.Context(), id)))
	}
	for _, zset := range []string{streetOf("12").outbox(), streetOf("12").buried()} {
		for line := range strings.Lines(before[zset]) {
			id, _, _ := strings.Cut(line, "=")
			if untouched12(id, quiet) && !strings.Contains(after[zset]+"\n", strings.TrimSpace(line)+"\n") {
				t.Errorf("%s has lost its place in %s", strings.TrimSpace(line), zset)
			}
		}
	}
	all := append([]task.ID{}, quiet...)
	for key := range after {
		if street, rest, ok := streetKey(key); ok && street == "12" && strings.HasPrefix(rest, "task:") && !untouched12(rest[len("task:"):], quiet) {
			all = append(all, task.ID{Street: "12", Seq: seqOf(rest[len("task:"):])})
		}
	}
	queues, _ := partsOf(after)
	for key, want := range queuesOf(t, into, "12", all) {
		if queues[key] != want {
			t.Errorf("%s is\n%s\nwant\n%s", key, queues[key], want)
		}
	}
	next, _, err := into.Create(t.Context(), "afterwards", reported(t, "12", 1, 3, 4), noon)
	if err != nil || next.Seq <= quiet[len(quiet)-1].Seq || after[streetOf("12").task(next.Seq)] != "" {
		t.Errorf("the next task is %s: %v", next, err)
	}
}

// untouched12 tells whether the name of a task's key begins with the number of one
// of these tasks: 1042, 1042.1.1 or 1042:operation.
func untouched12(name string, quiet []task.ID) bool {
	head, _, _ := strings.Cut(name, ":")
	n := seqOf(head)
	for _, id := range quiet {
		if id.Seq == n {
			return true
		}
	}
	return false
}
