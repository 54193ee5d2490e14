package simulator

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// allowance is the rule of customer-service messages written down a second time,
// as plainly as possible: when each allowance was opened, and what it has left.
type allowance struct {
	following          bool
	messageAt, tapAt   time.Time
	messages, taps     int
	everWrote, everTap bool
}

// want is the errcode of a customer-service message now.
func (a *allowance) want(now time.Time) int {
	message := a.everWrote && now.Sub(a.messageAt) < 48*time.Hour
	tap := a.everTap && now.Sub(a.tapAt) < time.Minute
	switch {
	case !a.following:
		return 43004
	case tap && a.taps > 0:
		a.taps--
		return 0
	case message && a.messages > 0:
		a.messages--
		return 0
	case tap || message:
		return 45047
	}
	return 45015
}

// TestAllowanceModel lets a person do anything in any order and compares each
// customer-service message with the rule.
func TestAllowanceModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, shanghai())
		x := &person{openid: wang}
		model := &allowance{}
		t.Repeat(map[string]func(*rapid.T){
			"follow": func(*rapid.T) {
				x.follow("", now)
				model.following, model.everTap, model.tapAt, model.taps = true, true, now, 3
			},
			"leave": func(*rapid.T) {
				x.leave()
				*model = allowance{}
			},
			"write": func(*rapid.T) {
				if !model.following { // only a follower writes
					return
				}
				x.act(true, now)
				model.everWrote, model.messageAt, model.messages = true, now, 5
			},
			"tap": func(*rapid.T) {
				if !model.following { // only a follower taps
					return
				}
				x.act(false, now)
				model.everTap, model.tapAt, model.taps = true, now, 3
			},
			"wait": func(t *rapid.T) {
				now = now.Add(rapid.SampledFrom([]time.Duration{
					time.Second, 59 * time.Second, time.Minute, time.Hour, 47 * time.Hour, 48 * time.Hour,
				}).Draw(t, "for"))
			},
			"": func(t *rapid.T) {
				got := 0
				if refusal, no := x.spend(now).(apiError); no {
					got = refusal.Code
				}
				if want := model.want(now); got != want {
					t.Fatalf("errcode %d, want %d", got, want)
				}
			},
		})
	})
}

// TestTokenModel asks for tokens at any time and wants: a token given works, for
// as long as was said; and never more than two of one kind work at once.
func TestTokenModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var book tokenBook
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, shanghai())
		slot := tokenSlot{&account{Account: Account{AppID: app}}, stable}
		given := map[string]time.Time{}
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 7200).Draw(t, "seconds")) * time.Second)
			word, life := book.get(slot, now, false, tokenOverlap)
			if life <= tokenOverlap || life > tokenLife {
				t.Fatalf("a token for %v", life)
			}
			given[word] = now.Add(life)
			working := 0
			for word, end := range given {
				_, err := book.check(word, now)
				if (err == nil) != now.Before(end) {
					t.Fatalf("a token promised until %v, now %v: %v", end, now, err)
				}
				if err == nil {
					working++
				}
			}
			if working > 2 {
				t.Fatalf("%d tokens work at once", working)
			}
		}
	})
}

// TestWireModel wants the ring to give what a plain list would.
func TestWireModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 9).Draw(t, "size")
		l := wireLog{ring: make([]WireEntry, size)}
		n := rapid.IntRange(0, 40).Draw(t, "entries")
		for range n {
			l.add(WireEntry{})
		}
		after := rapid.IntRange(0, 50).Draw(t, "after")
		var want []uint64
		for seq := max(after, n-size) + 1; seq <= n; seq++ {
			want = append(want, uint64(seq))
		}
		var got []uint64
		for _, e := range l.after(uint64(after)) {
			got = append(got, e.Seq)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%d entries in %d after %d: %v, want %v", n, size, after, got, want)
		}
	})
}
