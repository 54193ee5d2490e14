package grid

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// WriteWorkbook writes a ground as a workbook (xlsx) that [ReadWorkbook] reads, with
// a sheet that explains the others. Headings stay in sight, cells are text so that
// 1-4 stays 1-4, and levels, posts and states can be chosen from lists. With a
// ground of nothing it is the file to begin with.
func WriteWorkbook(w io.Writer, g Ground) (err error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // only temporary files could fail to go
	b := book{f: f}
	b.guide()
	writeSheet(&b, areaList(), g.Areas, areaCells)
	writeSheet(&b, staffList(), g.Staff, staffCells)
	writeSheet(&b, rosterList(), g.Roster, shiftCells)
	if b.err != nil {
		return fmt.Errorf("grid: writing a workbook: %w", b.err)
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("grid: writing a workbook: %w", err)
	}
	return nil
}

// book is a workbook being written; after the first error nothing more happens.
type book struct {
	f   *excelize.File
	err error
}

// try does the next step, unless one failed.
func (b *book) try(step func() error) {
	if b.err == nil {
		b.err = step()
	}
}

// style makes a style and gives its number.
func (b *book) style(s excelize.Style) (id int) {
	b.try(func() (err error) {
		id, err = b.f.NewStyle(&s)
		return err
	})
	return id
}

// guide writes the sheet that explains, in place of the one a new workbook has.
func (b *book) guide() {
	name := words["sheet.guide"]
	b.try(func() error { return b.f.SetSheetName(b.f.GetSheetName(0), name) })
	b.try(func() error { return b.f.SetColWidth(name, "A", "A", 110) })
	wrap := b.style(excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	for i := 1; ; i++ {
		text, ok := words[fmt.Sprintf("guide.%d", i)]
		if !ok {
			return
		}
		cell := fmt.Sprintf("A%d", i)
		b.try(func() error { return b.f.SetCellStr(name, cell, text) })
		b.try(func() error { return b.f.SetCellStyle(name, cell, cell, wrap) })
	}
}

// asText is the number format of text.
const asText = 49

// writeSheet writes one list as a sheet of its own, row by row, so that a city is
// never held twice.
func writeSheet[T any](b *book, l list, entries []T, cells func(T) []string) {
	name := words[l.sheet]
	b.try(func() error { _, err := b.f.NewSheet(name); return err })
	for i, code := range l.columns() {
		b.choices(name, i, code)
	}
	var s *excelize.StreamWriter
	b.try(func() (err error) { s, err = b.f.NewStreamWriter(name); return err })
	plain := b.style(excelize.Style{NumFmt: asText})
	bold := b.style(excelize.Style{NumFmt: asText, Font: &excelize.Font{Bold: true}})
	for i, code := range l.columns() {
		b.try(func() error { return s.SetColStyle(i+1, i+1, plain) })
		b.try(func() error { return s.SetColWidth(i+1, i+1, width(code)) })
	}
	b.try(func() error {
		return s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	})
	b.row(s, 1, bold, l.headings())
	for i, e := range entries {
		b.row(s, i+2, plain, cells(e))
	}
	b.try(func() error { return s.Flush() })
}

// width is how wide a column is, in digits.
func width(code string) float64 {
	switch code {
	case "name", "aliases", "roads", "buildings", "area", "leave", "boundary":
		return 28
	}
	return 14
}

// row writes a row of text.
func (b *book) row(s *excelize.StreamWriter, line, style int, cells []string) {
	values := make([]any, len(cells))
	for i, c := range cells {
		if c != "" {
			values[i] = excelize.Cell{StyleID: style, Value: c}
		}
	}
	b.try(func() error { return s.SetRow(fmt.Sprintf("A%d", line), values) })
}

// choices offers what a column may hold. Anything else may still be typed, lists
// among it, and is judged when the file is read.
func (b *book) choices(sheet string, column int, code string) {
	var list []string
	switch code {
	case "level":
		for _, l := range Levels() {
			list = append(list, wordList("level.names." + string(l))[0])
		}
	case "post":
		for _, r := range Roles() {
			list = append(list, r.Name())
		}
		for _, u := range Units() {
			list = append(list, HandlerName(u))
		}
	case "state":
		list = []string{wordList("state.present")[0], wordList("state.away")[0]}
	default:
		return
	}
	b.try(func() error {
		letter, err := excelize.ColumnNumberToName(column + 1)
		if err != nil {
			return err
		}
		v := excelize.NewDataValidation(true)
		v.SetSqref(fmt.Sprintf("%s2:%s%d", letter, letter, mostRows))
		if err := v.SetDropList(list); err != nil {
			return err
		}
		return b.f.AddDataValidation(sheet, v)
	})
}
