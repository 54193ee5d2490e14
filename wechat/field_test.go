package wechat

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestFit(t *testing.T) {
	approved := []string{"处理中", "已办结"}
	for _, c := range []struct{ keyword, in, want string }{ // want "" is unfit
		{"thing1", "路灯故障", "路灯故障"},
		{"thing1", "幸福里小区三幢二单元门口的路灯不亮了", "幸福里小区三幢二单元门口的路灯不亮了"},
		{"thing12", "一二三四五六七八九十一二三四五六七八九十一", "一二三四五六七八九十一二三四五六七八九…"},
		{"thing1", "两\n行\t字", "两 行 字"},
		{"thing1", "", "-"},
		{"thing1", "\x00", "-"},
		{"keyword1", "两\n行", "两 行"},
		{"phrase2", "处置中", "处置中"},
		{"phrase2", "已受理 (A)", "已受理"},
		{"phrase2", "正在紧急处置中", "正在紧急处"},
		{"phrase2", "done", ""},
		{"character_string3", "12-1042", "12-1042"},
		{"character_string3", "12号1042", "121042"},
		{"character_string3", "编号", ""},
		{"character_string3", "编号 12", "12"},
		{"character_string3", "0123456789012345678901234567890123456789", "01234567890123456789012345678901"},
		{"number4", "3 个", "3"},
		{"number4", "-0.5", "-0.5"},
		{"number4", "12-1042", ""}, // half of it would be another number
		{"number4", "123456789012345678901234567890123", ""},
		{"letter5", "abc 12", "abc"},
		{"letter5", "12", ""},
		{"symbol6", "(a)!", "()!"},
		{"symbol6", "a", ""},
		{"amount7", "￥12.50 元", "¥12.50元"},
		{"amount7", "12345678901", ""},
		{"phone_number8", "电话 0576-12345", "0576-12345"},
		{"phone_number8", "+86-0576-123456789012", ""},
		{"car_number9", "浙j·12345", "浙J12345"},
		{"car_number9", "粤A8Z888挂", "粤A8Z888挂"},
		{"car_number9", "浙江J1234567", ""},
		{"name10", "王小明 先生", "王小明先生"},
		{"name10", "Li Si 3", "Li Si"},
		{"time11", "2026年10月1日 08:30", "2026年10月1日 08:30"},
		{"time11", "2026-10-01 08:30", "2026-10-01 08:30"},
		{"time11", "08:30~09:30", "08:30~09:30"},
		{"time11", "2026年10月1日", ""},
		{"time11", "08:30~09:30~10:30", ""},
		{"time11", "明天", ""},
		{"date12", "2026年10月1日", "2026年10月1日"},
		{"date12", "2026-10-01 08:30", "2026-10-01 08:30"},
		{"date12", "2026年13月1日", ""},
		{"date12", "08:30", ""},
		{"const13", "已办结", "已办结"},
		{"const13", "已办", ""},
		{"enum_string14", "处理中", "处理中"},
		{"free", "a", ""},
		{"", "a", ""},
	} {
		got, err := fit(c.keyword, c.in, approved)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("fit(%s, %q) = %q, %v, want %q", c.keyword, c.in, got, err, c.want)
		}
	}
}

