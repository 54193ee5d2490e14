package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gridbot/task"
)

// shelf is an album that notes what it is asked for.
type shelf struct {
	mu      sync.Mutex
	answers map[string][]task.Result // by medium, one after the other; then it is there
	asked   []string
	kept    []string
	fault   error
}

func (s *shelf) album() Album {
	return Album{
		Fetch: func(_ context.Context, id task.ID, m task.Media) task.Result {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.asked = append(s.asked, m.Account+" "+m.ID)
			if next := s.answers[m.ID]; len(next) > 0 {
				s.answers[m.ID] = next[1:]
				return next[0]
			}
			return task.Result{}
		},
		Keep: func(id task.ID, media []task.Media) error {
			s.mu.Lock()
			defer s.mu.Unlock()
			var ids []string
			for _, m := range media {
				ids = append(ids, m.ID)
			}
			s.kept = append(s.kept, fmt.Sprint(id.Seq, ids))
			return s.fault
		},
	}
}

// taken gives what was asked for since the last time.
func (s *shelf) taken() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.asked
	s.asked = nil
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func image(ids ...string) (out []task.Media) {
	for _, id := range ids {
		out = append(out, task.Media{ID: id, Kind: task.Image})
	}
	return out
}

// again is a passing fault, so many times; never a hopeless one.
func again(n int) []task.Result {
	return slices.Repeat([]task.Result{{Outcome: task.RetryLater, Code: -1}}, n)
}

func never() []task.Result { return []task.Result{{Outcome: task.Bad, Code: 40007}} }

// filed is a world with a courier and an album, and a task of its resident.
func filed(t *testing.T, answers map[string][]task.Result) (*world, *post, *shelf, task.Task) {
	t.Helper()
	s := &shelf{answers: answers}
	w := quick(t)
	w.album = s.album()
	p := w.courier(nil)
	x := w.open(w.report("streetlight", grid1))
	p.round()
	p.taken()
	return w, p, s, x
}

func (w *world) sends(x task.Task, media ...task.Media) {
	w.t.Helper()
	w.do(Order{Task: x.ID, Move: task.Supplement, Person: x.Reporter, Media: media})
}

// What a move brings is fetched with the account it came to; a slow one holds up neither
// the others nor words to people.
func TestFetching(t *testing.T) {
	w, p, s, x := filed(t, map[string][]task.Result{"a": again(2)})
	w.sends(x, image("a", "b")...)
	p.round()
	same(t, "asked", s.taken(), x.Reporter.Account+" a, "+x.Reporter.Account+" b")
	if told := p.taken(); len(told) == 0 {
		t.Error("the handler was not told meanwhile")
	}
	w.pass(2 * time.Second)
	p.round()
	same(t, "once more", s.taken(), x.Reporter.Account+" a")
	w.pass(4 * time.Second)
	p.round()
	w.pass(time.Hour)
	p.round()
	same(t, "and once more", s.taken(), x.Reporter.Account+" a")
	for _, m := range must(w.store.Get(w.ctx(), x.ID)).Media {
		same(t, "lost", m.Lost, false)
	}
	w.do(Order{Task: x.ID, Move: task.Sign, Staff: x.Handler})
	w.do(Order{Task: x.ID, Move: task.Progress, Staff: x.Handler, Person: task.Person{Account: "other", OpenID: "o"}, Media: image("w")})
	p.round()
	same(t, "a worker's", s.taken(), "other w")
}

// What nothing brings is marked, its sender asked once, and nothing is buried.
func TestLosing(t *testing.T) {
	w, p, s, x := filed(t, map[string][]task.Result{"a": never(), "b": never(), "c": again(9), "n": never()})
	w.sends(x, image("a")...)
	p.round()
	p.round()
	asks := func() (n int) {
		for _, call := range p.taken() {
			if call.fields["status"] == "请重发照片" {
				n++
			}
		}
		return n
	}
	same(t, "asked again", asks(), 1)
	w.sends(x, image("b", "c")...)
	for range 6 { // three attempts, then it is given up
		p.round()
		w.pass(time.Hour)
	}
	same(t, "asked a second time", asks(), 0)
	now := must(w.store.Get(w.ctx(), x.ID))
	letter := w.desk.LetterFor(&now, now.Handler)
	if letter.Photos != 3 || letter.Lost != 3 {
		t.Errorf("%d photos, %d lost", letter.Photos, letter.Lost)
	}
	same(t, "buried", len(must(w.store.Buried(w.ctx(), street, 9))), 0)
	s.taken()
	check(t, w.desk.Lose(w.ctx(), x.ID, "a")) // again changes nothing
	check(t, w.desk.Lose(w.ctx(), task.ID{Street: street, Seq: 9999}, "a"))
	same(t, "version", must(w.store.Get(w.ctx(), x.ID)).Version, now.Version)
}

