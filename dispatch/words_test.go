package dispatch

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"
	"unicode/utf8"

	"gridbot/task"
)

// abouts reads the constants of type About from the source of package task, so
// that a new one cannot be forgotten.
func abouts(t testing.TB) []string {
	t.Helper()
	file := must(parser.ParseFile(token.NewFileSet(), "../task/notice.go", nil, 0))
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "About" {
			if lit, ok := spec.Values[0].(*ast.BasicLit); ok {
				out = append(out, must(strconv.Unquote(lit.Value)))
			}
		}
		return true
	})
	if len(out) < 60 {
		t.Fatalf("found only %v", out)
	}
	return slices.DeleteFunc(expand(out), func(a string) bool {
		return strings.HasPrefix(a, "list.") || strings.HasPrefix(a, "parent.") || strings.HasPrefix(a, "media.")
	})
}

// expand writes what ends in a dot out for the clocks: above the handler one hears of
// no signature, which passes to the next person, and a result to be checked is nobody's
// to be reminded of but its checkers'.
func expand(abouts []string) []string {
	var out []string
	for _, a := range abouts {
		if !strings.HasSuffix(a, ".") {
			out = append(out, a)
			continue
		}
		for _, c := range task.Clocks() {
			if c != task.CheckClock && (c != task.AcceptClock || a != string(task.AboutAboveLate)) {
				out = append(out, a+string(c))
			}
		}
	}
	return out
}

func notices(t testing.TB) *Words {
	t.Helper()
	return must(LoadWords(wordFiles, "words"))
}

func TestEveryNoticeHasWords(t *testing.T) {
	w := notices(t)
	for _, a := range abouts(t) {
		same(t, "words for "+a, w.Has(a), true)
	}
}

// letters is every status and urgency with nothing filled in, everything filled
// in, and everything far too long.
func letters(w *world) []Letter {
	var out []Letter
	for _, s := range task.Statuses() {
		for _, u := range task.Urgencies() {
			out = append(out, w.desk.Letter(&task.Task{ID: task.ID{Street: street, Seq: 1001}, Status: s, Urgency: u}))
			for _, n := range []int{1, 2000} {
				full := w.desk.Letter(fullTask(w, s, u, n))
				full.Note, full.Actor = strings.Repeat("好", n), "欧阳建国"
				out = append(out, full)
			}
		}
	}
	return out
}

func fullTask(w *world, s task.Status, u task.Urgency, n int) *task.Task {
	long := strings.Repeat("灯", n)
	return &task.Task{ID: task.ID{Street: "999", Seq: 1234567}, Status: s, Urgency: u, Danger: 2, Category: "construction_waste",
		Rejected: task.RejectReasons()[n%len(task.RejectReasons())], Until: w.at("2027-09-30 08:30"), Wish: w.at("2027-10-12 12:00"),
		Like: 1234566, Parent: 1234565, Merged: make([]int64, n%100), Helpers: []task.Helper{{ID: property, Name: "卢永康", Due: w.clock()}, {ID: part2, Name: "杨春芳", Answered: w.clock()}},
		Text: long, Media: make([]task.Media, n), Place: task.Place{Text: long, Grid: grid1}, Reason: long, Result: long,
		Handler: full1a, HandlerName: "欧阳建国", Rating: task.Acceptable, Supervised: n > 1, Confidential: n > 1 && u == task.Critical,
		OpenedAt: w.clock(), Plan: task.Plan{Accept: w.clock(), Contact: w.clock(), Finish: w.at("2027-10-10 12:00"), Provisional: true}}
}

// clumsy is what no notice says: two marks in a row, an empty pair of brackets, a
// mark at the beginning of a line, what a template leaves where it knows nothing.
var clumsy = regexp.MustCompile(`[，。：；、！？][，。：；、！？]|（）|“”|(?m:^[，。：；、])|<no value>|<nil>|%!|[（][，。]|[，：、]$|  |\n\n|由负责|给，`)

