package handlers

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"gridbot/bot"
	"gridbot/store"
	"gridbot/wechat"
)

// kindNone is the kind, in metrics, of what never became a message.
const kindNone bot.Kind = "none"

// taken marks a request whose message was worked on or kept.
const taken = "taken"

// push takes one push of the platform.
func (s *Server) push(c *gin.Context) {
	start := time.Now()
	m, sealer, err := s.open(c)
	if err != nil {
		s.refuse(c, kindNone, start, err)
		return
	}
	r := s.inbox.take(c.Request.Context(), m)
	if r.refused {
		s.o.Metrics.message(m.Kind, r.outcome, time.Since(start))
		panic(http.ErrAbortHandler) // no answer: the platform brings it again
	}
	c.Set(taken, true)
	body := sealer.Seal(r.text)
	if len(body) > 0 && body[0] == '<' {
		c.Data(http.StatusOK, "application/xml; charset=utf-8", body)
	} else {
		plain(c, http.StatusOK, string(body))
	}
	took := time.Since(start)
	s.o.Metrics.message(m.Kind, r.outcome, took)
	if s.o.Log.Enabled(c, slog.LevelDebug) { // the person's hash is made for nothing else
		s.o.Log.Debug("message", "account", m.Person.Account, "person", store.Hash(lineOf(m.Person)), "key", m.Key,
			"kind", m.Kind, "outcome", r.outcome, "took", took)
	}
}

// open reads a push and makes a message of it.
func (s *Server) open(c *gin.Context) (bot.Message, *wechat.Sealer, error) {
	a := s.accounts[c.Param("account")]
	if a == nil {
		return bot.Message{}, nil, errNoAccount
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, wechat.MaxBody))
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		return bot.Message{}, nil, err
	case err != nil:
		return bot.Message{}, nil, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	w, sealer, err := a.envelope.Open(query(c), body)
	if err != nil {
		return bot.Message{}, nil, err
	}
	return messageOf(w, a.street), sealer, nil
}

// refuse answers and counts what is not answered as a message.
func (s *Server) refuse(c *gin.Context, kind bot.Kind, start time.Time, err error) {
	r := refuse(err)
	plain(c, r.status, r.body)
	s.o.Metrics.message(kind, r.outcome, time.Since(start))
	s.o.Log.Debug("push refused", "outcome", r.outcome, "err", err)
}

func query(c *gin.Context) wechat.Query {
	return wechat.Query{
		Signature: c.Query("signature"), Timestamp: c.Query("timestamp"), Nonce: c.Query("nonce"),
		EncryptType: c.Query("encrypt_type"), MsgSignature: c.Query("msg_signature"), Echostr: c.Query("echostr"),
	}
}
