package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/simulator"
	"gridbot/task"
	"gridbot/wechat"
)

// patience bounds every wait for a condition.
const patience = 30 * time.Second

// start is a time for tests that need one.
var start = time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)

// lockedBuffer is an output that is read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// runDemo runs a demo until the test ends, and returns it once everybody has
// arrived. stop ends it early.
func runDemo(t *testing.T, dir string, kind redistest.Kind) (d *demo, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	d, err := newDemo(ctx, "127.0.0.1:0", dir, kind, slog.New(slog.DiscardHandler))
	if errors.Is(err, redistest.ErrNotInstalled) {
		redistest.ForTest(t, redistest.Options{Kind: redistest.Real}) // skips, or fails where it must not be missing
	}
	check(t, err)
	running := *d // serve forgets what it has closed
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- d.serve(ctx, func() { close(ready) }) }()
	select {
	case <-ready:
	case err := <-ended:
		t.Fatalf("the demo ended: %v", err)
	}
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return &running, stop
}

func TestDemo(t *testing.T) {
	for _, kind := range []redistest.Kind{redistest.Embedded, redistest.Real} {
		t.Run(kind.String(), func(t *testing.T) {
			d, _ := runDemo(t, t.TempDir(), kind)
			for path, want := range map[string]string{"/": "<html", "/healthz": "ok", "/readyz": `"redis":true`, "/metrics": "gridbot_messages_total", "/sim/state": "张小燕"} {
				res, err := http.Get(d.url() + path)
				check(t, err)
				body, _ := io.ReadAll(res.Body)
				res.Body.Close()
				if res.StatusCode != 200 || !strings.Contains(string(body), want) {
					t.Errorf("%s: %d %.200s", path, res.StatusCode, body)
				}
			}
			check(t, d.platform.Verify(t.Context(), demoApp))
			reply := d.platform.Text(demoApp, "oDemoResident-1", "你好")
			if reply.Err != nil || reply.Reply == "" || len(reply.Attempts) != 1 {
				t.Errorf("%+v", reply)
			}
			if bad := d.platform.Wire(); !encrypted(bad) {
				t.Error("a push went in plaintext")
			}
		})
	}
}

// encrypted tells whether there were pushes and all were answered.
func encrypted(wire []simulator.WireEntry) bool {
	pushes := 0
	for _, e := range wire {
		if e.Kind == simulator.WirePush {
			pushes++
			if e.Status != 200 || e.Err != "" {
				return false
			}
		}
	}
	return pushes > 0
}

// A demo that is started again in the same folder knows what it knew, and nobody
// joins twice.
func TestDemoKeeps(t *testing.T) {
	dir := t.TempDir()
	first, stop := runDemo(t, dir, redistest.Real)
	bound, err := first.service.store.StaffPerson(t.Context(), "s11")
	check(t, err)
	keys, err := os.ReadFile(filepath.Join(dir, "keys.json"))
	check(t, err)
	stop()
	second, _ := runDemo(t, dir, redistest.Real)
	again, err := second.service.store.StaffPerson(t.Context(), "s11")
	if err != nil || again != bound || again != (task.Person{Account: demoAccount, OpenID: staffOpenID("s11")}) {
		t.Errorf("%v, before %v: %v", again, bound, err)
	}
	kept, err := os.ReadFile(filepath.Join(dir, "keys.json"))
	if err != nil || !bytes.Equal(keys, kept) {
		t.Error("the keys changed")
	}
}

// Two demos cannot share a folder.
func TestDemoFolderInUse(t *testing.T) {
	dir := t.TempDir()
	runDemo(t, dir, redistest.Embedded)
	if d, err := newDemo(t.Context(), "127.0.0.1:0", dir, redistest.Embedded, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("the second started")
		check(t, d.close())
	}
}

// The command says where the page is, how long it took and what is kept.
func TestDemoCommand(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	var out, errs lockedBuffer
	root := commands()
	root.SetArgs([]string{"demo", "--addr", "127.0.0.1:0", "--data", t.TempDir()})
	root.SetOut(&out)
	root.SetErr(&errs)
	ended := make(chan error, 1)
	go func() { ended <- root.ExecuteContext(ctx) }()
	eventually(t, patience, "the demo tells its address", func() bool { return strings.Contains(out.String(), "open http://127.0.0.1:") })
	if !strings.Contains(out.String(), "ready after") || !strings.Contains(out.String(), "kept") && !strings.Contains(out.String(), "KEPT") {
		t.Errorf("%s", out.String())
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("%v\n%s", err, errs.String())
	}
}

