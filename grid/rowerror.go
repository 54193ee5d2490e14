package grid

import "strconv"

// RowError is one thing wrong in a list of areas, people or shifts. The readers
// join every one they meet with errors.Join; take them apart with errors.As.
type RowError struct {
	// Sheet is the sheet of a workbook, empty for comma separated text.
	Sheet string
	// Line counts from 1, the heading included; 0 speaks of the whole file or sheet.
	Line int
	// Column is the heading of the column, empty if the row as a whole is wrong.
	Column string
	// Code names the rule broken; Value is the text that offends.
	Code, Value string
}

// Error says in Chinese, for the operator who imports, what is wrong and where. Of a
// mobile number that stands in the wrong column only the end is shown.
func (e *RowError) Error() string {
	text := say("row."+e.Code, starred(e.Value))
	switch {
	case e.Line == 0 && e.Sheet == "":
		return say("row.at.file", text)
	case e.Line == 0:
		return say("row.at.sheet", e.Sheet, text)
	case e.Column == "":
		text = say("row.at.line", strconv.Itoa(e.Line), text)
	default:
		text = say("row.at.cell", strconv.Itoa(e.Line), e.Column, text)
	}
	if e.Sheet == "" {
		return text
	}
	return say("row.in.sheet", e.Sheet, text)
}
