package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"gridbot/grid"
	"gridbot/store"
)

func importCommand(read configReader) *cobra.Command {
	var areas, staff, codes string
	var force bool
	c := &cobra.Command{
		Use: "import --areas F --staff F", Short: "Import areas and staff from csv files", Args: cobra.NoArgs,
		Long: "import reads areas and staff from csv files, UTF-8 or GBK, and replaces what was there.\n" +
			"Every bad row is told; with one of them nothing is changed. A street without a\n" +
			"dispatcher is refused too, unless --force is given. sample/areas.csv and\n" +
			"sample/staff.csv show the form.\n\n" +
			"Everybody who has not joined yet gets a new join code, good for 30 days and one\n" +
			"person, who sends it to the account. Codes are printed, or written to a file.",
		RunE: func(c *cobra.Command, _ []string) error {
			config, err := read(false)
			if err != nil {
				return err
			}
			s, err := store.Open(config.store())
			if err != nil {
				return err
			}
			err = importFiles(c.Context(), s, importing{areas, staff, codes, force}, c.OutOrStdout())
			return errors.Join(err, s.Close())
		},
	}
	c.Flags().StringVar(&areas, "areas", "", "csv file of areas")
	c.Flags().StringVar(&staff, "staff", "", "csv file of staff")
	c.Flags().StringVar(&codes, "codes", "", "write the join codes to this file instead of printing them")
	c.Flags().BoolVar(&force, "force", false, "import even if a street has no dispatcher: its reports then wait unseen")
	_ = c.MarkFlagRequired("areas") // these fail only for flags that do not exist
	_ = c.MarkFlagRequired("staff")
	return c
}

// importing is what the command import is told: three files, codes may be "".
type importing struct {
	areas, staff, codes string
	force               bool
}

// importFiles is the command import: all of both files or nothing. Codes are kept
// nowhere else, so their file is opened before anything is changed.
func importFiles(ctx context.Context, s *store.Store, in importing, out io.Writer) error {
	areas, staff, err := in.read()
	if err != nil {
		return err
	}
	if err := s.Check(ctx); err != nil {
		return err
	}
	var file *os.File
	if in.codes != "" {
		if file, err = os.OpenFile(in.codes, os.O_WRONLY|os.O_CREATE, 0o600); err != nil {
			return fmt.Errorf("nothing was imported: %w", err)
		}
	}
	err = saveGround(ctx, s, areas, staff, file, out)
	if file != nil {
		err = errors.Join(err, file.Close())
	}
	return err
}

// read reads and checks both files.
func (in importing) read() ([]grid.Area, []grid.Staff, error) {
	areaData, err := os.ReadFile(in.areas)
	if err != nil {
		return nil, nil, err
	}
	staffData, err := os.ReadFile(in.staff)
	if err != nil {
		return nil, nil, err
	}
	return readGround(in.areas, areaData, in.staff, staffData, in.force)
}

// saveGround replaces areas and people and writes the codes of those who have not
// joined to file, or to out without one. A file keeps its old codes while there are
// no new ones.
func saveGround(ctx context.Context, s *store.Store, areas []grid.Area, staff []grid.Staff, file *os.File, out io.Writer) error {
	if err := s.SaveDirectory(ctx, areas, staff); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d areas and %d people imported\n", len(areas), len(staff))
	codes, err := makeCodes(ctx, s, staff)
	if err != nil || len(codes) == 0 {
		return err
	}
	if file == nil {
		return writeCodes(out, codes)
	}
	if err := file.Truncate(0); err != nil {
		return err
	}
	if err := errors.Join(file.Chmod(0o600), writeCodes(file, codes), file.Sync()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d join codes written to %s\n", len(codes), file.Name())
	return err
}

// readGround reads both files and checks that they fit together. The error tells
// every bad row.
func readGround(areaFile string, areaData []byte, staffFile string, staffData []byte, force bool) ([]grid.Area, []grid.Staff, error) {
	areas, areaErr := grid.ReadAreas(bytes.NewReader(areaData))
	staff, staffErr := grid.ReadStaff(bytes.NewReader(staffData))
	if areaErr != nil || staffErr != nil {
		return nil, nil, fmt.Errorf("nothing was imported:%s%s", rows(areaFile, areaErr), rows(staffFile, staffErr))
	}
	d, err := grid.NewDirectory(areas, staff)
	if err != nil {
		return nil, nil, fmt.Errorf("nothing was imported:%s", rows("", err))
	}
	if err := unmanned(d, areas, staff); err != nil && !force {
		return nil, nil, fmt.Errorf("nothing was imported (--force imports all the same):%s", rows(staffFile, err))
	}
	return areas, staff, nil
}

// unmanned tells the streets in which a report could wait unseen: those without a
// dispatcher.
func unmanned(d *grid.Directory, areas []grid.Area, staff []grid.Staff) error {
	var problems []error
	if len(staff) == 0 {
		problems = append(problems, errors.New("there is nobody in the list of staff"))
	}
	for _, a := range areas {
		if a.Level == grid.Street && len(d.Dispatchers(a.ID)) == 0 {
			problems = append(problems, fmt.Errorf("street %s has no dispatcher", a.ID))
		}
	}
	return errors.Join(problems...)
}

// rows puts each of joined errors on a line of its own, behind the file's name.
func rows(file string, err error) string {
	if err == nil {
		return ""
	}
	if file != "" {
		file += ": "
	}
	var b strings.Builder
	for line := range strings.SplitSeq(err.Error(), "\n") {
		b.WriteString("\n  " + file + line)
	}
	return b.String()
}

// joinCode is the code with which one member of staff joins.
type joinCode struct {
	staff grid.Staff
	code  string
}

// makeCodes makes a code for everybody who has not joined.
func makeCodes(ctx context.Context, s *store.Store, staff []grid.Staff) ([]joinCode, error) {
	var out []joinCode
	for _, p := range staff {
		bound, err := s.StaffPerson(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		if !bound.Zero() {
			continue
		}
		code := newCode()
		if err := s.AddCode(ctx, code, p.ID); err != nil {
			return nil, err
		}
		out = append(out, joinCode{p, code})
	}
	return out, nil
}

func writeCodes(w io.Writer, codes []joinCode) error {
	b := bufio.NewWriter(w)
	for _, c := range codes {
		fmt.Fprintf(b, "%s\t%s\t%s\n", c.staff.ID, c.staff.Name, c.code)
	}
	return b.Flush()
}

// codeSigns are small letters and digits that nobody takes for another. The
// first sign is a letter, so that a code is never taken for a task's number.
const codeSigns = "abcdefghjkmnpqrstuvwxyz23456789"

// codeLetters are the letters among codeSigns, codeLength the signs of a code:
// 6 × 10^11 codes, of which a street has some hundreds for 30 days.
const (
	codeLetters = 23
	codeLength  = 8
)

func newCode() string {
	b := make([]byte, codeLength)
	for i := range b {
		n := len(codeSigns)
		if i == 0 {
			n = codeLetters
		}
		b[i] = codeSigns[draw(n)]
	}
	return string(b)
}

// draw gives a number below n, each as likely as the others.
func draw(n int) int {
	limit := 256 - 256%n
	for {
		var b [1]byte
		_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
		if int(b[0]) < limit {
			return int(b[0]) % n
		}
	}
}
