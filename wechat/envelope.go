package wechat

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

const (
	// MaxBody is the longest body that is read, in bytes. The platform never
	// sends a longer one; it is answered with 413.
	MaxBody = 64 << 10
	// MaxAge is how old a push may be by its own time. It is shorter than the
	// 7 days for which what was done is remembered, so that a recorded
	// request can never be played again.
	MaxAge = 6 * 24 * time.Hour
	// Success is the literal answer that means: received, nothing to say.
	Success = "success"
)

// What can be wrong with a push. Errors of Open wrap one of these.
var (
	// ErrForged means that it was not made by the platform for this account:
	// a wrong signature, key or AppID, or plaintext on an account in safe
	// mode. It is answered with 403 and no detail.
	ErrForged = errors.New("wechat: forged")
	// ErrMalformed means authentic but not readable. The handler still
	// answers Success, or the platform delivers it again and then shows the
	// person a failure.
	ErrMalformed = errors.New("wechat: malformed")
	// ErrTooOld means authentic and older than MaxAge. It is answered with
	// Success and counted.
	ErrTooOld = errors.New("wechat: too old")
)

// Query holds the parameters of a callback's address.
type Query struct {
	Signature    string // signature
	Timestamp    string // timestamp, seconds
	Nonce        string // nonce
	EncryptType  string // encrypt_type: "aes", "raw" or absent
	MsgSignature string // msg_signature, with encrypt_type=aes
	Echostr      string // echostr, of the handshake
}

// Envelope opens one account's pushes. It is safe for concurrent use.
type Envelope struct {
	// Now is the clock, time.Now unless it is replaced before the first use.
	Now func() time.Time

	name, appID, token, mode string
	ciphers                  []*Cipher // the current key's, then the previous one's
}

// NewEnvelope checks an account's callback settings: the AppID, the token, the
// mode and the keys.
func NewEnvelope(a Account) (*Envelope, error) {
	if a.AppID == "" || a.Token == "" {
		return nil, fmt.Errorf("wechat: account %q needs an AppID and a token", a.Name)
	}
	mode, err := a.mode()
	if err != nil {
		return nil, err
	}
	e := &Envelope{Now: time.Now, name: a.Name, appID: a.AppID, token: a.Token, mode: mode}
	for _, key := range []string{a.AESKey, a.PreviousAESKey} {
		if key == "" {
			continue
		}
		c, err := NewCipher(a.AppID, key)
		if err != nil {
			return nil, fmt.Errorf("account %q: %w", a.Name, err)
		}
		e.ciphers = append(e.ciphers, c)
	}
	return e, nil
}

// Verify checks the handshake with which the console turns the server on, and
// returns the words to answer as they are, as text/plain. The platform sends
// it in plaintext in every mode. Its age is not looked at: it does nothing.
func (e *Envelope) Verify(q Query) (echo string, err error) {
	if !signed(q.Signature, e.token, q.Timestamp, q.Nonce) {
		return "", fmt.Errorf("handshake: %w", ErrForged)
	}
	return q.Echostr, nil
}

// Open checks, decrypts, cleans and parses a push. The Sealer writes the
// answer; it is nil, and still of use, whenever there is an error. With
// ErrTooOld the message is returned too, where it was read.
func (e *Envelope) Open(q Query, body []byte) (*Message, *Sealer, error) {
	doc, used, err := e.unwrap(q, body)
	if err != nil {
		return nil, nil, err
	}
	m, err := parse(doc)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	m.Account, m.AppID = e.name, e.appID
	if e.Now().Sub(m.CreateTime) > MaxAge {
		return m, nil, ErrTooOld
	}
	return m, &Sealer{envelope: e, cipher: used, from: m.To, to: m.From}, nil
}

// unwrap checks the signature and returns the message's document, with the
// cipher that opened it or nil for plaintext.
func (e *Envelope) unwrap(q Query, body []byte) (string, *Cipher, error) {
	if len(body) > MaxBody {
		return "", nil, fmt.Errorf("body of %d bytes: %w", len(body), ErrForged)
	}
	doc := string(body)
	if e.mode == ModePlain {
		return doc, nil, e.checkPlain(q)
	}
	encrypted := ""
	// A body that cannot be scanned holds no ciphertext; what that means
	// depends on the mode.
	err := scan(doc, func(depth int, _, name, text string) {
		if depth == 2 && name == "Encrypt" {
			encrypted = text
		}
	})
	if err == nil && encrypted != "" {
		return e.decrypt(q, encrypted)
	}
	if e.mode == ModeSafe || q.EncryptType == "aes" {
		return "", nil, fmt.Errorf("no ciphertext: %w", ErrForged)
	}
	return doc, nil, e.checkPlain(q)
}

// decrypt checks msg_signature and tries the keys in turn.
func (e *Envelope) decrypt(q Query, encrypted string) (string, *Cipher, error) {
	if !signed(q.MsgSignature, e.token, q.Timestamp, q.Nonce, encrypted) {
		return "", nil, fmt.Errorf("msg_signature: %w", ErrForged)
	}
	for _, c := range e.ciphers {
		if plain, err := c.Decrypt(encrypted); err == nil {
			return string(plain), c, nil
		}
	}
	return "", nil, fmt.Errorf("%w: %w", ErrForged, errUndecipherable)
}

// checkPlain checks the signature of a plaintext push. The signature does not
// cover the body, so its own time is bounded as well: whoever has seen one
// address must not be able to use it for ever.
func (e *Envelope) checkPlain(q Query) error {
	if !signed(q.Signature, e.token, q.Timestamp, q.Nonce) {
		return fmt.Errorf("signature: %w", ErrForged)
	}
	seconds, err := strconv.ParseInt(q.Timestamp, 10, 64)
	if err != nil {
		return fmt.Errorf("timestamp: %w", ErrForged)
	}
	if e.Now().Sub(time.Unix(seconds, 0)) > MaxAge {
		return ErrTooOld
	}
	return nil
}
