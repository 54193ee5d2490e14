package handlers

import (
	"bytes"
	"errors"
	"html/template"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"gridbot/media"
)

// A file of somebody else's making is shown and never run, whatever it is taken for.
const mediaPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

// media serves one photo or voice to who has its link; ?s=1 its preview.
func (s *Server) media(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", mediaPolicy)
	kind, data, err := s.o.Media(c.Request.Context(), c.Param("token"), c.Query("s") == "1")
	switch {
	case err == nil:
		disposition := "inline"
		if !strings.HasPrefix(string(kind), "image/") { // few browsers play it, every telephone does
			disposition = "attachment"
		}
		h.Set("Content-Disposition", disposition+`; filename="`+fileName(kind)+`"`)
		c.Data(http.StatusOK, string(kind), data)
	case errors.Is(err, media.ErrExpired):
		s.page(c, http.StatusGone, "media.expired")
	case errors.Is(err, media.ErrForged), errors.Is(err, media.ErrNone):
		s.page(c, http.StatusNotFound, "media.none")
	default:
		s.o.Log.Warn("media not served", "err", err)
		s.page(c, http.StatusServiceUnavailable, "media.busy")
	}
}

// fileName is what a download is called. It tells nothing of the task.
func fileName(k media.Kind) string {
	return map[media.Kind]string{media.JPEG: "photo.jpg", media.AMR: "voice.amr", media.MP3: "voice.mp3", media.M4A: "voice.m4a"}[k]
}

// page answers with a short page in words.
func (s *Server) page(c *gin.Context, status int, name string) {
	var b bytes.Buffer
	if err := s.pages.ExecuteTemplate(&b, name, nil); err != nil {
		s.o.Log.Error("page not written", "err", err)
		plain(c, status, "")
		return
	}
	c.Data(status, "text/html; charset=utf-8", b.Bytes())
}

func readPages() (*template.Template, error) { return template.ParseFS(wordFiles, "words/media.tmpl") }
