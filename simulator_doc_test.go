package main

import (
	"bytes"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const simulatorManual = "docs/simulator.md"

// manualScript is every ```sh block of the manual as one script, which writes a
// mark before each answer that the manual tells, and those answers.
func manualScript(t *testing.T, text string) (script string, want []string) {
	t.Helper()
	var lines []string
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(text, -1) {
		for _, line := range strings.Split(block[1], "\n") {
			if answer, told := strings.CutPrefix(line, "# → "); told {
				want = append(want, answer)
				lines = append(lines, `printf '\036'`)
				continue
			}
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n"), want
}

// TestSimulatorManual runs the commands of docs/simulator.md as they stand there
// and compares their answers with what it tells.
func TestSimulatorManual(t *testing.T) {
	text, err := os.ReadFile(simulatorManual)
	if err != nil {
		t.Fatal(err)
	}
	script, want := manualScript(t, string(text))
	bot := &tinyBot{token: "standintoken"}
	web := httptest.NewServer(bot)
	defer web.Close()
	s := startSimulator(t, "--webhook", web.URL, "--mode", "plain")
	script = "set -euo pipefail\n" + strings.Replace(script, "http://127.0.0.1:8090", s.url, 1)
	run := exec.CommandContext(t.Context(), "bash", "-c", script)
	var out, errs bytes.Buffer
	run.Stdout, run.Stderr = &out, &errs
	if err := run.Run(); err != nil {
		t.Fatalf("%v: %s\nafter %s", err, errs.String(), out.String())
	}
	answers := strings.Split(out.String(), "\x1e")
	if len(answers) != len(want)+1 || len(want) < 20 {
		t.Fatalf("%d answers, %d told", len(answers)-1, len(want))
	}
	for i, part := range want {
		if !strings.Contains(answers[i], part) {
			t.Errorf("answer %d: the manual tells %s, it was %s", i+1, part, answers[i])
		}
	}
	s.interrupted()
}

// TestSimulatorRulesAreListed wants every rule's test in the manual's table, and
// nothing in the table that is not there.
func TestSimulatorRulesAreListed(t *testing.T) {
	text, err := os.ReadFile(simulatorManual)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("simulator/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var held []string
	for _, file := range files {
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^func (TestRule\w+)\(`).FindAllSubmatch(code, -1) {
			held = append(held, string(m[1]))
		}
	}
	listed := regexp.MustCompile(`TestRule\w+`).FindAllString(string(text), -1)
	for _, name := range held {
		if !slices.Contains(listed, name) {
			t.Errorf("%s lacks %s", simulatorManual, name)
		}
	}
	for _, name := range listed {
		if !slices.Contains(held, name) {
			t.Errorf("%s lists %s, which is not there", simulatorManual, name)
		}
	}
}
