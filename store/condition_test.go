package store

import (
	"errors"
	"strings"
	"testing"
	"time"

	"gridbot/redistest"
)

// Every kind of Redis tells how it is set up, or that it does not tell.
func TestConditions(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		early := func() time.Time { return time.Now().Add(-time.Hour) }
		nodes, err := s.Conditions(t.Context(), early)
		check(t, err)
		if len(nodes) != 1 {
			t.Fatalf("%d nodes", len(nodes))
		}
		c := nodes[0]
		if srv.Real() && (!strings.Contains(c.Version, ".") || c.Listpack != 512 || len(c.Durability.Lossy()) != 0) {
			t.Errorf("condition %+v", c)
		}
		if !srv.Real() && (c.Listpack != 0 || c.Durability.Known) {
			t.Errorf("condition %+v", c)
		}
		if c.Ahead < 59*time.Minute || c.Ahead > 61*time.Minute {
			t.Errorf("the clock is %v ahead", c.Ahead)
		}
	})
}

// Asking for the layout writes none.
func TestLayoutWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		check(t, s.Layout(t.Context()))
		if n := s.rdb.Exists(t.Context(), schemaKey).Val(); n != 0 {
			t.Error("an empty Redis was marked")
		}
		check(t, s.Check(t.Context()))
		check(t, s.Layout(t.Context()))
		check(t, s.rdb.Set(t.Context(), schemaKey, "99", 0).Err())
		if err := s.Layout(t.Context()); !errors.Is(err, ErrSchema) {
			t.Errorf("another layout: %v", err)
		}
	})
}
