package task

import "time"

// systemMark begins the account of a matter's reporter that is another system. The
// name of an account never begins like this.
const systemMark = "@"

// Matter is who a matter of another system (12345, 四个平台) is reported by: that system,
// under the number it has there. Whoever asks as this person may do to the task what its
// reporter may, so a system reaches its own matters and no others.
func Matter(system, number string) Person {
	return Person{Account: systemMark + system, OpenID: number}
}

// System tells which system a matter comes from and its number there; ok is false for
// people.
func (p Person) System() (system, number string, ok bool) {
	if len(p.Account) <= len(systemMark) || p.Account[:len(systemMark)] != systemMark {
		return "", "", false
	}
	return p.Account[len(systemMark):], p.OpenID, true
}

// Party is how the reporter of a task is told of it: in chat, or, a system, by a call.
func (p Person) Party() Party {
	if _, _, ok := p.System(); ok {
		return Party{Kind: ToSystem, Person: p}
	}
	return Party{Kind: ToResident, Person: p}
}

// Sent is what comes with a matter of another system. It is empty for a resident's report.
type Sent struct {
	Contact string // name and number of who may be called about it; personal data
	// Bound is the deadline the system has set. Ours is never later, unless somebody
	// extends it or the matter is suspended.
	Bound  time.Time
	At     time.Time // when the resident told the system
	Digest string    // of what was sent: the same number with other words is told from a repetition
}
