package classify

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNormalise(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain stays", "路灯不亮", "路灯不亮"},
		{"full width letters and digits", "ＷｉＦｉ５０２室", "wifi0室"},
		{"full width marks", "在吗？！", "在吗?!"},
		{"upper case", "ETC和KTV", "etc和ktv"},
		{"traditional characters", "樓頂漏水，電梯壞了", "楼顶漏水,电梯坏了"},
		{"traditional within simplified", "后面倉庫起火", "后面仓库起火"},
		{"digit runs become one", "3幢1202室 13800000000", "0幢0室 0"},
		{"wide and narrow digits in one run", "1２3号", "0号"},
		{"repeated marks become one", "快来！！！！", "快来!"},
		{"different marks stay", "什么?!", "什么?!"},
		{"repeated letters stay", "哈哈哈 ahhh", "哈哈哈 ahhh"},
		{"Chinese full stop and comma are one mark", "好。行、吧", "好,行,吧"},
		{"spaces and line breaks", "  楼道\n\n灯\t坏  ", "楼道 灯 坏"},
		{"ideographic space", "楼道　灯", "楼道 灯"},
		{"zero-width characters", "路\u200b灯\u200d不\ufeff亮", "路灯不亮"},
		{"variation selector", "❤\ufe0f谢谢", "❤谢谢"},
		{"right-to-left override", "路\u202e灯", "路灯"},
		{"NUL and bell", "路\x00灯\a", "路灯"},
		{"broken UTF-8", "路\xff灯\xe4\xb8", "路灯"},
		{"replacement character", "路\ufffd灯", "路灯"},
		{"emoji stays", "臭死了🤢", "臭死了🤢"},
		{"quotes are one", "“你好”「好」", "'你好'好'"},
		{"dashes are one", "12—1042–3", "0-0-0"},
		{"anchors cannot be typed", "\x02120\x03", "0"},
		{"only rubbish", "\x00\u200b\xff", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Normalise(tt.in); got != tt.want {
				t.Errorf("Normalise(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestNormaliseBoundsLongText(t *testing.T) {
	got := Normalise(strings.Repeat("路灯", 20000))
	if n := utf8.RuneCountInString(got); n != maxRunes {
		t.Errorf("%d characters are looked at, want %d", n, maxRunes)
	}
}

func FuzzNormalise(f *testing.F) {
	for _, s := range []string{"", "樓頂漏水", "１２３", "a\x00b", "\xff\xfe", "！！！", " \u200b ", "ǅ", "İ", "—–-", "、。,", "\u0345", "ａＡ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Normalise(s)
		if !utf8.ValidString(once) {
			t.Fatalf("Normalise(%q) = %q is no UTF-8", s, once)
		}
		if twice := Normalise(once); twice != once {
			t.Fatalf("Normalise is not stable: %q → %q → %q", s, once, twice)
		}
	})
}

func TestTables(t *testing.T) {
	tab := charTables()
	for _, pair := range []string{"樓楼", "電电", "燈灯", "車车", "麵面", "裡里", "後后"} {
		rs := []rune(pair)
		if got := tab.simplify(rs[0]); got != rs[1] {
			t.Errorf("simplify(%c) = %c, want %c", rs[0], got, rs[1])
		}
		if got := tab.simplify(rs[1]); got != rs[1] {
			t.Errorf("simplify(%c) = %c, want it to stay", rs[1], got)
		}
	}
	same := []string{"正证", "毒堵", "交礁", "四司", "灯登", "汽气", "生升", "星兴", "城陈"}
	for _, pair := range same {
		rs := []rune(pair)
		if a, b := tab.sound(rs[0]), tab.sound(rs[1]); a != b || a == 0 {
			t.Errorf("%c and %c do not sound alike: %d, %d", rs[0], rs[1], a, b)
		}
	}
	for _, pair := range []string{"灯火", "水火", "楼路"} {
		rs := []rune(pair)
		if tab.sound(rs[0]) == tab.sound(rs[1]) {
			t.Errorf("%c and %c sound alike", rs[0], rs[1])
		}
	}
	for _, r := range "a1,🙂é" {
		if tab.sound(r) != 0 || tab.simplify(r) != r {
			t.Errorf("%c is taken for a Chinese character", r)
		}
	}
}

func TestHeard(t *testing.T) {
	for in, want := range map[string]string{"zhang": "zan", "zang": "zan", "shi": "si", "cheng": "cen", "xing": "xin", "dong": "dong", "a": "a", "ang": "an", "chi": "ci"} {
		if got := heard(in); got != want {
			t.Errorf("heard(%q) = %q, want %q", in, got, want)
		}
	}
}
