package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/store"
	"gridbot/task"
)

// What a resident of these tests must be forgotten by.
const (
	careOpenID    = "oForgetMePlease"
	careTelephone = "13800138000"
)

var carePerson = task.Person{Account: "a", OpenID: careOpenID}

// care is a Redis, a directory and a configuration for commands about personal data.
type care struct {
	t     *testing.T
	redis *redistest.Server
	store *store.Store
	dir   string // the archive's
	args  []string
}

func newCare(t *testing.T, o redistest.Options) *care {
	t.Helper()
	c := &care{t: t, redis: redisFor(t, o), dir: filepath.Join(t.TempDir(), "archive")}
	c.store = storeAt(t, c.redis)
	check(t, c.store.Check(t.Context()))
	c.args = []string{"-c", settings(t, "accounts:\n  - {name: a, app_id: wx0123456789abcdef, street: \"12\"}\nretention: {dir: "+c.dir+"}\n")}
	return c
}

// do runs a command, given by its words, and expects its code.
func (c *care) do(code int, words string) (out, errs string) {
	c.t.Helper()
	got, out, errs := command(append(strings.Fields(words), c.args...)...)
	if got != code {
		c.t.Fatalf("%s: code %d\n%s%s", words, got, out, errs)
	}
	return out, errs
}

// report stores what the person reported, which ended so many days ago, or not yet
// with a negative number.
func (c *care) report(key string, days int) task.ID {
	c.t.Helper()
	opened := time.Now().AddDate(0, 0, -max(days, 0)-1)
	x := task.Task{ID: task.ID{Street: "12"}, Status: task.Feedback, Category: "flooding", Urgency: task.Normal, Handler: "s11", HandlerName: "王建国",
		Text: "地下车库进水，打" + careTelephone, Media: []task.Media{{ID: "residentPhoto", Kind: task.Image}},
		Place: task.Place{Text: "幸福里小区3幢", Grid: "g1"}, Reporter: carePerson, OpenedAt: opened, FinishedAt: opened}
	if days >= 0 {
		x.Status, x.ClosedAt = task.Closed, time.Now().AddDate(0, 0, -days)
	}
	id, _, err := c.store.Create(c.t.Context(), key, task.Change{After: x, Events: []task.Event{
		{Kind: task.Opened, At: opened, By: task.ByResident, To: task.Pending},
		{Kind: task.Supplement, At: opened, By: task.ByResident, Note: "水到脚踝了，" + careTelephone},
		{Kind: task.Finish, At: opened, By: task.ByStaff, ID: "s11", Name: "王建国", To: task.Feedback, Note: "抽水泵已到场抽干"},
	}}, opened)
	check(c.t, err)
	return id
}

// speaks lets the person have a conversation, and a late answer that waits.
func (c *care) speaks(ids ...task.ID) {
	c.t.Helper()
	ctx, now := c.t.Context(), time.Now()
	turn, err := c.store.Begin(ctx, carePerson, "message1", store.MessageWindow(), false, now)
	check(c.t, err)
	check(c.t, c.store.Commit(ctx, turn, store.Ending{Answer: "记下了" + careTelephone, Session: []byte(`{"said":"` + careTelephone + `"}`),
		Profile: store.Profile{Home: "m31", Informed: true}, Tasks: ids}, now))
	_, err = c.store.Enqueue(ctx, "12", "message1", task.Notice{To: task.Party{Kind: task.ToResident, Person: carePerson},
		About: task.AboutAnswer, Note: "迟到的话" + careTelephone}, now)
	check(c.t, err)
}

// traces tells which files below a directory hold something of the person.
func traces(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // Redis's files come and go
		}
		if data, err := os.ReadFile(path); err == nil && traced(string(data)) {
			out = append(out, path)
		}
		return nil
	})
	check(t, err)
	return out
}

func traced(text string) bool {
	return strings.Contains(text, careOpenID) || strings.Contains(text, careTelephone) || strings.Contains(text, "residentPhoto")
}

