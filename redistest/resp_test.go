package redistest

import (
	"bufio"
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"
)

func TestAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		in, want string
		err      error
	}{
		"status":        {"+PONG\r\n", "PONG", nil},
		"number":        {":42\r\n", "42", nil},
		"bulk":          {"$5\r\na\r\nbc\r\n", "a\r\nbc", nil},
		"empty bulk":    {"$0\r\n\r\n", "", nil},
		"nil":           {"$-1\r\n", "", errNil},
		"error":         {"-LOADING data\r\n", "", answerError("LOADING data")},
		"array":         {"*1\r\n+x\r\n", "", errProtocol},
		"no return":     {"+PONG\n", "", errProtocol},
		"empty line":    {"\r\n", "", errProtocol},
		"bad length":    {"$x\r\n", "", errProtocol},
		"negative":      {"$-2\r\n", "", errProtocol},
		"absurd length": {"$99999999\r\n", "", errProtocol},
		"bad end":       {"$1\r\nabc", "", errProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := answer(bufio.NewReader(strings.NewReader(c.in)))
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("answer(%q) = %q, %v; want %q, %v", c.in, got, err, c.want, c.err)
			}
		})
	}
}

func TestCutAnswers(t *testing.T) {
	for _, in := range []string{"", "+PON", "$3\r\nab", "$3\r\nabc\r"} {
		if got, err := answer(bufio.NewReader(strings.NewReader(in))); err == nil {
			t.Errorf("answer(%q) = %q without an error", in, got)
		}
	}
}

func TestRequest(t *testing.T) {
	if got, want := request([]string{"GET", "键"}), "*2\r\n$3\r\nGET\r\n$3\r\n键\r\n"; got != want {
		t.Errorf("request = %q, want %q", got, want)
	}
}

func TestAskOKRefusesOtherAnswers(t *testing.T) {
	s := ForTest(t, Options{Kind: Embedded})
	if err := askOK(within(t, time.Second), s.Addr(), "PING"); !errors.Is(err, errProtocol) {
		t.Errorf("PONG taken for OK: %v", err)
	}
}

func TestAskEndsWithItsContext(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := ask(ctx, l.Addr().String(), "PING"); err == nil {
		t.Fatal("a silent listener answered")
	}
}

func TestTailKeepsTheEnd(t *testing.T) {
	var l tail
	for range 3 {
		_, err := l.Write([]byte(strings.Repeat("x", tailBytes)))
		must(t, err)
	}
	_, err := l.Write([]byte(" the end\n"))
	must(t, err)
	if s := l.String(); len(s) > tailBytes || !strings.HasSuffix(s, "x the end") {
		t.Errorf("%d bytes, ends %q", len(s), s[len(s)-12:])
	}
}

func FuzzAnswer(f *testing.F) {
	for _, s := range []string{"+PONG\r\n", "$5\r\nhello\r\n", "$-1\r\n", "-ERR x\r\n", "*0\r\n", "$1048577\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := answer(bufio.NewReader(strings.NewReader(s)))
		if err == nil && !strings.Contains(s, got) {
			t.Errorf("answer %q is not in %q", got, s)
		}
	})
}
