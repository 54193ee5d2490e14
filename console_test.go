package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

// A bar on a terminal, one line anywhere else.
func TestProgress(t *testing.T) {
	var errs strings.Builder
	p := console{errs: &errs}.begin(10, "making %d codes", 10)
	p.add(4)
	p.end()
	p.stop()
	if errs.String() != "making 10 codes\n" {
		t.Errorf("%q", errs.String())
	}
	errs.Reset()
	p = console{errs: &errs, terminal: true}.begin(10, "making %d codes", 10)
	for range 10 {
		p.add(1)
	}
	p.end()
	if text := errs.String(); !strings.Contains(text, "making 10 codes 100%") || !strings.Contains(text, "(10/10)") || strings.Count(text, "\n") != 1 {
		t.Errorf("%q", text)
	}
	errs.Reset()
	p = console{errs: &errs, terminal: true}.begin(0, "nothing")
	p.stop()
	if strings.Count(errs.String(), "\n") < 1 || strings.Contains(errs.String(), "100%") {
		t.Errorf("%q", errs.String())
	}
}

// Only a yes is a yes; Ctrl-C ends the wait.
func TestConfirm(t *testing.T) {
	for answer, yes := range map[string]bool{"y\n": true, " YES \n": true, "n\n": false, "\n": false, "": false, "yesterday\n": false} {
		var errs strings.Builder
		err := console{in: strings.NewReader(answer), errs: &errs}.confirm(t.Context(), "Import this?")
		if (err == nil) != yes || err != nil && !errors.Is(err, errNo) || errs.String() != "Import this? [y/N] " {
			t.Errorf("%q: %v, %q", answer, err, errs.String())
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	never, w := io.Pipe()
	defer w.Close()
	if err := (console{in: never, errs: io.Discard}).confirm(ctx, "?"); !errors.Is(err, context.Canceled) {
		t.Errorf("after Ctrl-C: %v", err)
	}
}
