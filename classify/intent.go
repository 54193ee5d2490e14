package classify

// Intent is what a message wants of us.
type Intent string

// The intents. IntentReport and IntentConsult are requests and carry a category; the others
// do not.
const (
	IntentReport     Intent = "report"     // something shall be done 诉求
	IntentConsult    Intent = "consult"    // a question about rules or ways 咨询
	IntentProgress   Intent = "progress"   // how far is it 进度
	IntentSupplement Intent = "supplement" // more about what was said before 补充
	IntentRate       Intent = "rate"       // satisfied or not 评价
	IntentWithdraw   Intent = "withdraw"   // never mind 撤回
	IntentGreeting   Intent = "greeting"   // hello 问候
	IntentThanks     Intent = "thanks"     // 感谢
	IntentChitchat   Intent = "chitchat"   // small talk 闲聊
	IntentHuman      Intent = "human"      // a person, please 转人工
	IntentHelp       Intent = "help"       // how does this work 帮助
	IntentOther      Intent = "other"      // not ours: advertisements, commands to some other program
)

// Intents lists them all in a fixed order.
func Intents() []Intent {
	return []Intent{IntentReport, IntentConsult, IntentProgress, IntentSupplement, IntentRate, IntentWithdraw, IntentGreeting, IntentThanks, IntentChitchat, IntentHuman, IntentHelp, IntentOther}
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
func (i Intent) Request() bool { return i == IntentReport || i == IntentConsult }
