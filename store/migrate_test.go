package store

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/redistest"
	"gridbot/task"
)

// rewound turns a Redis into one of layout 1: no task has a clock and no street a
// queue of them.
func rewound(t testing.TB, s *Store, streets map[string][]task.ID) {
	t.Helper()
	check(t, s.rdb.Set(t.Context(), schemaKey, "1", 0).Err())
	for street, ids := range streets {
		check(t, s.rdb.Del(t.Context(), streetOf(street).due()).Err())
		for _, id := range ids {
			check(t, s.rdb.HDel(t.Context(), streetOf(street).task(id.Seq), "tn").Err())
		}
	}
}

// old makes two streets with tasks in many states, as layout 1 had them.
func old(t testing.TB, s *Store) map[string][]task.ID {
	t.Helper()
	streets := map[string][]task.ID{"12": settled(t, s, "12", 20), "3": settled(t, s, "3", 7)}
	rewound(t, s, streets)
	return streets
}

func migration1(w func(*task.Task)) Migration {
	return Migration{Wind: w, Now: at(200 * time.Hour), Pace: Pace{Batch: 3, Pause: -1}}
}

// windsAll wants every task that has not ended to have its clock, in the queue of
// clocks too, and nothing else to have changed.
func windsAll(t testing.TB, s *Store, streets map[string][]task.ID, before map[string]string) {
	t.Helper()
	for _, ids := range streets {
		for _, x := range must(s.GetAll(t.Context(), ids)) {
			want := x
			if wind(&want); !want.Next.Equal(x.Next) {
				t.Errorf("%s, %s: its clock is %v, want %v", x.ID, x.Status, x.Next, want.Next)
			}
		}
	}
	clean(t, s, "")
	after := dumped(t, s)
	for key, was := range before {
		_, rest, street := streetKey(key)
		kind, _, _ := strings.Cut(rest, ":")
		if now := after[key]; now != was && !(street && kind == "task") && key != schemaKey {
			t.Errorf("%s was\n%s\nand is\n%s", key, was, now)
		}
	}
	if n := s.rdb.Exists(t.Context(), migratingKey, migrationKey).Val(); n != 0 {
		t.Error("the migration has left its lease or its marks")
	}
	check(t, s.Check(t.Context()))
}

func TestMigrateFrom1(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		streets := old(t, s)
		before := dumped(t, s)
		m, err := s.Migrate(t.Context(), migration1(wind))
		if err != nil || m.From != "1" || m.To != Schema || m.Tasks != 27 || m.Changed == 0 || m.Changed > 27 {
			t.Fatalf("%+v, %v", m, err)
		}
		windsAll(t, s, streets, before)
		after := dumped(t, s)
		m, err = s.Migrate(t.Context(), migration1(func(*task.Task) { t.Error("asked again") }))
		if err != nil || m.From != Schema || m.To != Schema || m.Tasks != 0 {
			t.Errorf("again: %+v, %v", m, err)
		}
		if diff := differing(after, dumped(t, s)); len(diff) > 0 {
			t.Errorf("again: %v", diff)
		}
	})
}

func TestADryRunCountsAndWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		old(t, s)
		before := dumped(t, s)
		o := migration1(wind)
		o.DryRun = true
		dry, err := s.Migrate(t.Context(), o)
		check(t, err)
		if diff := differing(before, dumped(t, s)); len(diff) > 0 {
			t.Errorf("changed %v", diff)
		}
		if real := must(s.Migrate(t.Context(), migration1(wind))); real.Changed != dry.Changed || real.Tasks != dry.Tasks || dry.To != Schema {
			t.Errorf("dry %+v, real %+v", dry, real)
		}
	})
}

// dead fails every command once it is told to, as for a process that is killed.
type dead struct{ now bool }

var errDead = errors.New("killed")

func (d *dead) DialHook(next redis.DialHook) redis.DialHook { return next }

func (d *dead) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if d.now {
			cmd.SetErr(errDead)
			return errDead
		}
		return next(ctx, cmd)
	}
}

func (d *dead) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if d.now {
			return errDead
		}
		return next(ctx, cmds)
	}
}

