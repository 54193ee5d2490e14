package wechat

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for name, c := range map[string][2]string{
		"plain":            {"路灯不亮", "路灯不亮"},
		"NUL":              {"路\x00灯", "路灯"},
		"bell and escape":  {"a\x07b\x1b[31mc", "ab[31mc"},
		"C1":               {"a\u0085b\u009fc\x7f", "abc"},
		"tab and newline":  {"a\tb\nc", "a\tb\nc"},
		"line ends":        {"a\r\nb\rc\n\rd", "a\nb\nc\n\nd"},
		"broken UTF-8":     {"路\xe7\x81灯\xff", "路灯"},
		"half a character": {"路\xe7", "路"},
		"surrogate bytes":  {"a\xed\xa0\x80b", "ab"},
		"replacement kept": {"a\ufffdb", "a\ufffdb"},
		"noncharacter":     {"a\uffffb\U0001fffec", "abc"},
		"zero width":       {"进\u200b度\ufeff\u2060", "进度"},
		"turned writing":   {"a\u202egnp.exe\u2066b\u2069", "agnp.exeb"},
		"Arabic stays":     {"مرحبا", "مرحبا"},
		"family emoji":     {"👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"},
		"only rubbish":     {"\x00\x01\xff", ""},
		"empty":            {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Clean(c[0]); got != c[1] {
				t.Errorf("Clean(%q) = %q, want %q", c[0], got, c[1])
			}
		})
	}
}

func TestCleanTextCostsNothing(t *testing.T) {
	text := strings.Repeat("3幢楼下路灯不亮了", 50)
	if n := testing.AllocsPerRun(100, func() { Clean(text) }); n != 0 {
		t.Errorf("%v allocations for clean text", n)
	}
}

func TestClip(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"short":                {"好", "好"},
		"600 Latin":            {strings.Repeat("a", 600), strings.Repeat("a", 600)},
		"601 Latin":            {strings.Repeat("a", 601), strings.Repeat("a", 599) + "…"},
		"600 Chinese":          {strings.Repeat("灯", 600), strings.Repeat("灯", 600)},
		"601 Chinese":          {strings.Repeat("灯", 601), strings.Repeat("灯", 599) + "…"},
		"1800 bytes of emoji":  {strings.Repeat("🚒", 450), strings.Repeat("🚒", 450)},
		"1804 bytes of emoji":  {strings.Repeat("🚒", 451), strings.Repeat("🚒", 449) + "…"},
		"families are whole":   {strings.Repeat("👨\u200d👩\u200d👧", 101), strings.Repeat("👨\u200d👩\u200d👧", 99) + "…"},
		"a tone stays with it": {strings.Repeat("a", 598) + "👍🏽bb", strings.Repeat("a", 598) + "…"},
		"nothing but joiners":  {strings.Repeat("\u200d", 700), "…"},
	} {
		t.Run(name, func(t *testing.T) {
			got := Clip(c.in)
			if got != c.want {
				t.Errorf("Clip of %d bytes = %d bytes %.60q…", len(c.in), len(got), got)
			}
			if utf8.RuneCountInString(got) > 600 || len(got) > 1800 {
				t.Errorf("%d characters, %d bytes", utf8.RuneCountInString(got), len(got))
			}
		})
	}
}
