package handlers

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"gridbot/wechat"
)

// recovery answers when a handler fails. A message that was opened is in the
// inbox's hands, which has a recovery of its own and keeps it; what fails after
// that is answered so that the platform shows nobody a failure. What fails before
// is not acknowledged: the connection ends without an answer, and the platform
// brings the message again.
func (s *Server) recovery(c *gin.Context) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if err, ok := r.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(r)
		}
		s.inbox.failed(r)
		c.Abort()
		if c.Writer.Written() {
			return
		}
		switch {
		case c.Param("system") != "": // it tries again, which does nothing twice
			s.problem(c, errPanic)
			return
		case c.GetBool(taken):
			plain(c, http.StatusOK, wechat.Success)
			return
		case c.Request.Method == http.MethodPost && c.Param("account") != "":
			panic(http.ErrAbortHandler)
		}
		c.Status(http.StatusInternalServerError)
	}()
	c.Next()
}
