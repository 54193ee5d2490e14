package store

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/grid"
	"gridbot/redistest"
	"gridbot/task"
)

// pattern is one key of the doc comment of keys.go.
type pattern struct {
	key, kind string
	mortal    bool // a lifetime stands beside it
}

var (
	keyLine  = regexp.MustCompile(`^//\t  (\S.*?) +(string|hash|zset|stream|list|set)\b +(.*)$`)
	tagLine  = regexp.MustCompile(`^//\t\S.*tag (\{.+\})$`)
	lifetime = regexp.MustCompile(`\s\d+ (days?|h|s|min)$`)
	holder   = regexp.MustCompile(`<[a-z]+>|1042|s12`)
)

// documented reads the doc comment: "…" stands for the section's tag, and a
// second key on a line for the first one's.
func documented(t *testing.T) (out []pattern) {
	t.Helper()
	tag := ""
	for _, l := range strings.Split(string(must(os.ReadFile("keys.go"))), "\n") {
		if m := tagLine.FindStringSubmatch(l); m != nil {
			tag = prefix + m[1]
		}
		m := keyLine.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		for _, name := range strings.Split(m[1], ", ") {
			if strings.HasPrefix(name, ":") {
				name = tag + name
			}
			out = append(out, pattern{strings.Replace(name, "…", tag, 1), m[2], lifetime.MatchString(m[3])})
		}
	}
	return out
}

// built is every key this package can build, with the words of the doc comment.
func built() []string {
	s, p := streetOf("12"), personOf(task.Person{Account: "<account>", OpenID: "<openid>"})
	return []string{
		s.seq(), s.task(1042), s.log(1042), s.queue("<grid>"), s.desk(), s.staff("<id>"), s.due(), s.check("<grid>"), s.paused(), s.alike("<micro>", "<category>"), s.outbox(), s.buried(), s.line("<whom>"), s.telling(),
		s.notice("<id>"), s.from("<key>"), s.matter("<system>", "<number>"), s.op(1042, "<key>"), s.late("<key>"),
		s.archived(), s.audit("<month>"),
		p.lease(), p.session(), p.profile(), p.tasks(), p.budget(), p.rate(), p.consents(), p.job("<id>"), p.seen("<key>"), p.answer("<key>"),
		staffPerson("<id>"), areasKey, peopleKey, rosterKey, versionKey, codeKey("<code>"), schemaKey, migratingKey, migrationKey,
		tokenKey("<appid>"), tokenLockKey("<appid>"),
	}
}

func TestTheDocCommentNamesEveryKeyAndNoOther(t *testing.T) {
	inDoc := map[string]bool{}
	for _, p := range documented(t) {
		inDoc[p.key] = true
	}
	for _, key := range built() {
		if !inDoc[key] {
			t.Errorf("%s is not documented", key)
		}
		delete(inDoc, key)
	}
	for key := range inDoc {
		t.Errorf("%s is documented and never built", key)
	}
}

// A builder that is missing in built would escape the test above.
func TestEveryBuilderIsTested(t *testing.T) {
	source := string(must(os.ReadFile("keys.go")))
	builders := len(regexp.MustCompile(`(?m)^func \(k \w+Keys\) `).FindAllString(source, -1)) +
		len(regexp.MustCompile(`(?m)^func [a-z]\w*\(\w+ string\) string +\{`).FindAllString(source, -1)) +
		len(regexp.MustCompile(`(?m)^\t\w+Key += prefix`).FindAllString(source, -1))
	if got := len(built()); got != builders {
		t.Errorf("%d keys are tested, keys.go builds %d", got, builders)
	}
}

// tagOf is what Redis Cluster hashes: what stands in the first braces.
func tagOf(key string) string {
	_, rest, _ := strings.Cut(key, "{")
	tag, _, _ := strings.Cut(rest, "}")
	return tag
}

func TestKeysOfOneOwnerShareATag(t *testing.T) {
	for _, key := range built() {
		if !strings.HasPrefix(key, prefix+"{") || tagOf(key) == "" || strings.Count(key, "{") != 1 {
			t.Errorf("%s has no tag, or more than one", key)
		}
	}
	if a, b := personOf(resident).seen("m1"), personOf(neighbour(1)).seen("m1"); tagOf(a) == tagOf(b) {
		t.Errorf("two persons share the tag %s", tagOf(a))
	}
	if a, b := streetOf("1").task(21042), streetOf("12").task(1042); a == b || tagOf(a) == tagOf(b) {
		t.Errorf("two streets share %s and %s", a, b)
	}
}

