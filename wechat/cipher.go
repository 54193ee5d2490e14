package wechat

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

const (
	aesKeyLen  = 43 // characters of an EncodingAESKey, base64 without its "="
	prefixLen  = 16 // random bytes before the length
	headerLen  = prefixLen + 4
	paddingLen = 32 // PKCS#7 block of the platform, not of AES
)

// errUndecipherable is all that is told about a failed decryption: which check
// failed would help only an attacker.
var errUndecipherable = errors.New("wechat: ciphertext does not open with this key and AppID")

// Cipher is the platform's safe mode for one key and one AppID: AES-256-CBC
// with the key's first 16 bytes as IV, over 16 random bytes, the length of the
// content in 4 bytes (big endian), the content and the AppID, padded with
// PKCS#7 to 32. A Cipher is safe for concurrent use.
type Cipher struct {
	block cipher.Block
	iv    []byte
	appID []byte
}

// NewCipher makes the cipher of one EncodingAESKey (43 characters, as the
// console shows it).
func NewCipher(appID, encodingAESKey string) (*Cipher, error) {
	if appID == "" {
		return nil, errors.New("wechat: cipher without an AppID")
	}
	if len(encodingAESKey) != aesKeyLen {
		return nil, fmt.Errorf("wechat: an EncodingAESKey has %d characters, not %d", aesKeyLen, len(encodingAESKey))
	}
	key, err := base64.StdEncoding.DecodeString(encodingAESKey + "=")
	if err != nil {
		return nil, errors.New("wechat: the EncodingAESKey holds characters other than letters and digits")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("wechat: making the cipher: %w", err)
	}
	return &Cipher{block: block, iv: key[:aes.BlockSize], appID: []byte(appID)}, nil
}

// Encrypt returns the base64 of plain's ciphertext. The random prefix makes
// two calls with the same content differ. It fails only for content whose
// length does not fit into 4 bytes.
func (c *Cipher) Encrypt(plain []byte) (string, error) {
	if uint64(len(plain)) > math.MaxInt32 {
		return "", fmt.Errorf("wechat: encrypting %d bytes: too long", len(plain))
	}
	size := headerLen + len(plain) + len(c.appID)
	pad := paddingLen - size%paddingLen
	buf := make([]byte, size+pad)
	// rand.Read never fails: the runtime ends the program first.
	rand.Read(buf[:prefixLen])
	binary.BigEndian.PutUint32(buf[prefixLen:], uint32(len(plain)))
	copy(buf[headerLen:], plain)
	copy(buf[headerLen+len(plain):], c.appID)
	for i := size; i < len(buf); i++ {
		buf[i] = byte(pad)
	}
	cipher.NewCBCEncrypter(c.block, c.iv).CryptBlocks(buf, buf)
	return base64.StdEncoding.EncodeToString(buf), nil
}

// Decrypt opens what Encrypt or the platform made and returns the content. It
// fails, without saying why, for another key, another AppID, broken base64 or
// broken padding.
func (c *Cipher) Decrypt(b64 string) ([]byte, error) {
	buf, err := base64.StdEncoding.DecodeString(b64)
	if err != nil || len(buf) == 0 || len(buf)%aes.BlockSize != 0 {
		return nil, errUndecipherable
	}
	cipher.NewCBCDecrypter(c.block, c.iv).CryptBlocks(buf, buf)
	buf, ok := unpad(buf)
	if !ok || len(buf) < headerLen {
		return nil, errUndecipherable
	}
	size := uint64(binary.BigEndian.Uint32(buf[prefixLen:]))
	if size > uint64(len(buf)-headerLen) {
		return nil, errUndecipherable
	}
	end := headerLen + int(size)
	if subtle.ConstantTimeCompare(buf[end:], c.appID) != 1 {
		return nil, errUndecipherable
	}
	return buf[headerLen:end:end], nil
}

// unpad takes the PKCS#7 padding off, checking every byte of it.
func unpad(buf []byte) ([]byte, bool) {
	pad := int(buf[len(buf)-1])
	if pad < 1 || pad > paddingLen || pad > len(buf) {
		return nil, false
	}
	for _, b := range buf[len(buf)-pad:] {
		if int(b) != pad {
			return nil, false
		}
	}
	return buf[:len(buf)-pad], true
}
