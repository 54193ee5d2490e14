package media

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"gridbot/task"
)

func TestLinks(t *testing.T) {
	f, now := folder(t), time.Unix(1_800_000_000, 0)
	want := Link{Task: task.ID{Street: "12", Seq: 1042}, Name: f.Name(one, "m"), For: "s11", Until: now.Add(30 * time.Minute)}
	token, err := f.Token(want)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.Read(token, now); err != nil || got != want {
		t.Errorf("read %+v, %v", got, err)
	}
	if _, err := f.Read(token, want.Until); err != nil {
		t.Errorf("in its last second: %v", err)
	}
	if _, err := f.Read(token, want.Until.Add(time.Second)); !errors.Is(err, ErrExpired) {
		t.Errorf("after its time: %v", err)
	}
	for i := range token {
		for _, c := range []string{"A", "z", "_", "="} {
			if forged := token[:i] + c + token[i+1:]; forged != token {
				if _, err := f.Read(forged, now); !errors.Is(err, ErrForged) {
					t.Fatalf("changed at %d: %v", i, err)
				}
			}
		}
	}
	for _, bad := range []string{"", "a", "../../key", token + "A", token[:40], strings.Repeat("A", 300), base64.RawURLEncoding.EncodeToString(make([]byte, 60))} {
		if _, err := f.Read(bad, now); !errors.Is(err, ErrForged) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := folder(t).Read(token, now); !errors.Is(err, ErrForged) {
		t.Errorf("with another key: %v", err)
	}
	for _, l := range []Link{{}, {Task: one, Name: "../key"}, {Task: one, Name: want.Name, For: strings.Repeat("s", 99)}} {
		if _, err := f.Token(l); err == nil {
			t.Errorf("a token for %+v", l)
		}
	}
}

// FuzzRead reads anything, and takes nothing that was not signed.
func FuzzRead(f *testing.F) {
	fold := folder(f)
	token, _ := fold.Token(Link{Task: one, Name: fold.Name(one, "m"), For: "s11"})
	f.Add(token)
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := fold.Read(s, time.Unix(0, 0)); err == nil || errors.Is(err, ErrExpired) {
			if s != token {
				t.Fatalf("%q was taken", s)
			}
		}
	})
}