// lines counts the lines of an output that hold a word.
func lines(text, word string) (n int) {
	for l := range strings.Lines(text) {
		if strings.Contains(l, word) {
			n++
		}
	}
	return n
}

func TestArchiveCommand(t *testing.T) {
	c := newCare(t, redistest.Options{Kind: redistest.Embedded})
	ancient, old, young := c.report("m1", 800), c.report("m2", 40), c.report("m3", 20)
	out, _ := c.do(0, "archive")
	if !strings.Contains(out, "street 12: 2 tasks moved to files, 0 left for later, 1 masked") {
		t.Errorf("%s", out)
	}
	out, _ = c.do(0, "archive")
	if !strings.Contains(out, "street 12: 0 tasks moved to files, 0 left for later, 0 masked") {
		t.Errorf("again: %s", out)
	}
	if found := traces(t, c.dir); len(found) != 1 || !strings.Contains(found[0], store.Month(time.Now().AddDate(0, 0, -40))) {
		t.Errorf("%v", found)
	}
	cases := []struct {
		id       task.ID
		archived bool
		reporter string
	}{{ancient, true, "gone"}, {old, true, "on account a"}, {young, false, "on account a"}}
	for _, x := range cases {
		out, _ := c.do(0, "task "+x.id.String())
		if strings.Contains(out, "archive, ") != x.archived || !strings.Contains(out, x.reporter) || traced(out) {
			t.Errorf("%s", out)
		}
		if !strings.Contains(out, "地下车库进水") || lines(out, "王建国") != 2 || lines(out, "supplement") != 1 {
			t.Errorf("the case is not whole: %s", out)
		}
	}
	if out, _ := c.do(0, "task --full "+old.String()); !strings.Contains(out, careTelephone) || !strings.Contains(out, "a "+careOpenID) {
		t.Errorf("%s", out)
	}
	if out, _ := c.do(0, "archive --older 16d"); !strings.Contains(out, "1 tasks moved") {
		t.Errorf("%s", out)
	}
}

// A task that should be in the files and is not is no task that never was.
func TestTaskWithTheWrongDirectory(t *testing.T) {
	c := newCare(t, redistest.Options{Kind: redistest.Embedded})
	id := c.report("m1", 40)
	c.do(0, "archive")
	if _, errs := c.do(1, "task "+id.String()+" --dir "+t.TempDir()); !strings.Contains(errs, "is it the right directory") {
		t.Errorf("%s", errs)
	}
}

func TestArchiveAndTaskRefuse(t *testing.T) {
	c := newCare(t, redistest.Options{Kind: redistest.Embedded})
	cases := map[string]string{
		"archive --older 15d":                   "at least 16d",
		"archive --older 3 days":                `"3" is no number of days`,
		"task 12-1001":                          "there is no task 12-1001",
		"task 1042":                             "is not a task number",
		"audit":                                 `required flag(s) "street" not set`,
		"audit --street 12 --month may --why x": "no file for street",
		"audit --street 12 --task 7":            "is not a task number",
		"person erase --account a":              "missing [openid]",
		"person erase --task 12-1042":           "there is no task 12-1042",
		"person erase --task 1042":              "is not a task number",
		"person export":                         "at least one of the flags in the group [task openid]",
	}
	for words, told := range cases {
		if _, errs := c.do(1, words); !strings.Contains(errs, told) {
			t.Errorf("%s: %s", words, errs)
		}
	}
}

