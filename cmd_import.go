package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/store"
)

func importCommand(read configReader) *cobra.Command {
	var in importing
	c := &cobra.Command{
		Use:   "import {--workbook F | --areas F --staff F [--roster F]}",
		Short: "Import areas, staff and the duty roster", Args: cobra.NoArgs,
		Long: "import reads areas, staff and the weekly roster from one workbook (xlsx) or from files\n" +
			"of their own (xlsx, or csv in UTF-8 or GBK) and replaces what was there; without\n" +
			"--roster the roster stays as it is. Every bad row is told; with one of them nothing is\n" +
			"changed. `gridbot export --template F` writes the form to fill in.\n\n" +
			"What an import would change is shown first, and has to be confirmed. Refused are a street\n" +
			"without a dispatcher, unless --force is given, and whatever would leave an open task\n" +
			"with nobody; --handover gives what people who leave have in hand to others.\n\n" +
			"Everybody who is new gets a join code, good for 30 days and one person, who sends it\n" +
			"to the account. Codes are printed, or written to a file; `gridbot staff codes` makes\n" +
			"others.",
		RunE: func(c *cobra.Command, _ []string) error {
			return withDesk(c, read, func(s *store.Store, desk *dispatch.Desk) error {
				in.desk = desk
				return in.run(c.Context(), s, consoleOf(c))
			})
		},
	}
	f := c.Flags()
	f.StringVar(&in.workbook, "workbook", "", "workbook with everything")
	f.StringVar(&in.areas, "areas", "", "file of areas")
	f.StringVar(&in.staff, "staff", "", "file of staff")
	f.StringVar(&in.roster, "roster", "", "file of the weekly roster")
	f.StringVar(&in.codes, "codes", "", "write the join codes to this file instead of printing them")
	f.StringVar(&in.coordinates, "coordinates", gcj02, "system of centres and boundaries: gcj02 as in WeChat, or wgs84 (also for CGCS2000)")
	f.BoolVar(&in.force, "force", false, "import even if a street has no dispatcher: its reports then wait unseen")
	f.BoolVar(&in.dryRun, "dry-run", false, "show what would change and change nothing")
	f.BoolVar(&in.yes, "yes", false, "do not ask before something is changed")
	f.BoolVar(&in.handover, "handover", false, "give what people who leave have in hand to whoever is on duty")
	f.BoolVar(&in.all, "all", false, "show every change and every task in the way, not only the first of each kind")
	c.MarkFlagsOneRequired("workbook", "areas")
	c.MarkFlagsRequiredTogether("areas", "staff")
	for _, list := range []string{"areas", "staff", "roster"} {
		c.MarkFlagsMutuallyExclusive("workbook", list)
	}
	return c
}

// importing is what the command import is told: paths of files, which may be "",
// and what to do.
type importing struct {
	workbook, areas, staff, roster, codes string
	force, dryRun, yes, all, handover     bool
	coordinates                           string         // gcj02 or wgs84
	desk                                  *dispatch.Desk // hands tasks on, with handover
}

// imported is what is there, of which version, and what is to be there next: the
// lists as they will be saved, and the directory they make.
type imported struct {
	version   int64
	old, next *grid.Directory
	ground    grid.Ground
}

// run is the command import: all of the files or nothing.
func (in importing) run(ctx context.Context, s *store.Store, at console) error {
	ground, err := in.read(at)
	if err != nil {
		return err
	}
	if err := s.Check(ctx); err != nil {
		return err
	}
	plan, err := in.plan(ctx, s, ground, at)
	if err != nil {
		return err
	}
	change := grid.Compare(plan.old, plan.next)
	if plan.version > 0 {
		showDifference(at.out, plan, change, in.all)
	}
	leaving, err := in.guard(ctx, s, plan, at)
	if err != nil {
		return err
	}
	if in.dryRun || plan.version > 0 && change.Total() == 0 {
		return nil
	}
	if err := in.confirm(ctx, plan, change, at); err != nil {
		return err
	}
	codes, err := openCodes(in.codes, at.out)
	if err != nil {
		return fmt.Errorf("nothing was imported: %w", err)
	}
	if err := errors.Join(plan.save(ctx, s, codes, at), codes.close()); err != nil {
		return err
	}
	return handOver(ctx, in.desk, plan.version, leaving, at)
}

