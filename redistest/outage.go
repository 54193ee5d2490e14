package redistest

import (
	"context"
	"fmt"
)

// Freeze stops the server's process without ending it, as a host that hangs
// would: connections are accepted by the kernel and nobody answers. The embedded
// server returns [ErrNeedsServer].
func (s *Server) Freeze() error {
	return s.signal("freeze", (*child).freeze)
}

// Thaw lets a frozen server go on. Thawing one that is not frozen does nothing.
func (s *Server) Thaw() error {
	return s.signal("thaw", (*child).thaw)
}

func (s *Server) signal(what string, f func(*child) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.usable()
	switch {
	case err != nil:
	case s.real == nil:
		err = ErrNeedsServer
	case !s.real.alive():
		err = ErrNotRunning
	default:
		err = f(s.real.child)
	}
	return wrap(what, err)
}

// Kill ends the server as kill -9 does, frozen or not, and returns when it is
// gone. What the append-only file holds comes back with Restart. The embedded
// server merely stops listening and forgets nothing.
func (s *Server) Kill() error {
	return s.end("kill", func() error { return s.real.kill() })
}

// Stop shuts the server down in good order and keeps its data. A frozen one is
// thawed first; one that does not end within ten seconds is killed, and Stop
// returns an error that says so.
func (s *Server) Stop() error {
	return s.end("stop", func() error { return s.real.stop() })
}

// end is the common part of Kill and Stop; ending twice is no error.
func (s *Server) end(what string, f func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return wrap(what, err)
	}
	if s.mini != nil {
		s.mini.Close()
		s.up = false
		return nil
	}
	return wrap(what, f())
}

// Restart starts the server again on the same port and folder and returns when
// its data is loaded and it answers. A running one is stopped first. While
// somebody else sits on the port it tries again until ctx ends.
func (s *Server) Restart(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return wrap("restart", err)
	}
	if s.mini != nil {
		return wrap("restart", s.restartEmbedded())
	}
	return wrap("restart", s.real.restart(ctx))
}

func (s *Server) restartEmbedded() error {
	s.mini.Close()
	s.up = false
	// miniredis cancels this context at Close and never makes a new one;
	// blocking commands would return at once after a restart.
	s.mini.Ctx, s.mini.CtxCancel = context.WithCancel(context.Background())
	if err := s.mini.Restart(); err != nil {
		return err
	}
	s.up = true
	return nil
}

// Close ends the server for good and removes its folder when that was a
// temporary one. Closing twice does nothing.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	if s.mini != nil {
		s.mini.Close()
		s.up = false
		return nil
	}
	return wrap("close", s.real.close())
}

// running tells whether the server could answer, frozen or not.
func (s *Server) running() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	if s.mini != nil {
		return s.up
	}
	return s.real.alive()
}

func (s *Server) usable() error {
	if s.closed {
		return errClosed
	}
	return nil
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("redistest: %s: %w", what, err)
}
