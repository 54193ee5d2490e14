package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gridbot/redistest"
	"gridbot/sample"
	"gridbot/store"
	"gridbot/task"
)

// command runs the program with these arguments.
func command(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = run(args, &o, &e)
	return code, o.String(), e.String()
}

func TestCommands(t *testing.T) {
	cases := []struct {
		args string
		code int
		out  string
		errs string
	}{
		{"", 0, "gridbot demo", ""},
		{"--help", 0, "Available Commands", ""},
		{"version", 0, "gridbot ", ""},
		{"serve --help", 0, "It does not start where messages could be lost", ""},
		{"demo --help", 0, "--data", ""},
		{"import --help", 0, "Every bad row is told", ""},
		{"outbox resend --help", 0, "--all", ""},
		{"archive --help", 0, "--older", ""},
		{"person", 0, "erase", ""},
		{"backup", 1, "", `required flag(s) "out" not set`},
		{"restore", 1, "", `required flag(s) "in" not set`},
		{"restore --in /no/such.gz", 1, "", "no such file"},
		{"migrate --help", 0, "--dry-run", ""},
		{"reconcile --help", 0, "The exit code is 1", ""},
		{"dance", 1, "", "unknown command"},
		{"version now", 1, "", "unknown command"},
		{"eval", 1, "", "at least one of the flags in the group [file live addresses] is required"},
		{"eval --file a.tsv --addresses b.jsonl", 1, "", "were all set"},
		{"eval --addresses /no/such.jsonl", 1, "", "no such file"},
		{"eval --addresses testdata/eval/addresses.jsonl", 0, "building 5 of 5, 1.000\nunit     3 of 3, 1.000\nfloor    3 of 3, 1.000\nroom     3 of 4, 0.750\n   松涛市场负二层66: 66\n", ""},
		{"eval --addresses testdata/eval/addresses.jsonl --json", 0, `{"part":"building","labelled":5,"found":5}`, ""},
		{"eval --addresses testdata/eval/unseen.tsv", 1, "", "unseen.tsv: line 1: "},
		{"eval --file /no/such.tsv", 1, "", "no such file"},
		{"train --examples /no/such --model /dev/null", 1, "", "no such file"},
		{"import", 1, "", "at least one of the flags in the group [workbook areas] is required"},
		{"import --areas a.csv", 1, "", "missing [staff]"},
		{"import --workbook a.xlsx --roster r.csv", 1, "", "were all set"},
		{"import --workbook /no/such.xlsx", 1, "", "no such file"},
		{"export", 1, "", "is required"},
		{"export --help", 0, "--template", ""},
		{"staff", 0, "gaps", ""},
		{"staff away", 1, "", "requires at least 1 arg"},
		{"outbox resend", 1, "", "say either the id"},
		{"outbox resend 1 --all", 1, "", "say either the id"},
		{"serve --config /no/such.yaml", 1, "", "no such file"},
		{"serve --config testdata/config/unknown-key.yaml", 1, "", "line 4: adress: no such key"},
	}
	for _, c := range cases {
		t.Run(c.args, func(t *testing.T) {
			code, out, errs := command(strings.Fields(c.args)...)
			if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(errs, c.errs) {
				t.Errorf("code %d\nout %s\nerrs %s", code, out, errs)
			}
		})
	}
}

func TestVersion(t *testing.T) {
	if v := versionOf("v1.2"); v != "v1.2" {
		t.Errorf("the linker's version became %s", v)
	}
	if v := versionOf(""); v == "" {
		t.Error("no version without the linker")
	}
}

// redisFor starts a Redis and points the commands to it.
func redisFor(t *testing.T, o redistest.Options) *redistest.Server {
	t.Helper()
	r := redistest.ForTest(t, o)
	t.Setenv("GRIDBOT_REDIS_ADDRS", r.Addr())
	return r
}

