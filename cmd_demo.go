package main

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"gridbot/redistest"
)

func demoCommand() *cobra.Command {
	var addr, dir string
	c := &cobra.Command{
		Use: "demo", Short: "Run everything on this machine, with a stand-in for WeChat", Args: cobra.NoArgs,
		Long: "demo runs the whole product in one process: a Redis, a stand-in for the WeChat\n" +
			"platform that enforces its rules, a sample street with its staff, and a page with\n" +
			"everybody's phones. Every message travels the real way: signed, encrypted, through\n" +
			"the webhook.\n\n" +
			"With a redis-server (or valkey-server) on the PATH the data is kept in the data\n" +
			"folder; without one an embedded stand-in serves and nothing is kept.",
		RunE: func(c *cobra.Command, _ []string) error {
			start := time.Now()
			out := c.OutOrStdout()
			d, err := newDemo(c.Context(), addr, dir, redistest.Auto, newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			kept := "Data is kept in " + dir + "."
			if !d.redis.Real() {
				kept = "No redis-server was found: an embedded stand-in serves, and NOTHING IS KEPT when the demo ends."
			}
			url := d.url()
			return d.serve(c.Context(), func() {
				fmt.Fprintf(out, "gridbot demo: open %s in a browser (ready after %.1f s, Ctrl-C ends it)\n%s\n",
					url, time.Since(start).Seconds(), kept)
			})
		},
	}
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "address to listen on")
	c.Flags().StringVar(&dir, "data", "data/demo", "folder for the data")
	return c
}
