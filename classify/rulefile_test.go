package classify

import (
	"strings"
	"testing"
)

// modifierLines are the lists every rule file must have, all harmless.
const modifierLines = `
modifiers:
  negation: [没]
  affirmed: [没人]
  lookalike: [火锅]
  unreal: [演习]
  past: [昨天]
  now: [现在]
  question: [请问]
  feared: [万一]
  nobody: [无人]
  longago: [去年]
  cleared: [看错了]
  asked: [吗]
  haste: [快点]
`

func TestCompileDangerMistakes(t *testing.T) {
	rule := func(s string) string { return modifierLines + "rules:\n  - " + s + "\n" }
	tests := []struct{ name, file, want string }{
		{"not YAML", "rules: [", "danger rules"},
		{"unknown key", modifierLines + "colour: red\n", "colour"},
		{"unknown key in a rule", rule("{name: a, kind: fire, level: 2, any: [火], shape: round}"), "shape"},
		{"no name", rule("{kind: fire, level: 2, any: [火]}"), `rule ""`},
		{"no kind", rule("{name: a, level: 2, any: [火]}"), `rule "a"`},
		{"no trigger", rule("{name: a, kind: fire, level: 2}"), `rule "a"`},
		{"level 0", rule("{name: a, kind: fire, level: 0, any: [火]}"), `rule "a"`},
		{"level 3", rule("{name: a, kind: fire, level: 3, any: [火]}"), `rule "a"`},
		{"unknown list", rule("{name: a, kind: fire, level: 2, any: [$people]}"), `"people"`},
		{"empty word", rule(`{name: a, kind: fire, level: 2, any: [""]}`), "word list"},
		{"list that names itself", "words: {a: [$a]}\n" + rule("{name: a, kind: fire, level: 2, any: [$a]}"), `"a"`},
		{"a list and a class of one name", modifierLines + "words: {a: [火]}\nclasses: {a: [水]}\n", "stands in words and in classes"},
		{"sound too short", modifierLines + "sounds: [火]\n", "too short"},
		{"unknown modifier", strings.Replace(modifierLines, "feared", "feared: [怕]\n  angry", 1), `"angry"`},
		{"missing modifier", strings.Replace(modifierLines, "  now: [现在]\n", "", 1), `"now"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := compileDanger([]byte(tt.file), newWordList())
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one about %s", err, tt.want)
			}
		})
	}
}

func TestCompileDangerReportsEveryMistake(t *testing.T) {
	file := modifierLines + "rules:\n  - {name: a, kind: fire, level: 7, any: [火]}\n  - {name: b, kind: fire, level: 2, any: [$x]}\n"
	_, err := compileDanger([]byte(file), newWordList())
	if err == nil || !strings.Contains(err.Error(), `rule "a"`) || !strings.Contains(err.Error(), `"x"`) {
		t.Errorf("error %v does not name both", err)
	}
}

// small compiles a rule file around a few rules.
func small(t *testing.T, rules string) *reader {
	t.Helper()
	r := &reader{tables: charTables(), list: newWordList()}
	d, err := compileDanger([]byte(modifierLines+rules), r.list)
	if err != nil {
		t.Fatal(err)
	}
	r.danger = d
	r.list.seal()
	return r
}

func TestRuleMechanics(t *testing.T) {
	r := small(t, `
words:
  who: [老人, $young]
  young: [小孩]
rules:
  - {name: risk, kind: fire, level: 1, any: [火]}
  - {name: near, kind: rescue, category: rescue, level: 2, any: [掉], near: [[$who], [河, 江]], window: 3, veto: [手机]}
  - {name: word, kind: fire, category: fire, level: 2, any: [着火, ^火$]}
  - {name: firm, kind: crisis, level: 2, any: [遗书], firm: true}
  - {name: cry, kind: collapse, level: 2, any: [塌了], short: true}
sounds: [遗书]
`)
	for _, tt := range []struct {
		text, rule string
		level      int
	}{
		{"", "", 0},
		{"火", "word:火", 2},
		{"火车", "risk:火", 1},
		{"火锅", "", 0},
		{"着火", "word:着火", 2},
		{"着火了,昨天", "risk:", 1},
		{"昨天着火,现在又来", "word:着火", 2},
		{"请问着火", "", 0},
		{"万一着火", "risk:", 1},
		{"演习着火", "", 0},
		{"没着火", "", 0},
		{"没人着火", "word:着火", 2},
		{"小孩掉河里", "near:掉+河", 2},
		{"老人掉江里", "near:掉+江", 2},
		{"小孩掉", "", 0},
		{"小孩一二三四掉河里", "", 0},
		{"小孩手机掉河里", "", 0},
		{"昨天请问万一遗书", "firm:遗书", 2},
		{"去年着火,现在赔", "risk:", 1},
		{"去年有,现在着火", "word:着火", 2},
		{"无人着火", "risk:", 1},
		{"着火,看错了", "risk:", 1},
		{"看错了,现在着火", "word:着火", 2},
		{"没看错了,着火", "word:着火", 2},
		{"遗书,看错了", "firm:遗书", 1},
		{"着火吗", "risk:", 1},
		{"来吗,着火", "word:着火", 2},
		{"现在着火吗", "word:着火", 2},
		{"塌了", "cry:塌了", 2},
		{"一二三四五六七八九十一二三塌了", "", 0},
		{"遗输", "firm:遗输", 2},
		{"医输", "", 0},
		{"弗着火", "word:着火", 2},
	} {
		d := r.judge(r.scan(tt.text, &scratch{}), nil)
		if d.Level != tt.level || !strings.HasPrefix(d.Rule, tt.rule) || tt.rule == "" && d.Rule != "" {
			t.Errorf("%s: level %d by %q, want %d by %q", tt.text, d.Level, d.Rule, tt.level, tt.rule)
		}
	}
}

func TestJudgeTellsEveryRuleThatFired(t *testing.T) {
	r := small(t, `
rules:
  - {name: a, kind: fire, level: 1, any: [火]}
  - {name: b, kind: fire, level: 2, any: [着火]}
  - {name: c, kind: fire, level: 2, any: [水]}
`)
	var fired []int
	r.judge(r.scan("着火了", &scratch{}), func(rule, level int) { fired = append(fired, rule, level) })
	if len(fired) != 4 || fired[0] != 0 || fired[1] != 1 || fired[2] != 1 || fired[3] != 2 {
		t.Errorf("fired %v", fired)
	}
}

func TestCompileConcepts(t *testing.T) {
	list := newWordList()
	c, err := compileConcepts([]byte("dark: [黑, 暗]\nnight: [暗, 夜]\n"), list)
	if err != nil {
		t.Fatal(err)
	}
	list.seal()
	marksOf := func(text string) int {
		rs := []rune(text)
		return len(c.marks(scene{text: rs, hits: list.find(rs, nil)}, nil))
	}
	for text, want := range map[string]int{"": 0, "黑": 1, "黑暗": 2, "夜夜夜": 1, "暗": 2, "亮": 0} {
		if got := marksOf(text); got != want {
			t.Errorf("%q carries %d marks, want %d", text, got, want)
		}
	}
	for _, bad := range []string{"dark: []\n", "dark: 黑\n", "- a\n", "{"} {
		if _, err := compileConcepts([]byte(bad), newWordList()); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestConceptGroupsNameCategories(t *testing.T) {
	r, err := newReader()
	if err != nil {
		t.Fatal(err)
	}
	if len(r.concepts.of) < 1000 {
		t.Errorf("only %d words in groups", len(r.concepts.of))
	}
	for word, marks := range r.concepts.of {
		if len(marks) > 12 {
			t.Errorf("%q stands in %d groups: it tells nothing apart", r.list.words[word], len(marks))
		}
	}
}

func TestCommands(t *testing.T) {
	r, err := newReader()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]Intent{
		"进度": IntentProgress, "进度？": IntentProgress, " 进 度 ": IntentProgress, "查進度": IntentProgress,
		"谢谢": IntentThanks, "谢谢啊！！": IntentThanks, "謝謝": IntentThanks, "谢谢啦～": IntentThanks,
		"你好": IntentGreeting, "您好呀。": IntentGreeting, "ＨＥＬＬＯ": IntentGreeting, "在吗?": IntentGreeting,
		"转人工": IntentHuman, "人工！": IntentHuman, "撤回": IntentWithdraw, "取消吧": IntentWithdraw,
		"满意": IntentRate, "不满意": IntentRate, "未解决": IntentRate, "帮助": IntentHelp, "怎么用呢": IntentHelp,
		"补充": IntentSupplement, "哈哈哈": IntentChitchat,
		"": "", "进度条坏了": "", "路灯": "", "谢谢你们修好了路灯可是又坏了一盏": "",
	} {
		rs := clean(text, nil)
		if got, _ := r.commands.intent(rs); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestCompileCommandsMistakes(t *testing.T) {
	for name, file := range map[string]string{
		"unknown intent": "dance: [跳]\n",
		"a request":      "report: [路灯]\n",
		"two intents":    "thanks: [谢谢]\nrate: [谢谢]\n",
		"empty":          "thanks: [\"!\"]\n",
		"not a list":     "thanks: 谢谢\n",
	} {
		if _, err := compileCommands([]byte(file)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
