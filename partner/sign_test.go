package partner

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"
)

const secret, before = "the-secret-of-the-test-0123456789", "the-secret-before-0123456789abcde"

var noon = time.Unix(1_764_417_600, 0)

// The canonical string, written out once by hand.
func TestWhatIsSigned(t *testing.T) {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("POST\n/events?a=1\n1764417600\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"))
	if got := Sign(secret, "POST", "/events?a=1", Stamp(noon), nil); got != hex.EncodeToString(mac.Sum(nil)) {
		t.Error(got)
	}
}

func TestVerify(t *testing.T) {
	body := []byte(`{"number":"1"}`)
	good := Sign(secret, "POST", "/a", Stamp(noon), body)
	s := Secrets{Current: secret, Previous: before}
	for name, c := range map[string]struct {
		secrets                      Secrets
		method, target, stamp, given string
		body                         string
		now                          time.Time
		want                         error
	}{
		"good":             {s, "POST", "/a", Stamp(noon), good, string(body), noon, nil},
		"previous":         {s, "POST", "/a", Stamp(noon), Sign(before, "POST", "/a", Stamp(noon), body), string(body), noon, nil},
		"previous is over": {Secrets{Current: secret}, "POST", "/a", Stamp(noon), Sign(before, "POST", "/a", Stamp(noon), body), string(body), noon, ErrForged},
		"no secret":        {Secrets{}, "POST", "/a", Stamp(noon), Sign("", "POST", "/a", Stamp(noon), body), string(body), noon, ErrForged},
		"empty previous":   {Secrets{Current: secret}, "POST", "/a", Stamp(noon), Sign("", "POST", "/a", Stamp(noon), body), string(body), noon, ErrForged},
		"method":           {s, "GET", "/a", Stamp(noon), good, string(body), noon, ErrForged},
		"target":           {s, "POST", "/a?", Stamp(noon), good, string(body), noon, ErrForged},
		"body":             {s, "POST", "/a", Stamp(noon), good, string(body) + " ", noon, ErrForged},
		"time":             {s, "POST", "/a", Stamp(noon.Add(time.Second)), good, string(body), noon, ErrForged},
		"form of time":     {s, "POST", "/a", "+" + Stamp(noon), Sign(secret, "POST", "/a", "+"+Stamp(noon), body), string(body), noon, ErrForged},
		"no hex":           {s, "POST", "/a", Stamp(noon), "zz", string(body), noon, ErrForged},
		"nothing":          {s, "POST", "/a", "", "", string(body), noon, ErrForged},
		"cut":              {s, "POST", "/a", Stamp(noon), good[:62], string(body), noon, ErrForged},
		"at the end":       {s, "POST", "/a", Stamp(noon), good, string(body), noon.Add(Window), nil},
		"too old":          {s, "POST", "/a", Stamp(noon), good, string(body), noon.Add(Window + time.Second), ErrTime},
		"too young":        {s, "POST", "/a", Stamp(noon), good, string(body), noon.Add(-Window - time.Second), ErrTime},
	} {
		if err := c.secrets.Verify(c.method, c.target, c.stamp, c.given, []byte(c.body), c.now); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func FuzzVerify(f *testing.F) {
	f.Add("POST", "/a", "1764417600", strings.Repeat("0", 64), []byte("{}"))
	f.Fuzz(func(t *testing.T, method, target, stamp, signature string, body []byte) {
		s := Secrets{Current: secret, Previous: before}
		if err := s.Verify(method, target, stamp, signature, body, noon); err == nil &&
			signature != Sign(secret, method, target, stamp, body) && signature != Sign(before, method, target, stamp, body) {
			t.Error("a signature that nobody made is taken")
		}
	})
}
