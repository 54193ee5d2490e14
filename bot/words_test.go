package bot

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"gridbot/classify"
	"gridbot/dispatch"
	"gridbot/task"
)

// defined lists the templates of the package, in the order of their files.
func defined(t testing.TB) []string {
	t.Helper()
	var out []string
	files, err := fs.Glob(wordFiles, "words/*.tmpl")
	check(t, err)
	for _, f := range files {
		text, err := wordFiles.ReadFile(f)
		check(t, err)
		for _, m := range regexp.MustCompile(`{{define "([^"]+)"}}`).FindAllStringSubmatch(string(text), -1) {
			out = append(out, m[1])
		}
	}
	return out
}

// letters are a task as people usually see it, one with everything at its longest,
// and one with nothing.
func letters() (usual, longest, bare dispatch.Letter) {
	when := dispatch.When{Month: 12, Day: 31, Weekday: 4, Clock: "10:00"}
	usual = dispatch.Letter{Number: "12-1042", Matter: "路灯故障", Category: "streetlight", Place: "幸福里小区3幢", Placed: true, Text: "楼下路灯不亮了",
		Status: task.Dispatched, Urgency: task.Normal, Handler: "张小燕", Actor: "张小燕", Accept: when, Contact: when, Finish: when, Note: "下午来修", Result: "已更换灯泡"}
	long := func(n int) string { return strings.Repeat("很长的话", n/4+1) }
	when.Provisional = true
	longest = dispatch.Letter{Number: "129-999999", Matter: long(30), Category: "streetlight", Place: long(40), Placed: true, Text: long(2000),
		Status: task.Returned, Urgency: task.Critical, Handler: long(20), Actor: long(20), Accept: when, Contact: when, Finish: when,
		Note: long(2000), Result: long(2000), Reason: long(200)}
	bare = dispatch.Letter{Number: "12-1042", Category: task.Unclassified, Matter: "未分类", Status: task.Pending, Urgency: task.Normal,
		Accept: dispatch.When{Zero: true}, Contact: dispatch.When{Zero: true}, Finish: dispatch.When{Zero: true}}
	return usual, longest, bare
}

// dataFor makes the data of a template from a letter.
func dataFor(name string, l dispatch.Letter) any {
	options := []option{{1, l.Number, l.Matter, true}, {2, l.Handler, l.Place, false}, {3, l.Matter, "", false}}
	asked := struct {
		dispatch.Letter
		Options []option
		None    int
	}{l, options, 4}
	list := slices.Repeat([]dispatch.Letter{l}, 8)
	switch name {
	case "options", "ask.task", "ask.person", "ask.category", "ask.reason", "ask.called":
		return options
	case "ask.matter", "ask.place", "ask.proof":
		return asked
	case "err.places", "err.elsewhere":
		return where{Letter: l, Street: "和风街道", Places: []string{l.Place, l.Place}}
	case "status.list", "list.paused":
		return list
	case "list.untold":
		return []untold{{l, ""}, {l, l.Handler}}
	case "list.area":
		return area{Tasks: list, Total: 99, Next: 12}
	case "handedover":
		return handed{Name: l.Handler, Tasks: 3}
	case "photos":
		link := pageLink{Kind: task.Voice, Link: "", Own: l.Handler != ""}
		return pages{Number: l.Number, Links: slices.Repeat([]pageLink{link}, min(l.Photos, mostLinks)), Coming: l.Photos, Lost: l.Lost, Next: 2, Minutes: 30,
			Any: l.Photos > 0, Off: l.Status == task.Closed}
	case "data.held":
		return holdings{Home: l.Place, Staff: l.Handler, Tasks: 12, Hidden: true}
	case "list":
		return struct {
			Mine, Desk, Check       []dispatch.Letter
			MineTotal, DeskTotal    int
			MineMore, DeskMore, Any bool
		}{list, list, list, 99, 99, true, true, l.Handler != ""}
	case "complaint.text":
		return struct {
			Words string
			About []dispatch.Letter
		}{l.Matter, []dispatch.Letter{l, l}}
	case "welcome.home", "number.unknown", "err.person", "ask.number", "handover.who", "err.number":
		return l.Number
	case "help.staff":
		return l.Urgency == task.Critical
	case "choose.again":
		return 3
	case "hours":
		return l.Finish
	case "join.ok":
		return option{Name: "张小燕", Extra: l.Place}
	}
	if strings.HasPrefix(name, "danger.") {
		return struct{ Number string }{"119"}
	}
	return l
}

