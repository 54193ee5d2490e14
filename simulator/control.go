package simulator

import "net/http"

func (p *Platform) controlRoutes(mux *http.ServeMux) {}
func (p *Platform) pageRoutes(mux *http.ServeMux)    {}
func secure(h http.Header)                           {}