func TestEveryNoticeReadsWell(t *testing.T) {
	w, words := quick(t), notices(t)
	for _, a := range abouts(t) {
		for _, l := range letters(w) {
			got, err := words.Render(a, l)
			if err != nil {
				t.Fatalf("%s: %v", a, err)
			}
			if n := utf8.RuneCountInString(got); n > 600 || len(got) > 1800 {
				t.Errorf("%s: %d characters, %d bytes", a, n, len(got))
			}
			if got == "" && a != string(task.AboutAnswer) {
				t.Errorf("%s says nothing", a)
			}
			if found := clumsy.FindString(got); found != "" && l.Note != "" {
				t.Errorf("%s has %q:\n%s", a, found, clip(200, got))
			}
		}
	}
}

func TestNoticesWithoutANoteReadWell(t *testing.T) {
	w, words := quick(t), notices(t)
	always := []task.About{task.AboutQuestion, task.AboutAnswer} // these carry words by what they are
	for _, a := range abouts(t) {
		if slices.Contains(always, task.About(a)) {
			continue
		}
		for _, s := range task.Statuses() {
			x := fullTask(w, s, task.Normal, 1)
			x.Media, x.Text, x.Place, x.Reason, x.Result, x.Handler, x.HandlerName = nil, "", task.Place{}, "", "", "", ""
			got := must(words.Render(a, w.desk.Letter(x)))
			if found := clumsy.FindString(got); found != "" {
				t.Errorf("%s has %q:\n%s", a, found, got)
			}
		}
	}
}

func TestANoteThatEndsWithAMarkEndsOnce(t *testing.T) {
	w, words := quick(t), notices(t)
	for _, note := range []string{"已更换灯泡。", "已更换灯泡，", "已更换灯泡！", "换了吗？", "换好了…", "换好了;", " 换好了 \n"} {
		for _, a := range abouts(t) {
			if a == string(task.AboutAnswer) {
				continue
			}
			x := fullTask(w, task.Feedback, task.Normal, 1)
			x.Result = note
			l := w.desk.Letter(x)
			l.Note, l.Actor = note, "张小燕"
			got := must(words.Render(a, l))
			if found := regexp.MustCompile(`[，。！？…；][，。！；][^”]|[，;]）`).FindString(got); found != "" {
				t.Errorf("%s with %q has %q:\n%s", a, note, found, got)
			}
		}
	}
}

func TestFull(t *testing.T) {
	for in, want := range map[string]string{
		"":        "",
		"好了":      "好了。",
		"好了。":     "好了。",
		"好了，":     "好了。",
		"好吗？":     "好吗？",
		"ok.":     "ok.",
		"好了👍":     "好了👍。",
		" \n ，":   "",
		"一二三四五六七": "一二三四…",
	} {
		same(t, in, full(5, in), want)
	}
	same(t, "broken text", full(5, "\xff\xfe"), string([]rune("\xff\xfe"))+"。")
}

