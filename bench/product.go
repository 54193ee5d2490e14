package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// child is a server of the comparison, a process of its own.
type child struct {
	cmd  *exec.Cmd
	addr string
	log  *os.File
	hold io.Closer // a peer ends when this closes
}

// used is what a process has used since it began: allocations, seconds of the
// processor; and the bytes it holds now.
type used struct {
	Mallocs, CPU, Bytes float64
}

// startPeers starts this program again as the peers.
func startPeers(redisAddr string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self)
	cmd.Env, cmd.Stderr = append(os.Environ(), peerVariable+"="+redisAddr), os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	return &child{cmd: cmd, addr: strings.TrimSpace(line), hold: in}, err
}

// build makes the product's binary out of the module beside this one.
func build(ctx context.Context, dir string) (string, error) {
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "gridbot").Output()
	if err != nil {
		return "", fmt.Errorf("run this in the directory bench: %w", err)
	}
	bin := filepath.Join(dir, "gridbot")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", bin, ".")
	cmd.Dir, cmd.Stderr = strings.TrimSpace(string(root)), os.Stderr
	return bin, cmd.Run()
}

// configuration is the product's, as it ships but for what a comparison needs.
const configuration = `
server: {addr: "%s"}
redis: {addrs: ["%s"], accept_loss: true} # the state of the append-only file is what is measured
spool: {path: "%s"}
wechat: {base_url: "%s"}
notices: {hours: "00:00-24:00"} # whatever time it is
merge: {alike: 2} # each report is to make a task of its own
log: {level: warn}
accounts:
  - name: bench
    app_id: %s
    mode: safe
    street: "%s"
    abilities: {template: true}
    templates:
      resident: {id: T1, fields: {number: character_string1, matter: thing2, status: phrase3, time: time4}}
      staff: {id: T1, fields: {number: character_string1, matter: thing2, status: phrase3, time: time4}}
`

// startProduct runs the product and returns once it answers.
func startProduct(ctx context.Context, bin, dir, redisAddr, platform, street string) (*child, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &child{addr: l.Addr().String()}
	file := filepath.Join(dir, "config.yaml")
	text := fmt.Sprintf(configuration, c.addr, redisAddr, filepath.Join(dir, "spool.db"), platform, appID, street)
	if err := errors.Join(l.Close(), os.WriteFile(file, []byte(text), 0o600)); err != nil {
		return nil, err
	}
	if c.log, err = os.Create(filepath.Join(dir, "log")); err != nil {
		return nil, err
	}
	c.cmd = exec.Command(bin, "serve", "--config", file)
	c.cmd.Env = append(os.Environ(), "GRIDBOT_ACCOUNT_BENCH_SECRET="+secret, "GRIDBOT_ACCOUNT_BENCH_TOKEN="+token, "GRIDBOT_ACCOUNT_BENCH_AES_KEY="+aesKey)
	c.cmd.Stdout, c.cmd.Stderr = c.log, c.log
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	for range 200 {
		if res, err := http.Get("http://" + c.addr + "/healthz"); err == nil {
			return c, res.Body.Close()
		}
		select {
		case <-ctx.Done():
			return c, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return c, fmt.Errorf("the product did not start: %s", c.tail())
}

// tail is the end of the product's log.
func (c *child) tail() string {
	b, _ := os.ReadFile(c.log.Name())
	return string(b[max(0, len(b)-2000):])
}

// stop ends the process.
func (c *child) stop() {
	if c.hold != nil {
		_ = c.hold.Close()
	}
	c.wake()
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
}

// metrics reads values the product publishes, -1 for those it does not.
func (c *child) metrics(names ...string) ([]float64, error) {
	res, err := http.Get("http://" + c.addr + "/metrics")
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(names))
	for i, name := range names {
		out[i] = -1
		if _, after, found := bytes.Cut(page, []byte("\n"+name+" ")); found {
			_, _ = fmt.Sscanf(string(after), "%g", &out[i])
		}
	}
	return out, nil
}

// used is what the process has used so far.
func (c *child) used() (u used, err error) {
	if c.hold == nil {
		v, err := c.metrics("go_memstats_mallocs_total", "process_cpu_seconds_total", "process_resident_memory_bytes")
		if err != nil {
			return u, err
		}
		return used{v[0], v[1], v[2]}, nil
	}
	res, err := http.Get("http://" + c.addr + "/usage")
	if err != nil {
		return u, err
	}
	defer res.Body.Close()
	return u, json.NewDecoder(res.Body).Decode(&u)
}

// drained waits until the product has delivered what is due.
func (c *child) drained(ctx context.Context, within time.Duration) error {
	deadline := time.Now().Add(within)
	for {
		v, err := c.metrics("gridbot_outbox_oldest_seconds")
		if err != nil || v[0] == 0 {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("notices still wait after %v; the oldest for %.0f s", within, v[0])
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}