// everything calls every method that writes, with what leaves something behind.
func everything(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	check(t, s.Check(ctx))
	id := create(t, s, "m1:1", opened())
	lost := opened()
	lost.After.Status = task.Pending
	create(t, s, "m2:1", lost)
	lost.After.Reporter = task.Matter("hotline", "7")
	create(t, s, "m3:1", lost)
	_, _, err := s.Update(ctx, id, "op1", noon, turnInto(task.Signed))
	check(t, err)
	must(s.Rewind(ctx, id))
	check(t, s.Linked(ctx, "12", []int64{1}))
	_, _, err = s.Survey(ctx, "12", "m31", "streetlight", 1, []string{"7"})
	check(t, err)
	leased := lease(t, s, 3, noon)
	must(s.Hand(ctx, leased[0], resident, "77", "template", noon))
	check(t, s.Told(ctx, leased[0], task.Fate{At: noon, About: leased[0].About, End: task.Handed}))
	check(t, s.JobEnded(ctx, resident, "77", true, noon))
	must(s.Hand(ctx, leased[0], resident, "78", "template", noon))
	check(t, s.Consented(ctx, resident, "T1"))
	check(t, s.Later(ctx, leased[1], noon, noon, "why", false))
	check(t, s.Bury(ctx, leased[2], noon, "why"))
	for _, l := range leased[3:] {
		check(t, s.Sent(ctx, l, noon))
	}
	must(s.Unbury(ctx, "12", leased[2].ID, noon))
	check(t, s.Bury(ctx, lease(t, s, 1, noon)[0], noon, "why"))
	must(s.Enqueue(ctx, "12", "m1", task.Notice{About: task.AboutAnswer}, noon))
	turn := must(s.Begin(ctx, resident, "m1", MessageWindow(), false, noon))
	check(t, s.Commit(ctx, turn, Ending{Answer: "好的", Session: []byte("x"), Tasks: []task.ID{id}}, noon))
	check(t, s.Release(ctx, must(s.Begin(ctx, resident, "m2", TapWindow(), true, noon))))
	must(s.Begin(ctx, resident, "m3", TapWindow(), false, noon))
	check(t, s.Refund(ctx, resident, must(s.Spend(ctx, resident, 0, 0, noon))))
	check(t, s.CloseWindow(ctx, resident, noon))
	check(t, s.SaveDirectory(ctx, []grid.Area{{ID: "12"}}, nil))
	check(t, s.AddCodes(ctx, []Code{{Code: "K7Q2", Staff: "7"}}))
	must(s.Join(ctx, "K7Q2", resident))
	check(t, s.DropToken(ctx, "wx1", "old"))
	check(t, s.SaveToken(ctx, "wx1", "new", time.Hour))
	must(s.LockToken(ctx, "wx1", time.Minute))
	care(t, s)
	tended(t, s)
}

// tended does what operators do: it mends a street and stops half way in a migration.
func tended(t *testing.T, s *Store) {
	t.Helper()
	ctx, k := t.Context(), streetOf("12")
	check(t, s.rdb.ZAdd(ctx, k.desk(), redis.Z{Member: "9999"}).Err())
	check(t, s.rdb.ZAdd(ctx, k.outbox(), redis.Z{Member: "9999.1.1"}).Err())
	must(s.Reconcile(ctx, "12", Reconciling{Repair: true, Now: noon}))
	must(s.Rewind(ctx, task.ID{Street: "12", Seq: 9999}))
	check(t, s.rdb.Set(ctx, schemaKey, "1", 0).Err())
	m := migration{s: s, token: "t", step: steps()[0]}
	must(m.ask(ctx, "take", "", ""))
	must(m.ask(ctx, "mark", "12", "1001"))
}

// Every key that is really written is documented with its type, and has an end
// exactly when its lifetime is written there.
func TestWhatIsWrittenIsAsDocumented(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		everything(t, s)
		rest := map[string]bool{}
		for _, p := range documented(t) {
			re := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(holder.ReplaceAllString(p.key, "~")), "~", "[^{}]+") + "$")
			for _, key := range must(s.rdb.Keys(t.Context(), prefix+"*").Result()) {
				if !re.MatchString(key) {
					continue
				}
				rest[key] = true
				if kind := s.rdb.Type(t.Context(), key).Val(); kind != p.kind {
					t.Errorf("%s is a %s, documented as %s", key, kind, p.kind)
				}
				// An account's token and lock live as long as the caller says.
				if ends := s.rdb.PTTL(t.Context(), key).Val() > 0; ends != p.mortal && tagOf(key) != "awx1" {
					t.Errorf("%s has an end: %v, documented: %v", key, ends, p.mortal)
				}
			}
		}
		keys := must(s.rdb.Keys(t.Context(), "*").Result())
		for _, key := range keys {
			if !rest[key] {
				t.Errorf("%s is not documented", key)
			}
		}
		if want := len(documented(t)); len(keys) < want {
			t.Errorf("%d keys written, want one of each of %d at least: %v", len(keys), want, keys)
		}
	})
}

// Every script that is sent gets keys of one tag, and, where it builds keys
// itself, the prefix with the same tag.
func TestEveryScriptStaysInOneSlot(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		var r recorder
		s.rdb.AddHook(&r)
		everything(t, s)
		sent := map[string]bool{}
		for _, args := range r.sent {
			name, _ := args[0].(string)
			if name != "evalsha" && name != "eval" {
				continue
			}
			sha, _ := args[1].(string)
			sent[sha] = true
			n, _ := args[2].(int)
			tags := map[string]bool{}
			for _, x := range args[3 : 3+n] {
				tags[tagOf(x.(string))] = true
			}
			for _, x := range args[3+n:] {
				if p, _ := x.(string); strings.HasPrefix(p, prefix+"{") {
					tags[tagOf(p)] = true
				}
			}
			if len(tags) != 1 || tags[""] {
				t.Errorf("%s is given keys of the tags %v", sha, tags)
			}
		}
		for name, script := range named(s.run) {
			if !sent[script.Hash()] {
				t.Errorf("%s was never sent", name)
			}
		}
	})
}

func TestHashNamesWithoutTelling(t *testing.T) {
	a, b := Hash("oResident1"), Hash("oResident2")
	if a != Hash("oResident1") || a == b || len(a) != 12 || strings.Contains("oResident1", a) {
		t.Errorf("%q and %q", a, b)
	}
}
