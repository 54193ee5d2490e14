package classify

// Intent is what a message wants of us.
type Intent string

// The intents. Report and Consult are requests and carry a category; the others
// do not.
const (
	Report     Intent = "report"     // something shall be done 诉求
	Consult    Intent = "consult"    // a question about rules or ways 咨询
	Progress   Intent = "progress"   // how far is it 进度
	Supplement Intent = "supplement" // more about what was said before 补充
	Rate       Intent = "rate"       // satisfied or not 评价
	Withdraw   Intent = "withdraw"   // never mind 撤回
	Greeting   Intent = "greeting"   // hello 问候
	Thanks     Intent = "thanks"     // 感谢
	Chitchat   Intent = "chitchat"   // small talk 闲聊
	Human      Intent = "human"      // a person, please 转人工
	Help       Intent = "help"       // how does this work 帮助
	Other      Intent = "other"      // not ours: advertisements, commands to some other program
)

// Intents lists them all in a fixed order.
func Intents() []Intent {
	return []Intent{Report, Consult, Progress, Supplement, Rate, Withdraw, Greeting, Thanks, Chitchat, Human, Help, Other}
}

// Valid tells whether i is one of the intents.
func (i Intent) Valid() bool {
	for _, known := range Intents() {
		if i == known {
			return true
		}
	}
	return false
}

// Request tells whether the intent carries a category.
func (i Intent) Request() bool { return i == Report || i == Consult }
