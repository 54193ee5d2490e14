package redistest

import (
	"context"
	"errors"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"
)

// startLimit bounds a start or restart in tests; a cluster node takes two seconds.
const startLimit = 30 * time.Second

// Missing is what a test is skipped with on a machine without redis-server.
const Missing = "redis-server not installed: run make test, which installs it"

// ForTest starts a Redis that ends with the test. Where a real server is asked
// for and none is installed, the test fails when the environment variable CI is
// true, and otherwise is skipped with [Missing] as the reason.
func ForTest(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := start(o)
	if errors.Is(err, ErrNotInstalled) {
		missing(t)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func start(o Options) (*Server, error) {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	return Start(ctx, o)
}

func missing(t testing.TB) {
	t.Helper()
	if ci, _ := strconv.ParseBool(os.Getenv("CI")); ci {
		t.Fatal(Missing)
	}
	t.Skip(Missing)
}

// Each runs f three times, as the sub-tests "redis", "cluster" and "embedded",
// each on a new server of that kind. A package with many such tests shares the
// servers with a [Set]: a cluster node alone takes two seconds to start.
func Each(t *testing.T, f func(t *testing.T, s *Server)) {
	t.Helper()
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) { f(t, ForTest(t, k.o)) })
	}
}

type named struct {
	name string
	o    Options
}

func kinds() []named {
	return []named{
		{"redis", Options{Kind: Real}},
		{"cluster", Options{Kind: Real, Cluster: true}},
		{"embedded", Options{Kind: Embedded}},
	}
}

// Set shares one server of each kind among the tests of a package. The zero
// value is ready; TestMain closes it:
//
//	func TestMain(m *testing.M) {
//		var code int
//		defer func() { os.Exit(code) }()
//		defer redises.Close()
//		code = m.Run()
//	}
//
// Each server is used by one sub-test at a time and is empty and running at its
// start, whatever the one before did to it.
type Set struct {
	slots [3]slot
}

type slot struct {
	mu sync.Mutex
	s  *Server
}

// Each is like the function [Each], on the shared servers.
func (p *Set) Each(t *testing.T, f func(t *testing.T, s *Server)) {
	t.Helper()
	for i, k := range kinds() {
		t.Run(k.name, func(t *testing.T) { f(t, p.slots[i].take(t, k.o)) })
	}
}

// take locks the slot until the test ends and returns its server, fresh.
func (l *slot) take(t *testing.T, o Options) *Server {
	t.Helper()
	l.mu.Lock()
	t.Cleanup(l.mu.Unlock)
	if l.s == nil {
		s, err := start(o)
		if errors.Is(err, ErrNotInstalled) {
			missing(t)
		}
		if err != nil {
			t.Fatal(err)
		}
		l.s = s
		return s
	}
	if err := refresh(l.s); err != nil {
		t.Fatal(err)
	}
	return l.s
}

// refresh brings a used server back to running and empty.
func refresh(s *Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	var err error
	switch {
	case !s.running():
		err = s.Restart(ctx)
	case s.Real():
		err = s.Thaw()
	}
	if err != nil {
		return err
	}
	return s.Flush(ctx)
}

// Close ends the servers that were started.
func (p *Set) Close() error {
	var errs []error
	for i := range p.slots {
		l := &p.slots[i]
		l.mu.Lock()
		if l.s != nil {
			errs = append(errs, l.s.Close())
			l.s = nil
		}
		l.mu.Unlock()
	}
	return errors.Join(errs...)
}
