package handlers

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// alive tells that the process serves requests.
func (s *Server) alive(c *gin.Context) { plain(c, http.StatusOK, "ok") }

// readiness is what /readyz tells.
type readiness struct {
	Redis     bool `json:"redis"`     // it answers
	Directory bool `json:"directory"` // areas and staff were imported and loaded
	Spool     bool `json:"spool"`     // the last message it was given was kept
	Serving   bool `json:"serving"`   // it is not about to stop
}

// ready tells whether messages may be sent here: they can be worked, or at least
// be kept until they can, and the service is not about to stop.
func (s *Server) ready(c *gin.Context) {
	r := readiness{
		Redis:     s.inbox.answers(c.Request.Context()),
		Directory: len(s.o.Desk.Ground().Streets()) > 0,
		Spool:     !s.inbox.stuck.Load(),
		Serving:   !s.draining.Load(),
	}
	status := http.StatusServiceUnavailable
	if r.Serving && (r.Spool || r.Redis && r.Directory) {
		status = http.StatusOK
	}
	c.JSON(status, r)
}
