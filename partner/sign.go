package partner

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"time"
)

// The headers of a signed call.
const (
	HeaderTime      = "Gridbot-Timestamp"
	HeaderSignature = "Gridbot-Signature"
	// HeaderKey names what a call is about; a call with the same name is a repetition.
	HeaderKey = "Idempotency-Key"
)

// Window is how far the clocks of the two sides may be apart, the way included.
const Window = 5 * time.Minute

// What can be wrong with a signature.
var (
	ErrForged = errors.New("partner: the signature is missing or wrong")
	ErrTime   = errors.New("partner: the time of the call is not within five minutes of ours")
)

// Secrets are what a system signs with. Previous is taken from callers too while the
// secret is changed; "" is none.
type Secrets struct{ Current, Previous string }

// Sign gives the signature of a call; stamp is what its header holds.
func Sign(secret, method, target, stamp string, body []byte) string {
	digest := sha256.Sum256(body)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(method + "\n" + target + "\n" + stamp + "\n" + hex.EncodeToString(digest[:]) + "\n"))
	return hex.EncodeToString(mac.Sum(nil))
}

// Stamp writes a time as the header holds it.
func Stamp(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

// Verify tells why a call is not to be trusted: ErrForged, or ErrTime for one that is
// signed well and too old or too young. It takes the same time whichever secret fits.
func (s Secrets) Verify(method, target, stamp, signature string, body []byte, now time.Time) error {
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	given, bad := hex.DecodeString(signature)
	if err != nil || bad != nil || strconv.FormatInt(seconds, 10) != stamp {
		return ErrForged
	}
	fits := false
	for _, secret := range []string{s.Current, s.Previous} {
		want, _ := hex.DecodeString(Sign(secret, method, target, stamp, body)) // our own: cannot fail
		fits = hmac.Equal(given, want) && secret != "" || fits
	}
	switch {
	case !fits:
		return ErrForged
	case now.Sub(time.Unix(seconds, 0)).Abs() > Window:
		return ErrTime
	}
	return nil
}