// plan checks that the lists fit together and reads what is there now.
func (in importing) plan(ctx context.Context, s *store.Store, g grid.Ground, at console) (imported, error) {
	shown := at.begin(2, "checking %d areas and %d people", len(g.Areas), len(g.Staff))
	defer shown.stop()
	plan, err := loadImported(ctx, s)
	if err != nil && !(in.force && errors.Is(err, errUnfit)) {
		return imported{}, err
	}
	shown.add(1)
	if in.keepsRoster() {
		g.Roster = plan.ground.Roster
	}
	plan.ground = g
	if plan.next, err = in.build(g); err != nil {
		return imported{}, err
	}
	shown.add(1)
	return plan, nil
}

// errUnfit: what is there does not fit together by this program's rules, so that
// nothing can be compared with it.
var errUnfit = errors.New("what was imported last does not fit together")

// loadImported reads what is there. The version is read before the lists, so that
// saving finds out about an import in between. With errUnfit the directory is empty.
func loadImported(ctx context.Context, s *store.Store) (imported, error) {
	version, err := s.DirectoryVersion(ctx)
	if err != nil {
		return imported{}, err
	}
	g, err := s.LoadGround(ctx)
	if err != nil {
		return imported{}, err
	}
	d, err := grid.Build(g)
	if err != nil {
		err = fmt.Errorf("%w; an import with --force replaces it unseen:%s", errUnfit, rows("", err))
		d = &grid.Directory{}
	}
	return imported{version: version, ground: g, old: d}, err
}

// guard refuses an import after which a task would be with nobody. With handover what
// people have in hand is no reason: it gives their queues, for afterwards.
func (in importing) guard(ctx context.Context, s *store.Store, plan imported, at console) (leaving []held, err error) {
	queues := losing(plan.old, plan.next)
	if len(queues) == 0 {
		return nil, nil
	}
	shown := at.begin(len(queues), "looking for open tasks in %d queues", len(queues))
	found, err := holding(ctx, s, queues, shown)
	shown.stop()
	if err != nil {
		return nil, err
	}
	if in.handover {
		theirs := func(h held) bool { return h.staff != "" }
		for _, h := range found {
			if theirs(h) {
				leaving = append(leaving, h)
			}
		}
		found = slices.DeleteFunc(found, theirs)
	}
	return leaving, orphans(found, in.all)
}

// save replaces what was there and gives codes to those who are new.
func (p imported) save(ctx context.Context, s *store.Store, codes codeSheet, at console) error {
	shown := at.begin(1, "saving")
	err := s.SaveGround(ctx, p.version, p.ground)
	if errors.Is(err, store.ErrImported) {
		err = fmt.Errorf("nothing was imported: %w; run the import again to see what it changes now", err)
	}
	if err != nil {
		shown.stop()
		return err
	}
	shown.end()
	fmt.Fprintf(at.out, "%d areas and %d people imported\n", len(p.ground.Areas), len(p.ground.Staff))
	fresh, err := notJoined(ctx, s, p.newcomers())
	if err == nil {
		err = giveCodes(ctx, s, fresh, codes, at)
	}
	if err != nil {
		return fmt.Errorf("everything was imported, but join codes are missing; `gridbot staff codes` makes them: %w", err)
	}
	return nil
}

// newcomers are the people who were not there before.
func (p imported) newcomers() []grid.Staff {
	var out []grid.Staff
	for _, person := range p.ground.Staff {
		if _, known := p.old.Staff(person.ID); !known {
			out = append(out, person)
		}
	}
	return out
}
