package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// replica is one real process of the program.
type replica struct {
	r      *rig
	dir    string
	port   string
	env    []string // more of its environment
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
server: {addr: "127.0.0.1:%s", drain: 1s}
redis: {addrs: ["%s"]}
spool: {path: "%s", retry: 200ms}
media: {dir: "%s", min_free: 0}
wechat: {base_url: "%s", timeout: 2s}
notices: {poll: 200ms, lease: 8s, gather: 0s, hours: "00:00-24:00"} # each notice is counted by itself, at any hour
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
	p.cmd.Env = append(p.cmd.Env, p.env...)
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

// stop ends the process as an operator does, and fails the test when it does not end
// well by itself.
func (p *replica) stop() {
	p.r.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.r.t.Fatal(err)
	}
	select {
	case <-p.exited:
	case <-time.After(30 * time.Second):
		p.r.t.Fatal("the process does not stop")
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		p.r.t.Errorf("stopped with code %d: %s", code, p.tail())
	}
	p.cmd = nil
}

// ready tells whether the process wants messages.
func (p *replica) ready() bool {
	res, err := http.Get("http://127.0.0.1:" + p.port + "/readyz")
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK
}
