package classify

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMask(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"nothing personal", "3幢2单元502室路灯不亮", "3幢2单元502室路灯不亮"},
		{"mobile", "打13912345678找我", "打139******78找我"},
		{"mobile at the ends", "13912345678", "139******78"},
		{"mobile with hyphens", "139-1234-5678", "139********78"},
		{"mobile with spaces", "电话 139 1234 5678 谢谢", "电话 139********78 谢谢"},
		{"mobile with dots", "139.1234.5678", "139********78"},
		{"mobile in full width", "１３９１２３４５６７８", "１３９******７８"},
		{"mobile with country code", "+8613912345678", "+86*********78"},
		{"mobile with 86 and a space", "86 13912345678", "86 *********78"},
		{"mobile spoken in characters", "一三九一二三四五六七八", "一三九******七八"},
		{"mobile spoken with 幺", "幺三九幺二三四五六七八", "幺三九******七八"},
		{"two mobiles", "13912345678或13812345679", "139******78或138******79"},
		{"two mobiles with a space", "13912345678 13812345679", "139******78 138******79"},
		{"mobile before a house number", "13912345678，3幢", "139******78，3幢"},
		{"longer number is no mobile", "订单139123456789012", "订单139123456789012"},
		{"number in a longer one", "2213912345678", "2213912345678"},
		{"not a mobile prefix", "12912345678", "12912345678"},
		{"landline", "0576-88512345", "0576********5"},
		{"landline without hyphen", "057688512345", "0576*******5"},
		{"landline in brackets", "(0576)88512345", "(0576********5"},
		{"short service numbers stay", "打12345、110、120、95598", "打12345、110、120、95598"},
		{"task number stays", "进度 12-1042", "进度 12-1042"},
		{"date stays", "2025-11-23 08:30", "2025-11-23 08:30"},
		{"money stays", "交了3680.50元", "交了3680.50元"},
		{"ID number", "身份证331002199001011061", "身份证331**************1"},
		{"ID number with X", "33100219900307105X", "331**************X"},
		{"ID number with small x", "33100219900307105x", "331**************x"},
		{"ID number with spaces", "331002 19900101 1061", "331****************1"},
		{"ID number with a wrong check", "331002199001011062", "331002199001011062"},
		{"bank card", "6222021001116245702", "6222*************02"},
		{"bank card in fours", "4532 0151 1283 0366", "4532*************66"},
		{"card with a wrong check digit", "4532015112830367", "4532015112830367"},
		{"plate", "浙J12345挡路", "浙J****5挡路"},
		{"plate with a dot", "浙J·12345", "浙J*****5"},
		{"plate in small letters", "浙j1a2b3", "浙j****3"},
		{"new energy plate", "浙JD12345", "浙JD1234"[:len("浙J")] + "*****5"},
		{"plate in full width", "浙Ｊ１２３４５", "浙Ｊ****５"},
		{"plate too short", "浙J1234", "浙J1234"},
		{"province in a word", "浙江ABCDE", "浙江ABCDE"},
		{"everything at once", "我13912345678，车浙J12345，证331002199001011061", "我139******78，车浙J****5，证331**************1"},
		{"broken UTF-8 stays readable", "13912345678\xff", "139******78\ufffd"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Mask(tt.in); got != tt.want {
				t.Errorf("Mask(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestMaskLeavesHouseNumbers(t *testing.T) {
	for _, s := range []string{"12-2-602", "三十二幢1-1502", "3幢2单元5楼", "８号楼１２０３", "1042号", "三幢二单元五楼", "一二三楼都停水", "2024年3月5日上午10点30分"} {
		if got := Mask(s); got != s {
			t.Errorf("Mask(%q) = %q", s, got)
		}
	}
}

func TestCheckDigits(t *testing.T) {
	digits := func(s string) []int8 {
		var d []int8
		for _, r := range s {
			d = append(d, int8(r-'0'))
		}
		return d
	}
	for s, want := range map[string]int{"11010519491231002": 10, "44052418800101001": 4, "33100219900101106": 1} {
		if got := idCheck(digits(s)); got != want {
			t.Errorf("idCheck(%s) = %d, want %d", s, got, want)
		}
	}
	for s, want := range map[string]bool{"79927398713": true, "79927398710": false, "4532015112830366": true} {
		if got := luhn(digits(s)); got != want {
			t.Errorf("luhn(%s) = %v", s, got)
		}
	}
}

func FuzzMask(f *testing.F) {
	for _, s := range []string{"", "13912345678", "139-1234-5678", "331002199001011061", "浙J12345", "+86", "＋", "浙", "6222021001116245702", "一三九一二三四五六七八", "0576-88512345", "1\xff3"} {
		f.Add(s)
	}
	plain := regexp.MustCompile(`(^|[^0-9])1[3-9][0-9]{9}($|[^0-9])`)
	f.Fuzz(func(t *testing.T, s string) {
		once := Mask(s)
		if plain.MatchString(once) {
			t.Fatalf("Mask(%q) = %q still shows a mobile number", s, once)
		}
		if !utf8.ValidString(once) {
			t.Fatalf("Mask(%q) = %q is no UTF-8", s, once)
		}
		if !strings.ContainsRune(s, '*') && utf8.RuneCountInString(s) != utf8.RuneCountInString(once) {
			t.Fatalf("Mask(%q) = %q changed the length", s, once)
		}
		if twice := Mask(once); twice != once {
			t.Fatalf("Mask is not stable: %q → %q → %q", s, once, twice)
		}
	})
}
