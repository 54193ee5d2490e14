package store

import (
	"context"
	"sync/atomic"
	"testing"
)

// The client's complaints about a Redis that is not there go where we say.
func TestLogTo(t *testing.T) {
	var lines atomic.Int32
	LogTo(func(string) { lines.Add(1) })
	s, err := Open(Options{Addrs: []string{"127.0.0.1:1"}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.Ping(context.Background()) == nil {
		t.Fatal("a Redis answers on port 1")
	}
	if lines.Load() == 0 {
		t.Error("the failed dial was told to nobody")
	}
}
