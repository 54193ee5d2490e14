package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// named finds a test in the document, after the package it is of.
var named = regexp.MustCompile(`\b(?:([a-z]+): )?((?:Test|Fuzz)[A-Za-z]+)`)

// Every test docs/security.md names is there, in the package it names, and every
// property has one.
func TestSecurityDocument(t *testing.T) {
	text, err := os.ReadFile("docs/security.md")
	check(t, err)
	there := map[string]bool{}
	for _, s := range sources(t) {
		for name := range s.file.Scope.Objects {
			there[s.room()+" "+name] = true
		}
	}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) != 4 || strings.TrimSpace(cells[2]) == "" || strings.Contains(line, "---") || strings.Contains(line, "held by") {
			continue
		}
		room, tests := ".", 0
		for _, part := range strings.Split(cells[2], ";") {
			room = "."
			for _, found := range named.FindAllStringSubmatch(part, -1) {
				if found[1] != "" && found[1] != "root" {
					room = found[1]
				}
				if tests++; !there[room+" "+found[2]] && !there[". "+found[2]] {
					t.Errorf("there is no %s in %s", found[2], room)
				}
			}
		}
		if tests == 0 {
			t.Errorf("no test holds:%s", cells[1])
		}
	}
}

// A connection has a bound for everything: the time of its header, its body, its
// answer and between two requests, and the size of its header.
func TestServerBounds(t *testing.T) {
	web := newWeb(context.Background(), http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	for name, d := range map[string]time.Duration{"header": web.ReadHeaderTimeout, "body": web.ReadTimeout, "answer": web.WriteTimeout, "idle": web.IdleTimeout} {
		if d <= 0 || d > 2*time.Minute {
			t.Errorf("the bound of %s is %v", name, d)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	go func() { _ = web.Serve(l) }()
	defer web.Close()
	for size, want := range map[int]int{8 << 10: http.StatusNotFound, 64 << 10: http.StatusRequestHeaderFieldsTooLarge} {
		req, err := http.NewRequest(http.MethodGet, "http://"+l.Addr().String()+"/", nil)
		check(t, err)
		req.Header.Set("X-Long", string(bytes.Repeat([]byte("x"), size)))
		res, err := http.DefaultTransport.RoundTrip(req)
		check(t, err)
		_, _ = io.Copy(io.Discard, res.Body)
		check(t, res.Body.Close())
		if res.StatusCode != want {
			t.Errorf("a header of %d bytes: status %d", size, res.StatusCode)
		}
	}
}
