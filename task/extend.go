package task

import "time"

// doAskExtension asks for a later deadline: once, before it has passed, with a reason.
func doAskExtension(before, after *Task, m Move) (string, error) {
	if err := extendable(before, m, m.Plan.Finish); err != nil {
		return "", err
	}
	if !before.Wish.IsZero() {
		return "", ErrExtended
	}
	after.Wish = m.Plan.Finish
	return m.Plan.Finish.Format(time.DateOnly), nil
}

// extendable checks a later deadline. What was asked for in time may be granted
// later.
func extendable(t *Task, m Move, finish time.Time) error {
	switch {
	case t.Extended:
		return ErrExtended
	case t.Wish.IsZero() && m.At.After(t.Plan.Finish):
		return ErrExtendLate
	case !finish.After(t.Plan.Finish), finish.After(m.Longest):
		return ErrTooLong
	case m.Note == "" && t.Wish.IsZero(): // last: nobody is asked for words that help nothing
		return ErrNoteTooShort
	}
	return nil
}

// doExtend moves the deadline, to the day asked for or, when nobody asked, to that
// of the move.
func doExtend(before, after *Task, m Move) (string, error) {
	finish := before.Wish
	if finish.IsZero() {
		finish = m.Plan.Finish
		if err := extendable(before, m, finish); err != nil {
			return "", err
		}
	}
	after.Plan.Finish, after.Plan.Provisional = finish, m.Plan.Provisional
	after.Extended, after.Wish = true, time.Time{}
	return finish.Format(time.DateOnly), nil
}

func doRefuseExtension(before, after *Task, m Move) (string, error) {
	switch {
	case before.Wish.IsZero():
		return "", ErrNoWish
	case m.Note == "":
		return "", ErrNoteTooShort
	}
	after.Wish = time.Time{}
	return before.Handler, nil
}
