package handlers

import (
	"errors"
	"net/http"

	"gridbot/wechat"
)

// What can be wrong with a request before it is a message.
var (
	errNoAccount  = errors.New("handlers: no such account")
	errUnreadable = errors.New("handlers: the body did not arrive whole")
)

// refusal is how an error is answered and counted.
type refusal struct {
	status  int
	body    string
	outcome string
}

// refuse maps every error of the surface to its answer. What the platform itself
// sent is answered with success even when it is of no use, because anything else
// makes it push again and then show the person a failure.
func refuse(err error) refusal {
	var tooLong *http.MaxBytesError
	switch {
	case errors.Is(err, errNoAccount):
		return refusal{http.StatusNotFound, "", "no_account"}
	case errors.As(err, &tooLong):
		return refusal{http.StatusRequestEntityTooLarge, "", "too_long"}
	case errors.Is(err, errUnreadable):
		return refusal{http.StatusBadRequest, "", "cut_off"}
	case errors.Is(err, wechat.ErrForged):
		return refusal{http.StatusForbidden, "", "forged"}
	case errors.Is(err, wechat.ErrTooOld):
		return refusal{http.StatusOK, wechat.Success, "too_old"}
	case errors.Is(err, wechat.ErrMalformed):
		return refusal{http.StatusOK, wechat.Success, "malformed"}
	}
	return refusal{http.StatusInternalServerError, "", "error"}
}
