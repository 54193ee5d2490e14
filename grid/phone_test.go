package grid

import (
	"errors"
	"strings"
	"testing"
)

// phoneRows reads a list of staff whose rows are one person's posts, with these numbers.
func phoneRows(heading string, cells ...string) ([]Staff, error) {
	text := "工号,姓名,岗位,辖区," + heading + "\n"
	for _, c := range cells {
		text += "s1,甲,网格长,g1," + c + "\n"
	}
	return ReadStaff(strings.NewReader(text))
}

func TestPhoneAsAClerkWritesIt(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "   ": "", "13912345678": "13912345678", " 139 1234 5678 ": "13912345678", "139-1234-5678": "13912345678",
		"139　1234—5678": "13912345678", "+8613912345678": "13912345678", "+86 139-1234-5678": "13912345678", "(+86)13912345678": "13912345678",
		"＋８６１３９１２３４５６７８": "13912345678", "8613912345678": "13912345678", "008613912345678": "13912345678", "'+8613912345678": "13912345678",
		"\u202d13912345678\u202c": "13912345678", "13912345678.0": "13912345678", "13912345678.00": "13912345678",
		"1.3912345678E+10": "13912345678", "1.3912345678e10": "13912345678", "8.613912345678E+12": "13912345678", "13900000000.5": "phone",
		"1.39E+10": "phone_turned", "1.391235E+10": "phone_turned", "1E+10": "phone_turned", "1.3912345678E+9": "phone_turned", "8.61391E+12": "phone_turned",
		"13900000000": "phone_turned", "13900000000.0": "phone_turned", "1.3900000000E+10": "phone_turned", "1.39E-10": "phone_turned",
		"1391234567": "phone", "139123456789": "phone", "12912345678": "phone", "23912345678": "phone", "0576-88881234": "phone", "110": "phone",
		"无": "phone", "139****5678": "phone", "13912345678;13812345678": "phone", "13912345678/13812345678": "phone", "+113912345678": "phone", ".0": "phone", "E+10": "phone",
		"８６": "phone", "13912345678转2": "phone", "86861391234567": "phone", "=13912345678": "phone",
	} {
		got, err := phoneRows("手机", cell)
		if strings.HasPrefix(want, "phone") {
			if err == nil || strings.Join(rowErrors(t, err), " ") != "2/手机/"+want {
				t.Errorf("%q: got %v, %v, want %s", cell, got, err, want)
			}
			continue
		}
		if err != nil || got[0].Phone != want {
			t.Errorf("%q: got %v, %v", cell, got, err)
		}
	}
}

func TestPhoneUnderItsOtherNames(t *testing.T) {
	for _, heading := range []string{"手机", " 手机号 ", "手机号码", "电话", "联系电话"} {
		if got, err := phoneRows(heading, "13912345678"); err != nil || got[0].Phone != "13912345678" {
			t.Errorf("%s: got %v, %v", heading, got, err)
		}
		_, err := phoneRows(heading, "110")
		if name := strings.TrimSpace(heading); err == nil || !strings.HasPrefix(err.Error(), "第2行「"+name+"」：不是手机号") {
			t.Errorf("%s: the mistake is told as %v", heading, err)
		}
	}
	for headings, want := range map[string]string{
		"手机,手机": "第1行「手机」：这一列出现了不止一次", "手机,联系电话": "第1行「联系电话」：与「手机」是同一列，请只留一列", "办公电话": "", "手机短号": "",
	} {
		_, err := phoneRows(headings)
		if want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%s: %v", headings, err)
		}
	}
}

func TestRowsOfOnePersonAgreeOnThePhone(t *testing.T) {
	for name, cells := range map[string][]string{
		"said once, first": {"13912345678", ""}, "said once, later": {"", "13912345678", ""}, "said twice": {"13912345678", "+86 139-1234-5678"},
	} {
		if got, err := phoneRows("手机", cells...); err != nil || len(got) != 1 || got[0].Phone != "13912345678" {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
	_, err := phoneRows("手机", "", "13912345678", "13812345678", "1.39E+10")
	if err == nil || strings.Join(rowErrors(t, err), " ") != "4/手机/other_phone 5/手机/phone_turned" {
		t.Errorf("got %v", err)
	}
	two, err := ReadStaff(strings.NewReader("工号,姓名,岗位,辖区,手机\ns1,甲,网格长,g1,13912345678\ns2,乙,网格长,g1,13912345678\n"))
	if err != nil || two[0].Phone != two[1].Phone {
		t.Errorf("a number two people share: %v, %v", two, err)
	}
}

// Whatever is wrong, and wherever the number stands, no more than its end is told.
func TestErrorsHoldNoPhone(t *testing.T) {
	for name, rows := range map[string]string{
		"a digit too many": "s1,甲,网格长,g1,,139123456781", "two of them": "s1,甲,网格长,g1,,13912345678/13912345678",
		"two that differ": "s1,甲,网格长,g1,,13812345678\ns1,甲,网格长,g1,,13912345678", "in another column": "s1,甲,网格长,g1,13912345678,",
		"as a post": "s1,甲,13912345678,g1,,", "as a pair": "s1,甲,网格长;市政,g1;g2;13912345678,,",
	} {
		_, err := ReadStaff(strings.NewReader("工号,姓名,岗位,辖区,状态,手机\n" + rows + "\n"))
		if err == nil || strings.Contains(err.Error(), "1391234567") || strings.ContainsAny(err.Error(), "{}") || strings.Contains(err.Error(), "row.") {
			t.Errorf("%s: %v", name, err)
		}
	}
	g := Ground{Areas: []Area{{ID: "7", Level: Street, Name: "和风街道"}}}
	for _, s := range []Staff{{Phone: "139123456781"}, {Phone: "+8613912345678"}, {Phone: "13912345678", Substitutes: []string{"13912345678"}}} {
		s.ID, s.Name, s.Posts = "s1", "甲", []Post{{Role: Dispatcher, Area: "7"}}
		g.Staff = []Staff{s}
		var p *Problem
		if _, err := Build(g); !errors.As(err, &p) || strings.Contains(err.Error(), "1391234567") {
			t.Errorf("%v was built: %v", s.Phone, err)
		}
	}
}
