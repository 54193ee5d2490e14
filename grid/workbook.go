package grid

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"github.com/xuri/excelize/v2"
)

// largestUnpacked is the most bytes a workbook may unpack to: a city takes a
// quarter of it, and a small file that unpacks without end is refused.
const largestUnpacked = 256 << 20

// A row is looked at as far as its 64th cell. Cells far to the right cost time all
// the same, because every cell before them is counted: a whole sheet may have ten
// million, five times what the longest list needs.
const (
	rowCells   = 64
	sheetCells = 10_000_000
)

// isWorkbook reports whether the bytes are an xlsx file (a zip), or one of the
// older kind and the encrypted ones, which are refused by name.
func isWorkbook(data []byte) bool {
	return bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0"))
}

// ReadWorkbook reads a workbook (xlsx) with the sheets 区域, 人员 and, if there is
// one, 值班, each as [ReadAreas], [ReadStaff] and [ReadRoster] read it. Other sheets
// are ignored. Every bad row of every sheet is in the error.
func ReadWorkbook(r io.Reader) (Ground, error) {
	data, err := readAll(r)
	if err != nil {
		return Ground{}, err
	}
	f, err := openWorkbook(data)
	if err != nil {
		return Ground{}, err
	}
	areas, areaErr := readNamed(f, areaList(), (*table).areas)
	staff, staffErr := readNamed(f, staffList(), (*table).people)
	roster, rosterErr := readNamed(f, rosterList(), (*table).roster)
	var none *RowError
	if at, _ := f.GetSheetIndex(words[rosterList().sheet]); at < 0 && errors.As(rosterErr, &none) {
		rosterErr = nil // a ground without a roster is whole
	}
	if err := errors.Join(areaErr, staffErr, rosterErr, f.Close()); err != nil {
		return Ground{}, err
	}
	return Ground{areas, staff, roster}, nil
}

// readNamed reads the sheet that has the list's name.
func readNamed[T any](f *excelize.File, l list, entries func(*table) []T) ([]T, error) {
	t, err := readSheet(f, words[l.sheet], l)
	if err != nil {
		return nil, err
	}
	return finish(t, entries(t))
}

// readOneSheet reads a list from a workbook that may have only this one: from the
// sheet with the list's name, or else from the first that is not hidden.
func readOneSheet(data []byte, l list) (*table, error) {
	f, err := openWorkbook(data)
	if err != nil {
		return nil, err
	}
	name := words[l.sheet]
	if at, _ := f.GetSheetIndex(name); at < 0 {
		if i := slices.IndexFunc(f.GetSheetList(), func(s string) bool { return visible(f, s) }); i >= 0 {
			name = f.GetSheetList()[i]
		}
	}
	t, err := readSheet(f, name, l)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	return t, nil
}

// openWorkbook opens an xlsx file within bounds.
func openWorkbook(data []byte) (*excelize.File, error) {
	if !bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return nil, &RowError{Code: "not_xlsx"}
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true, UnzipSizeLimit: largestUnpacked})
	if err != nil {
		return nil, &RowError{Code: "workbook", Value: err.Error()}
	}
	return f, nil
}

// visible reports whether a sheet is shown.
func visible(f *excelize.File, sheet string) bool {
	shown, err := f.GetSheetVisible(sheet)
	return err == nil && shown
}

// readSheet reads one sheet.
func readSheet(f *excelize.File, name string, l list) (*table, error) {
	if at, err := f.GetSheetIndex(name); at < 0 || err != nil {
		return nil, &RowError{Sheet: name, Code: "no_sheet"}
	}
	if !visible(f, name) {
		return nil, &RowError{Sheet: name, Code: "hidden"}
	}
	t := &table{sheet: name}
	if p, err := f.GetWorkbookProps(); err == nil && p.Date1904 != nil && *p.Date1904 {
		t.epoch = 1462 // the days between the two counts spreadsheets use
	}
	rows, err := f.Rows(name)
	if err != nil {
		return nil, &RowError{Sheet: name, Code: "workbook", Value: err.Error()}
	}
	err = t.read(sheetLines(rows, name), l)
	return t, errors.Join(err, rows.Close())
}

// sheetLines reads the rows of a sheet; cells hold what is stored, not what the
// spreadsheet shows, so numbers are whole and days are counts of days.
func sheetLines(rows *excelize.Rows, sheet string) lines {
	line, cellsLeft := 0, sheetCells
	return func() (int, []string, error) {
		line++
		if !rows.Next() {
			if err := rows.Error(); err != nil {
				return 0, nil, &RowError{Sheet: sheet, Code: "workbook", Value: err.Error()}
			}
			return 0, nil, io.EOF
		}
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return 0, nil, &RowError{Sheet: sheet, Code: "workbook", Value: err.Error()}
		}
		if cellsLeft -= 1 + len(cells); cellsLeft < 0 {
			return 0, nil, &RowError{Sheet: sheet, Code: "too_many"}
		}
		return line, cells[:min(len(cells), rowCells)], nil
	}
}
