package redistest

import (
	"errors"
	"net"
	"testing"
	"time"
)

func TestEmbeddedLifetimesRunOnlyWhenTold(t *testing.T) {
	s := ForTest(t, Options{Kind: Embedded})
	wantAnswer(t, s, "OK", "SET", "k", "v", "EX", "60")
	s.Advance(59 * time.Second)
	wantAnswer(t, s, "v", "GET", "k")
	s.Advance(time.Second)
	wantAnswer(t, s, errNil.Error(), "GET", "k")
}

func TestEmbeddedLifetimesTickWithTheClock(t *testing.T) {
	s := ForTest(t, Options{Kind: Embedded, Ticking: true})
	wantAnswer(t, s, "OK", "SET", "k", "v", "PX", "30")
	eventually(t, "the key expires by itself", func() bool {
		_, err := ask(within(t, 10*time.Second), s.Addr(), "GET", "k")
		return errors.Is(err, errNil)
	})
}

func TestAdvanceLeavesARealServerAlone(t *testing.T) {
	s := ForTest(t, Options{Kind: Real})
	wantAnswer(t, s, "OK", "SET", "k", "v", "EX", "60")
	s.Advance(time.Hour)
	wantAnswer(t, s, "v", "GET", "k")
}

func TestEmbeddedSaysWhatItCannot(t *testing.T) {
	s := ForTest(t, Options{Kind: Embedded})
	if err := s.Freeze(); !errors.Is(err, ErrNeedsServer) {
		t.Errorf("freeze: %v", err)
	}
	if err := s.Thaw(); !errors.Is(err, ErrNeedsServer) {
		t.Errorf("thaw: %v", err)
	}
	if _, err := start(Options{Kind: Embedded, Cluster: true}); !errors.Is(err, ErrNeedsServer) {
		t.Errorf("cluster: %v", err)
	}
}

func TestEmbeddedBlocksAfterRestart(t *testing.T) {
	s := ForTest(t, Options{Kind: Embedded})
	must(t, s.Restart(within(t, time.Second)))
	_, err := ask(within(t, 100*time.Millisecond), s.Addr(), "BRPOPLPUSH", "from", "to", "5")
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Fatalf("a blocking pop came back with %v instead of waiting", err)
	}
}
