package wechat

import (
	"regexp"
	"strings"
)

// maxDetail bounds what the platform's words may add to a log line, in
// characters.
const maxDetail = 200

// minSecret is the shortest text that is taken out as it is, in bytes. Shorter
// ones, such as a reply of one character, would only spoil the platform's words.
const minSecret = 4

// parameter finds what looks like a parameter with a secret, as in an address,
// in JSON and in prose.
var parameter = regexp.MustCompile(`(?i)\b((?:app|corp)?secret|access_token|openid|touser)(["']?\s*[=:]\s*["']?)[^&\s"',}]+`)

// redact takes the given secrets and anything that looks like a parameter with
// one out of text, and makes the rest fit for a log line.
func redact(text string, secrets ...string) string {
	text = Clean(text) // first: a secret with a control character in it would come back whole
	for _, s := range secrets {
		if len(s) >= minSecret {
			text = strings.ReplaceAll(text, s, "***")
		}
	}
	text = parameter.ReplaceAllString(text, "$1$2***")
	return clip(strings.Join(strings.Fields(text), " "), maxDetail, 4*maxDetail)
}
