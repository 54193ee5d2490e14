package wechat

import (
	"net/http"
	"time"

	"gridbot/task"
)

// Codes of our own, for exchanges that brought no errcode. The platform's are
// −1, 0 or have five digits, HTTP's have three, so they never meet.
const (
	// CodeNoAnswer stands for a time-out or a broken or refused connection.
	CodeNoAnswer = -1000
	// CodeBadAnswer stands for an answer with status 200 that is not the
	// platform's, such as a proxy's page.
	CodeBadAnswer = -1001
	// CodeTooLong stands for a file that is larger than any the platform takes.
	CodeTooLong = -1002
)

const (
	slowDown  = 60 * time.Second
	lateRetry = time.Hour
)

// outcomeOf is the one table of what the platform's error codes mean for a
// notice. A code it does not list is a dead letter that people see. Tokens that
// died (40001, 40014, 42001) were replaced and the call repeated before this is
// asked, so here they mean a broken account.
func outcomeOf(code int) task.Outcome {
	switch code {
	case 0:
		return task.Delivered
	case -1, 61450:
		return task.RetryLater
	case 40001, 40014, 42001, // the new token is refused too
		40013, 40125, 40164, 40243, 48001: // AppID, secret, address not allowed, secret frozen, API not granted
		return task.Hold
	case 48004, 50002: // API banned, account limited
		return task.ChannelStopped
	case 40003, 43004, 50005, 43019, 48002: // unknown, no follower, gone, blocked, refuses messages
		return task.Unreachable
	case 43101:
		return task.NoConsent
	case 45015, 45047: // the window is closed, its count used up
		return task.WindowClosed
	case 45009:
		return task.QuotaUsed
	case 45011:
		return task.SlowDown
	case 45002:
		return task.Shorten
	case 40037: // template unknown; see templateSwitch
		return task.NextChannel
	case CodeBadAnswer:
		return task.Unknown
	}
	return outcomeOfStatus(code)
}

// outcomeOfStatus is outcomeOf for what no errcode came with. A client error
// of HTTP comes from a gateway on the way, so nothing was sent.
func outcomeOfStatus(code int) task.Outcome {
	switch {
	case code == http.StatusTooManyRequests:
		return task.SlowDown
	case code > 0 && code < 1000:
		return task.RetryLater
	}
	return task.Bad
}

// pause is how long an outcome asks to wait; 0 leaves it to the courier.
func pause(outcome task.Outcome, code int, now time.Time) time.Duration {
	switch {
	case outcome == task.SlowDown:
		return slowDown
	case outcome == task.QuotaUsed:
		return untilMidnight(now)
	case code == 40003: // sometimes passing: worth one late try
		return lateRetry
	}
	return 0
}

// untilMidnight is the time until the platform counts a new day, which it does
// in China's time, without daylight saving, wherever the server stands.
func untilMidnight(now time.Time) time.Duration {
	local := now.In(time.FixedZone("Asia/Shanghai", 8*60*60))
	year, month, day := local.Date()
	return time.Date(year, month, day+1, 0, 0, 0, 0, local.Location()).Sub(now)
}

// tokenDied reports whether a code says that the token is not valid any more.
func tokenDied(code int) bool {
	return code == 40001 || code == 40014 || code == 42001
}
