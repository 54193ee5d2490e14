package wechat

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/silenceper/wechat/v2/util"
)

func TestSignature(t *testing.T) {
	parts := []string{"AAAAA", "1714037059", "486452656"}
	const want = "899cf89e464efb63f54ddac96b0a0a235f53aa78"
	if got := Signature(parts...); got != want {
		t.Errorf("Signature(%q) = %s, want %s", parts, got, want)
	}
	shuffled := []string{"486452656", "AAAAA", "1714037059"}
	if got := Signature(shuffled...); got != want {
		t.Errorf("the order of the parts changed the signature: %s", got)
	}
	if !slices.Equal(shuffled, []string{"486452656", "AAAAA", "1714037059"}) {
		t.Error("Signature sorted its caller's slice")
	}
	if got, sdk := Signature("t", "1", "n", "x"), util.Signature("t", "1", "n", "x"); got != sdk {
		t.Errorf("Signature = %s, the SDK says %s", got, sdk)
	}
}

func newTestCipher(t testing.TB) *Cipher {
	t.Helper()
	c, err := NewCipher(testApp, testKey)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The SDK implements the same format independently: each must open what the
// other sealed, at every length around a padding block.
func TestCipherAgreesWithSDK(t *testing.T) {
	c := newTestCipher(t)
	for size := range 100 {
		plain := bytes.Repeat([]byte("网"), size)
		theirs, err := util.EncryptMsg([]byte("0123456789abcdef"), plain, testApp, testKey)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Decrypt(string(theirs)); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("size %d: opening the SDK's: %q, %v", size, got, err)
		}
		ours, err := c.Encrypt(plain)
		if err != nil {
			t.Fatal(err)
		}
		if _, got, err := util.DecryptMsg(testApp, ours, testKey); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("size %d: the SDK opening ours: %q, %v", size, got, err)
		}
	}
}

func TestEncryptDiffersEachTime(t *testing.T) {
	c := newTestCipher(t)
	one, _ := c.Encrypt([]byte("x"))
	two, _ := c.Encrypt([]byte("x"))
	if one == two {
		t.Error("the same content gave the same ciphertext twice")
	}
}

// rawCBC encrypts a whole plaintext, header and padding included, as it is.
func rawCBC(t *testing.T, plain []byte) string {
	t.Helper()
	key, err := base64.StdEncoding.DecodeString(testKey + "=")
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]byte, len(plain))
	cipher.NewCBCEncrypter(block, key[:16]).CryptBlocks(out, plain)
	return base64.StdEncoding.EncodeToString(out)
}

func TestDecryptRefuses(t *testing.T) {
	c := newTestCipher(t)
	good, _ := c.Encrypt([]byte("<xml></xml>"))
	otherApp, _ := NewCipher("wxffffffffffffffff", testKey)
	wrongApp, _ := otherApp.Encrypt([]byte("<xml></xml>"))
	otherKey, _ := NewCipher(testApp, testOldKey)
	wrongKey, _ := otherKey.Encrypt([]byte("<xml></xml>"))
	longer, _ := NewCipher(testApp+"0", testKey)
	suffix, _ := longer.Encrypt([]byte("<xml></xml>"))
	header := append(make([]byte, 16), 0, 0, 0, 1)
	withPad := func(pad byte, n int) []byte {
		body := append(slices.Clone(header), "x"+testApp...)
		return append(body, bytes.Repeat([]byte{pad}, n)...)
	}
	huge := slices.Concat(make([]byte, 16), []byte{0xff, 0xff, 0xff, 0xff}, []byte(testApp), bytes.Repeat([]byte{10}, 10))
	// 20 + 1 + 18 bytes want 25 bytes of padding.
	mixed := withPad(25, 25)
	mixed[len(mixed)-3] = 7
	cases := map[string]string{
		"empty":               "",
		"not base64":          "~~~~",
		"truncated base64":    good[:len(good)-3],
		"truncated block":     good[:len(good)-8],
		"half":                good[:len(good)/2/4*4],
		"another AppID":       wrongApp,
		"a longer AppID":      suffix,
		"another key":         wrongKey,
		"padding 0":           rawCBC(t, withPad(0, 25)),
		"padding 33":          rawCBC(t, withPad(33, 25)),
		"padding not uniform": rawCBC(t, mixed),
		"padding over all":    rawCBC(t, bytes.Repeat([]byte{32}, 32)),
		"length over the end": rawCBC(t, huge),
		"too long padding":    rawCBC(t, bytes.Repeat([]byte{20}, 16)),
	}
	for name, b64 := range cases {
		t.Run(name, func(t *testing.T) {
			if got, err := c.Decrypt(b64); !errors.Is(err, errUndecipherable) {
				t.Errorf("Decrypt = %q, %v", got, err)
			}
		})
	}
	if got, err := c.Decrypt(rawCBC(t, withPad(25, 25))); err != nil || string(got) != "x" {
		t.Errorf("the well-formed twin: %q, %v", got, err)
	}
}

func TestNewCipherRefuses(t *testing.T) {
	for name, in := range map[string][2]string{
		"no AppID":       {"", testKey},
		"short key":      {testApp, testKey[:42]},
		"long key":       {testApp, testKey + "x"},
		"not base64":     {testApp, strings.Repeat("!", 43)},
		"padding inside": {testApp, testKey[:42] + "="},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewCipher(in[0], in[1])
			if err == nil {
				t.Fatal("no error")
			}
			if in[1] != "" && strings.Contains(err.Error(), in[1]) {
				t.Errorf("the error tells the key: %v", err)
			}
		})
	}
}
