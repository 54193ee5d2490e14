package classify

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestReadExamples(t *testing.T) {
	tests := []struct {
		name, in string
		want     []Example
	}{
		{"all columns", "text\tintent\tcategory\talso\temergency\n路灯不亮\treport\tstreetlight\tcommon_repair,manhole\t0\n",
			[]Example{{"路灯不亮", IntentReport, "streetlight", []string{"common_repair", "manhole"}, 0}}},
		{"another order and one column more", "hard\temergency\tcategory\ttext\tintent\nx\t2\tfire\t着火\treport\n",
			[]Example{{"着火", IntentReport, "fire", nil, 2}}},
		{"text alone", "text\n你好\n", []Example{{"你好", "", "", nil, -1}}},
		{"no category", "text\tintent\tcategory\talso\n谢谢\tthanks\t-\t-\n", []Example{{"谢谢", IntentThanks, "-", nil, -1}}},
		{"empty category is none", "text\tintent\tcategory\n谢谢\tthanks\t\n", []Example{{"谢谢", IntentThanks, "-", nil, -1}}},
		{"category without intent", "text\tcategory\n路灯\tstreetlight\n", []Example{{"路灯", "", "streetlight", nil, -1}}},
		{"windows line ends, byte order mark, blank lines", "\uFEFFtext\tintent\r\n\r\n你好\tgreeting\r\n\n", []Example{{"你好", IntentGreeting, "", nil, -1}}},
		{"capitals in the header", "Text\tIntent\n你好\tgreeting\n", []Example{{"你好", IntentGreeting, "", nil, -1}}},
		{"header alone", "text\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ReadExamples(strings.NewReader(tt.in))
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%+v, %v\nwant %+v", got, err, tt.want)
			}
		})
	}
}

func TestReadExamplesMistakes(t *testing.T) {
	const header = "text\tintent\tcategory\talso\temergency\n"
	tests := []struct{ name, in, want string }{
		{"empty", "", "no header"},
		{"no text column", "intent\tcategory\nreport\tfire\n", "no column text"},
		{"column twice", "text\ttext\n", "twice"},
		{"too few fields", header + "路灯\treport\n", "line 2: 2 fields"},
		{"too many fields", header + "路灯\treport\tstreetlight\t-\t0\t9\n", "line 2: 6 fields"},
		{"no text", header + " \treport\tstreetlight\t-\t0\n", "line 2: no text"},
		{"unknown intent", header + "路灯\tshout\tstreetlight\t-\t0\n", `intent "shout"`},
		{"request without category", header + "路灯\treport\t-\t-\t0\n", "intent report"},
		{"talk with category", header + "谢谢\tthanks\tfire\t-\t0\n", "intent thanks"},
		{"emergency 3", header + "路灯\treport\tstreetlight\t-\t3\n", `emergency "3"`},
		{"emergency empty", header + "路灯\treport\tstreetlight\t-\t\n", `emergency ""`},
		{"line too long", header + strings.Repeat("长", maxLine) + "\n", "too long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ReadExamples(strings.NewReader(tt.in))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one about %s", err, tt.want)
			}
		})
	}
}

func TestReadExamplesReportsEveryBadLine(t *testing.T) {
	in := "text\tintent\n好\tgreeting\n坏\tbad\n好\tthanks\n\tgreeting\n"
	got, err := ReadExamples(strings.NewReader(in))
	if len(got) != 2 {
		t.Errorf("%d good lines, want 2", len(got))
	}
	for _, want := range []string{"line 3", "line 5"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not name %s", err, want)
		}
	}
}

func FuzzReadExamples(f *testing.F) {
	for _, s := range []string{"", "text\n你好\n", "text\tintent\tcategory\talso\temergency\n路灯\treport\tstreetlight\t-\t0\n", "\t\n\t", "text\r\n\r\n", "\uFEFFtext\n\xff\n", "text\t\t\na\tb\tc\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		examples, _ := ReadExamples(strings.NewReader(s))
		for _, e := range examples {
			if e.Text == "" || e.Emergency < -1 || e.Emergency > 2 || e.Intent != "" && !e.Intent.Valid() {
				t.Fatalf("%q gives %+v", s, e)
			}
		}
	})
}

func TestAccepts(t *testing.T) {
	e := Example{Category: "fire", Also: []string{"gas_leak"}}
	for category, want := range map[string]bool{"fire": true, "gas_leak": true, "dogs": false, "": false, "-": false} {
		if e.Accepts(category) != want {
			t.Errorf("Accepts(%q) = %v", category, !want)
		}
	}
}

func TestReadExampleFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	b := write("b.tsv", "text\n二\n")
	write("a.tsv", "text\n一\n")
	write("notes.txt", "nothing")
	got, err := ReadExampleFiles(Fields{}, dir, b)
	if err != nil || len(got) != 3 || got[0].Text != "一" || got[1].Text != "二" || got[2].Text != "二" {
		t.Errorf("%+v, %v", got, err)
	}
	write("c.tsv", "text\tintent\n三\tbad\n")
	if _, err := ReadExampleFiles(Fields{}, dir); err == nil || !strings.Contains(err.Error(), "c.tsv") || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("error %v names neither file nor line", err)
	}
	if _, err := ReadExampleFiles(Fields{}, filepath.Join(dir, "none")); err == nil {
		t.Error("a missing file is no error")
	}
	if _, err := ReadExampleFiles(Fields{}, t.TempDir()); err == nil {
		t.Error("an empty folder is no error")
	}
}

func TestShippedExamples(t *testing.T) {
	cats := categories(t)
	examples, err := ReadExampleFiles(Fields{}, "examples")
	if err != nil {
		t.Fatal(err)
	}
	if err := CheckCategories(cats, examples); err != nil {
		t.Error(err)
	}
	perCategory, talk, seen := map[string]int{}, 0, map[string]string{}
	for _, e := range examples {
		if e.Intent.Request() {
			perCategory[e.Category]++
		} else {
			talk++
		}
		key := Normalise(e.Text)
		if other, twice := seen[key]; twice && len(key) > 12 {
			t.Errorf("%q and %q are the same", e.Text, other)
		}
		seen[key] = e.Text
	}
	for _, c := range cats.All() {
		if perCategory[c.ID] < 80 {
			t.Errorf("%s has %d examples, fewer than 80", c.ID, perCategory[c.ID])
		}
	}
	if talk < 800 {
		t.Errorf("%d messages that are no request, fewer than 800", talk)
	}
}

func TestHeldOutIsHeldOut(t *testing.T) {
	held, err := ReadExampleFiles(Fields{}, "../testdata/eval")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := ReadExampleFiles(Fields{}, "examples")
	if err != nil {
		t.Fatal(err)
	}
	trained := map[string]bool{}
	for _, e := range examples {
		trained[Normalise(e.Text)] = true
	}
	for _, e := range held {
		if n := Normalise(e.Text); trained[n] && len(n) > 18 { // six characters: short courtesies coincide
			t.Errorf("%q is trained on", e.Text)
		}
	}
}

func TestCheckCategories(t *testing.T) {
	err := CheckCategories(categories(t), []Example{
		{Text: "好", Category: "-"}, {Text: "灯", Category: "streetlight", Also: []string{"nowhere"}}, {Text: "火", Category: "fires"}})
	if err == nil || !strings.Contains(err.Error(), "nowhere") || !strings.Contains(err.Error(), "fires") || strings.Contains(err.Error(), "streetlight") {
		t.Errorf("error %v", err)
	}
}