// TestEveryTemplateRenders renders all words with a usual, the longest and the barest
// task in every status: nothing English, no rest of a template, never too long.
func TestEveryTemplateRenders(t *testing.T) {
	words, err := dispatch.LoadWords(wordFiles, "words")
	check(t, err)
	usual, longest, bare := letters()
	told := map[string]bool{}
	for _, name := range defined(t) {
		for i, l := range []dispatch.Letter{usual, longest, bare} {
			for _, status := range task.Statuses() {
				l.Status = status
				got, err := words.Render(name, dataFor(name, l))
				check(t, err)
				if wrong := complain(name, got, i == 0); wrong != "" && !told[name+wrong] {
					told[name+wrong] = true
					t.Errorf("%s %s:\n%s", name, wrong, got)
				}
			}
		}
	}
}

var (
	latin  = regexp.MustCompile(`[A-Za-z]{2,}`)
	sloppy = regexp.MustCompile(`<no value>|%!|{{|[，。：、；]{2,}|（）|^[，。：]|map\[`)
)

// complain tells what is wrong with words somebody is to read, "" when nothing is.
func complain(name, got string, usual bool) string {
	short := fit(got)
	switch {
	case latin.MatchString(got):
		return "says " + latin.FindString(got)
	case sloppy.MatchString(got) && name != "seen":
		return "leaves " + sloppy.FindString(got)
	case utf8.RuneCountInString(short) > maxRunes || len(short) > maxBytes:
		return "is too long"
	case usual && utf8.RuneCountInString(got) > 120 && !slices.Contains([]string{"help.staff", "list", "list.area", "list.untold", "list.paused", "ask.reason", "status.list"}, name):
		return "could be shorter"
	}
	return ""
}

func TestFit(t *testing.T) {
	for _, s := range []string{"", "短", strings.Repeat("长", 600), strings.Repeat("长", 601), strings.Repeat("一行字\n", 400), strings.Repeat("😀", 700),
		strings.Repeat("a", 5000), "x\n" + strings.Repeat("长", 700)} {
		got := fit(s)
		if len(got) > maxBytes || utf8.RuneCountInString(got) > maxRunes || !utf8.ValidString(got) {
			t.Errorf("%.20q fits as %d bytes", s, len(got))
		}
		if got != s && (!strings.HasSuffix(got, "…") || !strings.HasPrefix(s, strings.TrimSuffix(got, "…"))) {
			t.Errorf("%.20q fits as %q", s, got)
		}
	}
}