// An account that is at fault, and a full disk, cost nothing: everything waits and the
// operator hears of it once.
func TestFetchingWaitsForTheAccount(t *testing.T) {
	hold := task.Result{Outcome: task.Hold, RetryAfter: 5 * time.Minute}
	w, p, s, x := filed(t, map[string][]task.Result{"a": slices.Repeat([]task.Result{hold}, 8)})
	w.sends(x, image("a")...)
	for range 10 {
		p.round()
		w.pass(6 * time.Minute)
	}
	if n := len(strings.Split(s.taken(), ", ")); n != 9 {
		t.Errorf("asked %d times, want 9", n)
	}
	same(t, "lost", must(w.store.Get(w.ctx(), x.ID)).Media[0].Lost, false)
}

// A neighbour is asked for their own photo under the number they know.
func TestANeighboursPhotoIsAskedFor(t *testing.T) {
	w, p, _, x := filed(t, map[string][]task.Result{"n": never()})
	part := w.open(w.also(1, "streetlight", "3幢楼下路灯不亮了，摸黑走路"))
	same(t, "part of", part.Parent, x.ID.Seq)
	w.do(Order{Task: part.ID, Move: task.Supplement, Person: neighbour(1), Media: image("n")})
	p.round()
	p.taken()
	p.round()
	var told []string
	for _, call := range p.taken() {
		if call.fields["status"] == "请重发照片" {
			told = append(told, call.to+" "+call.fields["number"])
		}
	}
	same(t, "asked", strings.Join(told, ", "), strings.TrimPrefix(neighbour(1).OpenID, "o-")+" "+part.ID.String())
}

// What is erased while it is fetched does not stay, and forgetting takes files away.
func TestErasedFilesGo(t *testing.T) {
	w, _, s, x := filed(t, nil)
	w.sends(x, image("a")...)
	w.album.Fetch = func(context.Context, task.ID, task.Media) task.Result {
		w.do(Order{Task: x.ID, Move: task.Withdraw, Person: x.Reporter})
		w.do(Order{Task: x.ID, Move: task.Forget})
		return task.Result{}
	}
	p := w.courier(nil)
	p.round()
	same(t, "kept", strings.Join(s.kept, ", "), fmt.Sprint(x.ID.Seq, []string(nil)))
	s.kept, s.fault = nil, errors.New("the disk")
	w.pass(2 * time.Minute)
	p.round()
	s.fault = nil
	w.pass(2 * time.Second)
	p.round()
	same(t, "dropped", len(s.kept), 2) // once in vain
}

// Without an album nothing is fetched, nothing lost and nothing waits.
func TestNoAlbum(t *testing.T) {
	w := quick(t)
	p := w.courier(nil)
	x := w.open(w.report("streetlight", grid1))
	w.sends(x, image("a")...)
	p.round()
	w.pass(time.Hour)
	same(t, "lost", must(w.store.Get(w.ctx(), x.ID)).Media[0].Lost, false)
	for _, l := range w.lease() {
		if l.To.Kind == task.ToMedia {
			t.Errorf("waits: %+v", l.Notice)
		}
	}
}

func TestPatience(t *testing.T) {
	var all time.Duration
	for n := 1; n <= 60; n++ {
		all += patience(n)
		if patience(n) > 80*time.Minute || n < 5 && patience(n) > 12*time.Second {
			t.Errorf("attempt %d waits %v", n, patience(n))
		}
	}
	if all < 36*time.Hour || all > 66*time.Hour {
		t.Errorf("sixty attempts fill %v, of the three days there are", all)
	}
}
