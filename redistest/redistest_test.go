package redistest

import (
	"bufio"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// within bounds whatever a test waits for.
func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func set(t *testing.T, s *Server, key, value string) {
	t.Helper()
	must(t, askOK(within(t, 10*time.Second), s.Addr(), "SET", key, value))
}

// wantAnswer asks and compares; an error answer is compared by its text.
func wantAnswer(t *testing.T, s *Server, want string, args ...string) {
	t.Helper()
	got, err := ask(within(t, 10*time.Second), s.Addr(), args...)
	if err != nil {
		got = err.Error()
	}
	if !strings.HasPrefix(got, want) {
		t.Fatalf("%v answered %q, want %q", args, got, want)
	}
}

// config reads one setting; CONFIG GET answers name and value as an array.
func config(t *testing.T, s *Server, name string) string {
	t.Helper()
	c, err := net.Dial("tcp", s.Addr())
	must(t, err)
	defer c.Close()
	_, err = c.Write([]byte(request([]string{"CONFIG", "GET", name})))
	must(t, err)
	r := bufio.NewReader(c)
	_, err = r.ReadString('\n')
	must(t, err)
	_, err = answer(r)
	must(t, err)
	value, err := answer(r)
	must(t, err)
	return value
}

// eventually waits for a condition without assuming how long it takes.
func eventually(t *testing.T, what string, yes func() bool) {
	t.Helper()
	ctx := within(t, 10*time.Second)
	for !yes() {
		if !pause(ctx) {
			t.Fatalf("never happened: %s", what)
		}
	}
}

func TestOutagesOnEveryKind(t *testing.T) {
	t.Parallel()
	outages := map[string]func(*Server) error{"kill": (*Server).Kill, "stop": (*Server).Stop}
	for name, end := range outages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			Each(t, func(t *testing.T, s *Server) {
				addr, pid := s.Addr(), s.PID()
				set(t, s, "k", "kept")
				must(t, end(s))
				must(t, end(s)) // ending twice is no error
				if _, err := ask(within(t, time.Second), addr, "PING"); err == nil {
					t.Fatal("answers after its end")
				}
				if s.PID() != 0 {
					t.Fatalf("PID %d of a dead server", s.PID())
				}
				must(t, s.Restart(within(t, startLimit)))
				if s.Addr() != addr || (s.Real() && s.PID() == pid) {
					t.Fatalf("address %s → %s, pid %d → %d", addr, s.Addr(), pid, s.PID())
				}
				wantAnswer(t, s, "kept", "GET", "k")
			})
		})
	}
}

func TestRestartOfARunningServerKeepsData(t *testing.T) {
	for _, k := range []Kind{Real, Embedded} {
		t.Run(k.String(), func(t *testing.T) {
			s := ForTest(t, Options{Kind: k})
			set(t, s, "k", "kept")
			must(t, s.Restart(within(t, startLimit)))
			wantAnswer(t, s, "kept", "GET", "k")
		})
	}
}

func TestFreezeTimesOutAndThawAnswers(t *testing.T) {
	s := ForTest(t, Options{Kind: Real})
	set(t, s, "k", "v")
	must(t, s.Freeze())
	_, err := ask(within(t, 150*time.Millisecond), s.Addr(), "GET", "k")
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Fatalf("a frozen server gave %v, want a time-out", err)
	}
	must(t, s.Thaw())
	wantAnswer(t, s, "v", "GET", "k")
}

func TestFrozenServerEnds(t *testing.T) {
	ends := map[string]func(*Server) error{
		"kill": (*Server).Kill, "stop": (*Server).Stop, "close": (*Server).Close,
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			s := ForTest(t, Options{Kind: Real, Dir: t.TempDir()})
			must(t, s.Freeze())
			must(t, end(s))
			if s.PID() != 0 {
				t.Fatal("still there")
			}
		})
	}
}