// Who looks is written down before anything is shown, also that they looked at this.
func TestAuditCommand(t *testing.T) {
	c := newCare(t, redistest.Options{Kind: redistest.Embedded})
	one, other := c.report("m1", 20), c.report("m2", 20)
	check(t, c.store.Audit(t.Context(), "12", store.Sight{At: time.Now(), Staff: "s11", Name: "王建国", Act: store.Listed, Task: one}))
	c.do(0, "task --why check "+one.String())
	c.do(0, "task "+other.String())
	cases := []struct {
		words                  string
		viewed, listed, audits int
	}{
		{"audit --street 12", 2, 1, 1},
		{"audit --street 12 --task " + one.String(), 1, 1, 0},
		{"audit --street 12 --staff s11", 0, 1, 0},
		{"audit --street 12 --month 2020-01", 0, 0, 0},
		{"audit --street 12 --csv", 2, 1, 5},
	}
	for _, x := range cases {
		out, _ := c.do(0, x.words)
		if lines(out, "viewed") != x.viewed || lines(out, "listed") != x.listed || lines(out, "audited") != x.audits {
			t.Errorf("%s:\n%s", x.words, out)
		}
	}
	out, _ := c.do(0, "audit --street 12 --csv")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	check(t, err)
	if len(rows) != 10 || rows[1][3] != "listed" || rows[2][4] != one.String() || rows[2][5] != "check" || !strings.HasPrefix(rows[2][2], "operator") || rows[9][3] != "audited" {
		t.Errorf("%v", rows)
	}
}

// A month of the audit that has moved to a file is read from there.
func TestOldAudit(t *testing.T) {
	c := newCare(t, redistest.Options{Kind: redistest.Embedded})
	long := time.Now().AddDate(0, -14, 0)
	check(t, c.store.Audit(t.Context(), "12", store.Sight{At: long, Staff: "s11", Act: store.Viewed, Task: task.ID{Street: "12", Seq: 1042}}))
	check(t, c.store.Audit(t.Context(), "12", store.Sight{At: time.Now(), Staff: "s12", Act: store.Viewed}))
	if out, _ := c.do(0, "archive"); !strings.Contains(out, "1 months of audit moved") {
		t.Errorf("%s", out)
	}
	for line, err := range c.store.AuditLines(t.Context(), "12", store.Month(long)) {
		t.Errorf("in Redis still: %s %v", line, err)
	}
	if out, _ := c.do(0, "audit --street 12 --month "+store.Month(long)); lines(out, "12-1042") != 1 {
		t.Errorf("%s", out)
	}
}

func TestPersonExport(t *testing.T) {
	c := newCare(t, redistest.Options{Kind: redistest.Embedded})
	archived, closed, open := c.report("m1", 40), c.report("m2", 20), c.report("m3", -1)
	c.do(0, "archive")
	c.speaks(closed) // not on the list: archived, open
	name := filepath.Join(t.TempDir(), "person.json")
	out, errs := c.do(0, "person export --why request-7 --account a --openid "+careOpenID+" --file "+name)
	if out != "" || errs != "" {
		t.Errorf("%s%s", out, errs)
	}
	data, err := os.ReadFile(name)
	check(t, err)
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("everybody may read it: %v", info.Mode())
	}
	var h holdings
	check(t, json.Unmarshal(data, &h))
	if len(h.Tasks) != 2 || h.Tasks[0].Task.ID != closed || h.Tasks[1].Task.ID != open || len(h.Archived) != 1 || h.Archived[0].Task.ID != archived {
		t.Errorf("%+v", h)
	}
	if len(h.Archived[0].History) != 3 || len(h.Notices) != 1 || h.Profile.Home != "m31" || !strings.Contains(string(h.Session), careTelephone) || h.Window.IsZero() {
		t.Errorf("%+v", h)
	}
	if out, _ := c.do(0, "audit --street 12"); lines(out, "exported") != 3 || lines(out, "request-7") != 3 {
		t.Errorf("%s", out)
	}
	if _, errs := c.do(1, "person export --account a --openid "+careOpenID+" --file "+name); !strings.Contains(errs, "exists") {
		t.Errorf("written over: %s", errs)
	}
	printed, _ := c.do(0, "person export --account a --openid oNobody")
	check(t, json.Unmarshal([]byte(printed), &h))
	if strings.Contains(printed, careTelephone) {
		t.Errorf("of somebody else: %s", printed)
	}
}

