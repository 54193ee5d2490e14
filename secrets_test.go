package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gridbot/partner"
	"gridbot/sample"
	"gridbot/wechat"
)

// Nothing the program tells anybody who is not meant to know holds a secret, or a person's
// words, openid or telephone number: not its log at its most talkative, its metrics, what it
// answers to strangers, nor what its commands print, whatever fails. And no file holds a
// secret.
func TestNothingSecretIsTold(t *testing.T) {
	w := newWatched(t)
	w.start()
	w.talk()
	w.knock()
	w.platformFails()
	w.redisFails()
	w.stop()
	w.commands()
	w.mistakes()
	all := marks{}
	for _, some := range []marks{secretMarks(), personMarks(), w.tokens()} {
		for name, mark := range some {
			all[name] = mark
		}
	}
	for where, text := range w.told {
		for _, found := range all.found(text) {
			t.Errorf("%s holds %s", where, found)
		}
	}
	w.files()
	w.wasThere()
}

// talk is what goes on every day, and with it marked words.
func (w *watched) talk() {
	me := personMarks()["openid"]
	w.standIn.Follow(watchedApp, me, "")
	w.tell("answer to 热线", w.matter(secretMarks()["system secret"], "A-1"))
	for _, text := range []string{"绑定 " + personMarks()["openid"], "你好", "进度", "我的资料", "人工"} {
		w.standIn.Text(watchedApp, me, text)
	}
	w.report(0) // told by a short message: no handler has written yet
	eventually(w.T, 20*time.Second, "a short message to go out", func() bool { return strings.Contains(w.others.all(), "/sms") })
	w.greet()
	w.report(30)
	w.standIn.Image(watchedApp, personMarks()["openid"]+"0", sample.Photo(1))
	eventually(w.T, 20*time.Second, "a notice to go out", func() bool { return w.platform.calls() > 0 })
	w.greet() // and sign, which the other system is told
	eventually(w.T, 20*time.Second, "the other system to be told; its matter was answered "+w.told["answer to 热线"], func() bool {
		return strings.Contains(w.others.all(), "/events")
	})
}

// report is one resident's marked report.
func (w *watched) report(n int) {
	openid := fmt.Sprintf("%s%d", personMarks()["openid"], n)
	w.standIn.Follow(watchedApp, openid, "")
	w.standIn.Text(watchedApp, openid, fmt.Sprintf("幸福里小区%d幢，%s", n+1, markedWords))
}

// matter is a call of the other system.
func (w *watched) matter(secret, number string) string {
	target, stamp := "/api/v1/systems/"+watchedSystem+"/matters", partner.Stamp(time.Now())
	body := fmt.Sprintf(`{"number":%q,"text":%q,"address":"幸福里小区3幢","reported_at":%q,"contact":{"phone":%q}}`, number, personMarks()["words of a system"],
		time.Now().Add(-time.Hour).Format(time.RFC3339), personMarks()["number in words"])
	return w.request(http.MethodPost, target, body, map[string]string{"Content-Type": "application/json",
		partner.HeaderTime: stamp, partner.HeaderSignature: partner.Sign(secret, http.MethodPost, target, stamp, []byte(body))})
}

// knock is what strangers try.
func (w *watched) knock() {
	s, p := secretMarks(), personMarks()
	at := fmt.Sprint(time.Now().Unix())
	signed := url.Values{"timestamp": {at}, "nonce": {"1"}, "signature": {wechat.Signature(s["token"], at, "1")}}
	forged := url.Values{"timestamp": {at}, "nonce": {s["token"]}, "signature": {s["AppSecret"]}, "echostr": {p["words"]}, "encrypt_type": {"aes"}}
	xml := "<xml><FromUserName>" + p["openid"] + "</FromUserName><Content>" + p["words"] + "</Content></xml>"
	for _, k := range []struct{ method, target, body string }{
		{http.MethodPost, "/wechat/watched?" + forged.Encode(), xml},
		{http.MethodPost, "/wechat/watched?" + signed.Encode(), xml},
		{http.MethodPost, "/wechat/watched?" + signed.Encode(), strings.Repeat(xml, 1000)},
		{http.MethodPost, "/wechat/" + s["token"], xml},
		{http.MethodGet, "/wechat/watched?" + forged.Encode(), ""},
		{http.MethodPut, "/wechat/watched", xml},
		{http.MethodGet, "/debug/pprof/", ""},
		{http.MethodGet, "/debug/vars", ""},
		{http.MethodGet, "/" + url.PathEscape(p["words"]), ""},
		{http.MethodPost, "/api/v1/systems/" + watchedSystem + "/matters", xml},
		{http.MethodGet, "/api/v1/systems/" + s["system secret"] + "/matters/1", ""},
	} {
		w.tell("answers to strangers", w.request(k.method, k.target, k.body, nil))
	}
	w.tell("answers to strangers", w.matter("another-secret-of-32-characters-0", "A-2"))
	if told := w.told["answers to strangers"]; !strings.Contains(told, "403 ") || !strings.Contains(told, "413 ") || !strings.Contains(told, "401 ") || strings.Contains(told, "pprof") {
		w.Errorf("strangers heard:\n%s", told)
	}
}