// TestEverySentinelHasASentence walks the errors package task declares, so that a new
// one cannot be forgotten.
func TestEverySentinelHasASentence(t *testing.T) {
	byName := map[string]error{"ErrNotFound": task.ErrNotFound, "ErrNotYours": task.ErrNotYours, "ErrOwnReport": task.ErrOwnReport,
		"ErrStatus": task.ErrStatus, "ErrTaken": task.ErrTaken, "ErrNoteTooShort": task.ErrNoteTooShort, "ErrNoTarget": task.ErrNoTarget,
		"ErrRuled": task.ErrRuled, "ErrCritical": task.ErrCritical, "ErrTooLong": task.ErrTooLong, "ErrExtended": task.ErrExtended,
		"ErrExtendLate": task.ErrExtendLate, "ErrNoWish": task.ErrNoWish, "ErrAppealed": task.ErrAppealed, "ErrReason": task.ErrReason,
		"ErrHelpersOpen": task.ErrHelpersOpen, "ErrJoined": task.ErrJoined, "ErrMerge": task.ErrMerge, "ErrNotDue": task.ErrNotDue,
		"ErrReturnLate": task.ErrReturnLate, "ErrUrgedRecently": task.ErrUrgedRecently,
		"ErrUrgeEarly": task.ErrUrgeEarly, "ErrConfirmSafety": task.ErrConfirmSafety, "ErrReopenLate": task.ErrReopenLate,
		"ErrCategory": task.ErrCategory, "ErrMove": task.ErrMove,
		"ErrPlace": task.ErrPlace, "ErrUrgency": task.ErrUrgency, "ErrSame": task.ErrSame, "ErrLower": task.ErrLower}
	words, err := dispatch.LoadWords(wordFiles, "words")
	check(t, err)
	file, err := parser.ParseFile(token.NewFileSet(), "../task/errors.go", nil, 0)
	check(t, err)
	found := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for _, name := range spec.Names {
			found++
			err, known := byName[name.Name]
			if !known {
				t.Errorf("the test does not know task.%s", name.Name)
				continue
			}
			if s := sentence(errors.Join(errors.New("dispatch: doing"), err)); s == "" || !words.Has(s) {
				t.Errorf("task.%s has no sentence", name.Name)
			}
		}
		return true
	})
	if found != len(byName) {
		t.Errorf("%d sentinels found, %d expected", found, len(byName))
	}
	if s := sentence(errors.New("redis is away")); s != "" {
		t.Errorf("a fault is said as %s", s)
	}
}

// TestEveryWordIsUsed checks that what the program says exists, and that nothing
// stands in the files that it never says.
func TestEveryWordIsUsed(t *testing.T) {
	names := defined(t)
	used := map[string]bool{}
	for _, pattern := range []string{`say\("([a-z.]+)"`, `Render\("([a-z.]+)"`, `template "([a-z.]+)"`, `"((?:err|opened|ok|added|note|did|none)\.[a-z]+)"`, `"(noplace|added|opened)"`, `Intent([A-Z][a-z]+)`} {
		for _, text := range sourcesAndWords(t) {
			for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
				used[strings.ToLower(m[1])] = true
			}
		}
	}
	for _, name := range names {
		family, _, _ := strings.Cut(name, ".")
		if !used[name] && !slices.Contains([]string{"danger", "did", "ok", "none", "data"}, family) {
			t.Errorf("nothing says %s", name)
		}
	}
	for name := range used {
		words, err := dispatch.LoadWords(wordFiles, "words")
		check(t, err)
		if !words.Has(name) && !strings.HasSuffix(name, ".") && !classify.Intent(name).Valid() {
			t.Errorf("%s is said and nowhere written", name)
		}
	}
}

// TestEveryMoveIsAnswered: each command that can succeed has words for it.
func TestEveryMoveIsAnswered(t *testing.T) {
	words, err := dispatch.LoadWords(wordFiles, "words")
	check(t, err)
	for _, v := range theGrammar(t).verbs {
		if _, staff := staffMove(v.cmd); staff && !words.Has("ok."+v.cmd) {
			t.Errorf("nothing is said after %s", v.cmd)
		}
	}
	for _, cmd := range []string{cmdAppeal, cmdUrge, cmdWithdraw, cmdAdd, cmdGood, cmdFair, cmdBad, cmdUnsolved} {
		if !words.Has("did."+cmd) || !words.Has("none."+cmd) {
			t.Errorf("%s lacks did or none", cmd)
		}
	}
}

// sourcesAndWords reads the package's own code and templates.
func sourcesAndWords(t testing.TB) (out []string) {
	t.Helper()
	for _, dir := range []struct{ root, pattern string }{{".", "*.go"}, {"words", "*.tmpl"}} {
		files, err := filepath.Glob(filepath.Join(dir.root, dir.pattern))
		check(t, err)
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			text, err := os.ReadFile(f)
			check(t, err)
			out = append(out, string(text))
		}
	}
	return out
}
