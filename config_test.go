package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"
)

// Each file of testdata/config holds one sort of mistake, and in comments: want,
// what is told, each mistake on a line of its own; absent, what must not be told;
// env, a variable that is set; serving, that secrets are asked for.
func TestMistakes(t *testing.T) {
	files, err := filepath.Glob("testdata/config/*.yaml")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			check(t, err)
			marks := marksOf(string(data))
			_, err = parseConfig("config.yaml", data, marks["env"], marks["serving"] != nil)
			if err == nil {
				t.Fatal("nothing was told")
			}
			told := strings.Split(err.Error(), "\n")[1:]
			for _, want := range marks["want"] {
				if !strings.Contains(err.Error(), "\n  "+want) {
					t.Errorf("not told: %s", want)
				}
			}
			for _, absent := range marks["absent"] {
				if strings.Contains(err.Error(), absent) {
					t.Errorf("%s was told", absent)
				}
			}
			if len(told) != len(marks["want"]) {
				t.Errorf("%d mistakes, want %d", len(told), len(marks["want"]))
			}
			if t.Failed() {
				t.Log(err)
			}
		})
	}
}

func marksOf(text string) map[string][]string {
	out := map[string][]string{}
	for line := range strings.Lines(text) {
		if mark, ok := strings.CutPrefix(line, "# "); ok {
			name, value, _ := strings.Cut(strings.TrimSuffix(mark, "\n"), ": ")
			out[name] = append(out[name], value)
		}
	}
	return out
}

// The manual is a configuration that works, and it has every key there is.
func TestManualIsComplete(t *testing.T) {
	var c Config
	if found := decodeStrict(manual, &c); len(found) > 0 {
		t.Fatal(mistakes(found))
	}
	var tree yaml.Node
	check(t, yaml.Unmarshal(manual, &tree))
	if found := c.check(lineFinder{&tree}, false); len(found) > 0 {
		t.Error(mistakes(found))
	}
	missing(t, tree.Content[:1], reflect.TypeFor[Config](), "")
	for _, section := range []string{"server", "redis", "spool", "wechat", "calendar", "notices", "sms", "classify", "retention", "log"} {
		_, values := child(tree.Content[0], section)
		for i := 0; i < len(values.Content); i += 2 {
			if key := values.Content[i]; key.HeadComment == "" {
				t.Errorf("line %d: %s is not explained", key.Line, key.Value)
			}
		}
	}
}

// missing finds keys of a type that all of some nodes lack.
func missing(t *testing.T, nodes []*yaml.Node, kind reflect.Type, path string) {
	t.Helper()
	for i := range kind.NumField() {
		f := kind.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		var values, elements []*yaml.Node
		for _, node := range nodes {
			if _, value := child(node, name); value != nil {
				values, elements = append(values, value), append(elements, value.Content...)
			}
		}
		for i := 0; i < len(elements); i++ { // buttons stand below buttons
			if _, below := child(elements[i], "buttons"); below != nil {
				elements = append(elements, below.Content...)
			}
		}
		switch {
		case name == "-":
		case values == nil:
			t.Errorf("%s%s is not in config.yaml", path, name)
		case f.Type.Kind() == reflect.Struct:
			missing(t, values, f.Type, path+name+".")
		case f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct && f.Type.Elem() != kind:
			missing(t, elements, f.Type.Elem(), path+name+".")
		}
	}
}

// An empty file is the defaults, and they have no account.
func TestDefaults(t *testing.T) {
	c, err := parseConfig("config.yaml", nil, nil, false)
	check(t, err)
	if len(c.Accounts) != 0 || c.Server.ReplyWithin != 3*time.Second || c.Numbers["fire"] != "119" || c.Redis.AcceptLoss {
		t.Errorf("%+v", c)
	}
	numbers := c.numbers()
	if numbers[""] != "110" || numbers["elevator"] != "96333" || numbers[anyDanger] != "" {
		t.Errorf("%v", numbers)
	}
}