// After an erasure nothing of the person is anywhere: not in Redis, whose file,
// written anew as plain text, is every key and value; not in the archive; not in
// what was printed. The cases are whole.
func TestPersonErase(t *testing.T) {
	for _, cluster := range []bool{false, true} {
		t.Run(fmt.Sprint("cluster ", cluster), func(t *testing.T) {
			c := newCare(t, redistest.Options{Kind: redistest.Real, Cluster: cluster, Args: []string{"--aof-use-rdb-preamble", "no"}})
			archived, closed, open := c.report("m1", 40), c.report("m2", 20), c.report("m3", -1)
			c.do(0, "archive")
			c.speaks(closed)
			if len(traces(t, c.dir)) == 0 || len(traces(t, c.redis.Dir())) == 0 {
				t.Fatal("there is nothing to erase")
			}
			who := map[bool]string{false: "--account a --openid " + careOpenID, true: "--task " + archived.String()}[cluster]
			out, errs := c.do(0, "person erase --yes "+who)
			if !strings.Contains(out, "2 tasks and 1 in the archive lose their reporter; 1 notices") || traced(out+errs) {
				t.Errorf("%s%s", out, errs)
			}
			eventually(t, patience, "nothing on Redis's disk", func() bool { return len(traces(t, c.redis.Dir())) == 0 })
			if found := traces(t, c.dir); len(found) > 0 {
				t.Errorf("%v", found)
			}
			for _, id := range []task.ID{archived, closed, open} {
				out, _ := c.do(0, "task --full "+id.String())
				if !strings.Contains(out, "gone") || !strings.Contains(out, "地下车库进水") || lines(out, "王建国") < 2 || traced(out) {
					t.Errorf("%s", out)
				}
			}
			if x, err := c.store.Get(t.Context(), open); err != nil || x.Status != task.Closed {
				t.Errorf("it waits for somebody who is gone: %s %v", x.Status, err)
			}
			if out, _ := c.do(0, "audit --street 12"); lines(out, "erased") != 3 {
				t.Errorf("%s", out)
			}
			if out, _ := c.do(0, "person erase --yes --account a --openid "+careOpenID); !strings.Contains(out, "0 tasks and 0 in the archive") {
				t.Errorf("again: %s", out)
			}
			if _, errs := c.do(1, "person export --task "+open.String()); !strings.Contains(errs, "is gone already") {
				t.Errorf("%s", errs)
			}
			if !inFiles(t, c.redis.Dir(), "gb:{s12}:task:") {
				t.Error("the test does not read what Redis keeps")
			}
		})
	}
}

// inFiles tells whether a file below a directory holds a word.
func inFiles(t *testing.T, dir, word string) (found bool) {
	t.Helper()
	check(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			data, _ := os.ReadFile(path)
			found = found || strings.Contains(string(data), word)
		}
		return nil
	}))
	return found
}

// What waits for the person's answer goes on without it, with the time it had left.
func TestErasingEndsAWait(t *testing.T) {
	c := newCare(t, redistest.Options{Kind: redistest.Embedded})
	now, day := time.Now().Truncate(time.Millisecond), 24*time.Hour
	id, _, err := c.store.Create(t.Context(), "m1", task.Change{After: task.Task{ID: task.ID{Street: "12"}, Status: task.NeedInfo, Held: task.Accepted,
		Category: "flooding", Urgency: task.Urgent, Reporter: carePerson, OpenedAt: now, PausedAt: now, Until: now.Add(task.AnswerFor),
		Plan: task.Plan{Start: now, Accept: now.Add(time.Hour), Finish: now.Add(day)}}}, now)
	check(t, err)
	c.do(0, "person erase --yes --account a --openid "+careOpenID)
	x, err := c.store.Get(t.Context(), id)
	check(t, err)
	if x.Status != task.Accepted || !x.Reporter.Zero() || x.Plan.Finish.Before(now.Add(day)) || x.Next.IsZero() || x.Next.After(now.Add(day)) {
		t.Errorf("%s, reporter %+v, finish %v, next %v", x.Status, x.Reporter, x.Plan.Finish, x.Next)
	}
}

