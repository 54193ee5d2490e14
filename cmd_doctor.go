package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
)

// doctorWithin bounds all that the doctor asks.
const doctorWithin = 2 * time.Minute

func doctorCommand(read configReader) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "doctor", Short: "Check Redis, disks, clocks and accounts, and say what to change", Args: cobra.NoArgs,
		Long: "doctor looks at everything `gridbot serve` relies on and says in a line each what is\n" +
			"good, what to note and what to change: how Redis keeps its data, clocks, the spool's\n" +
			"disk, areas without staff, and for each account whether the platform gives a token\n" +
			"and what it really allows, which templates it has approved, and what is left of the\n" +
			"day's calls. It sends nothing to anybody and writes nothing but an empty file, which\n" +
			"it removes, and on an account that may make codes one that lives a minute.\n\n" +
			"The exit code is 1 when something must be changed. It may run beside the service.",
		RunE: func(c *cobra.Command, _ []string) error {
			config, err := read(true)
			d := doctor{config: config, now: time.Now, disk: diskAt}
			if err != nil { // the rest can be looked at all the same, unless the file cannot be read
				if d.config, err = d.lacking(err, read); err != nil {
					return err
				}
			}
			ctx, cancel := context.WithTimeout(c.Context(), doctorWithin)
			defer cancel()
			d.examine(ctx)
			return d.report(c.OutOrStdout(), asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "a JSON document, for a program that watches")
	return c
}

// lacking notes what `gridbot serve` would refuse of the configuration, and reads
// it again without asking for secrets.
func (d *doctor) lacking(refused error, read configReader) (Config, error) {
	config, err := read(false)
	var all mistakes
	if err != nil || !errors.As(refused, &all) {
		return config, refused
	}
	for _, m := range all {
		d.change("configuration", "%s", m)
	}
	return config, nil
}

// report prints the findings; it is an error while something must be changed.
func (d *doctor) report(out io.Writer, asJSON bool) error {
	wrong := 0
	for _, f := range d.found {
		if f.State == stateChange {
			wrong++
		}
	}
	if err := d.print(out, asJSON, wrong); err != nil {
		return err
	}
	if wrong > 0 {
		return fmt.Errorf("%d to change", wrong)
	}
	return nil
}

func (d *doctor) print(out io.Writer, asJSON bool, wrong int) error {
	if asJSON {
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		return e.Encode(struct {
			Change   int       `json:"change"`
			Findings []finding `json:"findings"`
		}{wrong, d.found})
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, f := range d.found {
		fmt.Fprintf(w, "%s\t%s\t%s\n", f.State, f.Part, f.Text)
	}
	return w.Flush()
}
