package grid

// Role is what a person does in an area. Roles are data: what the city calls
// the 1+3+N team differs from street to street, so a role is a word with a
// Chinese name and a rank, not a type.
type Role string

// The roles the product knows: the ladder of the city's areas, the community's
// own staff, and the N of "1+3+N", who are attached to a grid and called in.
const (
	StreetLeader    Role = "street_leader"    // 街道领导
	Dispatcher      Role = "dispatcher"       // 街道指挥室
	Secretary       Role = "secretary"        // 社区书记
	GridHead        Role = "grid_head"        // 网格长
	FullTime        Role = "full_time"        // 专职网格员
	PartTime        Role = "part_time"        // 兼职网格员
	Guide           Role = "guide"            // 网格指导员
	SocialWorker    Role = "social_worker"    // 专职社工、社区工作者
	Property        Role = "property"         // 物业
	OwnersCommittee Role = "owners_committee" // 业委会
	Department      Role = "department"       // 部门
	PartyMember     Role = "party_member"     // 在职党员
	FiveElders      Role = "five_elders"      // 五老
	Enforcement     Role = "enforcement"      // 执法力量
	Volunteer       Role = "volunteer"        // 志愿者
)

// Roles lists every role, highest rank first.
func Roles() []Role {
	return []Role{
		StreetLeader, Dispatcher, Secretary, GridHead, FullTime, PartTime, Guide, SocialWorker,
		Property, OwnersCommittee, Department, PartyMember, FiveElders, Enforcement, Volunteer,
	}
}

// Valid reports whether r is a role the product knows.
func (r Role) Valid() bool { return r.Rank() >= 0 }

// Rank orders the ladder of escalation: 4 for a street leader, 3 for the
// dispatcher, 2 for the community secretary, 1 for the head of a grid, 0 for
// everybody who works below, -1 for a role that does not exist.
func (r Role) Rank() int {
	switch r {
	case StreetLeader:
		return 4
	case Dispatcher:
		return 3
	case Secretary:
		return 2
	case GridHead:
		return 1
	case FullTime, PartTime, Guide, SocialWorker:
		return 0
	}
	if r.Affiliate() {
		return 0
	}
	return -1
}

// Affiliate reports whether r is one of the N of "1+3+N": attached to an area
// and called in when needed, never given a task by the ladder.
func (r Role) Affiliate() bool {
	switch r {
	case Property, OwnersCommittee, Department, PartyMember, FiveElders, Enforcement, Volunteer:
		return true
	}
	return false
}

// Name is the role's name in Chinese as residents and staff read it, or the
// word itself for a role the table does not hold.
func (r Role) Name() string { return named("role."+string(r), string(r)) }

// Name is the level's name in Chinese, or the word itself for a level the
// table does not hold.
func (l Level) Name() string { return named("level."+string(l), string(l)) }