// failures are what a platform, or what stands before it, can answer.
func failures() []int {
	return []int{502, 43004, 47003, 99999, 302, hangsUp, 40001, -1, 40003, 45009, 40164, 40125}
}

// soon gives something time to happen that may not: after some answers the courier waits
// before it calls again. That enough happened wasThere tells.
func (w *watched) soon(happened func() bool) {
	limit, tick := time.After(2*time.Second), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for !happened() {
		select {
		case <-limit:
			return
		case <-tick.C:
		}
	}
}

// platformFails lets the platform, the gateway and the other system answer with all they
// were sent, and with nothing.
func (w *watched) platformFails() {
	for i, code := range failures() {
		w.greet()
		before := w.platform.calls()
		w.platform.answer(code)
		w.others.answer([]int{500, 400, 302, hangsUp}[i%4])
		if code == 40001 || code == 40125 {
			w.standIn.KillTokens(watchedApp)
		}
		w.report(i + 1)
		w.tell("answer to 热线", w.matter(secretMarks()["system secret"], fmt.Sprint("B-", i)))
		w.soon(func() bool { return w.platform.calls() > before })
	}
}

// redisFails takes Redis away while people write, freezes it, and brings it back.
func (w *watched) redisFails() {
	check(w, w.redis.Kill())
	w.report(20)
	w.tell("answers to strangers", w.request(http.MethodGet, "/readyz", "", nil)+w.request(http.MethodGet, "/metrics", "", nil))
	w.tell("answer to 热线", w.matter(secretMarks()["system secret"], "C-1"))
	code, out, errs := command("doctor", "-c", filepath.Join(w.dir, "config.yaml"))
	w.tell("doctor without Redis", fmt.Sprint(code, out, errs))
	check(w, w.redis.Restart(w.Context()))
	check(w, w.redis.Freeze())
	w.report(21)
	check(w, w.redis.Thaw())
	w.spooled()
}

// spooled waits until what was kept on disk has been worked on, and looks for the words
// where they may be, so that the search is known to find them in what the program writes.
func (w *watched) spooled() {
	kept, err := os.ReadFile(filepath.Join(w.dir, "spool", "spool.db"))
	check(w, err)
	if len(personMarks().found(string(kept))) == 0 {
		w.Error("the spool never held the marked words: nothing else would show them either")
	}
	eventually(w.T, 30*time.Second, "the spool to be worked on", func() bool {
		return strings.Contains(w.request(http.MethodGet, "/metrics", "", nil), "gridbot_spool_entries 0")
	})
}

// commands keeps what an operator's commands print, while the platform answers badly.
func (w *watched) commands() {
	config := filepath.Join(w.dir, "config.yaml")
	say := func(args ...string) {
		code, out, errs := command(args...)
		w.tell("gridbot "+strings.Join(args[:1], " "), fmt.Sprint(args, code, out, errs))
	}
	for _, code := range failures() {
		w.platform.answer(code)
		say("doctor", "-c", config)
	}
	w.platform.answer(0)
	for _, args := range [][]string{{"doctor"}, {"outbox"}, {"reconcile"}, {"audit"}, {"archive", "--dry-run"}, {"staff", "gaps"}, {"migrate", "--dry-run"},
		{"backup", "--out", filepath.Join(w.dir, "backup.gz")}} {
		say(append(args, "-c", config)...)
	}
	for _, c := range append(commands().Commands(), commands()) {
		say(strings.Fields(strings.TrimPrefix(c.CommandPath(), "gridbot") + " --help")...)
	}
	w.Setenv("GRIDBOT_REDIS_PASSWORD", secretMarks()["Redis password"]+"x")
	say("doctor", "-c", config)
	say("outbox", "-c", config)
}

