package store

import (
	"errors"
	"strings"
	"testing"
	"time"

	"gridbot/redistest"
)

func TestOpenWantsAnAddress(t *testing.T) {
	if s, err := Open(Options{}); err == nil || s != nil {
		t.Errorf("opened %v, %v", s, err)
	}
}

func TestOpenDoesNotNeedRedis(t *testing.T) {
	srv := redistest.ForTest(t, redistest.Options{Kind: redistest.Embedded})
	check(t, srv.Stop())
	s := connect(t, srv)
	for name, err := range map[string]error{"ping": s.Ping(t.Context()), "check": s.Check(t.Context())} {
		if err == nil {
			t.Errorf("%s of a Redis that is away succeeds", name)
		}
	}
	if d, err := s.Durability(t.Context()); err == nil {
		t.Errorf("durability of a Redis that is away: %+v", d)
	}
	check(t, srv.Restart(t.Context()))
	eventually(t, "it answers", func() bool { return s.Ping(t.Context()) == nil })
}

func TestOptionsReachTheClient(t *testing.T) {
	o := Options{Addrs: []string{"a:1"}, Username: "u", Password: "p", DB: 3, TLS: true, PoolSize: 7}
	got := o.client()
	if got.Username != "u" || got.Password != "p" || got.DB != 3 || got.TLSConfig == nil || got.PoolSize != 7 || got.MaxRetries != 1 {
		t.Errorf("single node: %+v", got)
	}
	o.Addrs = []string{"a:1", "b:1"}
	if got = o.client(); got.MaxRetries != -1 || got.MaxRedirects != 2 {
		t.Errorf("cluster: %d retries of each node, %d redirects", got.MaxRetries, got.MaxRedirects)
	}
	o.Patient = true
	if got = o.client(); got.ReadTimeout != patientIO || got.WriteTimeout != patientIO {
		t.Errorf("patient: %v to read, %v to write", got.ReadTimeout, got.WriteTimeout)
	}
	o.Patient = false
	o.MasterName = "gridbot"
	if got = o.client(); got.MasterName != "gridbot" || got.MaxRetries != 1 {
		t.Errorf("sentinel: %+v", got)
	}
}

func TestCheck(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		for range 2 {
			check(t, s.Check(t.Context()))
		}
		if got := s.rdb.Get(t.Context(), schemaKey).Val(); got != Schema {
			t.Errorf("the mark is %q", got)
		}
		check(t, s.rdb.Set(t.Context(), schemaKey, "99", 0).Err())
		err := s.Check(t.Context())
		if !errors.Is(err, ErrSchema) || !strings.Contains(err.Error(), "99") || !strings.Contains(err.Error(), Schema) {
			t.Errorf("another layout: %v, want ErrSchema with both versions", err)
		}
		if got := s.rdb.Get(t.Context(), schemaKey).Val(); got != "99" {
			t.Errorf("the foreign mark became %q", got)
		}
	})
}

func TestDurability(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		d, err := s.Durability(t.Context())
		check(t, err)
		if !srv.Real() { // the stand-in has no CONFIG, as some managed services
			if d != (Durability{}) || len(d.Lossy()) != 1 {
				t.Errorf("%+v: %q", d, d.Lossy())
			}
			return
		}
		if want := (Durability{AOF: true, Fsync: "always", MaxMemory: "noeviction", Known: true}); d != want || len(d.Lossy()) != 0 {
			t.Errorf("got %+v: %q", d, d.Lossy())
		}
	})
}

func TestDurabilityOfACarelessServer(t *testing.T) {
	srv := redistest.ForTest(t, redistest.Options{Kind: redistest.Real, AppendFsync: "everysec",
		Args: []string{"--maxmemory-policy", "allkeys-lru", "--appendonly", "no"}})
	d, err := connect(t, srv).Durability(t.Context())
	want := Durability{Fsync: "everysec", MaxMemory: "allkeys-lru", Known: true}
	if err != nil || d != want || len(d.Lossy()) != 2 {
		t.Errorf("got %+v, %v: %q", d, err, d.Lossy())
	}
}

func TestLossy(t *testing.T) {
	good := Durability{AOF: true, Fsync: "always", MaxMemory: "noeviction", Known: true}
	for _, c := range []struct {
		name string
		spec func(d *Durability)
		want []string
	}{
		{"all is well", func(*Durability) {}, nil},
		{"no answer", func(d *Durability) { d.Known = false }, []string{"does not tell"}},
		{"no file", func(d *Durability) { d.AOF = false }, []string{"appendonly yes"}},
		{"every second", func(d *Durability) { d.Fsync = "everysec" }, []string{"appendfsync always"}},
		{"evicts", func(d *Durability) { d.MaxMemory = "allkeys-lru" }, []string{"noeviction"}},
		{"everything", func(d *Durability) { *d = Durability{Known: true} }, []string{"appendonly yes", "noeviction"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := good
			c.spec(&d)
			got := d.Lossy()
			if len(got) != len(c.want) {
				t.Fatalf("%q, want %q", got, c.want)
			}
			for i := range got {
				if !strings.Contains(got[i], c.want[i]) {
					t.Errorf("%q does not say %q", got[i], c.want[i])
				}
			}
		})
	}
}

func TestMilliseconds(t *testing.T) {
	if ms(time.Time{}) != 0 || !fromMS(0).IsZero() {
		t.Error("no time is 0, and 0 no time")
	}
	if got := fromMS(ms(noon.Add(1999 * time.Microsecond))); !got.Equal(noon.Add(time.Millisecond)) {
		t.Errorf("got %v, want the millisecond", got)
	}
}
