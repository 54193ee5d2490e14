package simulator

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed page
var pageFiles embed.FS

// policy lets the page run its own files and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// secure sets the headers that every answer to a browser carries.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// pageRoutes serves the page at the root and its files below /sim/page/. All its
// links are relative, so that it can be mounted below another path.
func (p *Platform) pageRoutes(mux *http.ServeMux) {
	files, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic("simulator: page: " + err.Error()) // the path is a constant
	}
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { serveFile(w, r, files, "index.html") })
	mux.HandleFunc("GET /sim/page/{name}", func(w http.ResponseWriter, r *http.Request) {
		serveFile(w, r, files, r.PathValue("name"))
	})
}

// serveFile asks the browser to check for a newer file each time, because a
// demo is restarted often.
func serveFile(w http.ResponseWriter, r *http.Request, files fs.FS, name string) {
	secure(w.Header())
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeFileFS(w, r, files, name)
}
