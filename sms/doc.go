// Package sms sends a notice as a short message (短信) through whatever HTTP
// gateway the operator has: its address, headers and body are configuration, and
// so is what counts as success. It says number, matter, status and time, never
// anybody's own words.
//
// A [Gateway] is made once by [New], which checks everything that can be checked
// without a call. Its answers are outcomes of package task, as those of every
// channel. Nothing it returns holds a telephone number or the secret.
package sms
