package handlers

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// routes is every address there is.
func (s *Server) routes() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(s.recovery)
	r.GET("/wechat/:account", s.handshake)
	r.POST("/wechat/:account", s.push)
	r.GET("/m/:token", s.media)
	r.GET("/healthz", s.alive)
	r.GET("/readyz", s.ready)
	r.GET("/metrics", gin.WrapH(promhttp.HandlerFor(s.o.Gatherer, promhttp.HandlerOpts{})))
	return r
}

// plain answers with text. The platform takes nothing else for a word of ours.
func plain(c *gin.Context, status int, body string) {
	c.Data(status, "text/plain; charset=utf-8", []byte(body))
}
