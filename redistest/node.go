package redistest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	portTries = 8                     // new ports to try at Start
	askEvery  = 10 * time.Millisecond // between questions to a server that starts
	stopLimit = 10 * time.Second      // for a shutdown in good order
	lockLimit = 5 * time.Second       // for the last server of a folder to be gone
)

// node is a real server: its program, folder and ports, and its present life.
type node struct {
	bin   string
	o     Options
	dir   string
	temp  bool
	lock  *os.File
	port  int
	bus   int // the cluster's own port; 0 without cluster
	child *child
}

// newNode prepares the folder and starts the server, on another port when
// somebody was faster.
func newNode(ctx context.Context, bin string, o Options) (*node, error) {
	n := &node{bin: bin, o: o}
	err := n.openFolder(ctx)
	if err == nil {
		err = n.startAnywhere(ctx)
	}
	if err != nil {
		_ = n.close()
		return nil, err
	}
	return n, nil
}

func (n *node) openFolder(ctx context.Context) (err error) {
	n.dir, n.temp = n.o.Dir, n.o.Dir == ""
	if n.temp {
		n.dir, err = os.MkdirTemp("", "redistest-")
	} else {
		err = os.MkdirAll(n.dir, 0o700)
	}
	if err != nil {
		return err
	}
	return n.awaitLock(ctx)
}

// awaitLock gives a server that is just dying, or its file rewriter, the time to
// be gone.
func (n *node) awaitLock(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, lockLimit)
	defer cancel()
	for {
		n.lock, err = lockFolder(n.dir)
		if !errors.Is(err, ErrFolderInUse) || !pause(ctx) {
			return err
		}
	}
}

// pause waits one step between two tries; false means that ctx ended.
func pause(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(askEvery):
		return true
	}
}

func (n *node) startAnywhere(ctx context.Context) (err error) {
	for range portTries {
		if n.port, n.bus, err = freePorts(); err != nil {
			return err
		}
		if err = n.launch(ctx); !errors.Is(err, errPortTaken) {
			return err
		}
	}
	return err
}

// freePorts finds two ports nobody listens on at this moment.
func freePorts() (port, bus int, err error) {
	var got [2]int
	for i := range got {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return 0, 0, err
		}
		defer l.Close() // only now, so that the two differ
		got[i] = l.Addr().(*net.TCPAddr).Port
	}
	return got[0], got[1], nil
}

func (n *node) addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(n.port)) }

func (n *node) alive() bool { return n.child != nil && n.child.alive() }

// args are the command line. Durability follows what the product asks of its
// operators: append-only file, no eviction, task hashes kept compact.
func (n *node) args() []string {
	a := []string{
		"--bind", "127.0.0.1", "--port", strconv.Itoa(n.port), "--dir", n.dir,
		"--daemonize", "no", "--logfile", "", "--save", "",
		"--appendonly", "yes", "--appendfsync", n.o.AppendFsync,
		"--maxmemory-policy", "noeviction", "--hash-max-listpack-value", "512",
	}
	if n.o.Cluster {
		// The default bus port is port+10000, which does not exist for high ports.
		a = append(a, "--cluster-enabled", "yes", "--cluster-port", strconv.Itoa(n.bus))
	}
	return append(a, n.o.Args...)
}

// launch starts a life on the present port and waits until it serves.
func (n *node) launch(ctx context.Context) (err error) {
	if n.child, err = spawn(n.bin, n.args(), n.lock); err != nil {
		return err
	}
	if err = n.await(ctx, n.ready); err == nil && n.o.Cluster {
		err = n.formCluster(ctx)
	}
	if err != nil {
		_ = n.child.kill()
	}
	return err
}

// await asks again and again until the answer is yes, the process ends or ctx does.
func (n *node) await(ctx context.Context, yes func(context.Context) bool) error {
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	for !yes(ctx) {
		select {
		case <-n.child.done:
			return n.deathNote()
		case <-ctx.Done():
			return fmt.Errorf("not ready: %w; its log ends: %s", ctx.Err(), &n.child.log)
		case <-tick.C:
		}
	}
	return nil
}

// ready tells whether our own child serves. PING fails while data is loaded; the
// process id tells ours from a stranger's server that won the port.
func (n *node) ready(ctx context.Context) bool {
	if a, err := ask(ctx, n.addr(), "PING"); err != nil || a != "PONG" {
		return false
	}
	a, err := ask(ctx, n.addr(), "INFO", "server")
	return err == nil && strings.Contains(a, fmt.Sprintf("process_id:%d\r\n", n.child.pid()))
}

func (n *node) deathNote() error {
	log := n.child.log.String()
	if strings.Contains(log, "already in use") {
		return fmt.Errorf("%s: %w", n.addr(), errPortTaken)
	}
	return fmt.Errorf("%w; its log ends: %s", ErrNotRunning, log)
}

// formCluster gives a new node all slots and waits until the cluster serves. The
// server itself waits two seconds before it calls a cluster healthy.
func (n *node) formCluster(ctx context.Context) error {
	info, err := ask(ctx, n.addr(), "CLUSTER", "INFO")
	if err != nil {
		return fmt.Errorf("cluster info: %w", err)
	}
	if !strings.Contains(info, "cluster_slots_assigned:16384\r\n") {
		if err := askOK(ctx, n.addr(), "CLUSTER", "ADDSLOTSRANGE", "0", "16383"); err != nil {
			return fmt.Errorf("cluster slots: %w", err)
		}
	}
	return n.await(ctx, func(ctx context.Context) bool {
		a, err := ask(ctx, n.addr(), "CLUSTER", "INFO")
		return err == nil && strings.Contains(a, "cluster_state:ok")
	})
}

func (n *node) kill() error {
	if n.child == nil {
		return nil
	}
	return n.child.kill()
}

func (n *node) stop() error {
	if n.child == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopLimit)
	defer cancel()
	return n.child.stop(ctx)
}

// restart begins a new life on the same port. The port can be in use for a
// moment, as the source port of some outgoing connection, so it is tried again.
func (n *node) restart(ctx context.Context) error {
	if err := n.stop(); err != nil {
		return err
	}
	for {
		err := n.launch(ctx)
		if !errors.Is(err, errPortTaken) || !pause(ctx) {
			return err
		}
	}
}

// close ends the server and frees the folder; a temporary one needs no good order.
func (n *node) close() error {
	end := n.stop
	if n.temp {
		end = n.kill
	}
	err := end()
	if n.lock != nil {
		err = errors.Join(err, n.lock.Close())
	}
	if n.temp && n.dir != "" {
		err = errors.Join(err, os.RemoveAll(n.dir))
	}
	return err
}
