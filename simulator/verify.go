package simulator

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// handshake asks the webhook for the echo.
func (p *Platform) handshake(ctx context.Context, a *account, q url.Values, echo string) error {
	ctx, cancel := context.WithTimeout(ctx, p.o.PushTimeout)
	defer cancel()
	webhook, _ := a.target()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, webhook+"?"+q.Encode(), nil)
	if err != nil {
		return fmt.Errorf("simulator: verifying: %w", err)
	}
	res, err := p.o.Client.Do(req)
	if err != nil {
		return fmt.Errorf("simulator: verifying: %w", err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(io.LimitReader(res.Body, maxJSON))
	switch {
	case err != nil:
		return fmt.Errorf("simulator: verifying: %w", err)
	case res.StatusCode != http.StatusOK:
		return fmt.Errorf("%w: status %d", ErrStatus, res.StatusCode)
	case string(got) != echo:
		return fmt.Errorf("%w: the echo differs", ErrIllegal)
	}
	return nil
}
