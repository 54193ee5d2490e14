package handlers

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"gridbot/task"
)

// routes is every address there is.
func (s *Server) routes() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.RedirectTrailingSlash = false // what is not there is not somewhere else either
	r.Use(guard, s.recovery)
	r.GET("/wechat/:account", s.handshake)
	r.POST("/wechat/:account", s.push)
	r.GET("/api/v1/openapi.yaml", s.document)
	matters := r.Group("/api/v1/systems/:system/matters")
	matters.POST("", s.signed(s.takeMatter))
	matters.GET("/:number", s.signed(s.tellMatter))
	matters.POST("/:number/supplements", s.moveMatter(task.Supplement, true))
	matters.POST("/:number/urges", s.moveMatter(task.Urge, false))
	matters.POST("/:number/withdrawal", s.moveMatter(task.Withdraw, false))
	r.GET("/m/:token", s.media)
	r.GET("/healthz", s.alive)
	r.GET("/readyz", s.ready)
	r.GET("/metrics", gin.WrapH(promhttp.HandlerFor(s.o.Gatherer, promhttp.HandlerOpts{})))
	return r
}

// guard gives every answer, a refusal too, what keeps a browser from running it,
// framing it, keeping it or telling others its address. A handler whose answer is
// meant for a browser sets its own.
func guard(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}

// document is what other systems may call, for people and machines.
func (s *Server) document(c *gin.Context) {
	c.Data(http.StatusOK, "application/yaml; charset=utf-8", s.o.OpenAPI)
}

// plain answers with text. The platform takes nothing else for a word of ours.
func plain(c *gin.Context, status int, body string) {
	c.Data(status, "text/plain; charset=utf-8", []byte(body))
}
