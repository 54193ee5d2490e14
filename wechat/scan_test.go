package wechat

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// leafLine writes an element as depth parent/name=text.
func leafLine(depth int, parent, name, text string) string {
	return fmt.Sprintf("%d %s/%s=%s", depth, parent, name, text)
}

// leaves scans a document and lists its elements.
func leaves(doc string) ([]string, error) {
	var out []string
	err := scan(doc, func(depth int, parent, name, text string) {
		out = append(out, leafLine(depth, parent, name, text))
	})
	return out, err
}

func TestScan(t *testing.T) {
	for name, c := range map[string]struct {
		doc  string
		want []string
	}{
		"empty root":    {"<xml/>", []string{"1 /xml="}},
		"flat":          {"<xml><a>1</a><b>2</b></xml>", []string{"2 xml/a=1", "2 xml/b=2", "1 /xml="}},
		"CDATA":         {"<xml><a><![CDATA[<b>&amp;]]></a></xml>", []string{"2 xml/a=<b>&amp;", "1 /xml="}},
		"two sections":  {"<xml><a><![CDATA[x]]]]><![CDATA[>y]]></a></xml>", []string{"2 xml/a=x]]>y", "1 /xml="}},
		"entities":      {"<xml><a>&lt;&gt;&amp;&quot;&apos;</a></xml>", []string{`2 xml/a=<>&"'`, "1 /xml="}},
		"references":    {"<xml><a>&#36335;&#x706F;&#x1F692;</a></xml>", []string{"2 xml/a=路灯🚒", "1 /xml="}},
		"not reference": {"<xml><a>A&B &foo; &#; &#xZZ; &</a></xml>", []string{"2 xml/a=A&B &foo; &#; &#xZZ; &", "1 /xml="}},
		"no character":  {"<xml><a>x&#xD800;&#x110000;&#99999999999;y</a></xml>", []string{"2 xml/a=xy", "1 /xml="}},
		"nested":        {"<xml><a>x<b>y</b>z</a></xml>", []string{"3 a/b=y", "2 xml/a=xz", "1 /xml="}},
		"prolog": {"\ufeff<?xml version=\"1.0\"?>\n<!-- <no> --><xml><a><!-- b -->1<?c d?>2</a></xml>",
			[]string{"2 xml/a=12", "1 /xml="}},
		"attributes":   {`<xml n="1>2"><a m='/>' k="'">x</a></xml>`, []string{"2 xml/a=x", "1 /xml="}},
		"white space":  {"<xml >\n<a\t>x</a ><b\r\n/></xml\n>", []string{"2 xml/a=x", "2 xml/b=", "1 /xml=\n"}},
		"line ends":    {"<xml><a>x\r\ny\rz&#13;</a></xml>", []string{"2 xml/a=x\ny\nz\r", "1 /xml="}},
		"what follows": {"<xml></xml>{}", []string{"1 /xml="}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := leaves(c.doc)
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("scan = %q, %v\nwant   %q", got, err, c.want)
			}
		})
	}
}

func TestScanRefuses(t *testing.T) {
	for name, doc := range map[string]string{
		"empty":               "",
		"blank":               "  \n",
		"JSON":                `{"a":1}`,
		"words before":        "x<xml></xml>",
		"another root":        "<html></html>",
		"open":                "<xml>",
		"open inside":         "<xml><a></xml>",
		"crossed":             "<xml><a><b></a></b></xml>",
		"end first":           "</xml>",
		"open CDATA":          "<xml><a><![CDATA[x</a></xml>",
		"CDATA before root":   "<![CDATA[x]]><xml></xml>",
		"open comment":        "<xml><!-- </xml>",
		"open instruction":    "<xml><? </xml>",
		"open tag":            "<xml><a",
		"open quote":          `<xml><a b="></a></xml>`,
		"tag in tag":          "<xml><a<b></a></xml>",
		"no name":             "<xml><></></xml>",
		"document type":       "<!DOCTYPE xml><xml></xml>",
		"document type later": "<xml><!DOCTYPE xml></xml>",
		"17 levels":           "<xml>" + strings.Repeat("<a>", 16) + strings.Repeat("</a>", 16) + "</xml>",
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := leaves(doc); !errors.Is(err, errXML) {
				t.Errorf("scan = %q, %v", got, err)
			}
		})
	}
}

// Hostile documents of the longest body must not cost more than their length.
func TestScanStaysLinear(t *testing.T) {
	fill := func(s string) string { return strings.Repeat(s, MaxBody/len(s)) }
	for name, doc := range map[string]string{
		"many pieces":     "<xml><a>" + fill("x<!---->") + "</a></xml>",
		"many elements":   "<xml>" + fill("<a/>") + "</xml>",
		"many references": "<xml><a>" + fill("&#1;") + "</a></xml>",
		"long reference":  "<xml><a>&" + fill("x") + ";</a></xml>",
		"many ampersands": "<xml><a>" + fill("&") + "</a></xml>",
		"many sections":   "<xml><a>" + fill("<![CDATA[]]>") + "</a></xml>",
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := scan(doc, func(int, string, string, string) {})
			runtime.ReadMemStats(&after)
			if err != nil {
				t.Fatal(err)
			}
			if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 16*MaxBody {
				t.Errorf("%d bytes allocated for a body of %d", bytes, len(doc))
			}
		})
	}
}
