package grid

import (
	"cmp"
	"errors"
	"io"
	"slices"
)

// ReadAreas reads areas with the headings 编号, 级别, 名称, 上级 and, if present, 别名,
// 道路, 楼栋, 纬度, 经度, in any order; lists inside a cell are separated by
// semicolons. The file is comma separated text, UTF-8 with or without a byte order
// mark or GBK as spreadsheets write it; or a workbook (xlsx), whose sheet 区域 is
// read, or else the first. Formulas count by the value last stored, hidden sheets
// not at all. When anything is wrong nothing is returned but the errors, each a
// [*RowError]. Whether areas fit together is checked by [Build].
func ReadAreas(r io.Reader) ([]Area, error) {
	t, err := readTable(r, areaList())
	if err != nil {
		return nil, err
	}
	return finish(t, t.areas())
}

// ReadStaff reads people with the headings 工号, 姓名, 岗位, 辖区 and, if present, 状态,
// 替班, 请假 (2026-12-01~2026-12-05), or 请假起 and 请假止, the last day, and 手机 (or
// 手机号, 手机号码, 电话, 联系电话), a mobile number. A post is a role, or a department by
// its name: 市政 or 部门:市政. Several posts are several rows of the same person, or lists
// separated by semicolons: as many posts as areas go in pairs, one post goes with every
// area and one area with every post. Files and errors are those of [ReadAreas]; no error
// holds a number. The sheet is 人员.
func ReadStaff(r io.Reader) ([]Staff, error) {
	t, err := readTable(r, staffList())
	if err != nil {
		return nil, err
	}
	return finish(t, t.people())
}

// ReadRoster reads a weekly roster with the headings 区域, 星期 (周一至周五、周日; 每天),
// 时段 (08:30-12:00; 22:00-06:00 ends on the next day) and 工号. A row with several
// areas, hours or people is a shift for each of them. Files and errors are those of
// [ReadAreas]; the sheet is 值班.
func ReadRoster(r io.Reader) ([]Shift, error) {
	t, err := readTable(r, rosterList())
	if err != nil {
		return nil, err
	}
	return finish(t, t.roster())
}

// finish returns the list, or every error instead of it.
func finish[T any](t *table, list []T) ([]T, error) {
	if len(t.errs) > 0 {
		return nil, errors.Join(t.errs...)
	}
	return list, nil
}

// areas makes an area of each row.
func (t *table) areas() []Area {
	seen := make(map[string]bool)
	areas := make([]Area, 0, len(t.rows))
	for _, row := range t.rows {
		areas = append(areas, Area{
			ID: row.unique("id", seen), Level: row.level(), Name: row.must("name"), Parent: row.text("parent"),
			Aliases: row.items("aliases"), Roads: row.items("roads"), Buildings: row.buildings(),
			Lat: row.degrees("lat", 90), Lon: row.degrees("lon", 180),
			Boundary: row.boundary(),
		})
		if (row.text("lat") == "") != (row.text("lon") == "") {
			row.fail("lat", "half_position", "")
		}
	}
	return areas
}

// people makes a person of the rows that name the same.
func (t *table) people() []Staff {
	var staff []Staff
	at := make(map[string]int)
	for _, row := range t.rows {
		s := Staff{
			ID: row.must("staff_id"), Name: row.must("staff_name"), Posts: row.posts(), Away: row.away(),
			Leaves: row.leaves(), Substitutes: row.items("substitutes"), Phone: row.phone(),
		}
		i, again := at[s.ID]
		if !again {
			at[s.ID] = len(staff)
			staff = append(staff, s)
			continue
		}
		if staff[i].Name != s.Name {
			row.fail("staff_name", "other_name", staff[i].Name)
		}
		if staff[i].Phone != "" && s.Phone != "" && staff[i].Phone != s.Phone {
			row.fail("phone", "other_phone", "")
		}
		staff[i].add(s)
	}
	return staff
}

// add joins what another row says of the same person.
func (s *Staff) add(more Staff) {
	s.Posts = append(s.Posts, more.Posts...)
	s.Away, s.Phone = s.Away || more.Away, cmp.Or(s.Phone, more.Phone)
	for _, l := range more.Leaves {
		if !slices.ContainsFunc(s.Leaves, l.same) {
			s.Leaves = append(s.Leaves, l)
		}
	}
	for _, id := range more.Substitutes {
		if !slices.Contains(s.Substitutes, id) {
			s.Substitutes = append(s.Substitutes, id)
		}
	}
}

// roster makes shifts of each row.
func (t *table) roster() []Shift {
	var roster []Shift
	for _, row := range t.rows {
		days, spans := row.weekdays(), row.spans()
		for _, area := range row.some("shift_area") {
			for _, staff := range row.some("staff_id") {
				for _, span := range spans {
					roster = append(roster, Shift{area, days, span, staff})
				}
			}
		}
	}
	return roster
}