// official is the platform's table of parameter types in words of its own, as
// the stand-in platform enforces it.
func official(kind, value string, approved []string) bool {
	n := utf8.RuneCountInString(value)
	every := func(is func(rune) bool) bool {
		return !strings.ContainsFunc(value, func(r rune) bool { return !is(r) })
	}
	ascii := func(r rune) bool { return r >= ' ' && r <= '~' }
	han := func(r rune) bool { return unicode.Is(unicode.Han, r) }
	matches := func(form string) bool { return regexp.MustCompile(form).MatchString(value) }
	if n == 0 || !utf8.ValidString(value) || strings.ContainsFunc(value, unicode.IsControl) {
		return false
	}
	switch kind {
	case "thing", "keyword":
		return n <= 20
	case "phrase":
		return n <= 5 && every(han)
	case "character_string":
		return n <= 32 && every(ascii)
	case "letter":
		return matches(`^[A-Za-z]{1,32}$`)
	case "number":
		return n <= 32 && matches(`^-?\d+(\.\d+)?$`)
	case "symbol":
		return n <= 5 && every(func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	case "amount":
		return matches(`^[\x{a5}$]?\d{1,10}(\.\d+)?\x{5143}?$`)
	case "phone_number":
		return n <= 17 && matches(`^[\d+\- ]+$`)
	case "car_number":
		return n <= 8 && matches(`^[\p{Han}A-Z0-9][A-Z0-9]*[\p{Han}A-Z0-9]$`)
	case "name":
		return n <= 10 && every(han) || n <= 20 && every(ascii)
	case "date", "time":
		return moments(value)
	case "const", "enum", "enum_string":
		return slices.Contains(approved, value)
	}
	return false
}

// moments takes one or two dates or times, in the forms the platform documents.
func moments(value string) bool {
	for part := range strings.SplitSeq(value, "~") {
		iso := strings.NewReplacer("年", "-", "月", "-", "日", "", "/", "-").Replace(strings.TrimSpace(part))
		if !slices.ContainsFunc([]string{"2006-1-2", "2006-1-2 15:04", "2006-1-2 15:04:05", "15:04", "15:04:05"}, func(form string) bool {
			_, err := time.Parse(form, iso)
			return err == nil
		}) {
			return false
		}
	}
	return strings.Count(value, "~") <= 1
}

// kinds are all types of the table, and one that is none.
func kinds() []string {
	return []string{"thing", "keyword", "phrase", "character_string", "letter", "number", "symbol", "amount", "phone_number", "car_number",
		"name", "date", "time", "const", "enum", "enum_string", "hologram"}
}

// Whatever a value is, what is sent the platform takes, and what it mends too.
func TestFitIsOfficial(t *testing.T) {
	approved := []string{"处理中"}
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(kinds()).Draw(t, "kind")
		value := rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9]{0,4}[年/-]?[0-9]{0,2}[月/-]?[0-9]{0,2}日? ?[0-9]{0,2}:?[0-9]{0,2}(~[0-9:]{0,5})?`),
			rapid.StringMatching(`[¥￥$]?-?[0-9]{0,12}\.?[0-9]{0,3}元?`), rapid.StringMatching(`[浙粤]?[A-Za-z0-9]{0,9}挂?`),
			rapid.SampledFrom([]string{"处理中", "处理", "12-1042"}), rapid.StringOfN(rapid.RuneFrom([]rune("路灯🔥a1 -")), 0, 60, -1)).Draw(t, "value")
		got, err := fit(kind+"7", value, approved)
		if err == nil && !official(kind, got, approved) {
			t.Fatalf("%s of %q: %q would be refused", kind, value, got)
		}
		if kind == "thing" && err != nil {
			t.Fatalf("a thing of %q does not fit: any words do", value)
		}
		if again, _ := fit(kind+"7", got, approved); err == nil && again != got {
			t.Fatalf("%s of %q: %q, then %q", kind, value, got, again)
		}
		if mended := mend(kind+"7", got); err == nil && mended != "" && !official(kind, mended, approved) {
			t.Fatalf("%s of %q mended: %q would be refused", kind, value, mended)
		}
	})
}

// FuzzFit is the same for what the fuzzer finds.
func FuzzFit(f *testing.F) {
	f.Add("路灯\x00🔥 1")
	f.Add("-")
	f.Add("2026年10月1日 08:30~09:30")
	f.Fuzz(func(t *testing.T, value string) {
		for _, kind := range kinds() {
			got, err := fit(kind+"1", value, []string{value})
			if err == nil && !official(kind, got, []string{value}) {
				t.Errorf("%s of %q: %q", kind, value, got)
			}
			if Clean(got) != got {
				t.Errorf("%s of %q is unclean", kind, value)
			}
		}
	})
}

func TestCheckFields(t *testing.T) {
	good := Template{Fields: map[string]string{"number": "character_string1", "status": "const2"}, Const: map[string][]string{"const2": {"处理中"}}}
	if err := good.CheckFields(); err != nil {
		t.Error(err)
	}
	bad := Template{Fields: map[string]string{"number": "hologram1", "matter": "thing", "status": "const2", "time": "const2"}, Const: map[string][]string{"const3": {""}}}
	err := bad.CheckFields()
	if err == nil || strings.Count(err.Error(), "\n") != 5 {
		t.Errorf("errors %v", err)
	}
}
