package classify

import (
	"slices"
	"testing"
)

// saidIntents are messages that are no request, in words the examples lack.
var saidIntents = map[Intent][]string{
	IntentProgress:   {"我报的那个灯修到哪一步了", "上次的单子有没有下文", "怎么还没人来处理我那件事"},
	IntentSupplement: {"补充一下，是5幢不是3幢", "刚才忘了说，门牌是12号", "地址写错了，应该是北门"},
	IntentRate:       {"这次处理得很满意，给五星", "态度差，打零分", "修得不错，给个好评"},
	IntentWithdraw:   {"已经修好了，不用来了，撤了吧", "搞错了，取消上报", "不报了，麻烦撤回"},
	IntentGreeting:   {"早上好呀小助手", "你好，在不在", "大家新年好"},
	IntentThanks:     {"谢谢你们，辛苦了", "太感谢师傅了", "多谢多谢，费心了"},
	IntentChitchat:   {"你是机器人吗", "给我讲个笑话听听", "你叫什么名字呀"},
	IntentHuman:      {"我要找人工客服", "让你们书记给我打电话", "转人工，不要机器人"},
	IntentHelp:       {"这个怎么用，教教我", "有什么功能", "怎么上报，点哪里"},
}

func TestTalkIsToldFromRequests(t *testing.T) {
	k := shipped(t)
	for want, texts := range saidIntents {
		for _, text := range texts {
			if r := k.Classify(text); r.Intent != want || len(r.Guesses) > 0 || r.Main != "" {
				t.Errorf("%s: %s, want %s", text, r.Intent, want)
			}
		}
	}
}

func TestQuestionsAreToldFromReports(t *testing.T) {
	k := shipped(t)
	for text, want := range map[string]Intent{
		"请问居住证要带什么材料":   IntentConsult,
		"物业费一平方收多少":     IntentConsult,
		"狗证去哪里办，几块钱":    IntentConsult,
		"装修能不能在周末敲墙":    IntentConsult,
		"老年食堂几点开饭":      IntentConsult,
		"阳台封窗算不算违建":     IntentConsult,
		"电梯又坏了，什么时候修":   IntentReport,
		"垃圾堆成山了有没有人管":   IntentReport,
		"半夜还在打桩，还让不让人睡": IntentReport,
		"污水淌到路上，谁来管管":   IntentReport,
		"楼道堆满纸箱，走不过去":   IntentReport,
	} {
		if r := k.Classify(text); r.Intent != want {
			t.Errorf("%s: %s, want %s", text, r.Intent, want)
		}
	}
}

func TestACommandIsBareOfMarksAndParticles(t *testing.T) {
	k := shipped(t)
	for _, text := range []string{"谢谢", "谢谢！", "谢谢啊", " 谢谢~", "謝謝", "谢谢。。。", "谢，谢"} {
		if r := k.Classify(text); r.Intent != IntentThanks || r.Reason != "command" {
			t.Errorf("%q: %s by %q", text, r.Intent, r.Reason)
		}
	}
	for _, text := range []string{"谢谢，路灯还是不亮", "进度条", "不满意你们修的路灯"} {
		if r := k.Classify(text); r.Reason == "command" {
			t.Errorf("%q is taken for a command: %s", text, r.Intent)
		}
	}
}

func TestDangerIsNeverTalk(t *testing.T) {
	k := shipped(t)
	for _, text := range []string{"你好，三楼着火了", "谢谢你们，我不想活了", "转人工，我爸叫不醒了", "怎么用，电梯困人了快来", "撤回，煤气还在漏"} {
		r := k.Classify(text)
		if r.Danger.Level != 2 || !r.Intent.Request() || len(r.Guesses) == 0 {
			t.Errorf("%s: %s, danger %+v", text, r.Intent, r.Danger)
		}
	}
}

// Who only says that it is loud is asked what it comes from; who says what is loud is not.
func TestNoiseWithoutASourceIsAskedAbout(t *testing.T) {
	k := shipped(t)
	for text, asked := range map[string]bool{
		"太吵了": true, "好吵": true, "吵得人没法睡": true, "吵死了": true, "半夜吵得睡不着": true,
		"楼上半夜拖椅子": false, "工地打桩吵死了": false, "广场舞音响太响": false,
	} {
		r := k.Classify(text)
		if asked != (r.Verdict == AskAll && len(r.Guesses) == len(noises) && slices.Contains(noises, r.Guesses[0].Category)) {
			t.Errorf("%s: %s %+v", text, r.Verdict, r.Guesses)
		}
	}
}
