package main

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/store"
)

// sweeper is as much of a service as sweeping needs.
func sweeper(t *testing.T, c *care, log *lockedBuffer) *service {
	t.Helper()
	config, err := loadConfig(c.args[1], true, nil, false)
	check(t, err)
	folder, err := config.folder()
	check(t, err)
	return &service{config: config, store: c.store, log: newLog(log, slog.LevelInfo), now: time.Now, album: &album{folder: folder}}
}

// A service masks what is too old by itself, at its start, and stops when told.
func TestServiceSweeps(t *testing.T) {
	c := newCare(t, redistest.Options{Kind: redistest.Embedded})
	old, young := c.report("m1", 800), c.report("m2", 40)
	var log lockedBuffer
	s := sweeper(t, c, &log)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { s.sweepDaily(ctx); close(ended) }()
	eventually(t, patience, "it tells what it did", func() bool { return strings.Contains(log.String(), "masked=1 forgotten=0") })
	stop()
	<-ended
	if x, err := c.store.Get(t.Context(), old); err != nil || !x.Reporter.Zero() {
		t.Errorf("%+v %v", x.Reporter, err)
	}
	if x, err := c.store.Get(t.Context(), young); err != nil || x.Reporter != carePerson {
		t.Errorf("%+v %v", x.Reporter, err)
	}
	if traced(log.String()) {
		t.Errorf("%s", log.String())
	}
	if again, err := s.sweep(t.Context()); err != nil || again != (store.Swept{}) {
		t.Errorf("%+v %v", again, err)
	}
}

// Without Redis it tells so, and lives.
func TestServiceSweepsNothingWithoutRedis(t *testing.T) {
	c := newCare(t, redistest.Options{Kind: redistest.Embedded})
	var log lockedBuffer
	s := sweeper(t, c, &log)
	check(t, c.redis.Close())
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { s.sweepDaily(ctx); close(ended) }()
	eventually(t, patience, "it tells", func() bool { return strings.Contains(log.String(), "personal data not swept") })
	stop()
	<-ended
}
