package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"gridbot/grid"
	"gridbot/redistest"
	"gridbot/sample"
	"gridbot/simulator"
	"gridbot/store"
	"gridbot/task"
)

// childVariable makes the test binary run as the program itself, so that tests
// can kill and restart real processes of exactly the code under test.
const childVariable = "GRIDTEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		limitFiles()
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
	}
	store.LogTo(func(string) {}) // the client would tell of every outage the tests make
	os.Exit(m.Run())
}

// rig is a real Redis, a stand-in platform and any number of real processes.
type rig struct {
	t        *testing.T
	redis    *redistest.Server
	platform *simulator.Platform
	store    *store.Store
	base     string // the stand-in's address

	mu   sync.Mutex
	told map[string]int // "template or text of a notice" → how often it was accepted
	asks map[string]int // path of the platform's API → calls
}

const (
	rigApp    = "wx000000000000fa17"
	rigToken  = "faulttoken"
	rigSecret = "faultsecret"
	rigKey    = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
)

func newRig(t *testing.T, o redistest.Options) *rig {
	t.Helper()
	o.Kind = redistest.Real
	r := &rig{t: t, redis: redistest.ForTest(t, o), told: map[string]int{}, asks: map[string]int{}}
	fields := map[string]string{"character_string1": "character_string", "thing2": "thing", "phrase3": "phrase", "time4": "time"}
	r.platform = simulator.New(simulator.Options{
		Accounts: []simulator.Account{{AppID: rigApp, Secret: rigSecret, Token: rigToken, AESKey: rigKey, Mode: simulator.ModeSafe,
			Templates: map[string]simulator.TemplateDef{"T1": {Title: "T", Fields: fields}}}},
		RetryGap: 500 * time.Millisecond, MarkFailAfter: -1, NoBodies: true, OnSend: r.sent,
	})
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.mu.Lock()
		r.asks[q.URL.Path]++
		r.mu.Unlock()
		r.platform.Handler().ServeHTTP(w, q)
	}))
	r.base = web.URL
	t.Cleanup(func() { r.platform.Close(); web.Close() })
	var err error
	if r.store, err = store.Open(store.Options{Addrs: []string{r.redis.Addr()}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.store.Close() })
	r.ground()
	return r
}

// sent counts what reached the phones of staff, by the number of the task.
func (r *rig) sent(s simulator.Send) {
	text := s.Bubble.Text
	for _, f := range s.Bubble.Fields {
		text += " " + f.Value
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return c != '-' && (c < '0' || c > '9') }) {
		if id, err := task.ParseID(word); err == nil {
			r.told[s.OpenID+" "+id.String()]++
			break
		}
	}
}

// ground imports the sample street and binds its staff to phones of their own.
func (r *rig) ground() {
	r.t.Helper()
	ctx := r.t.Context()
	areas, err := grid.ReadAreas(bytes.NewReader(sample.Areas))
	if err != nil {
		r.t.Fatal(err)
	}
	staff, err := grid.ReadStaff(bytes.NewReader(sample.Staff))
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.store.SaveDirectory(ctx, areas, staff); err != nil {
		r.t.Fatal(err)
	}
	for _, s := range staff {
		person := task.Person{Account: "fault", OpenID: "worker-" + s.ID}
		if err := r.store.AddCodes(ctx, []store.Code{{Code: "code" + s.ID, Staff: s.ID}}); err != nil {
			r.t.Fatal(err)
		}
		if _, err := r.store.Join(ctx, "code"+s.ID, person); err != nil {
			r.t.Fatal(err)
		}
		r.platform.Follow(rigApp, person.OpenID, "")
	}
}

// settled waits until nothing that a person waits for is left to do: the spools
// are empty and every handler was told of each of their tasks.
func (r *rig) settled(within time.Duration, replicas ...*replica) {
	r.t.Helper()
	eventually(r.t, within, "the spools to be empty and every handler to be told", func() bool {
		for _, p := range replicas {
			if p.metric("gridbot_spool_entries") != 0 {
				return false
			}
		}
		untold, _ := r.untold()
		return untold == 0
	})
}

// untold counts the tasks whose handler has not been told of them, and those whose
// handler was told more than once.
func (r *rig) untold() (none, again int) {
	_, all := r.tasks()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range all {
		switch n := r.told["worker-"+one.Handler+" "+one.ID.String()]; {
		case n == 0:
			none++
		case n > 1:
			again++
		}
	}
	return none, again
}

// tasks reads every task of the street: how often each report's text stands in
// one, and which numbers there are.
func (r *rig) tasks() (texts map[string]int, all []task.Task) {
	r.t.Helper()
	texts = map[string]int{}
	for from := int64(task.FirstNumber); ; from += 500 {
		ids := make([]task.ID, 500)
		for i := range ids {
			ids[i] = task.ID{Street: "12", Seq: from + int64(i)}
		}
		page, err := r.store.GetAll(r.t.Context(), ids)
		if err != nil {
			r.t.Fatal(err)
		}
		for _, t := range page {
			texts[t.Text]++
		}
		all = append(all, page...)
		if len(page) < 500/2 {
			return texts, all
		}
	}
}

// eventually waits for a condition.
func eventually(t *testing.T, within time.Duration, what string, cond func() bool) {
	t.Helper()
	deadline := time.After(within)
	tick := time.NewTicker(max(20*time.Millisecond, within/600)) // what may take long is dear to ask
	defer tick.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited %v for %s", within, what)
		}
	}
}
