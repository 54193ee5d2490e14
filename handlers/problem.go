package handlers

import (
	"embed"
	"errors"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"gridbot/partner"
	"gridbot/task"
)

//go:embed words/*.tmpl
var wordFiles embed.FS

// problem is an answer to another system that is no success, as RFC 9457 has it. Code
// never changes its meaning; detail is for people.
type problem struct {
	Type   string  `json:"type"`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Code   string  `json:"code"`
	Detail string  `json:"detail"`
	Fields []field `json:"fields,omitempty"`
}

// field is one thing wrong with what was sent.
type field struct {
	Name   string `json:"name"`
	Detail string `json:"detail"`
}

// What can be wrong with a call of another system, beside what its matter refuses.
var (
	errAddress   = errors.New("handlers: a caller from elsewhere")
	errTooFast   = errors.New("handlers: too many calls in this minute")
	errNotJSON   = errors.New("handlers: not the JSON of the document")
	errArchived  = errors.New("handlers: the task is archived")
	errDifferent = errors.New("handlers: the number is known with other contents")
	errHeld      = errors.New("handlers: nothing may be worked on yet")
)

// invalid names the fields that are wrong.
type invalid []string

// Error implements error.
func (i invalid) Error() string { return "handlers: wrong fields" }

// codes is what a system reads of an error. Whatever stands in none of its lines is a
// fault of ours that passes: the store is away.
func codes() []struct {
	err    error
	status int
	code   string
} {
	return []struct {
		err    error
		status int
		code   string
	}{
		{partner.ErrForged, http.StatusUnauthorized, "forged"},
		{partner.ErrTime, http.StatusUnauthorized, "clock"},
		{errAddress, http.StatusForbidden, "address"},
		{errTooFast, http.StatusTooManyRequests, "too_fast"},
		{errUnreadable, http.StatusBadRequest, "cut_off"},
		{errNotJSON, http.StatusBadRequest, "not_json"},
		{errArchived, http.StatusGone, "archived"},
		{errDifferent, http.StatusConflict, "different"},
		{errPanic, http.StatusInternalServerError, "error"},
		{task.ErrNotFound, http.StatusNotFound, "not_found"},
		{task.ErrUrgeEarly, http.StatusConflict, "urge_early"},
		{task.ErrUrgedRecently, http.StatusConflict, "urged"},
		{task.ErrConfirmSafety, http.StatusConflict, "safety"},
		{task.ErrJoined, http.StatusConflict, "joined"},
		{task.ErrStatus, http.StatusConflict, "status"},
	}
}

// codeOf finds the status and the code of an error.
func codeOf(err error) (status int, code string) {
	var tooLong *http.MaxBytesError
	var fields invalid
	switch {
	case errors.As(err, &tooLong):
		return http.StatusRequestEntityTooLarge, "too_long"
	case errors.As(err, &fields):
		return http.StatusUnprocessableEntity, "invalid"
	}
	for _, k := range codes() {
		if errors.Is(err, k.err) {
			return k.status, k.code
		}
	}
	return http.StatusServiceUnavailable, "unavailable"
}

// retrySeconds is when a system may try again that came too fast, or while we are away.
const retrySeconds = 10

// problem answers with what went wrong and returns its code.
func (s *Server) problem(c *gin.Context, err error) string {
	status, code := codeOf(err)
	p := problem{Type: "urn:gridbot:problem:" + code, Title: http.StatusText(status), Status: status, Code: code, Detail: s.words("problem." + code)}
	var fields invalid
	if errors.As(err, &fields) {
		for _, name := range fields {
			p.Fields = append(p.Fields, field{name, s.words("field." + name)})
		}
	}
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		c.Header("Retry-After", strconv.Itoa(retrySeconds))
	}
	c.Header("Content-Type", "application/problem+json")
	c.JSON(status, p)
	return code
}

// words renders what another system's people read; a template that fails says nothing.
func (s *Server) words(name string) string {
	text, err := s.phrases.Render(name, nil)
	if err != nil {
		s.o.Log.Error("words of a problem", "err", err)
	}
	return text
}
