package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gridbot/grid"
	"gridbot/redistest"
	"gridbot/sample"
	"gridbot/simulator"
	"gridbot/store"
	"gridbot/task"
)

// childVariable makes the test binary run as the program itself, so that tests
// can kill and restart real processes of exactly the code under test.
const childVariable = "GRIDTEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
	}
	store.LogTo(func(string) {}) // the client would tell of every outage the tests make
	os.Exit(m.Run())
}

// rig is a real Redis, a stand-in platform and any number of real processes.
type rig struct {
	t        *testing.T
	redis    *redistest.Server
	platform *simulator.Platform
	store    *store.Store
	base     string // the stand-in's address

	mu   sync.Mutex
	told map[string]int // "template or text of a notice" → how often it was accepted
}

const (
	rigApp    = "wx000000000000fa17"
	rigToken  = "faulttoken"
	rigSecret = "faultsecret"
	rigKey    = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
)

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, redis: redistest.ForTest(t, redistest.Options{Kind: redistest.Real}), told: map[string]int{}}
	fields := map[string]string{"character_string1": "character_string", "thing2": "thing", "phrase3": "phrase", "time4": "time"}
	r.platform = simulator.New(simulator.Options{
		Accounts: []simulator.Account{{AppID: rigApp, Secret: rigSecret, Token: rigToken, AESKey: rigKey, Mode: simulator.ModeSafe,
			Templates: map[string]simulator.TemplateDef{"T1": {Title: "T", Fields: fields}}}},
		RetryGap: 500 * time.Millisecond, MarkFailAfter: -1, NoBodies: true, OnSend: r.sent,
	})
	web := httptest.NewServer(r.platform.Handler())
	r.base = web.URL
	t.Cleanup(func() { r.platform.Close(); web.Close() })
	var err error
	if r.store, err = store.Open(store.Options{Addrs: []string{r.redis.Addr()}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.store.Close() })
	r.ground()
	return r
}

// sent counts what reached the phones of staff, by the number of the task.
func (r *rig) sent(s simulator.Send) {
	text := s.Bubble.Text
	for _, f := range s.Bubble.Fields {
		text += " " + f.Value
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return c != '-' && (c < '0' || c > '9') }) {
		if id, err := task.ParseID(word); err == nil {
			r.told[s.OpenID+" "+id.String()]++
			break
		}
	}
}

// ground imports the sample street and binds its staff to phones of their own.
func (r *rig) ground() {
	r.t.Helper()
	ctx := r.t.Context()
	areas, err := grid.ReadAreas(bytes.NewReader(sample.Areas))
	if err != nil {
		r.t.Fatal(err)
	}
	staff, err := grid.ReadStaff(bytes.NewReader(sample.Staff))
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.store.SaveDirectory(ctx, areas, staff); err != nil {
		r.t.Fatal(err)
	}
	for _, s := range staff {
		person := task.Person{Account: "fault", OpenID: "worker-" + s.ID}
		if err := r.store.AddCodes(ctx, []store.Code{{Code: "code" + s.ID, Staff: s.ID}}); err != nil {
			r.t.Fatal(err)
		}
		if _, err := r.store.Join(ctx, "code"+s.ID, person); err != nil {
			r.t.Fatal(err)
		}
		r.platform.Follow(rigApp, person.OpenID, "")
	}
}

// replica is one real process of the program.
type replica struct {
	r      *rig
	dir    string
	port   string
	cmd    *exec.Cmd
	exited chan struct{}
	log    *os.File
}

// replica makes a process with a spool of its own; start runs it.
func (r *rig) replica(name string) *replica {
	r.t.Helper()
	p := &replica{r: r, dir: filepath.Join(r.t.TempDir(), name), port: freePort(r.t)}
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		r.t.Fatal(err)
	}
	config := fmt.Sprintf(`
server: {addr: "127.0.0.1:%s"}
redis: {addrs: ["%s"]}
spool: {path: "%s", retry: 200ms}
media: {dir: "%s", min_free: 0}
wechat: {base_url: "%s", timeout: 2s}
notices: {poll: 200ms, lease: 8s}
merge: {alike: 2} # each report is to make a task of its own
log: {level: warn}
accounts:
  - name: fault
    app_id: %s
    mode: safe
    street: "12"
    abilities: {template: true}
    templates:
      resident: {id: T1, fields: {number: character_string1, matter: thing2, status: phrase3, time: time4}}
      staff: {id: T1, fields: {number: character_string1, matter: thing2, status: phrase3, time: time4}}
`, p.port, r.redis.Addr(), filepath.Join(p.dir, "spool.db"), filepath.Join(p.dir, "media"), r.base, rigApp)
	if err := os.WriteFile(filepath.Join(p.dir, "config.yaml"), []byte(config), 0o600); err != nil {
		r.t.Fatal(err)
	}
	var err error
	if p.log, err = os.Create(filepath.Join(p.dir, "log")); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(p.kill)
	return p
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func (p *replica) url() string { return "http://127.0.0.1:" + p.port + "/wechat/fault" }

