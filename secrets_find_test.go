package main

import (
	"encoding/base64"
	"encoding/hex"
	"html"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// marks are texts by their names that can be told from everything else wherever they
// get to.
type marks map[string]string

// cutAt is how much of a mark is looked for: a text may have been cut short.
const cutAt = 12

// spellings are the ways in which the beginning of a mark could have been written: as it is,
// escaped for an address, a page, JSON or Go, in hexadecimal, and in base64 wherever it
// begins in what was encoded.
func spellings(mark string) []string {
	cut := mark
	if r := []rune(mark); len(r) > cutAt {
		cut = string(r[:cutAt])
	}
	ascii := strconv.QuoteToASCII(cut)
	out := []string{cut, url.QueryEscape(cut), url.PathEscape(cut), html.EscapeString(cut), ascii[1 : len(ascii)-1],
		hex.EncodeToString([]byte(cut)), strings.ToUpper(hex.EncodeToString([]byte(cut)))}
	for shift := range 3 {
		for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			coded := e.EncodeToString([]byte(strings.Repeat("-", shift) + cut))
			// The signs at both ends depend on what stands beside the mark.
			out = append(out, coded[(shift*8+5)/6:len(coded)-1])
		}
	}
	return out
}

// found tells which of the marks stand in a text, and around which words.
func (m marks) found(text string) []string {
	var out []string
	for name, mark := range m {
		for _, form := range spellings(mark) {
			if i := strings.Index(text, form); i >= 0 {
				out = append(out, name+" in …"+text[max(0, i-80):min(len(text), i+len(form)+20)]+"…")
				break
			}
		}
	}
	return out
}

// The search finds each mark in each form it knows, whole or cut short, anywhere in
// a text, and nothing where there is nothing: without this, finding nothing elsewhere
// would mean nothing.
func TestMarksAreFound(t *testing.T) {
	all := marks{"secret": "6f1d+/Secret=Of&The<Account>", "words": "紫檀木琴盒旁边滴水不止请快来看看", "phone": "13912345678"}
	if got := all.found(`time=2026-08-04 level=ERROR msg="push refused" err="wechat: forged" person=5feceb66ffc86f38 {"a":"路灯"}`); got != nil {
		t.Errorf("found %q in nothing", got)
	}
	for name, mark := range all {
		text := []byte(mark)
		for form, written := range map[string]string{
			"plain": mark, "cut": string([]rune(mark)[:min(len([]rune(mark)), cutAt+1)]), "address": url.QueryEscape(mark), "path": url.PathEscape(mark),
			"page": html.EscapeString(mark), "Go": strconv.QuoteToASCII(mark), "hex": hex.EncodeToString(text), "HEX": strings.ToUpper(hex.EncodeToString(text)),
			"base64": base64.StdEncoding.EncodeToString(text), "base64 after one": base64.StdEncoding.EncodeToString([]byte("k" + mark + "x")),
			"base64 after two": base64.URLEncoding.EncodeToString([]byte("kk" + mark + "xyz")), "base64 after five": base64.StdEncoding.EncodeToString([]byte("key: " + mark)),
		} {
			if got := all.found("level=WARN err=" + written + " and more"); len(got) != 1 || !strings.HasPrefix(got[0], name+" in ") {
				t.Errorf("%s as %s, %q: found %q", name, form, written, got)
			}
		}
	}
}
