package bot

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"gridbot/classify"
)

// decode reads a file of the repository.
func decode(t *testing.T, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

// shippedNumbers are the numbers to call as config.yaml has them.
func shippedNumbers(t *testing.T) map[string]string {
	t.Helper()
	var config struct {
		Numbers map[string]string `yaml:"numbers"`
	}
	decode(t, "../config.yaml", &config)
	config.Numbers[""] = config.Numbers["default"]
	return config.Numbers
}

// caller is a bot that only tells whom to call.
func caller(t *testing.T, numbers map[string]string) *Bot {
	t.Helper()
	k, err := classifier()
	if err != nil {
		t.Fatal(err)
	}
	b, err := New(Options{Classifier: k, Numbers: numbers})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryKindOfDangerHasANumberAndWords(t *testing.T) {
	var file struct {
		Kinds map[string]string             `yaml:"kinds"`
		Rules []struct{ Name, Kind string } `yaml:"rules"`
	}
	decode(t, "../classify/rules/danger.yaml", &file)
	kinds := map[string]bool{}
	for _, kind := range file.Kinds {
		kinds[kind] = true
	}
	for _, r := range file.Rules {
		kinds[r.Kind] = true
	}
	if len(kinds) < 13 {
		t.Fatalf("%d kinds", len(kinds))
	}
	numbers := shippedNumbers(t)
	b := caller(t, numbers)
	for kind := range kinds {
		if numbers[kind] == "" || !b.words.Has("danger."+kind) {
			t.Errorf("%s: number %q, words %v", kind, numbers[kind], b.words.Has("danger."+kind))
		}
		said := b.call(classify.Danger{Level: 2, Kind: kind})
		if !strings.Contains(said, numbers[kind]) || utf8.RuneCountInString(said) > 60 {
			t.Errorf("%s: %s", kind, said)
		}
	}
	for kind := range numbers {
		if kind != "" && kind != "default" && !kinds[kind] {
			t.Errorf("a number for %s, which no danger is", kind)
		}
	}
}

func TestANumberThatIsMissingFallsBack(t *testing.T) {
	b := caller(t, map[string]string{"": "110", "gas": "05768800000"})
	for kind, number := range map[string]string{"gas": "05768800000", "elevator": "110", "elder": "110", "": "110", "unknown": "110"} {
		if said := b.call(classify.Danger{Level: 2, Kind: kind}); !strings.Contains(said, number) {
			t.Errorf("%q: %s, want %s", kind, said, number)
		}
	}
}

func TestWhomToCallByKind(t *testing.T) {
	b := caller(t, shippedNumbers(t))
	for text, want := range map[string]string{
		"隔壁着火了":    "拨打119",
		"我爸晕倒了叫不醒": "拨打120",
		"有人持刀":     "拨打110",
		"楼道里闻到天然气味道，越来越冲": "到屋外再拨打119",
		"电梯困人了": "96333",
		"有人落水了": "拨打119求救",
		"房子要塌了，墙还在裂，里面还有人": "离房子",
		"洪水进村了": "往高处走",
		"楼道水管爆了，水从天花板往下喷，灯座都是水，关不上": "总阀",
		"路灯杆漏电，有人被电到了":              "先打120",
		"我不想活了":                     "12356",
		"我奶奶走丢了，她有老年痴呆":             "110报警",
		"独居的阿公三天没出门，敲门没人应":          "敲敲门",
	} {
		if said := b.Danger(Message{Kind: Text, Text: text}); !strings.Contains(said, want) {
			t.Errorf("%s: %q, want %q in it", text, said, want)
		}
	}
}
