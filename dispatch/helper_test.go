package dispatch

import (
	"errors"
	"sync"
	"testing"
	"time"
)

func wantErr(t testing.TB, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Fatalf("error %v, want %v", got, want)
	}
}

func same[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if at, ok := any(got).(time.Time); ok && at.Equal(any(want).(time.Time)) { // wherever its clock hangs
		return
	}
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// together runs f n times at once and waits for all.
func together(n int, f func(i int)) {
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			f(i)
		})
	}
	close(start)
	all.Wait()
}

// eventually asks again and again until yes says so, and fails after a while.
func eventually(t testing.TB, what string, yes func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	end := time.After(30 * time.Second)
	for !yes() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// must is for calls whose failure leaves nothing to test.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