func storeAt(t *testing.T, r *redistest.Server) *store.Store {
	t.Helper()
	s, err := store.Open(store.Options{Addrs: []string{r.Addr()}})
	check(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	check(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// settings is a configuration that only says what the test needs.
func settings(t *testing.T, text string) string { return write(t, "config.yaml", text) }

func TestImport(t *testing.T) {
	r := redisFor(t, redistest.Options{Kind: redistest.Embedded})
	s := storeAt(t, r)
	config := settings(t, "")
	codes := filepath.Join(t.TempDir(), "codes.tsv")
	code, out, errs := command("import", "-c", config, "--areas", "sample/areas.csv", "--staff", "sample/staff.csv", "--codes", codes)
	if code != 0 || !strings.Contains(out, "45 areas and 25 people imported") || !strings.Contains(out, "25 join codes written") {
		t.Fatalf("%d %s %s", code, out, errs)
	}
	list, err := os.ReadFile(codes)
	check(t, err)
	lines := strings.Split(strings.TrimSpace(string(list)), "\n")
	first := strings.Split(lines[0], "\t")
	if len(lines) != 25 || len(first) != 3 || len(first[2]) != codeLength {
		t.Fatalf("codes %q", list)
	}
	if mode, _ := os.Stat(codes); mode.Mode().Perm() != 0o600 {
		t.Errorf("everybody may read the codes: %v", mode.Mode())
	}
	staff, err := s.Join(t.Context(), first[2], task.Person{Account: "a", OpenID: "o"})
	if err != nil || staff != first[0] {
		t.Errorf("joined as %s: %v", staff, err)
	}
	// Again: nothing changes, so that nobody needs a code.
	if code, out, errs := command("import", "-c", config, "--areas", "sample/areas.csv", "--staff", "sample/staff.csv"); code != 0 || !strings.Contains(out, "nothing changes") || strings.Contains(out, "\t") {
		t.Errorf("%d %s %s", code, out, errs)
	}
	// One more person: a code for them alone, printed without a file.
	more := write(t, "more.csv", strings.TrimSpace(string(sample.Staff))+"\ns99,马小玲,专职网格员,120203,在岗\n")
	if code, out, errs := command("import", "-c", config, "--areas", "sample/areas.csv", "--staff", more); code != 0 || strings.Count(out, "\ns99\t马小玲\t") != 1 || strings.Contains(out, "\ns20\t") {
		t.Errorf("%d %s %s", code, out, errs)
	}
}

func TestCodes(t *testing.T) {
	seen := map[string]bool{}
	for range 2000 {
		c := newCode()
		if len(c) != codeLength || strings.Trim(c, codeSigns) != "" || !strings.ContainsRune(codeSigns[:codeLetters], rune(c[0])) || seen[c] {
			t.Fatalf("code %q", c)
		}
		seen[c] = true
	}
}

// outboxWith buries notices of two streets.
func outboxWith(t *testing.T, s *store.Store, n int) {
	t.Helper()
	for _, street := range []string{"12", "13"} {
		for i := range n {
			_, err := s.Enqueue(t.Context(), street, strings.Repeat("k", i+1), task.Notice{
				To: task.Party{Kind: task.ToResident, Person: task.Person{Account: "a", OpenID: "oSecret"}}, About: task.AboutAnswer, Note: "私密的话"}, start)
			check(t, err)
		}
		leased, err := s.Lease(t.Context(), street, n, start.Add(1), start.Add(1e9))
		check(t, err)
		for _, l := range leased {
			check(t, s.Bury(t.Context(), l, start, "custom: bad 45015"))
		}
	}
}

func TestOutbox(t *testing.T) {
	r := redisFor(t, redistest.Options{Kind: redistest.Embedded})
	s := storeAt(t, r)
	outboxWith(t, s, 3)
	config := settings(t, "accounts:\n  - {name: a, app_id: wx0123456789abcdef, street: \"12\"}\n  - {name: b, app_id: wx0123456789abcde0, street: \"13\"}\n")
	_, out, errs := command("outbox", "-c", config)
	if !strings.Contains(out, "street 12: 0 waiting, 3 buried") || !strings.Contains(out, "street 13: 0 waiting, 3 buried") ||
		!strings.Contains(out, "late.kk") || !strings.Contains(out, "45015") || strings.Contains(out, "私密") || strings.Contains(out, "oSecret") {
		t.Fatalf("%s%s", out, errs)
	}
	steps := []struct {
		args, out, errs string
		waiting, buried int // of street 12
	}{
		{"outbox list --street 13", "street 13", "", 0, 3},
		{"outbox resend late.kk --street 12", "1 notices will be sent again", "", 1, 2},
		{"outbox resend late.kk --street 12", "", "no buried notice has the id late.kk", 1, 2},
		{"outbox resend --all --street 12", "2 notices will be sent again", "", 3, 0},
		{"outbox resend --all", "3 notices will be sent again", "", 3, 0},
	}
	for _, c := range steps {
		_, out, errs := command(append(strings.Fields(c.args), "-c", config)...)
		d, err := s.OutboxDepth(t.Context(), "12")
		if err != nil || !strings.Contains(out, c.out) || !strings.Contains(errs, c.errs) || d.Waiting != c.waiting || d.Buried != c.buried {
			t.Errorf("%s: %s%s, %+v, %v", c.args, out, errs, d, err)
		}
	}
}

// What serve refuses to start with, and what it tells to change.
func TestServeRefuses(t *testing.T) {
	account := "accounts:\n  - {name: a, app_id: wx0123456789abcdef, mode: plain, street: \"12\"}\n"
	t.Setenv("GRIDBOT_ACCOUNT_A_SECRET", "s")
	t.Setenv("GRIDBOT_ACCOUNT_A_TOKEN", "t")
	cases := []struct {
		name   string
		redis  redistest.Options
		config string
		told   string
	}{
		{"a Redis that may lose a second", redistest.Options{Kind: redistest.Real, AppendFsync: "everysec"}, "", "set appendfsync always"},
		{"a Redis that evicts", redistest.Options{Kind: redistest.Real, Args: []string{"--maxmemory-policy", "allkeys-lru"}}, "", "set noeviction"},
		{"a spool that cannot be", redistest.Options{Kind: redistest.Real}, "spool: {path: /proc/nowhere/spool.db}\n", "/proc/nowhere"},
		{"a damaged model", redistest.Options{Kind: redistest.Real}, "classify: {model: " + write(t, "own.gz", "no model") + "}\n", "own.gz: classify: model: reading"},
		{"no model", redistest.Options{Kind: redistest.Real}, "classify: {model: nowhere.gz}\n", "classify.model: model: open nowhere.gz"},
		{"no secret", redistest.Options{Kind: redistest.Real}, "", "the AppSecret is missing: set GRIDBOT_ACCOUNT_A_SECRET"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			redisFor(t, c.redis)
			t.Setenv("GRIDBOT_MEDIA_DIR", t.TempDir())
			if c.name == "no secret" {
				t.Setenv("GRIDBOT_ACCOUNT_A_SECRET", "")
			}
			config := account + c.config
			if !strings.Contains(config, "spool:") {
				config += "spool: {path: " + filepath.Join(t.TempDir(), "spool.db") + "}\n"
			}
			code, _, errs := command("serve", "-c", settings(t, config))
			if code != 1 || !strings.Contains(errs, c.told) {
				t.Errorf("code %d, %s", code, errs)
			}
		})
	}
}

// An account whose street is not in the directory is a mistake; no directory yet
// is a warning.
func TestServeChecksStreets(t *testing.T) {
	r := redisFor(t, redistest.Options{Kind: redistest.Real})
	t.Setenv("GRIDBOT_SERVER_ADDR", "127.0.0.1:0")
	t.Setenv("GRIDBOT_MEDIA_DIR", t.TempDir())
	t.Setenv("GRIDBOT_ACCOUNT_A_SECRET", "s")
	t.Setenv("GRIDBOT_ACCOUNT_A_TOKEN", "t")
	config := settings(t, "spool: {path: "+filepath.Join(t.TempDir(), "spool.db")+"}\naccounts:\n  - {name: a, app_id: wx0123456789abcdef, mode: plain, street: \"99\"}\n")
	if code, _, errs := command("import", "-c", config, "--areas", "sample/areas.csv", "--staff", "sample/staff.csv"); code != 0 {
		t.Fatal(errs)
	}
	if code, _, errs := command("serve", "-c", config); code != 1 || !strings.Contains(errs, "street 99 is not among the imported areas") {
		t.Errorf("code %d, %s", code, errs)
	}
	bare := write(t, "bare.csv", "编号,级别,名称,上级\n99,街道,新街道,\n")
	if code, _, errs := command("import", "-c", config, "--areas", bare, "--staff", write(t, "none.csv", "工号,姓名,岗位,辖区\n"), "--force", "--yes"); code != 0 {
		t.Fatal(errs)
	}
	if code, _, errs := command("serve", "-c", config); code != 1 || !strings.Contains(errs, "street 99 has no dispatcher") {
		t.Errorf("code %d, %s", code, errs)
	}
	check(t, r.Flush(context.Background()))
	ctx, stop := context.WithCancel(t.Context())
	var out, errs lockedBuffer
	root := commands()
	root.SetArgs([]string{"serve", "-c", config})
	root.SetOut(&out)
	root.SetErr(&errs)
	ended := make(chan error, 1)
	go func() { ended <- root.ExecuteContext(ctx) }()
	eventually(t, patience, "serving", func() bool { return strings.Contains(errs.String(), "msg=serving") })
	if !strings.Contains(errs.String(), "no areas and staff yet") {
		t.Errorf("no warning in %s", errs.String())
	}
	stop()
	check(t, <-ended)
}

// An address in use is told by its key.
func TestServeAddressInUse(t *testing.T) {
	redisFor(t, redistest.Options{Kind: redistest.Real})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer l.Close()
	t.Setenv("GRIDBOT_SERVER_ADDR", l.Addr().String())
	t.Setenv("GRIDBOT_ACCOUNT_A_SECRET", "s")
	t.Setenv("GRIDBOT_ACCOUNT_A_TOKEN", "t")
	config := settings(t, "spool: {path: "+filepath.Join(t.TempDir(), "spool.db")+"}\naccounts:\n  - {name: a, app_id: wx0123456789abcdef, mode: plain, street: \"12\"}\n")
	if code, _, errs := command("serve", "-c", config); code != 1 || !strings.Contains(errs, "server.addr: ") {
		t.Errorf("code %d, %s", code, errs)
	}
}

// A model trained on a handful of examples is written whole, and the figures of
// the built-in one can be read by a program.
func TestTrainAndEval(t *testing.T) {
	dir := t.TempDir()
	var examples strings.Builder
	examples.WriteString("text\tintent\tcategory\talso\temergency\n")
	for _, text := range []string{"路灯不亮了", "路灯坏了", "门口路灯黑的", "巷子里的路灯灭了", "路灯一闪一闪"} {
		examples.WriteString(text + "\treport\tstreetlight\t-\t0\n")
	}
	for _, text := range []string{"你好", "您好", "早上好", "在吗", "有人吗"} {
		examples.WriteString(text + "\tgreeting\t-\t-\t0\n")
	}
	file := filepath.Join(dir, "small.tsv")
	check(t, os.WriteFile(file, []byte(examples.String()), 0o600))
	out := filepath.Join(t.TempDir(), "model.gz")
	if code, text, errs := command("train", "--examples", dir, "--model", out); code != 0 || !strings.Contains(text, "10 examples") {
		t.Errorf("%d %s %s", code, text, errs)
	}
	if info, err := os.Stat(out); err != nil || info.Size() == 0 {
		t.Errorf("%v %v", info, err)
	}
	code, text, errs := command("eval", "--json", "--file", file)
	var figures struct {
		N    int
		Main struct {
			Accuracy float64
			MacroF1  float64 `json:"macro_f1"`
		}
		Intent struct{ Accuracy float64 }
		Danger map[string]float64
	}
	if err := json.Unmarshal([]byte(text), &figures); code != 0 || err != nil || figures.N != 10 || figures.Intent.Accuracy == 0 || figures.Danger == nil {
		t.Errorf("%d %s %s: %v", code, text, errs, err)
	}
	if code, text, _ := command("eval", "--file", file); code != 0 || !strings.Contains(text, "danger recall") {
		t.Errorf("%d %s", code, text)
	}
}

func TestTheLogMasksWhatLibrariesSay(t *testing.T) {
	var out bytes.Buffer
	log := newLog(&out, slog.LevelInfo)
	log.Warn("读不了13712340001", "err", fmt.Errorf("parse: %w", errors.New("电话0576-88881234，证331001198504120031")),
		"value", "浙J88K01", "key", "m13712340001", "count", 13712340001, "addr", "10.0.0.1:6379")
	for _, secret := range []string{"读不了13712340001", "88881234", "19850412", "88K01"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%s is in %s", secret, &out)
		}
	}
	for _, kept := range []string{"key=m13712340001", "count=13712340001", "addr=10.0.0.1:6379", "parse: 电话0576"} {
		if !strings.Contains(out.String(), kept) {
			t.Errorf("%s is not in %s", kept, &out)
		}
	}
}
