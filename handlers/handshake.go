package handlers

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// handshake answers the console when it turns the server on.
func (s *Server) handshake(c *gin.Context) {
	a := s.accounts[c.Param("account")]
	if a == nil {
		plain(c, refuse(errNoAccount).status, "")
		return
	}
	echo, err := a.envelope.Verify(query(c))
	if err != nil {
		plain(c, refuse(err).status, "")
		return
	}
	plain(c, http.StatusOK, echo) // the caller's own words: guard keeps a browser from taking them for a page
}