// A migration that is killed keeps others away until its lease ends. The next one
// goes on where it stopped: only the batch that was under way is looked at again.
func TestAKilledMigrationIsTakenUp(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		streets := old(t, s)
		before := dumped(t, s)
		victim, kill := connect(t, srv), &dead{}
		victim.rdb.AddHook(kill)
		asked := map[task.ID]int{}
		_, err := victim.Migrate(t.Context(), migration1(func(x *task.Task) {
			asked[x.ID]++
			kill.now = len(asked) == 11
			wind(x)
		}))
		if !errors.Is(err, errDead) {
			t.Fatalf("the victim ended with %v", err)
		}
		if err := s.Check(t.Context()); !errors.Is(err, ErrSchema) || !strings.Contains(err.Error(), "gridbot migrate") {
			t.Errorf("half migrated: %v, want ErrSchema and what to do", err)
		}
		if _, err := s.Migrate(t.Context(), migration1(wind)); !errors.Is(err, ErrMigrating) {
			t.Errorf("while the lease lasts: %v, want ErrMigrating", err)
		}
		lapse(t, s, srv, migratingKey, migrateFor)
		m, err := s.Migrate(t.Context(), migration1(func(x *task.Task) { asked[x.ID]++; wind(x) }))
		check(t, err)
		if m.Tasks < 9 || m.Tasks > 21 {
			t.Errorf("looked at %d tasks again, want only what was not marked as done", m.Tasks)
		}
		windsAll(t, s, streets, before)
	})
}

// A run whose lease was lost writes nothing that marks the data as moved.
func TestALostLeaseEndsTheMigration(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		old(t, s)
		taken := false
		_, err := s.Migrate(t.Context(), migration1(func(x *task.Task) {
			if !taken {
				check(t, s.rdb.Set(t.Context(), migratingKey, "another", time.Minute).Err())
			}
			taken = true
			wind(x)
		}))
		if !errors.Is(err, ErrMigrating) || s.rdb.Get(t.Context(), schemaKey).Val() != "1" || s.rdb.Get(t.Context(), migratingKey).Val() != "another" {
			t.Errorf("%v, layout %s", err, s.rdb.Get(t.Context(), schemaKey).Val())
		}
	})
}

func TestTwoMigrationsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		streets := old(t, s)
		before := dumped(t, s)
		errs := make([]error, 4)
		together(len(errs), func(i int) { _, errs[i] = s.Migrate(t.Context(), migration1(wind)) })
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else if !errors.Is(err, ErrMigrating) && !errors.Is(err, ErrSchema) {
				t.Error(err)
			}
		}
		if done == 0 {
			t.Error("none was done")
		}
		windsAll(t, s, streets, before)
	})
}

// A task that is unreadable, one that changes meanwhile, and one that vanishes.
func TestMigrateLeavesWhatItCannotRead(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		ids := old(t, s)["12"]
		check(t, s.rdb.HSet(t.Context(), streetOf("12").task(ids[3].Seq), "to", "x").Err())
		changed := false
		m, err := s.Migrate(t.Context(), migration1(func(x *task.Task) {
			if x.ID == ids[5] && !changed {
				changed = true
				check(t, s.rdb.HIncrBy(t.Context(), streetOf("12").task(x.ID.Seq), "v", 1).Err())
				check(t, s.rdb.Del(t.Context(), streetOf("12").task(ids[6].Seq)).Err())
			}
			wind(x)
		}))
		check(t, err)
		if len(m.Unreadable) != 1 || m.Unreadable[0] != ids[3] {
			t.Errorf("%+v", m)
		}
		if x := must(s.Get(t.Context(), ids[5])); x.Next.IsZero() || x.Version < 3 {
			t.Errorf("the task that changed: %+v", x)
		}
		if n := s.rdb.Exists(t.Context(), streetOf("12").task(ids[6].Seq)).Val(); n != 0 {
			t.Error("a task that is gone came back")
		}
	})
}

func TestOtherLayoutsAreRefusedWithWhatToDo(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		if m, err := s.Migrate(t.Context(), migration1(wind)); err != nil || m.To != "" {
			t.Errorf("an empty Redis: %+v, %v", m, err)
		}
		for layout, say := range map[string]string{
			"1": "gridbot migrate", "0": "gridbot migrate", "99": "newer gridbot", unfinished: "gridbot restore", "x": "make sure",
		} {
			check(t, s.rdb.Set(t.Context(), schemaKey, layout, 0).Err())
			if err := s.Check(t.Context()); !errors.Is(err, ErrSchema) || !strings.Contains(err.Error(), say) {
				t.Errorf("layout %s: %v, want ErrSchema and %q", layout, err, say)
			}
			if _, err := s.Migrate(t.Context(), migration1(wind)); layout != "1" && !errors.Is(err, ErrSchema) {
				t.Errorf("migrating layout %s: %v, want ErrSchema", layout, err)
			}
			if layout != "1" && s.rdb.Get(t.Context(), schemaKey).Val() != layout {
				t.Errorf("layout %s was changed", layout)
			}
		}
	})
}
