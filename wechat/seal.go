package wechat

import (
	"crypto/rand"
	"encoding/binary"
	"strconv"
	"strings"
)

// Sealer answers one push: to the person it came from, in the form and with
// the key it came with. A nil Sealer can only say Success.
type Sealer struct {
	envelope *Envelope
	cipher   *Cipher // nil: the question was plaintext
	from, to string  // of the answer
}

// Seal returns the body of the answer: the text as the platform's XML,
// encrypted when the question was, or the literal Success when there is nothing
// to say. The text is cleaned and clipped to what the platform takes. The body
// is XML when it begins with "<", else text/plain.
func (s *Sealer) Seal(text string) []byte {
	if s == nil {
		return []byte(Success)
	}
	text = Clip(Clean(text))
	if strings.TrimSpace(text) == "" {
		return []byte(Success)
	}
	now := s.envelope.Now().Unix()
	plain := s.document(text, now)
	if s.cipher == nil {
		return plain
	}
	encrypted, err := s.cipher.Encrypt(plain)
	if err != nil { // a clipped text is never too long
		return []byte(Success)
	}
	return s.wrap(encrypted, strconv.FormatInt(now, 10), nonce())
}

// document is the answer in plaintext.
func (s *Sealer) document(text string, now int64) []byte {
	b := make([]byte, 0, 256+len(text)+len(s.to)+len(s.from))
	b = append(b, "<xml>"...)
	b = cdata(b, "ToUserName", s.to)
	b = cdata(b, "FromUserName", s.from)
	b = append(b, "<CreateTime>"...)
	b = strconv.AppendInt(b, now, 10)
	b = append(b, "</CreateTime>"...)
	b = cdata(b, "MsgType", string(KindText))
	b = cdata(b, "Content", text)
	return append(b, "</xml>"...)
}

// wrap is the answer in ciphertext.
func (s *Sealer) wrap(encrypted, timestamp, nonce string) []byte {
	signature := Signature(s.envelope.token, timestamp, nonce, encrypted)
	b := make([]byte, 0, 256+len(encrypted))
	b = append(b, "<xml>"...)
	b = cdata(b, "Encrypt", encrypted)
	b = cdata(b, "MsgSignature", signature)
	b = append(b, "<TimeStamp>"...)
	b = append(b, timestamp...)
	b = append(b, "</TimeStamp>"...)
	b = cdata(b, "Nonce", nonce)
	return append(b, "</xml>"...)
}

// cdata appends <name><![CDATA[text]]></name>. A "]]>" in the text would
// end the section, so it is spread over two.
func cdata(b []byte, name, text string) []byte {
	b = append(append(append(b, '<'), name...), "><![CDATA["...)
	for {
		before, after, found := strings.Cut(text, "]]>")
		b = append(b, before...)
		if !found {
			break
		}
		b = append(b, "]]]]><![CDATA[>"...)
		text = after
	}
	b = append(b, "]]></"...)
	return append(append(b, name...), '>')
}

// nonce is a random number of the answer's own.
func nonce() string {
	var b [8]byte
	rand.Read(b[:])
	return strconv.FormatUint(binary.BigEndian.Uint64(b[:])>>1, 10)
}
