package task

// Told tells whether the reporter of a task learns of a move, and whether of the words
// that come with it: the others are the office's own.
func Told(k Kind) (told, note bool) {
	switch k {
	case Contact, Progress, Ask, Inquire, Suspend, Reject, Finish:
		return true, true
	case Opened, Accept, Dispatch, Rule, Transfer, Escalate, SendBack, Reclassify, Relocate, Regrade, Sign, Pass, Rate, Reopen, Withdraw, Urge, Supplement,
		Confirm, Resume, Lapse, Appeal, Silence, Merge, Unmerge, Extend:
		return true, false
	}
	return false, false
}
