package task

import "time"

// Outcome says what became of one attempt to deliver a notice, in terms the
// courier acts on. How a platform's error codes map to it is the platform's
// package's business.
type Outcome int

// What can become of an attempt.
const (
	Delivered      Outcome = iota // the platform took it
	RetryLater                    // a passing fault: back off and try again
	Unknown                       // a time-out: it may have arrived
	NextChannel                   // this channel cannot carry it; another may
	WindowClosed                  // the person's window or budget on this channel is used up
	Unreachable                   // the person is gone on this channel
	NoConsent                     // the person has not consented to this channel
	Hold                          // the account is broken: alarm the operator and keep the queue
	ChannelStopped                // the platform has closed this channel of the account: alarm the operator, other channels go on
	QuotaUsed                     // the day's quota is used up: not before midnight
	SlowDown                      // too fast: again after a minute
	Shorten                       // too long: again, shortened, once
	Bad                           // nothing will help: bury it where people see it
)

// String names the outcome for logs and metrics.
func (o Outcome) String() string {
	names := [...]string{"delivered", "retry_later", "unknown", "next_channel", "window_closed", "unreachable",
		"no_consent", "hold", "channel_stopped", "quota_used", "slow_down", "shorten", "bad"}
	if o < 0 || int(o) >= len(names) {
		return "invalid"
	}
	return names[o]
}

// Result is an Outcome with what the operator needs to understand it.
type Result struct {
	Outcome    Outcome
	Code       int           // the platform's error code, 0 if none
	RetryAfter time.Duration // 0: the courier's own backoff
	Detail     string        // for the operator; never holds a secret or a resident's words
	// Ref is the platform's own number of what was sent, "" when it gives none.
	// What the platform tells later of its fate bears the same number.
	Ref string
}
