package redistest

import (
	"errors"
	"net"
	"path/filepath"
	"testing"
	"time"
)

// recorder stands in for a test that skips or fails.
type recorder struct {
	testing.TB
	said string
}

type stopped struct{}

func (r *recorder) Helper()        {}
func (r *recorder) Skip(a ...any)  { r.said = "skip: " + a[0].(string); panic(stopped{}) }
func (r *recorder) Fatal(a ...any) { r.said = "fail: " + a[0].(string); panic(stopped{}) }
func (r *recorder) Cleanup(func()) {}
func (r *recorder) run(f func())   { defer func() { _ = recover().(stopped) }(); f() }

func TestMissingServerIsLoud(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for ci, want := range map[string]string{
		"": "skip: ", "false": "skip: ", "true": "fail: ", "1": "fail: ",
	} {
		t.Setenv("CI", ci)
		r := &recorder{TB: t}
		r.run(func() { ForTest(r, Options{Kind: Real}) })
		if r.said != want+Missing {
			t.Errorf("CI=%q: %q, want %q", ci, r.said, want+Missing)
		}
	}
}

func TestSetSharesFreshServers(t *testing.T) {
	t.Parallel()
	var set Set
	defer func() { must(t, set.Close()) }()
	seen := map[string]string{}
	set.Each(t, func(t *testing.T, s *Server) {
		seen[filepath.Base(t.Name())] = s.Addr()
		wantAnswer(t, s, "OK", "SET", "k", "left behind")
		if s.Real() {
			must(t, s.Freeze())
		}
	})
	set.Each(t, func(t *testing.T, s *Server) {
		if was := seen[filepath.Base(t.Name())[:len(filepath.Base(t.Name()))-3]]; was != s.Addr() {
			t.Errorf("address %s, before %s", s.Addr(), was)
		}
		wantAnswer(t, s, errNil.Error(), "GET", "k")
		wantAnswer(t, s, "OK", "SET", "k", "left behind")
		must(t, s.Kill())
	})
	set.Each(t, func(t *testing.T, s *Server) { wantAnswer(t, s, errNil.Error(), "GET", "k") })
}

func TestPortOfSomebodyElse(t *testing.T) {
	s := ForTest(t, Options{Kind: Real})
	stranger := ForTest(t, Options{Kind: Real, Dir: t.TempDir()})
	n := s.real
	must(t, s.Kill())
	own := n.port
	n.port = stranger.real.port // a Redis answers PING there, but it is not ours
	if err := n.launch(within(t, startLimit)); !errors.Is(err, errPortTaken) {
		t.Fatalf("launch on a stranger's port: %v", err)
	}
	n.port = own
	must(t, s.Restart(within(t, startLimit)))
}

func TestRestartWaitsForItsPort(t *testing.T) {
	s := ForTest(t, Options{Kind: Real})
	must(t, s.Kill())
	l, err := net.Listen("tcp", s.Addr())
	must(t, err)
	if err := s.Restart(within(t, 300*time.Millisecond)); err == nil {
		t.Fatal("started on a port in use")
	}
	done := make(chan error, 1)
	go func() { done <- s.Restart(within(t, startLimit)) }()
	must(t, l.Close())
	must(t, <-done)
	wantAnswer(t, s, "PONG", "PING")
}