// What a file says wins over the defaults, what it leaves out stays.
func TestFileOverDefaults(t *testing.T) {
	c, err := parseConfig("config.yaml", []byte("numbers: {gas: \"05768800000\"}\nredis: {addrs: [a:1, b:2]}\ncalendar: {overrides: {\"2027-01-04\": true}}\n"+
		"accounts:\n  - {name: a, app_id: wx0123456789abcdef, street: \"7\"}\n"), nil, false)
	check(t, err)
	if c.Numbers["gas"] != "05768800000" || c.Numbers["fire"] != "119" || len(c.Redis.Addrs) != 2 || !c.Calendar.Overrides["2027-01-04"] {
		t.Errorf("%+v", c)
	}
	if len(c.Accounts) != 1 || c.Accounts[0].Street != "7" || len(c.Accounts[0].Templates) != 0 {
		t.Errorf("accounts %+v", c.Accounts)
	}
}

// Variables win over the file; those ending in _FILE name a file.
func TestEnvironment(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	check(t, os.WriteFile(secret, []byte("from a file\n"), 0o600))
	c, err := parseConfig("config.yaml", []byte("server: {addr: a:1}\naccounts:\n  - {name: our-street, app_id: wx0123456789abcdef, street: \"7\"}\n"), []string{
		"GRIDBOT_SERVER_ADDR=0.0.0.0:80", "GRIDBOT_REDIS_ADDRS=a:1, b:2", "GRIDBOT_REDIS_PASSWORD=p=w", "GRIDBOT_NUMBERS_GAS=96777",
		"GRIDBOT_SPOOL_MAX_BYTES=2097152", "GRIDBOT_REDIS_ACCEPT_LOSS=true", "GRIDBOT_NOTICES_POLL=5s",
		"GRIDBOT_ACCOUNT_OUR_STREET_SECRET_FILE=" + secret, "GRIDBOT_ACCOUNT_OUR_STREET_TOKEN=0123", "PATH=/bin",
	}, true)
	check(t, err)
	a := c.Accounts[0]
	if c.Server.Addr != "0.0.0.0:80" || strings.Join(c.Redis.Addrs, " ") != "a:1 b:2" || c.Redis.Password != "p=w" || c.Numbers["gas"] != "96777" ||
		c.Spool.MaxBytes != 2097152 || !c.Redis.AcceptLoss || c.Notices.Poll != 5*time.Second || a.Secret != "from a file" || a.Token != "0123" {
		t.Errorf("%+v", c)
	}
	if w := c.accounts(); w[0].Secret != "from a file" || w[0].Street != "7" {
		t.Errorf("%+v", w)
	}
}

// A variable may name the file of plans: GRIDBOT_CALENDAR_FILE is its path, not a
// file that holds the path.
func TestCalendarFile(t *testing.T) {
	c, err := parseConfig("config.yaml", []byte("calendar: {overrides: {\"2099-10-02\": true}}\n"),
		[]string{"GRIDBOT_CALENDAR_FILE=sample/calendar.yaml"}, false)
	check(t, err)
	cal, err := c.calendar()
	check(t, err)
	noon := func(month time.Month, day int) time.Time {
		return time.Date(2099, month, day, 12, 0, 0, 0, cal.Location())
	}
	if !cal.Known(2099) || cal.Workday(noon(10, 1)) || !cal.Workday(noon(10, 10)) {
		t.Error("the file was not followed")
	}
	if !cal.Workday(noon(10, 2)) {
		t.Error("the file won over a single day")
	}
	c.Calendar.File = "sample/none.yaml"
	if _, err := c.calendar(); err == nil || !strings.Contains(err.Error(), "calendar.file") {
		t.Errorf("without the file: %v", err)
	}
}

func TestLoadConfig(t *testing.T) {
	none := filepath.Join(t.TempDir(), "config.yaml")
	if _, err := loadConfig(none, false, nil, false); err != nil {
		t.Errorf("a file nobody named may be missing: %v", err)
	}
	if _, err := loadConfig(none, true, nil, false); err == nil {
		t.Error("a file somebody named is missing")
	}
}

func FuzzConfig(f *testing.F) {
	f.Add(manual)
	f.Add([]byte("accounts: [{}]"))
	f.Add([]byte("server: &a {addr: *a}"))
	f.Add([]byte("- 1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = parseConfig("config.yaml", data, []string{"GRIDBOT_REDIS_DB=1"}, true)
	})
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