// start runs the process and returns once it answers.
func (p *replica) start() {
	p.r.t.Helper()
	p.cmd = exec.Command(os.Args[0], "serve", "--config", filepath.Join(p.dir, "config.yaml"))
	p.cmd.Env = append(os.Environ(), childVariable+"=1", "GRIDBOT_ACCOUNT_FAULT_SECRET="+rigSecret,
		"GRIDBOT_ACCOUNT_FAULT_TOKEN="+rigToken, "GRIDBOT_ACCOUNT_FAULT_AES_KEY="+rigKey)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		p.r.t.Fatal(err)
	}
	exited := make(chan struct{})
	p.exited = exited
	cmd := p.cmd
	go func() { _ = cmd.Wait(); close(exited) }()
	eventually(p.r.t, 20*time.Second, "the service to answer", func() bool {
		select {
		case <-exited:
			p.r.t.Fatalf("the service ended by itself: %s", p.tail())
		default:
		}
		res, err := http.Get("http://127.0.0.1:" + p.port + "/healthz")
		if err != nil {
			return false
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
}

// kill ends the process as a power cut would: SIGKILL.
func (p *replica) kill() {
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Kill()
	<-p.exited
	p.cmd = nil
}

// tail is the end of the process's log.
func (p *replica) tail() string {
	b, _ := os.ReadFile(p.log.Name())
	return string(b[max(0, len(b)-2000):])
}

// metric reads one value from /metrics; -1 when it is not there.
func (p *replica) metric(name string) float64 {
	res, err := http.Get("http://127.0.0.1:" + p.port + "/metrics")
	if err != nil {
		return -1
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		var v float64
		if n, _ := fmt.Sscanf(lines.Text(), name+" %g", &v); n == 1 {
			return v
		}
	}
	return -1
}

// settled waits until nothing that a person waits for is left to do: the spools
// are empty and every handler was told of each of their tasks.
func (r *rig) settled(within time.Duration, replicas ...*replica) {
	r.t.Helper()
	eventually(r.t, within, "the spools to be empty and every handler to be told", func() bool {
		for _, p := range replicas {
			if p.metric("gridbot_spool_entries") != 0 {
				return false
			}
		}
		untold, _ := r.untold()
		return untold == 0
	})
}

// untold counts the tasks whose handler has not been told of them, and those whose
// handler was told more than once.
func (r *rig) untold() (none, again int) {
	_, all := r.tasks()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range all {
		switch n := r.told["worker-"+one.Handler+" "+one.ID.String()]; {
		case n == 0:
			none++
		case n > 1:
			again++
		}
	}
	return none, again
}

// tasks reads every task of the street: how often each report's text stands in
// one, and which numbers there are.
func (r *rig) tasks() (texts map[string]int, all []task.Task) {
	r.t.Helper()
	texts = map[string]int{}
	for from := int64(task.FirstNumber); ; from += 500 {
		ids := make([]task.ID, 500)
		for i := range ids {
			ids[i] = task.ID{Street: "12", Seq: from + int64(i)}
		}
		page, err := r.store.GetAll(r.t.Context(), ids)
		if err != nil {
			r.t.Fatal(err)
		}
		for _, t := range page {
			texts[t.Text]++
		}
		all = append(all, page...)
		if len(page) < 500/2 {
			return texts, all
		}
	}
}

// eventually waits for a condition.
func eventually(t *testing.T, within time.Duration, what string, cond func() bool) {
	t.Helper()
	deadline := time.After(within)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited %v for %s", within, what)
		}
	}
}
