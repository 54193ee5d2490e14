package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"gridbot/dispatch"
	"gridbot/store"
)

func handoverCommand(read configReader) *cobra.Command {
	return &cobra.Command{
		Use: "handover ID", Short: "Give everything somebody has in hand to whoever is on duty", Args: cobra.ExactArgs(1),
		Long: "handover gives every task that a member of staff has in hand, in every street, to whoever\n" +
			"is on duty for it; what nobody can take goes back to the desk. Both are told, and so are\n" +
			"the residents. Somebody who is not in the imported lists any more can be named too.",
		RunE: func(c *cobra.Command, args []string) error {
			return withDesk(c, read, func(_ *store.Store, desk *dispatch.Desk) error {
				return handOverAll(c.Context(), desk, args[0], c.OutOrStdout())
			})
		},
	}
}

// handOverAll hands somebody's tasks on, street by street.
func handOverAll(ctx context.Context, desk *dispatch.Desk, staff string, out io.Writer) error {
	if _, err := desk.Refresh(ctx); err != nil {
		return err
	}
	total, key := 0, "handover:"+time.Now().UTC().Format(time.RFC3339)
	for _, street := range desk.Ground().Streets() {
		moved, err := desk.HandOver(ctx, street, staff, key)
		if total += moved; err != nil {
			return fmt.Errorf("%d tasks handed on; run it again for the rest: %w", total, err)
		}
	}
	_, err := fmt.Fprintf(out, "%d tasks handed on\n", total)
	return err
}