// A stop finishes what has begun: a request under way gets its answer.
func TestShutdownFinishes(t *testing.T) {
	d, stop := runDemo(t, t.TempDir(), redistest.Embedded)
	const many = 40
	answered := make(chan simulator.Attempt, many)
	for range many {
		p := d.platform.Prepare(demoApp, "oDemoResident-1", simulator.Message{Type: "text", Fields: []simulator.Field{{Name: "Content", Value: "你好"}}})
		go func() { answered <- d.platform.Post(context.Background(), d.url()+"/wechat/"+demoAccount, p) }()
	}
	first := <-answered
	stop()
	attempts := []simulator.Attempt{first}
	for range many - 1 {
		attempts = append(attempts, <-answered)
	}
	for _, a := range attempts {
		if a.Status != 0 && a.Err != nil { // 0: came when nothing was taken any more
			t.Errorf("%+v", a)
		}
	}
}

func TestKeys(t *testing.T) {
	dir := t.TempDir()
	k, err := readKeys(filepath.Join(dir, "keys.json"))
	check(t, err)
	if _, err := wechat.NewCipher(demoApp, k.AESKey); err != nil || k.Secret == "" || k.Token == "" {
		t.Errorf("%+v: %v", k, err)
	}
	if info, _ := os.Stat(filepath.Join(dir, "keys.json")); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	if _, err := readKeys(write(t, "keys.json", "{")); err == nil {
		t.Error("a broken file was read")
	}
	if _, err := readKeys(filepath.Join(dir, "none", "keys.json")); err == nil {
		t.Error("a file in no folder was written")
	}
}

// Every name in the cast fits the sample street.
func TestCastFits(t *testing.T) {
	d, _ := runDemo(t, t.TempDir(), redistest.Embedded)
	g := d.service.desk.Ground()
	for _, r := range d.cast.Residents {
		home, _, _ := strings.Cut(r.Scene, ".")
		if _, ok := g.Area(home); !ok {
			t.Errorf("%s lives in %s, which is nowhere", r.Name, r.Scene)
		}
	}
	for _, s := range d.cast.Scenes {
		home, _, _ := strings.Cut(s.Key, ".")
		if _, ok := g.Area(home); !ok {
			t.Errorf("the code %s is of nowhere", s.Key)
		}
	}
	kinds := map[string]int{}
	for _, p := range d.cast.people(g) {
		kinds[p.Kind]++
		if p.Role == "" || p.Name == "" || d.cast.Hints[p.Kind] == nil {
			t.Errorf("%+v", p)
		}
	}
	if kinds["resident"] < 3 || kinds["staff"] != 23 || kinds["dispatcher"] != 2 {
		t.Errorf("%v", kinds)
	}
	defs, declared := d.cast.templates()
	for name, tpl := range declared {
		for field, keyword := range tpl.Fields {
			if defs[tpl.ID].Fields[keyword] == "" {
				t.Errorf("template %s: the platform has no %s for %s", name, keyword, field)
			}
		}
	}
}

// The sender sends an account's own template, with the fields it has.
func TestSender(t *testing.T) {
	d, _ := runDemo(t, t.TempDir(), redistest.Embedded)
	accounts := d.service.config.accounts()
	s := newSender(d.service.client, d.service.sms, accounts)
	fields := map[string]string{"number": "12-1001", "matter": "路灯故障", "status": "已签收", "time": "2026-09-01 09:00", "other": "x"}
	person := "oDemoResident-1"
	if r := s.SendTemplate(t.Context(), demoAccount, person, "resident", fields, "id-1"); r.Outcome != task.Delivered {
		t.Errorf("%+v", r)
	}
	if r := s.SendTemplate(t.Context(), demoAccount, person, "unknown", fields, "id-2"); r.Outcome != task.NextChannel {
		t.Errorf("a template nobody declared: %+v", r)
	}
	d.platform.Text(demoApp, person, "你好")
	if r := s.SendText(t.Context(), demoAccount, person, "您好"); r.Outcome != task.Delivered {
		t.Errorf("%+v", r)
	}
	if r := s.SendText(t.Context(), "elsewhere", person, "您好"); r.Outcome != task.Hold {
		t.Errorf("an unknown account: %+v", r)
	}
}
