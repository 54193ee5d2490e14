package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"gridbot/handlers"
	"gridbot/redistest"
	"gridbot/store"
	"gridbot/task"
)

// tell sends one command to a Redis, to do what no part of gridbot would do.
func tell(t *testing.T, r *redistest.Server, args ...string) {
	t.Helper()
	c, err := net.Dial("tcp", r.Addr())
	check(t, err)
	defer c.Close()
	fmt.Fprintf(c, "*%d\r\n", len(args))
	for _, a := range args {
		fmt.Fprintf(c, "$%d\r\n%s\r\n", len(a), a)
	}
	answer := make([]byte, 512)
	n, err := c.Read(answer)
	if err != nil || n == 0 || answer[0] == '-' {
		t.Fatalf("%v: %q %v", args, answer[:n], err)
	}
}

// keptTasks makes tasks of street 12 at the desk, each on its reporter's list.
func keptTasks(t *testing.T, s *store.Store, n int) []task.Task {
	t.Helper()
	check(t, s.Check(t.Context()))
	var out []task.Task
	for i := range n {
		p := task.Person{Account: "a", OpenID: fmt.Sprint("oSecret", i)}
		c := task.New(task.Report{Street: "12", At: start, Text: "私密的话", Reporter: p, Category: task.Category{ID: "streetlight", Urgency: task.Normal}})
		c.After.Next, c.After.Plan = start.Add(time.Hour), task.Plan{Start: start, Accept: start.Add(2 * time.Hour)}
		id, _, err := s.Create(t.Context(), fmt.Sprint("m", i), c, start)
		check(t, err)
		check(t, s.List(t.Context(), p, id, start))
		x, err := s.Get(t.Context(), id)
		check(t, err)
		out = append(out, x)
	}
	return out
}

func TestBackupAndRestoreCommands(t *testing.T) {
	config, dir := settings(t, ""), t.TempDir()
	file := filepath.Join(dir, "today.gz")
	from := redisFor(t, redistest.Options{Kind: redistest.Embedded})
	tasks := keptTasks(t, storeAt(t, from), 5)
	if code, out, errs := command("backup", "-c", config, "--out", file); code != 0 || !strings.Contains(out, "keys written to") {
		t.Fatalf("%d %s %s", code, out, errs)
	}
	if mode, err := os.Stat(file); err != nil || mode.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", mode.Mode(), err)
	}
	if code, _, errs := command("backup", "-c", config, "--out", file); code != 1 || !strings.Contains(errs, "replaces no file") {
		t.Errorf("%d %s", code, errs)
	}
	if code, _, errs := command("restore", "-c", config, "--in", file); code != 1 || !strings.Contains(errs, "not empty") {
		t.Errorf("into a Redis with data: %d %s", code, errs)
	}
	into := redisFor(t, redistest.Options{Kind: redistest.Embedded})
	data, err := os.ReadFile(file)
	check(t, err)
	bad := write(t, "bad.gz", string(data[:len(data)/2]))
	if code, _, errs := command("restore", "-c", config, "--in", bad); code != 1 || !strings.Contains(errs, "cannot be used") {
		t.Errorf("half a file: %d %s", code, errs)
	}
	if code, out, errs := command("restore", "-c", config, "--in", file); code != 0 || !strings.Contains(out, "with 5 tasks restored") || !strings.Contains(out, "gridbot reconcile --repair") {
		t.Fatalf("%d %s %s", code, out, errs)
	}
	if code, out, errs := command("reconcile", "-c", config, "--repair"); code != 0 || !strings.Contains(out, "looked at 5 tasks") {
		t.Errorf("%d %s %s", code, out, errs)
	}
	s := storeAt(t, into)
	for _, want := range tasks {
		if got, err := s.Get(t.Context(), want.ID); err != nil || got.Text != want.Text || got.Version != want.Version {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("files left behind: %v, %v", left, err)
	}
}