// What residents hear, word for word, so that a change of tone is seen.
func TestWhatResidentsHear(t *testing.T) {
	w, words := quick(t), notices(t)
	x := &task.Task{ID: task.ID{Street: street, Seq: 1042}, Status: task.Processing, Category: "streetlight", Urgency: task.Normal,
		Text: "3幢楼下路灯不亮了，晚上老人走路看不见", Place: task.Place{Text: "幸福里小区3幢", Grid: grid1}, Handler: full1a, HandlerName: "张小燕",
		Result: "已更换灯泡，现在亮了", Plan: task.Plan{Accept: w.at("2026-06-01 12:00"), Finish: w.at("2026-06-04 10:00")}}
	for about, want := range map[task.About]string{
		task.AboutAccepted:   "您反映的幸福里小区3幢路灯故障（12-1042）已受理，由张小燕负责，6月4日（周四）10:00前办结。",
		task.AboutReassigned: "您反映的幸福里小区3幢路灯故障（12-1042）现在改由张小燕负责，6月4日（周四）10:00前办结，请放心。",
		task.AboutCorrected:  "您反映的事项（12-1042）已更正为“路灯故障”，6月4日（周四）10:00前办结。",
		task.AboutRelocated:  "您反映的事项（12-1042）地点已更正为幸福里小区3幢，由张小燕负责，6月4日（周四）10:00前办结。",
		task.AboutRegraded:   "您反映的幸福里小区3幢路灯故障（12-1042）已重新安排办理时间，6月4日（周四）10:00前办结。",
		task.AboutMoved:      "12-1042（路灯故障）地点已更正为：幸福里小区3幢，6月4日（周四）10:00前办结。",
		task.AboutGraded:     "12-1042（路灯故障 · 幸福里小区3幢）已改为一般，6月4日（周四）10:00前办结。",
		task.AboutSigned:     "张小燕已签收您反映的幸福里小区3幢路灯故障（12-1042），会尽快和您联系。",
		task.AboutContacted:  "张小燕已着手处理您反映的幸福里小区3幢路灯故障（12-1042）：明天上午来看。有要补充的，直接发在这里就行。",
		task.AboutProgress:   "您反映的幸福里小区3幢路灯故障（12-1042）有新进展：明天上午来看。（张小燕）",
		task.AboutQuestion:   "张小燕给您留言（12-1042）：明天上午来看\n直接在这里回复就行，我转给张小燕。",
		task.AboutChecking:   "您反映的幸福里小区3幢路灯故障（12-1042）已经处理：已更换灯泡，现在亮了。我们核查后再请您评价。",
		task.AboutNew:        "【新任务·一般】12-1042 路灯故障 · 幸福里小区3幢\n居民说：3幢楼下路灯不亮了，晚上老人走路看不见\n张小燕说：明天上午来看\n请在今天12:00前签收，6月4日（周四）10:00前办结。\n回复：签收 12-1042",
	} {
		l := w.desk.Letter(x)
		l.Note, l.Actor = "明天上午来看", "张小燕"
		same(t, string(about), must(words.Render(string(about), l)), want)
	}
	x.Status = task.Feedback
	want := "您反映的幸福里小区3幢路灯故障（12-1042）已办结：已更换灯泡，现在亮了。（张小燕）\n问题解决了吗？请回复：满意、基本满意、不满意；还没解决就回复“未解决”。"
	same(t, "finished", must(words.Render("resident.finished", w.desk.Letter(x))), want)
}

func TestConfidentialMattersAreNotNamed(t *testing.T) {
	w, words := quick(t), notices(t)
	for _, category := range []string{"staff_complaint", "domestic_violence", "life_crisis"} {
		x := &task.Task{ID: task.ID{Street: street, Seq: 1042}, Status: task.Dispatched, Category: category, Confidential: true,
			Place: task.Place{Text: "幸福里小区3幢"}, Handler: dispatcher1, HandlerName: "周敏华"}
		l := w.desk.Letter(x)
		for _, a := range append(abouts(t), "form.matter") {
			if !strings.HasPrefix(a, "resident.") && a != string(task.AboutAway) && a != "form.matter" {
				continue // its handler and the desk have to know
			}
			got := must(words.Render(a, l))
			if strings.Contains(got, l.Matter) || strings.Contains(got, x.Place.Text) {
				t.Errorf("%s: %s", a, got)
			}
			if a == string(task.AboutAway) && strings.Contains(got, x.HandlerName) {
				t.Errorf("%s tells who looks into it: %s", a, got)
			}
		}
	}
}

func TestTemplateFieldsFitThePlatform(t *testing.T) {
	w, words := quick(t), notices(t)
	timeForm := regexp.MustCompile(`^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$`)
	for _, cat := range w.desk.Categories().All() {
		for _, s := range task.Statuses() {
			l := w.desk.Letter(&task.Task{ID: task.ID{Street: "999", Seq: 99999999}, Status: s, Category: cat.ID, Urgency: cat.Urgency, Confidential: cat.Confidential})
			matter, status, at := must(words.Render("form.matter", l)), must(words.Render("form.status", l)), must(words.Render("form.time", l))
			if n := utf8.RuneCountInString(matter); n == 0 || n > 20 {
				t.Errorf("matter %q", matter)
			}
			if n := utf8.RuneCountInString(status); n == 0 || n > 5 || strings.IndexFunc(status, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) >= 0 {
				t.Errorf("status %q", status)
			}
			if !timeForm.MatchString(at) {
				t.Errorf("time %q", at)
			}
			if len(l.Number) > 32 || strings.IndexFunc(l.Number, func(r rune) bool { return r > 0x7e }) >= 0 {
				t.Errorf("number %q", l.Number)
			}
		}
	}
	for _, l := range letters(w) {
		if n := utf8.RuneCountInString(must(words.Render("form.matter", l))); n == 0 || n > 20 {
			t.Errorf("matter of %d characters", n)
		}
	}
}

