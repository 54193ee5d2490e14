package grid

// Directory is an immutable snapshot of areas and staff.
type Directory struct {
	areas    []Area // ordered so that an area's descendants follow it directly
	last     []int32
	parent   []int32
	children map[string][]int32
	index    map[string]int32
	staff    []Staff
	staffIdx map[string]int32
}

func NewDirectory(areas []Area, staff []Staff) (*Directory, error) { return &Directory{}, nil }
func (d *Directory) Area(id string) (Area, bool)                   { return Area{}, false }
func (d *Directory) Path(id string) []Area                         { return nil }
func (d *Directory) Up(id string, l Level) (Area, bool)            { return Area{}, false }
func (d *Directory) Children(id string) []Area                     { return nil }
func (d *Directory) StreetOf(id string) string                     { return "" }
func (d *Directory) FullName(id string) string                     { return "" }
func (d *Directory) PlaceName(p Place) string                      { return "" }
func (d *Directory) Staff(id string) (Staff, bool)                 { return Staff{}, false }
func (d *Directory) StaffNamed(street, name string) []Staff        { return nil }
func (d *Directory) At(area string, role Role) []Staff             { return nil }
func (d *Directory) Has(staffID string, role Role, area string) bool {
	return false
}
func (d *Directory) RolesIn(staffID, area string) []Role      { return nil }
func (d *Directory) Dispatchers(street string) []Staff        { return nil }
func (d *Directory) Gaps() []Gap                              { return nil }
func (d *Directory) Ladder(gridID string) [][]Staff           { return nil }
func (d *Directory) Superiors(staffID, gridID string) []Staff { return nil }
func (d *Directory) Areas() []Area                            { return nil }
func (d *Directory) People() []Staff                          { return nil }
