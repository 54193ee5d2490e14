package grid

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// RowError is one thing wrong in a file of areas or staff. ReadAreas and
// ReadStaff join every one they meet with errors.Join; take them apart with
// errors.As.
type RowError struct {
	// Line counts from 1, the heading included; 0 speaks of the whole file.
	Line int
	// Column is the heading of the column, empty if the row as a whole is wrong.
	Column string
	// Code names the rule broken; Value is the text that offends.
	Code, Value string
}

// Error says in Chinese, for the operator who imports, what is wrong and where.
func (e *RowError) Error() string {
	reason := say("row."+e.Code, e.Value)
	switch {
	case e.Line == 0:
		return say("row.at.file", reason)
	case e.Column == "":
		return say("row.at.line", strconv.Itoa(e.Line), reason)
	}
	return say("row.at.cell", strconv.Itoa(e.Line), e.Column, reason)
}

// largestFile is the most bytes an import reads: a city of 43,011 micro-grids
// takes a tenth of it.
const largestFile = 64 << 20

// ReadAreas reads areas from comma separated text with the headings 编号, 级别,
// 名称, 上级 and, if present, 别名, 道路, 楼栋, 纬度, 经度, in any order; lists inside
// a cell are separated by semicolons. The text is UTF-8 with or without a byte
// order mark, or GBK as spreadsheets write it. When anything is wrong nothing
// is returned but the errors, each a [*RowError]. Whether areas fit together is
// checked by [NewDirectory].
func ReadAreas(r io.Reader) ([]Area, error) {
	t, err := readTable(r, "areas", []string{"id", "level", "name", "parent"}, []string{"aliases", "roads", "buildings", "lat", "lon"})
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool)
	areas := make([]Area, 0, len(t.rows))
	for _, row := range t.rows {
		areas = append(areas, Area{
			ID: row.unique("id", seen), Level: row.level(), Name: row.must("name"), Parent: row.text("parent"),
			Aliases: row.items("aliases"), Roads: row.items("roads"), Buildings: row.buildings(),
			Lat: row.degrees("lat", 90), Lon: row.degrees("lon", 180),
		})
		if (row.text("lat") == "") != (row.text("lon") == "") {
			row.fail("lat", "half_position", "")
		}
	}
	return finish(t, areas)
}

// ReadStaff reads people from comma separated text with the headings 工号, 姓名,
// 岗位, 辖区 and, if present, 状态. Several posts are several rows of the same
// person, or lists separated by semicolons: as many posts as areas go in pairs,
// one post goes with every area and one area with every post. Encoding and
// errors are those of [ReadAreas].
func ReadStaff(r io.Reader) ([]Staff, error) {
	t, err := readTable(r, "staff", []string{"staff_id", "staff_name", "post", "area"}, []string{"state"})
	if err != nil {
		return nil, err
	}
	var staff []Staff
	at := make(map[string]int)
	for _, row := range t.rows {
		s := Staff{ID: row.must("staff_id"), Name: row.must("staff_name"), Posts: row.posts(), Away: row.away()}
		i, again := at[s.ID]
		if !again {
			at[s.ID] = len(staff)
			staff = append(staff, s)
			continue
		}
		if staff[i].Name != s.Name {
			row.fail("staff_name", "other_name", staff[i].Name)
		}
		staff[i].Posts = append(staff[i].Posts, s.Posts...)
		staff[i].Away = staff[i].Away || s.Away
	}
	return finish(t, staff)
}

// finish returns the list, or every error instead of it.
func finish[T any](t *table, list []T) ([]T, error) {
	if len(t.errs) > 0 {
		return nil, errors.Join(t.errs...)
	}
	return list, nil
}

// table is a file being read.
type table struct {
	column map[string]int // column code → position
	rows   []row
	errs   []error
}

// row is one line of a table.
type row struct {
	t     *table
	line  int
	cells []string
}

// readTable reads the heading and the rows. Its error is final: there is no
// sense in complaining about rows whose columns are not known.
func readTable(r io.Reader, what string, required, optional []string) (*table, error) {
	data, err := io.ReadAll(io.LimitReader(r, largestFile+1))
	if err != nil {
		return nil, fmt.Errorf("grid: reading %s: %w", what, err)
	}
	if len(data) > largestFile {
		return nil, &RowError{Code: "too_large"}
	}
	text, ok := decode(data)
	if !ok {
		return nil, &RowError{Code: "encoding"}
	}
	t := &table{column: make(map[string]int)}
	if err := t.read(csv.NewReader(bytes.NewReader(text)), required, optional); err != nil {
		return nil, err
	}
	return t, nil
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

// read takes the heading and then row after row; empty rows are skipped.
func (t *table) read(c *csv.Reader, required, optional []string) error {
	c.FieldsPerRecord, c.TrimLeadingSpace = -1, true
	heading, err := c.Read()
	if err != nil {
		return &RowError{Code: "empty"}
	}
	if err := t.headings(heading, required, optional); err != nil {
		return err
	}
	for {
		cells, err := c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if parse := (*csv.ParseError)(nil); errors.As(err, &parse) {
			t.errs = append(t.errs, &RowError{Line: parse.Line, Code: "quotes"})
			continue
		}
		if err != nil {
			return fmt.Errorf("grid: reading rows: %w", err)
		}
		line, _ := c.FieldPos(0)
		if strings.TrimSpace(strings.Join(cells, "")) != "" {
			t.rows = append(t.rows, row{t, line, cells})
		}
	}
}

// headings finds the columns; those it does not know are ignored.
func (t *table) headings(cells, required, optional []string) error {
	var errs []error
	for i, cell := range cells {
		for _, code := range append(slices.Clone(required), optional...) {
			if strings.TrimSpace(cell) != words["column."+code] {
				continue
			}
			if _, twice := t.column[code]; twice {
				errs = append(errs, &RowError{Line: 1, Column: words["column."+code], Code: "column_twice"})
			}
			t.column[code] = i
		}
	}
	for _, code := range required {
		if _, ok := t.column[code]; !ok {
			errs = append(errs, &RowError{Line: 1, Column: words["column."+code], Code: "no_column"})
		}
	}
	return errors.Join(errs...)
}