// TestWhatIsWantedFitsThePlatform: a template's phrase has five Chinese characters at
// most, and stands for a notice that there is.
func TestWhatIsWantedFitsThePlatform(t *testing.T) {
	w, words := quick(t), notices(t)
	text := must(wordFiles.ReadFile("words/notices.tmpl"))
	phrases := regexp.MustCompile(`{{define "form\.([a-z]+\.[a-z.]+)"}}`).FindAllStringSubmatch(string(text), -1)
	if len(phrases) < 30 {
		t.Errorf("only %d phrases found", len(phrases))
	}
	for _, p := range phrases {
		if !slices.Contains(abouts(t), p[1]) {
			t.Errorf("%s is no notice", p[1])
		}
		for _, l := range letters(w) {
			phrase := must(words.Render("form."+p[1], l))
			if n := utf8.RuneCountInString(phrase); n == 0 || n > 5 || strings.IndexFunc(phrase, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) >= 0 {
				t.Fatalf("%s is %q", p[1], phrase)
			}
		}
	}
}

func TestWhen(t *testing.T) {
	w, words := quick(t), notices(t) // it is Monday, 1 June 2026, 10:00
	for at, want := range map[string]string{
		"2026-06-01 12:00": "今天12:00", "2026-06-02 09:05": "明天09:05", "2026-06-03 10:00": "6月3日（周三）10:00",
		"2026-06-07 00:00": "6月7日（周日）00:00", "2027-06-01 10:00": "6月1日（周二）10:00", "2026-05-31 10:00": "5月31日（周日）10:00",
	} {
		same(t, at, must(words.Render("when", NewWhen(w.at(at).UTC(), w.clock(), w.cal.Location()))), want)
	}
	year := NewWhen(w.at("2027-01-01 08:00"), w.at("2026-12-31 23:00"), w.cal.Location())
	same(t, "over the year", must(words.Render("when", year)), "明天08:00")
	same(t, "none", must(words.Render("by", NewWhen(time.Time{}, w.clock(), w.cal.Location()))), "")
}

func TestPhotosOfTheResidentAreCounted(t *testing.T) {
	w := quick(t)
	l := w.desk.Letter(&task.Task{Media: []task.Media{{Kind: task.Image}, {Kind: task.Voice}, {Kind: task.Image, By: full1a}}})
	same(t, "photos", l.Photos, 2)
}

func TestLoadWords(t *testing.T) {
	own := must(LoadWords(fstest.MapFS{"w/a.tmpl": {Data: []byte(`{{define "hello"}} 您好，{{template "status" .}} {{end}}`)}}, "w"))
	same(t, "on top of the common ones", must(own.Render("hello", task.Signed)), "您好，已签收")
	_, err := own.Render("goodbye", nil)
	wantErr(t, err, errWords)
	for name, fsys := range map[string]fstest.MapFS{
		"broken": {"w/a.tmpl": {Data: []byte(`{{define "x"}}{{.`)}}, "none": {},
	} {
		if _, err := LoadWords(fsys, "w"); err == nil || errors.Is(err, errWords) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzFull(f *testing.F) {
	f.Add(20, "好了，")
	f.Add(1, "\xff")
	f.Fuzz(func(t *testing.T, n int, s string) {
		if n < 1 {
			return
		}
		got := full(n, s)
		if utf8.RuneCountInString(got) > n+1 {
			t.Errorf("%d characters for %d", utf8.RuneCountInString(got), n)
		}
		if strings.HasSuffix(got, "。。") && !strings.Contains(s, "。。") {
			t.Errorf("ends twice: %q", got)
		}
	})
}
