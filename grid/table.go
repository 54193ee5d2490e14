package grid

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// list is one of the three lists of a ground: the key of its sheet's name and the
// codes of its columns. Those that are read only say what another column can.
type list struct {
	sheet                        string
	required, optional, readOnly []string
}

func areaList() list {
	return list{"sheet.areas", []string{"id", "level", "name", "parent"}, []string{"aliases", "roads", "buildings", "lat", "lon", "boundary"}, nil}
}

func staffList() list {
	return list{"sheet.staff", []string{"staff_id", "staff_name", "post", "area"}, []string{"state", "leave", "substitutes", "phone"},
		[]string{"leave_from", "leave_to"}}
}

func rosterList() list {
	return list{"sheet.roster", []string{"shift_area", "weekdays", "span", "staff_id"}, nil, nil}
}

// table is a list being read.
type table struct {
	sheet   string            // empty for comma separated text
	epoch   int               // days to add to a workbook's count of days
	column  map[string]int    // column code → position
	heading map[string]string // column code → what the file calls it
	rows    []row
	errs    []error
}

// row is one line of a table.
type row struct {
	t     *table
	line  int
	cells []string
}

// lines gives one row of cells after the other, with the line each begins on; the
// error is io.EOF at the end. A *RowError that names a line is about that line only,
// and the next can be read.
type lines func() (line int, cells []string, err error)

// mostRows is the most rows a list may have, four times what a city needs.
const mostRows = 200_000

// read takes the heading and then row after row; empty rows are skipped. Its
// error is final: there is no sense in complaining about rows whose columns are
// not known.
func (t *table) read(next lines, l list) error {
	for {
		line, cells, err := next()
		var bad *RowError
		switch {
		case errors.Is(err, io.EOF) && t.column == nil:
			return &RowError{Sheet: t.sheet, Code: "empty"}
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &bad) && bad.Line > 0:
			t.errs = append(t.errs, bad)
			continue
		case err != nil:
			return err
		case strings.TrimSpace(strings.Join(cells, "")) == "":
			continue
		case t.column == nil:
			if err := t.headings(line, cells, l); err != nil {
				return err
			}
			continue
		case len(t.rows) == mostRows:
			return &RowError{Sheet: t.sheet, Code: "too_many"}
		}
		t.rows = append(t.rows, row{t, line, cells})
	}
}

// headings finds the columns; those it does not know are ignored.
func (t *table) headings(line int, cells []string, l list) error {
	var errs []error
	t.column, t.heading = make(map[string]int), make(map[string]string)
	for i, cell := range cells {
		name := strings.TrimSpace(cell)
		code, known := l.code(name)
		if !known {
			continue
		}
		switch before, twice := t.heading[code]; {
		case twice && before != name:
			errs = append(errs, &RowError{t.sheet, line, name, "column_same", before})
		case twice:
			errs = append(errs, &RowError{t.sheet, line, name, "column_twice", ""})
		}
		t.column[code], t.heading[code] = i, name
	}
	for _, code := range l.required {
		if _, ok := t.column[code]; !ok {
			errs = append(errs, &RowError{t.sheet, line, words["column."+code], "no_column", ""})
		}
	}
	return errors.Join(errs...)
}

// code is the column that a heading names, by its name or by another one in use.
func (l list) code(heading string) (string, bool) {
	for _, code := range slices.Concat(l.required, l.optional, l.readOnly) {
		if heading == words["column."+code] || slices.Contains(wordList("column."+code+".also"), heading) {
			return code, true
		}
	}
	return "", false
}

// largestFile is the most bytes an import reads: a city of 43,011 micro-grids
// takes a tenth of it.
const largestFile = 64 << 20

// readAll reads a file of a bearable size.
func readAll(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, largestFile+1))
	if err != nil {
		return nil, fmt.Errorf("grid: reading a list: %w", err)
	}
	if len(data) > largestFile {
		return nil, &RowError{Code: "too_large"}
	}
	return data, nil
}

// readTable reads one list from comma separated text or from a workbook, whichever
// the bytes are.
func readTable(r io.Reader, l list) (*table, error) {
	data, err := readAll(r)
	if err != nil {
		return nil, err
	}
	if isWorkbook(data) {
		return readOneSheet(data, l)
	}
	text, ok := decode(data)
	if !ok {
		return nil, &RowError{Code: "encoding"}
	}
	t := &table{}
	return t, t.read(csvLines(text), l)
}

// decode gives UTF-8 without a byte order mark; false for text that is neither
// UTF-8 nor GBK.
func decode(data []byte) ([]byte, bool) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if utf8.Valid(data) {
		return data, !bytes.ContainsRune(data, 0)
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	return text, err == nil && !bytes.ContainsRune(text, utf8.RuneError) && !bytes.ContainsRune(text, 0)
}

// csvLines reads comma separated text.
func csvLines(text []byte) lines {
	c := csv.NewReader(bytes.NewReader(text))
	c.FieldsPerRecord, c.TrimLeadingSpace = -1, true
	return func() (int, []string, error) {
		cells, err := c.Read()
		if parse := (*csv.ParseError)(nil); errors.As(err, &parse) {
			return 0, nil, &RowError{Line: parse.Line, Code: "quotes"}
		}
		if err != nil {
			return 0, nil, err
		}
		line, _ := c.FieldPos(0)
		for i := range cells {
			cells[i] = unguarded(cells[i])
		}
		return line, cells, nil
	}
}

// signs are what a spreadsheet takes for the beginning of a formula.
const signs = "=+-@"

// guarded puts an apostrophe before text that a spreadsheet would compute.
func guarded(cell string) string {
	if cell != "" && strings.ContainsRune(signs+"'", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// unguarded takes the apostrophe away again.
func unguarded(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && strings.ContainsRune(signs+"'", rune(cell[1])) {
		return cell[1:]
	}
	return cell
}
