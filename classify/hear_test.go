package classify

import (
	"reflect"
	"testing"
)

func TestHearIsDangerAndClassify(t *testing.T) {
	k := shipped(t)
	for _, text := range []string{median, "", "进度", "谢谢", "着火了", "救命", "楼道里全是浓烟，门都不敢开", "演习会放烟吗", "5幢", "我要投诉你们"} {
		d, r := k.Hear(text)
		if d != k.Danger(text) || !reflect.DeepEqual(r, k.Classify(text)) {
			t.Errorf("%q is heard as %+v and %+v, and else taken for %+v and %+v", text, d, r, k.Danger(text), k.Classify(text))
		}
	}
}

func BenchmarkHear(b *testing.B) {
	k := shipped(b)
	for name, do := range map[string]func(){
		"once":     func() { k.Hear(median) },
		"in turns": func() { k.Danger(median); k.Classify(median) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				do()
			}
		})
	}
}
