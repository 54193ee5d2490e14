package wechat

import (
	"crypto/sha1"
	"crypto/subtle"
	"encoding/hex"
	"slices"
)

// Signature is the platform's signature over parts: the lower-case hex SHA-1
// of the parts sorted and joined without a separator. The parts are the token,
// the timestamp and the nonce, and for msg_signature the ciphertext too. The
// arguments are left in their order.
func Signature(parts ...string) string {
	sorted := slices.Clone(parts)
	slices.Sort(sorted)
	size := 0
	for _, p := range sorted {
		size += len(p)
	}
	joined := make([]byte, 0, size)
	for _, p := range sorted {
		joined = append(joined, p...)
	}
	sum := sha1.Sum(joined)
	return hex.EncodeToString(sum[:])
}

// signed reports whether given is the signature over parts. The comparison
// takes the same time wherever the first difference lies.
func signed(given string, parts ...string) bool {
	return subtle.ConstantTimeCompare([]byte(given), []byte(Signature(parts...))) == 1
}
