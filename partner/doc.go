// Package partner is how gridbot and another system (12345, 四个平台) trust each other's
// calls, in both directions: [Secrets.Verify] looks at a call that comes in, and
// [Client.Call] signs one that goes out.
//
// A call is signed over four lines, each ended by a line feed:
//
//	the method, in capitals
//	the target: the path and, after a ?, the query, as they stand in the request line
//	the time: seconds since 1970 UTC, as in the header Gridbot-Timestamp
//	the SHA-256 of the body in small hexadecimal digits (of nothing for an empty body)
//
// The header Gridbot-Signature holds the HMAC-SHA256 of these with the secret both sides
// know, in small hexadecimal digits. A call is good for five minutes before and after its
// time. There is no nonce: every call names what it is about, so that one which comes
// twice does nothing the second time.
package partner
