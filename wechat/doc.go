// Package wechat speaks WeChat: it opens what the platform pushes, seals what
// is answered, and calls the platform's API.
//
// # Inbound
//
// An [Envelope] belongs to one [Account]. [Envelope.Verify] answers the
// handshake, [Envelope.Open] checks the signature, decrypts, cleans and parses
// a push, and the [Sealer] it returns writes the answer with the key that
// opened the question, so that a key can be changed without losing anybody.
// The SDK's own server is not used: it accepts plaintext on an encrypted
// account, knows no limit of size or age, and drops a message that holds a
// control character.
//
// A handler needs to know three errors: [ErrForged] is answered with 403 and
// nothing else; [ErrMalformed] and [ErrTooOld] come from the platform itself
// and are answered with [Success], because anything else shows the resident a
// failure and makes the platform stop pushing.
//
// # Outbound
//
// A [Client] serves all accounts. Each send ends in a [task.Result]: what the
// platform's error code means for the notice. Tokens come from
// cgi-bin/stable_token and lie in a shared cache ([Tokens]), so that all
// replicas use one. No error, and no detail of a result, holds a secret, a
// token or an openid.
//
// The SDK is used for the calls it offers; see docs/decisions/0003 for how its
// missing context, its process-wide HTTP client and its bare errors are dealt
// with.
package wechat
