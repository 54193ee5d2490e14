package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gridbot/redistest"
	"gridbot/simulator"
)

// otherCrypto is a folder with testdata/wechat-crypto and the npm package in it:
// an implementation of WeChat's encryption that is not ours, in its exact version.
func otherCrypto(t *testing.T) string {
	t.Helper()
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is needed for this test: install Node.js 18 or newer with npm (make tools does)", tool)
		}
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "wechat-crypto"))); err != nil {
		t.Fatal(err)
	}
	install := exec.CommandContext(t.Context(), "npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	return dir
}

// node is a program of that folder. The package is of 2016 and makes its buffers
// in a way that Node warns of.
func node(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", append([]string{"--no-deprecation"}, args...)...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	return cmd
}

// cryptoTexts end at every place of a block of 32 bytes, in letters, Chinese and
// emoji, and hold what XML would trip over. Each is a clear report.
func cryptoTexts() []string {
	var out []string
	for n := range 34 {
		out = append(out, report(1000+n)+strings.Repeat("a", n))
	}
	for n := range 11 {
		out = append(out, report(2000+n)+strings.Repeat("灯", n))
		out = append(out, report(3000+n)+strings.Repeat("😀", n)+"👨‍👩‍👧")
	}
	return append(out, report(4000)+" <b>&amp;</b> ]]> \"'", report(4001)+strings.Repeat("，晚上看不见", 25))
}

// TestAnotherCryptoWrites lets wechat-crypto seal residents' messages for a running
// service and open its answers: each text arrives whole, each answer is signed, for
// the right person, and tells a number. What is forged is refused.
func TestAnotherCryptoWrites(t *testing.T) {
	dir := otherCrypto(t)
	r := newRig(t, redistest.Options{})
	p := r.replica("a")
	p.start()
	type message struct {
		From   string `json:"from"`
		Text   string `json:"text"`
		Forged bool   `json:"forged"`
	}
	texts := cryptoTexts()
	var messages []message
	for i, text := range texts {
		messages = append(messages, message{From: fmt.Sprintf("oNode-%d", i), Text: text})
	}
	messages = append(messages, message{From: "oNode-forger", Text: report(9999), Forged: true})
	order, err := json.Marshal(map[string]any{
		"url": p.url(), "token": rigToken, "aeskey": rigKey, "appid": rigApp, "original": "gh_" + rigApp, "messages": messages,
	})
	if err != nil {
		t.Fatal(err)
	}
	cmd := node(t, dir, "client.js")
	cmd.Stdin = bytes.NewReader(order)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got []struct {
		Status          int
		Signed          bool
		ID, To, Content string
	}
	if err := json.Unmarshal(out, &got); err != nil || len(got) != len(messages) {
		t.Fatalf("%v, %d answers: %s", err, len(got), out)
	}
	for i, a := range got[:len(texts)] {
		if a.Status != 200 || !a.Signed || a.ID != rigApp || a.To != messages[i].From || numbered.FindString(a.Content) == "" {
			t.Errorf("%q: %+v", texts[i], a)
		}
	}
	if forged := got[len(texts)]; forged.Status != 403 {
		t.Errorf("a forged message: %+v", forged)
	}
	kept, all := r.tasks()
	for _, text := range texts {
		if kept[text] != 1 {
			t.Errorf("%d tasks with the words %q", kept[text], text)
		}
	}
	if len(all) != len(texts) {
		t.Errorf("%d messages made %d tasks", len(texts), len(all))
	}
	t.Logf("%d messages sealed by wechat-crypto: %d tasks, %d answers opened by it", len(texts), len(all), len(texts))
}

// TestAnotherCryptoListens lets the stand-in for the platform push to a bot made
// with wechat-crypto, which says everything back.
func TestAnotherCryptoListens(t *testing.T) {
	dir := otherCrypto(t)
	for _, mode := range []string{simulator.ModeSafe, simulator.ModeCompat} {
		t.Run(mode, func(t *testing.T) {
			bot := node(t, dir, "bot.js", rigToken, rigKey, rigApp)
			open, err := bot.StdinPipe() // the bot lives as long as it is open
			if err != nil {
				t.Fatal(err)
			}
			out, err := bot.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := bot.Start(); err != nil {
				t.Fatal(err)
			}
			port, err := bufio.NewReader(out).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			p := simulator.New(simulator.Options{LoopbackOnly: true, Accounts: []simulator.Account{{
				AppID: rigApp, Token: rigToken, AESKey: rigKey, Mode: mode, Webhook: "http://127.0.0.1:" + strings.TrimSpace(port) + "/",
			}}})
			defer p.Close()
			if err := p.Verify(t.Context(), rigApp); err != nil {
				t.Fatal(err)
			}
			for _, text := range cryptoTexts() {
				if d := p.Text(rigApp, "o-1", text); d.Err != nil || d.Reply != text {
					t.Errorf("%q came back as %q (%v)", text, d.Reply, d.Err)
				}
			}
			if err := open.Close(); err != nil {
				t.Error(err)
			}
			if err := bot.Wait(); err != nil {
				t.Errorf("the bot ended with %v", err)
			}
		})
	}
}