// A backup that fails leaves no file behind.
func TestABackupThatFailsLeavesNothing(t *testing.T) {
	redisFor(t, redistest.Options{Kind: redistest.Embedded})
	dir := t.TempDir()
	code, _, errs := command("backup", "-c", settings(t, ""), "--out", filepath.Join(dir, "f.gz"))
	if code != 1 || !strings.Contains(errs, "nothing is stored") {
		t.Errorf("%d %s", code, errs)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestReconcileCommand(t *testing.T) {
	r := redisFor(t, redistest.Options{Kind: redistest.Embedded})
	config := settings(t, "")
	keptTasks(t, storeAt(t, r), 5)
	tell(t, r, "ZREM", "gb:{s12}:desk", "1002")
	tell(t, r, "ZADD", "gb:{s12}:due", "5", "9999")
	tell(t, r, "ZADD", "gb:{s12}:due", "5", "none")
	steps := []struct {
		args string
		code int
		want []string
	}{
		{"reconcile", 1, []string{"12-1002", "absent", "left", "12-9999", "street 12", "3 faults, 3 left", "3 things are wrong; `gridbot reconcile --repair`"}},
		{"reconcile --street 13 --repair", 0, []string{"looked at 0 tasks"}},
		{"reconcile --street 12 --repair", 0, []string{"repaired", "3 faults, 0 left"}},
		{"reconcile", 0, []string{"looked at 5 tasks", "0 faults"}},
	}
	for _, c := range steps {
		code, out, errs := command(append(strings.Fields(c.args), "-c", config)...)
		for _, want := range c.want {
			if code != c.code || !strings.Contains(out+errs, want) || strings.Contains(out+errs, "oSecret") {
				t.Errorf("%s: code %d, want %d and %q\n%s%s", c.args, code, c.code, want, out, errs)
			}
		}
	}
	tell(t, r, "HSET", "gb:{s12}:task:1003", "to", "no time")
	if code, out, errs := command("reconcile", "-c", config, "--repair"); code != 1 || !strings.Contains(errs, "1 keys cannot be read") || strings.Contains(out+errs, "no time") {
		t.Errorf("%d %s %s", code, out, errs)
	}
}

// The command says what it found even when there is more than it lists.
func TestFindingsBeyondTheListAreCounted(t *testing.T) {
	var out bytes.Buffer
	f := store.Findings{Count: map[store.Fault]int{store.Absent: 7}, Left: 7, List: []store.Finding{{Fault: store.Absent, Task: task.ID{Street: "12", Seq: 1001}, Where: "due"}}}
	check(t, printFindings(&out, f))
	if !strings.Contains(out.String(), "and 6 more") {
		t.Error(out.String())
	}
}

func TestMigrateCommand(t *testing.T) {
	r := redisFor(t, redistest.Options{Kind: redistest.Embedded})
	config := settings(t, "")
	if code, out, _ := command("migrate", "-c", config); code != 0 || !strings.Contains(out, "nothing to migrate") {
		t.Errorf("empty: %d %s", code, out)
	}
	keptTasks(t, storeAt(t, r), 5)
	tell(t, r, "SET", "gb:{dir}:schema", "1")
	tell(t, r, "DEL", "gb:{s12}:due")
	for n := 1001; n <= 1005; n++ {
		tell(t, r, "HDEL", fmt.Sprint("gb:{s12}:task:", n), "tn")
	}
	tell(t, r, "HSET", "gb:{s12}:task:1003", "to", "x")
	if code, _, errs := command("import", "-c", config, "--areas", "sample/areas.csv", "--staff", "sample/staff.csv"); code != 1 || !strings.Contains(errs, "gridbot migrate") {
		t.Errorf("before it: %d %s", code, errs)
	}
	tell(t, r, "SET", "gb:{dir}:migrating", "another")
	if code, _, errs := command("migrate", "-c", config); code != 1 || !strings.Contains(errs, "try again later") {
		t.Errorf("while another works: %d %s", code, errs)
	}
	tell(t, r, "DEL", "gb:{dir}:migrating")
	for _, c := range []struct{ args, want string }{
		{"migrate --dry-run", "would migrate from layout 1 to 2: 4 tasks looked at, 4 rewritten"},
		{"migrate", "migrated from layout 1 to 2: 4 tasks looked at, 4 rewritten"},
		{"migrate", "has layout 2 already"},
	} {
		code, out, errs := command(append(strings.Fields(c.args), "-c", config)...)
		if code != 0 || !strings.Contains(out, c.want) {
			t.Errorf("%s: %d %s %s", c.args, code, out, errs)
		}
		if strings.Contains(out, "looked") != strings.Contains(out, "12-1003 cannot be read") {
			t.Errorf("%s: the bad task is not told: %s", c.args, out)
		}
	}
	if due, err := storeAt(t, r).Due(t.Context(), []string{"12"}, start.Add(time.Hour), 9); err != nil || len(due) != 4 {
		t.Errorf("due: %v, %v", due, err)
	}
}

// What serve does every day: mend, and tell the operator what it was.
func TestServeMendsAndTells(t *testing.T) {
	r := redisFor(t, redistest.Options{Kind: redistest.Embedded})
	var log lockedBuffer
	metrics, err := handlers.NewMetrics(prometheus.NewRegistry())
	check(t, err)
	s := &service{store: storeAt(t, r), log: newLog(&log, slog.LevelInfo), metrics: metrics, now: time.Now}
	keptTasks(t, s.store, 3)
	check(t, s.reconcile(t.Context()))
	if strings.Contains(log.String(), "alarm") || !strings.Contains(log.String(), "tasks=3") {
		t.Errorf("all is well, and told is %s", log.String())
	}
	tell(t, r, "ZREM", "gb:{s12}:desk", "1002")
	check(t, s.reconcile(t.Context()))
	for _, want := range []string{"fault=absent", "task=12-1002", "where=desk", "repaired=true", "kind=reconciled", `detail="absent: 1"`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %s in %s", want, log.String())
		}
	}
	if page, err := s.store.DeskQueue(t.Context(), "12", 0, 9); err != nil || page.Total != 3 {
		t.Errorf("the desk has %d: %v", page.Total, err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := s.reconcile(ended); err == nil || strings.Contains(log.String(), "not reconciled") {
		t.Errorf("a stop is told as a fault: %v", err)
	}
}

// A serving process looks after its data as soon as it serves.
func TestServeReconcilesAtItsStart(t *testing.T) {
	r := redisFor(t, redistest.Options{Kind: redistest.Real})
	t.Setenv("GRIDBOT_SERVER_ADDR", "127.0.0.1:0")
	t.Setenv("GRIDBOT_ACCOUNT_A_SECRET", "s")
	t.Setenv("GRIDBOT_ACCOUNT_A_TOKEN", "t")
	s := storeAt(t, r)
	keptTasks(t, s, 3)
	tell(t, r, "DEL", "gb:{s12}:desk")
	config := settings(t, "spool: {path: "+filepath.Join(t.TempDir(), "spool.db")+"}\naccounts:\n  - {name: a, app_id: wx0123456789abcdef, mode: plain, street: \"12\"}\n")
	ctx, stop := context.WithCancel(t.Context())
	var out, errs lockedBuffer
	root := commands()
	root.SetArgs([]string{"serve", "-c", config})
	root.SetOut(&out)
	root.SetErr(&errs)
	ended := make(chan error, 1)
	go func() { ended <- root.ExecuteContext(ctx) }()
	eventually(t, patience, "reconciled", func() bool { return strings.Contains(errs.String(), "faults=3 left=0") })
	stop()
	check(t, <-ended)
	if page, err := s.DeskQueue(t.Context(), "12", 0, 9); err != nil || page.Total != 3 {
		t.Errorf("the desk has %d: %v", page.Total, err)
	}
}
