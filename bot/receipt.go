package bot

import "context"

// receipt notes what became of messages to this person, and to what they have agreed.
// Nothing is said.
func (c *chat) receipt(ctx context.Context) error {
	s := c.b.o.Desk.Store()
	for _, r := range c.m.Receipts {
		if err := s.JobEnded(ctx, c.m.Person, r.Ref, r.Arrived, c.now); err != nil {
			return err
		}
	}
	for _, x := range c.m.Consents {
		note := s.NoConsent
		if x.Given {
			note = s.Consented
		}
		if err := note(ctx, c.m.Person, x.Template); err != nil {
			return err
		}
	}
	return nil
}
