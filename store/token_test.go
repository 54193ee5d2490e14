package store

import (
	"sync/atomic"
	"testing"
	"time"

	"gridbot/redistest"
)

func TestToken(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		if token, left, err := s.Token(t.Context(), "wx1"); token != "" || left != 0 || err != nil {
			t.Errorf("before the first: %q, %v, %v", token, left, err)
		}
		check(t, s.SaveToken(t.Context(), "wx1", "first", 2*time.Hour))
		token, left, err := s.Token(t.Context(), "wx1")
		if token != "first" || left <= time.Hour || left > 2*time.Hour || err != nil {
			t.Errorf("saved: %q, %v, %v", token, left, err)
		}
		if token, _, _ := s.Token(t.Context(), "wx2"); token != "" {
			t.Errorf("another account has %q", token)
		}
		lapse(t, s, srv, tokenKey("wx1"), 2*time.Hour)
		if token, left, err := s.Token(t.Context(), "wx1"); token != "" || left != 0 || err != nil {
			t.Errorf("after its time: %q, %v, %v", token, left, err)
		}
	})
}

func TestWhatWouldNeverEndIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		for _, ttl := range []time.Duration{0, -1, -time.Second, -time.Hour} {
			if err := s.SaveToken(t.Context(), "wx1", "x", ttl); err == nil {
				t.Errorf("token with ttl %v is kept", ttl)
			}
			if ok, err := s.LockToken(t.Context(), "wx1", ttl); ok || err == nil {
				t.Errorf("lock with ttl %v is given", ttl)
			}
		}
		if n := s.rdb.DBSize(t.Context()).Val(); n != 0 {
			t.Errorf("%d keys were written", n)
		}
	})
}

func TestDropTokenDropsOnlyTheOneThatFailed(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		check(t, s.DropToken(t.Context(), "wx1", "none"))
		check(t, s.SaveToken(t.Context(), "wx1", "new", time.Hour))
		check(t, s.DropToken(t.Context(), "wx1", "old"))
		if token, _, _ := s.Token(t.Context(), "wx1"); token != "new" {
			t.Errorf("another replica's new token became %q", token)
		}
		check(t, s.DropToken(t.Context(), "wx1", "new"))
		if token, _, _ := s.Token(t.Context(), "wx1"); token != "" {
			t.Errorf("the one that failed is still there: %q", token)
		}
	})
}

func TestOneReplicaFetchesTheToken(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		stores := []*Store{s, connect(t, srv)}
		var won atomic.Int32
		together(8, func(i int) {
			ok, err := stores[i%2].LockToken(t.Context(), "wx1", 5*time.Second)
			if err != nil {
				t.Error(err)
			}
			if ok {
				won.Add(1)
			}
		})
		if won.Load() != 1 {
			t.Errorf("%d replicas may fetch", won.Load())
		}
		if ok := must(s.LockToken(t.Context(), "wx2", time.Second)); !ok {
			t.Error("another account has to wait")
		}
		lapse(t, s, srv, tokenLockKey("wx1"), 5*time.Second)
		if ok := must(s.LockToken(t.Context(), "wx1", time.Second)); !ok {
			t.Error("the lock never ends")
		}
	})
}
