package wechat

import "fmt"

// The three ways the platform pushes messages, as its console names them.
const (
	// ModePlain pushes and takes plaintext; the signature does not cover the
	// body.
	ModePlain = "plain"
	// ModeCompat pushes plaintext and ciphertext together. An encrypted part
	// is checked like in safe mode; a body without one is accepted.
	ModeCompat = "compat"
	// ModeSafe pushes ciphertext only; plaintext is refused as forged.
	ModeSafe = "safe"
)

// Ability says what the platform lets an account do. An uncertified account or
// a 订阅号 has none of these, so every feature needs a way without.
type Ability struct {
	Template     bool // 模板消息, message/template/send
	QRCode       bool // codes with a scene, qrcode/create
	OAuth        bool // silent login of web pages
	Subscription bool // 订阅通知, message/subscribe/bizsend
}

// Template is one approved template of an account, of 模板消息 or 订阅通知.
type Template struct {
	// ID is the platform's template id.
	ID string
	// Fields maps the product's field names to the platform's keywords, for
	// example "number" to "character_string1". The keyword's letters are its
	// type and decide what value it may hold. Each must get a value. A name
	// without an entry is taken for a keyword itself.
	Fields map[string]string
	// Const lists, by keyword, the values the platform has approved for a
	// keyword that takes no others (const, enum).
	Const map[string][]string
}

// Account is one Official Account (公众号) as the configuration declares it.
type Account struct {
	Name   string // the name in the address /wechat/:account
	AppID  string
	Secret string // AppSecret, for the API
	Token  string // the word shared with the console, for signatures

	// AESKey is the console's EncodingAESKey, 43 characters.
	// PreviousAESKey is the one before it, while it is being changed.
	AESKey         string
	PreviousAESKey string

	// Mode is plain, compat or safe. Empty means safe when there is an AESKey
	// and plain when there is none.
	Mode string

	Street    string // the street that takes in people whose place is unknown
	Abilities Ability
	Templates map[string]Template // 模板消息, by the product's name: resident, staff

	// Subscriptions are the templates of 订阅通知 in the same way. They come
	// from another library of the platform, so their ids and keywords differ.
	Subscriptions map[string]Template
}

// mode resolves an empty Mode and refuses contradictions: a key that would
// never be used, or an encrypted mode without a key.
func (a Account) mode() (string, error) {
	mode := a.Mode
	if mode == "" {
		mode = ModePlain
		if a.AESKey != "" {
			mode = ModeSafe
		}
	}
	switch {
	case mode != ModePlain && mode != ModeCompat && mode != ModeSafe:
		return "", fmt.Errorf("wechat: account %q: mode %q is none of plain, compat, safe", a.Name, mode)
	case mode == ModePlain && (a.AESKey != "" || a.PreviousAESKey != ""):
		return "", fmt.Errorf("wechat: account %q: an AES key is set but the mode is plain; say compat to accept plaintext", a.Name)
	case mode != ModePlain && a.AESKey == "":
		return "", fmt.Errorf("wechat: account %q: mode %s needs an AES key", a.Name, mode)
	}
	return mode, nil
}
