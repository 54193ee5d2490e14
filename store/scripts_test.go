package store

import (
	"regexp"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

// named gives each script under the name of its file.
func named(s scripts) map[string]*redis.Script {
	return map[string]*redis.Script{
		"begin": s.begin, "commit": s.commit, "release": s.release, "create": s.create, "update": s.update, "rewind": s.rewind,
		"lease": s.lease, "settle": s.settle, "enqueue": s.enqueue, "unbury": s.unbury,
		"spend": s.spend, "refund": s.refund, "closewindow": s.closeWindow, "arrived": s.arrived, "linked": s.linked, "get": s.get, "survey": s.survey, "claim": s.claim, "droptoken": s.dropToken,
		"redact": s.redact, "shelve": s.shelve, "dropburied": s.dropBuried, "dropaudit": s.dropAudit,
		"mend": s.mend, "mendnotice": s.mendNotice, "raise": s.raise, "migrate": s.migrate,
	}
}

func TestEveryFileIsAScriptAndTheRightOne(t *testing.T) {
	loaded := named(must(loadScripts()))
	files := must(luaFiles.ReadDir("lua"))
	if len(files) != len(loaded) {
		t.Errorf("%d files, %d scripts", len(files), len(loaded))
	}
	for _, f := range files {
		script := loaded[strings.TrimSuffix(f.Name(), ".lua")]
		source := string(must(luaFiles.ReadFile("lua/" + f.Name())))
		if strings.Contains(source, "post(") {
			source = string(must(luaFiles.ReadFile("posting.lua"))) + source
		}
		if script == nil || script.Hash() != redis.NewScript(source).Hash() {
			t.Errorf("%s is loaded under another name, or not at all", f.Name())
		}
	}
}

var (
	index     = regexp.MustCompile(`\b(KEYS|ARGV)\[(\d+)\]`)
	forbidden = regexp.MustCompile(`redis\.call\('(TIME|KEYS|SCAN|RANDOMKEY|EVAL)'|math\.random|cmsgpack|os\.`)
)

// Each script opens with what it does, its KEYS and ARGV by number, and its result.
func TestEveryScriptHasAHead(t *testing.T) {
	for _, f := range must(luaFiles.ReadDir("lua")) {
		t.Run(f.Name(), func(t *testing.T) {
			source := string(must(luaFiles.ReadFile("lua/" + f.Name())))
			head, body := split(source)
			purpose, rest, hasKeys := strings.Cut(head, "-- KEYS ")
			keys, rest, hasArgs := strings.Cut(rest, "-- ARGV ")
			args, result, hasResult := strings.Cut(rest, "-- result ")
			if !hasKeys || !hasArgs || !hasResult || len(purpose) < 20 || result == "" {
				t.Fatalf("the head does not name what it does, KEYS, ARGV and result:\n%s", head)
			}
			section := map[string]string{"KEYS": keys, "ARGV": args}
			for _, m := range index.FindAllStringSubmatch(body, -1) {
				if !regexp.MustCompile(`(^|\s)` + m[2] + `\s`).MatchString(section[m[1]]) {
					t.Errorf("%s is not explained in the head", m[0])
				}
			}
			if bad := forbidden.FindString(body); bad != "" {
				t.Errorf("%s: time comes as an argument, and nothing walks all keys", bad)
			}
		})
	}
}

// split parts the leading comment from the rest.
func split(source string) (head, body string) {
	lines := strings.SplitAfter(source, "\n")
	for i, l := range lines {
		if !strings.HasPrefix(l, "--") {
			return strings.Join(lines[:i], ""), strings.Join(lines[i:], "")
		}
	}
	return source, ""
}