// mistakes keeps what is said of secrets in the wrong places.
func (w *watched) mistakes() {
	s := secretMarks()
	redis, app, system, key := s["Redis password"], s["AppSecret"], s["system secret"], s["AES key"]
	w.Setenv("GRIDBOT_ACCOUNT_NOBODY_SECRET", app)
	w.Setenv("GRIDBOT_REDIS_PASSWORD", "")
	w.Setenv("GRIDBOT_REDIS_PASSWORD_FILE", redis) // the secret itself in place of its file
	w.Setenv("GRIDBOT_ACCOUNT_WATCHED_AES_KEY", key+"x")
	w.Setenv("GRIDBOT_SYSTEM_HOTLINE_12345_SECRET", system[:20])
	for i, text := range []string{
		"redis: {password: " + redis + "}",
		"redis: {addrs: [\"redis://gridbot:" + redis + "@127.0.0.1:6379\", \"gridbot:" + redis + "@127.0.0.1\"]}",
		"wechat: {base_url: \"https://x:" + app + "@127.0.0.1\"}\naccounts: [{name: watched, app_id: " + watchedApp + ", street: \"12\"}]",
		"wechat: {base_url: \"http://api.example/" + app + "\"}",
		"accounts: [{name: watched, secret: " + app + ", token: [" + s["token"] + "], aes_key: {" + key + ": 1}}]",
		"accounts: [{name: watched, secret: " + app,
		"systems: [{name: hotline-12345, title: x, street: \"12\", per_minute: 1, callback: \"https://u:" + system + "@h/\"}]",
		"sms: {url: \"https://u:" + s["SMS secret"] + "@h/\"}",
	} {
		code, out, errs := command("serve", "-c", w.write(fmt.Sprint("wrong-", i, ".yaml"), text+"\n"))
		if code == 0 {
			w.Errorf("served with %q", text)
		}
		w.tell("what is wrong with a configuration", out+errs)
		check(w, os.Remove(filepath.Join(w.dir, fmt.Sprint("wrong-", i, ".yaml"))))
	}
}

// tokens are those the platform gave, as they stood in the addresses of calls.
func (w *watched) tokens() marks {
	out := marks{}
	for _, part := range strings.Split(w.platform.all(), "access_token=")[1:] {
		if end := strings.IndexAny(part, "& \n\"\\"); end > cutAt {
			out["access token "+fmt.Sprint(len(out))] = part[:end]
		}
	}
	if len(out) == 0 {
		w.Error("no call held a token")
	}
	return out
}

// files looks for secrets in everything that was written, and whether others may read it.
func (w *watched) files() {
	seen := 0
	check(w, filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		check(w, err)
		if zip, err := gzip.NewReader(bytes.NewReader(data)); err == nil {
			data, err = io.ReadAll(zip)
			check(w, err)
		}
		for _, some := range []marks{secretMarks(), w.tokens()} {
			for _, found := range some.found(string(data)) {
				w.Errorf("%s holds %s", path, found)
			}
		}
		if info, err := d.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
			w.Errorf("%s may be read by others: %v %v", path, info.Mode(), err)
		}
		seen++
		return nil
	}))
	if seen < 3 {
		w.Errorf("%d files were looked at", seen)
	}
}

// wasThere makes sure that all of it took place: what is not told was known to those who
// spoke with the platform and the others, and the log tells of each failure.
func (w *watched) wasThere() {
	for name, text := range map[string]string{"AppSecret": w.platform.all(), "SMS secret": w.others.all(), "number of staff": w.others.all(),
		"openid of staff": w.platform.all()} {
		one := marks{name: secretMarks()[name] + personMarks()[name]}
		if len(one.found(text)) == 0 {
			w.Errorf("%s was never sent to whom it is meant for", name)
		}
	}
	for where, wants := range map[string][]string{
		"log":            {"level=DEBUG", "outcome=answered", "outcome=forged", "outcome=fault", "outcome=too_long"},
		"metrics":        {`api="message/custom/send",code="502"`, `channel="sms"`, `system="` + watchedSystem + `"`},
		"gridbot doctor": {"IP白名单", "WRONGPASS"},
	} {
		for _, want := range wants {
			if !strings.Contains(w.told[where], want) {
				w.Errorf("%s does not tell of %s:\n%.6000s", where, want, w.told[where])
			}
		}
	}
}
