// Package redistest runs a Redis for the demo and for tests, on a free port of
// the loopback interface only.
//
// There are two kinds. [Real] is a redis-server (or valkey-server) child
// process, set up as the product asks of its operators: append-only file synced
// at every write, no snapshots, no eviction. [Embedded] is miniredis inside this
// process: no persistence, no cluster, and scripts several times slower, so it
// serves a demo on a machine that has nothing but Go, and quick tests. [Auto]
// takes the real one when it is on the PATH.
//
// What outages look like:
//
//	call             real server                      embedded
//	Freeze, Thaw     SIGSTOP, SIGCONT                 ErrNeedsServer
//	Kill             SIGKILL                          stops listening
//	Stop             SIGTERM, data kept               stops listening
//	Restart          same port and folder, reloaded   same port, memory as it was
//	Close            stopped, temporary folder gone   memory gone
//
// On Linux a child dies with the process that started it, even when that one is
// killed with SIGKILL. Elsewhere it can outlive such a death; a lock file in the
// data folder, held by the child itself, then keeps a second server from
// writing into the same files.
package redistest

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// Kind says which Redis to run.
type Kind int

// The kinds of Redis. Auto never appears as the kind of a started server.
const (
	Auto     Kind = iota // the real server when it is installed, else the embedded one
	Real                 // a redis-server child process
	Embedded             // miniredis inside this process
)

// String returns the kind's name as tests and log lines show it.
func (k Kind) String() string {
	switch k {
	case Real:
		return "redis"
	case Embedded:
		return "embedded"
	}
	return "auto"
}

// Errors of this package; the returned ones wrap them with what was attempted.
var (
	// ErrNotInstalled means that neither redis-server nor valkey-server is on the PATH.
	ErrNotInstalled = errors.New("redis-server not installed")
	// ErrNeedsServer means that only a real server can do what was asked.
	ErrNeedsServer = errors.New("needs a real redis-server")
	// ErrNotRunning means that the server was killed or stopped and not restarted, or died by itself.
	ErrNotRunning = errors.New("server is not running")
	// ErrFolderInUse means that another server still writes into the data folder.
	ErrFolderInUse = errors.New("data folder is in use by another server")

	errClosed    = errors.New("server was closed")
	errPortTaken = errors.New("port was taken by somebody else")
)

// Options say what to start. The zero value is a temporary server of the kind
// this machine offers.
type Options struct {
	Kind        Kind     // which Redis; see the constants
	Dir         string   // data folder, made when missing; "" is a temporary one, removed at Close
	Cluster     bool     // one node with --cluster-enabled yes that owns all 16,384 slots; needs a real server
	AppendFsync string   // always (also the default), everysec or no; without meaning for the embedded one
	Ticking     bool     // embedded: let lifetimes run with the clock; without it they run only by Advance
	Args        []string // further arguments of redis-server, after ours, so that they win
}

// Server is one Redis, running or not. Its methods may be called from several
// goroutines.
type Server struct {
	o    Options
	addr string

	mu     sync.Mutex
	closed bool
	real   *node                // nil when embedded
	mini   *miniredis.Miniredis // nil when real
	up     bool                 // embedded: it listens
}

// Start starts a Redis and returns once it answers; ctx bounds the start, not
// the server's life. The caller closes it. Without a redis-server, the kind Real
// and the option Cluster fail with [ErrNotInstalled].
func Start(ctx context.Context, o Options) (*Server, error) {
	bin, err := choose(&o)
	if err != nil {
		return nil, fmt.Errorf("redistest: start: %w", err)
	}
	s := &Server{o: o}
	if o.Kind == Embedded {
		err = s.startEmbedded()
	} else {
		s.real, err = newNode(ctx, bin, o)
		if err == nil {
			s.addr = s.real.addr()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("redistest: start %s: %w", o.Kind, err)
	}
	return s, nil
}

// choose settles the kind and the defaults, and finds the program.
func choose(o *Options) (bin string, err error) {
	if o.AppendFsync == "" {
		o.AppendFsync = "always"
	}
	if o.Kind == Embedded {
		if o.Cluster {
			return "", fmt.Errorf("cluster: %w", ErrNeedsServer)
		}
		return "", nil
	}
	bin, err = Find()
	switch {
	case err == nil:
		o.Kind = Real
	case o.Kind == Auto && !o.Cluster:
		o.Kind = Embedded
		err = nil
	}
	return bin, err
}

// Find returns the path of the redis-server, or else valkey-server, on the PATH;
// it fails with [ErrNotInstalled].
func Find() (string, error) {
	for _, n := range []string{"redis-server", "valkey-server"} {
		p, err := exec.LookPath(n)
		if err == nil {
			return filepath.Abs(p)
		}
	}
	return "", ErrNotInstalled
}

func (s *Server) startEmbedded() error {
	s.mini = miniredis.NewMiniRedis()
	if err := s.mini.StartAddr("127.0.0.1:0"); err != nil {
		return err
	}
	if s.o.Ticking {
		s.mini.ClockTTL(true)
	}
	s.addr, s.up = s.mini.Addr(), true
	return nil
}

// Addr returns host:port. It stays the same until Close, outages included.
func (s *Server) Addr() string { return s.addr }

// Kind returns what runs: Real or Embedded.
func (s *Server) Kind() Kind { return s.o.Kind }

// Real tells whether this is a redis-server process, so that data outlives it
// and Freeze works.
func (s *Server) Real() bool { return s.o.Kind == Real }

// Cluster tells whether this is a cluster node.
func (s *Server) Cluster() bool { return s.o.Cluster }

// Dir returns the data folder, "" for the embedded one.
func (s *Server) Dir() string {
	if s.real == nil {
		return ""
	}
	return s.real.dir
}

// PID returns the process id of the running redis-server, and 0 when it is down
// or embedded.
func (s *Server) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.real == nil || !s.real.alive() {
		return 0
	}
	return s.real.child.pid()
}

// Advance lets d pass for the lifetimes of an embedded server's keys. A real
// server has its own clock and is left alone.
func (s *Server) Advance(d time.Duration) {
	if s.mini != nil {
		s.mini.FastForward(d)
	}
}

// Flush deletes every key, so that tests can share one server.
func (s *Server) Flush(ctx context.Context) error {
	if s.mini != nil {
		s.mini.FlushAll()
		return nil
	}
	if err := askOK(ctx, s.addr, "FLUSHALL"); err != nil {
		return fmt.Errorf("redistest: flush: %w", err)
	}
	return nil
}