func TestSettingsAreTheProductsDurability(t *testing.T) {
	s := ForTest(t, Options{Kind: Real})
	wantAnswer(t, s, "1", "HSET", "h", "f", strings.Repeat("x", 512))
	wantAnswer(t, s, "listpack", "OBJECT", "ENCODING", "h")
	for name, want := range map[string]string{"appendfsync": "always", "save": "", "bind": "127.0.0.1"} {
		if got := config(t, s, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for section, line := range map[string]string{
		"memory": "maxmemory_policy:noeviction", "persistence": "aof_enabled:1",
	} {
		info, err := ask(within(t, 10*time.Second), s.Addr(), "INFO", section)
		must(t, err)
		if !strings.Contains(info, line) {
			t.Errorf("INFO %s lacks %s:\n%s", section, line, info)
		}
	}
}

func TestOwnArgumentsWin(t *testing.T) {
	s := ForTest(t, Options{Kind: Real, AppendFsync: "no", Args: []string{"--maxmemory-policy", "volatile-lru"}})
	got := []string{config(t, s, "appendfsync"), config(t, s, "maxmemory-policy")}
	if !slices.Equal(got, []string{"no", "volatile-lru"}) {
		t.Errorf("settings %v", got)
	}
}

func TestClusterServesAndRefusesCrossSlot(t *testing.T) {
	t.Parallel()
	s := ForTest(t, Options{Cluster: true})
	if !s.Real() || !s.Cluster() {
		t.Fatal("not a real cluster node")
	}
	set(t, s, "{a}1", "v")
	wantAnswer(t, s, "OK", "MSET", "{a}1", "x", "{a}2", "y")
	wantAnswer(t, s, "CROSSSLOT", "MSET", "{a}1", "x", "{b}1", "y")
}

func TestFolderIsReopenedByTheNextServer(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "made for it", "数据 \"here\"")
	for _, cluster := range []bool{false, true} {
		d := filepath.Join(dir, map[bool]string{false: "single", true: "cluster"}[cluster])
		first := ForTest(t, Options{Kind: Real, Cluster: cluster, Dir: d})
		set(t, first, "k", "kept")
		must(t, first.Close())
		second := ForTest(t, Options{Kind: Real, Cluster: cluster, Dir: d})
		wantAnswer(t, second, "kept", "GET", "k")
		if second.Dir() != d {
			t.Errorf("Dir = %s, want %s", second.Dir(), d)
		}
	}
}

func TestFolderHasOneWriter(t *testing.T) {
	dir := t.TempDir()
	ForTest(t, Options{Kind: Real, Dir: dir})
	s, err := Start(within(t, 100*time.Millisecond), Options{Kind: Real, Dir: dir})
	if !errors.Is(err, ErrFolderInUse) {
		t.Fatalf("second server on one folder: %v, %v", s, err)
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	s := ForTest(t, Options{Kind: Real})
	dir, c := s.Dir(), s.real.child
	must(t, s.Close())
	must(t, s.Close())
	if c.alive() || s.PID() != 0 {
		t.Error("the process is still there")
	}
	if p, err := os.FindProcess(c.pid()); err == nil && p.Signal(os.Kill) == nil {
		t.Error("the process id still takes signals")
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("temporary folder is still there: %v", err)
	}
	for name, f := range map[string]func() error{
		"freeze": s.Freeze, "thaw": s.Thaw, "kill": s.Kill, "stop": s.Stop,
		"restart": func() error { return s.Restart(within(t, time.Second)) },
	} {
		if err := f(); !errors.Is(err, errClosed) {
			t.Errorf("%s after Close: %v", name, err)
		}
	}
}

func TestDeadServerCannotFreeze(t *testing.T) {
	s := ForTest(t, Options{Kind: Real})
	must(t, s.Kill())
	if err := s.Freeze(); !errors.Is(err, ErrNotRunning) {
		t.Errorf("freeze: %v", err)
	}
	if err := s.Thaw(); !errors.Is(err, ErrNotRunning) {
		t.Errorf("thaw: %v", err)
	}
	if err := s.Flush(within(t, time.Second)); err == nil {
		t.Error("flush of a dead server succeeded")
	}
}

func TestStartTellsWhatTheServerSaid(t *testing.T) {
	if _, err := Find(); err != nil {
		missing(t)
	}
	_, err := start(Options{Kind: Real, Args: []string{"--no-such-setting", "1"}})
	if !errors.Is(err, ErrNotRunning) || !strings.Contains(err.Error(), "no-such-setting") {
		t.Fatalf("error does not tell the reason: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	if _, err := start(Options{Kind: Real, Dir: file}); err == nil {
		t.Fatal("a file was taken for a folder")
	}
}

func TestStartEndsWithItsContext(t *testing.T) {
	if _, err := Find(); err != nil {
		missing(t)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Start(ctx, Options{Kind: Real}); !errors.Is(err, context.Canceled) {
		t.Fatalf("start with an ended context: %v", err)
	}
}

func TestAutoFallsBackToEmbedded(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	s := ForTest(t, Options{})
	if s.Kind() != Embedded || s.Real() || s.Dir() != "" || s.PID() != 0 {
		t.Fatalf("kind %s, dir %q, pid %d", s.Kind(), s.Dir(), s.PID())
	}
	for _, o := range []Options{{Kind: Real}, {Cluster: true}} {
		if _, err := start(o); !errors.Is(err, ErrNotInstalled) {
			t.Errorf("%+v: %v, want ErrNotInstalled", o, err)
		}
	}
}

func TestAutoTakesTheRealServer(t *testing.T) {
	if _, err := Find(); err != nil {
		missing(t)
	}
	if s := ForTest(t, Options{}); s.Kind() != Real {
		t.Fatalf("kind %s", s.Kind())
	}
}

func TestKindNames(t *testing.T) {
	for k, want := range map[Kind]string{Auto: "auto", Real: "redis", Embedded: "embedded"} {
		if k.String() != want {
			t.Errorf("%d is %q, want %q", k, k, want)
		}
	}
}