// A task that cannot be read is told of, and keeps no other from being erased.
func TestEraseGoesOnAfterDamage(t *testing.T) {
	c := newCare(t, redistest.Options{Kind: redistest.Embedded})
	broken, good := c.report("m1", 20), c.report("m2", 20)
	line := careTelephone + "{"
	conn, err := net.Dial("tcp", c.redis.Addr())
	check(t, err)
	defer conn.Close()
	key := fmt.Sprint("gb:{s12}:log:", broken.Seq)
	fmt.Fprintf(conn, "*3\r\n$5\r\nRPUSH\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n", len(key), key, len(line), line)
	if answer, err := bufio.NewReader(conn).ReadString('\n'); err != nil || answer != ":4\r\n" {
		t.Fatalf("%q %v", answer, err)
	}
	for _, words := range []string{"export", "erase --yes"} {
		out, errs := c.do(1, "person "+words+" --task "+good.String())
		if !strings.Contains(errs, "have to be mended first: ["+broken.String()+"]") || traced(errs) || words != "export" && traced(out) {
			t.Errorf("%s%s", out, errs)
		}
	}
	if x, err := c.store.Get(t.Context(), good); err != nil || !x.Reporter.Zero() {
		t.Errorf("%+v %v", x.Reporter, err)
	}
}

func TestEraseAsksFirst(t *testing.T) {
	for answer, erased := range map[string]bool{"": false, "yes\n": false, "erase": true, " erase \n": true} {
		t.Run(answer, func(t *testing.T) {
			c := newCare(t, redistest.Options{Kind: redistest.Embedded})
			id := c.report("m1", 20)
			root := commands()
			root.SetArgs(append([]string{"person", "erase", "--account", "a", "--openid", careOpenID}, c.args...))
			var out strings.Builder
			root.SetOut(&out)
			root.SetIn(strings.NewReader(answer))
			err := root.ExecuteContext(t.Context())
			if (err == nil) != erased || err != nil && err.Error() != "nothing was changed" || !strings.Contains(out.String(), "Write erase to go on") {
				t.Errorf("%v, %s", err, out.String())
			}
			// The stand-in has no file to write anew, which is told.
			if strings.Contains(out.String(), "did not write its append-only file anew") != erased || traced(out.String()) {
				t.Errorf("%s", out.String())
			}
			if x, err := c.store.Get(t.Context(), id); err != nil || x.Reporter.Zero() != erased {
				t.Errorf("%+v %v", x.Reporter, err)
			}
		})
	}
}

// Whatever goes wrong, nothing that is told of it tells of the person.
func TestFaultsTellNothingOfAnybody(t *testing.T) {
	faults := map[string]func(c *care){
		"a file where the directory should be": func(c *care) { check(t, os.WriteFile(c.dir, nil, 0o600)) },
		"a damaged file": func(c *care) {
			c.do(0, "archive")
			check(t, filepath.WalkDir(c.dir, func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() || filepath.Ext(path) != ".jsonl" {
					return err
				}
				data, err := os.ReadFile(path)
				check(t, err)
				return os.WriteFile(path, append([]byte("x"), data...), 0o600)
			}))
		},
		"no Redis": func(c *care) { check(t, c.redis.Close()) },
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			c := newCare(t, redistest.Options{Kind: redistest.Embedded})
			old, young := c.report("m1", 40), c.report("m2", 20)
			c.speaks(old, young)
			fault(c)
			failed := 0
			for _, words := range []string{
				"archive", "task " + old.String(), "task " + young.String(), "audit --street 12",
				"person erase --yes --account a --openid " + careOpenID,
			} {
				code, out, errs := command(append(strings.Fields(words), c.args...)...)
				if traced(out + errs) {
					t.Errorf("%s: %s%s", words, out, errs)
				}
				if code != 0 || strings.Contains(out, "cannot be read") {
					failed++
				}
				_, _, errs = command(append(strings.Fields("person export --account a --openid "+careOpenID), c.args...)...)
				if traced(errs) {
					t.Errorf("export: %s", errs)
				}
			}
			if failed == 0 {
				t.Error("nothing went wrong")
			}
		})
	}
}
