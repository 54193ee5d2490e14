package classify

import (
	"strings"
	"sync"
	"testing"

	"gridbot/task"
)

// shipped builds the classifier as it ships.
func shipped(t testing.TB) *Classifier {
	t.Helper()
	k, err := shippedOnce()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// shippedOnce builds it once for all tests: it is immutable.
var shippedOnce = sync.OnceValues(func() (*Classifier, error) {
	c, err := task.DefaultCategories()
	if err != nil {
		return nil, err
	}
	return New(c)
})

// ruled gives what the rules alone say, without the model.
func ruled(k *Classifier, text string) Danger {
	return k.reader.judge(k.reader.scan(text, &scratch{}), nil)
}

type dangerCase struct {
	text string
	kind string // "" where only the level counts
}

func TestRulesSeeDangerNow(t *testing.T) {
	k := shipped(t)
	for _, tt := range []dangerCase{
		// fire
		{"隔壁着火了", "fire"},
		{"7幢起火了快来人", "fire"},
		{"厨房烧起来了怎么办", "fire"},
		{"油锅着了火，扑不灭", "fire"},
		{"四楼阳台窜火苗，窗帘也卷进去了", "fire"},
		{"倉庫失火了", "fire"},
		{"楼道里全是浓烟，门都不敢开", "fire"},
		{"对面窗户一直往外冒黑烟", "fire"},
		{"电表箱噼啪冒火花", "fire"},
		{"电瓶充着充着鼓包冒烟了", "fire"},
		{"煤气罐炸了，轰的一声", "fire"},
		{"地下室一股焦味，越来越浓", "fire"},
		{"不是演习，三楼真的着火了", "fire"},
		{"草堆正烧得旺，火往仓库那边窜", "fire"},
		{"119", "fire"},
		// gas
		{"厨房煤气味很重", "gas"},
		{"楼道里闻到天然气味道，越来越冲", "gas"},
		{"挖机把燃气管挖断了", "gas"},
		{"屋里臭鸡蛋味，不敢开灯", "gas"},
		{"液化气瓶呲呲漏气", "gas"},
		{"老人忘关煤气出门了", "gas"},
		{"燃气报警器一直在响", "gas"},
		{"我家天燃气好像漏了", "gas"},
		// lift
		{"电梯困人了", "elevator"},
		{"我被困在电梯里", "elevator"},
		{"电梯门打不开，里面有个孕妇", "elevator"},
		{"两个小孩关在电梯里出不来", "elevator"},
		{"电梯卡在3楼和4楼中间，我们五个人", "elevator"},
		{"電梯停住了，我媽在裡面", "elevator"},
		{"轿厢往下坠了一截，里面有人", "elevator"},
		// medical
		{"我爸晕倒了叫不醒", "medical"},
		{"有个老人摔倒在地上起不来了", "medical"},
		{"邻居胸口疼喘不上气", "medical"},
		{"工人从架子上摔下来头上流血", "medical"},
		{"小孩误食老鼠药", "medical"},
		{"我妈嘴歪了说不出话", "medical"},
		{"孕妇羊水破了", "medical"},
		{"广场有人口吐白沫抽搐", "medical"},
		{"阿婆吃糕噎住了，脸都紫了", "medical"},
		{"停电了我爷爷的呼吸机停了", ""},
		{"120快来，人没呼吸了", "medical"},
		{"一家三口煤气中毒", "medical"},
		{"被毒蛇咬了，腿肿得老高", "medical"},
		{"路口车祸，骑车的被撞，一动不动", "medical"},
		{"没有外伤，可是人昏迷了", "medical"},
		// rescue, water
		{"有人落水了", "rescue"},
		{"小孩掉进河里了", "rescue"},
		{"孩子反锁在车里，太阳晒着", "rescue"},
		{"孩子头卡在栏杆里拔不出来", "rescue"},
		{"墙倒了压住一个人", "rescue"},
		{"三岁的娃爬到窗台上，家里没大人", "rescue"},
		{"老伯掉进窨井爬不上来", "rescue"},
		{"水漫进屋了，老人困在床上出不来", ""},
		{"一楼淹到膝盖，有老人没撤", "flood"},
		{"江堤裂开口子了", "flood"},
		{"后山塌方堵住大门，里面有人", "rescue"},
		{"救命", "rescue"},
		{"自来水总管爆了，水往配电房灌", ""},
		// electricity
		{"有人触电倒在地上", ""},
		{"电线断了垂到水坑里，小孩在边上玩", "electric"},
		{"高压线刮断了，掉在路上冒火花", ""},
		{"路灯杆漏电，有人被电到了", "electric"},
		{"配电箱泡在水里，水还在涨", "electric"},
		// violence, crime
		{"老公正在打我", "police"},
		{"隔壁在打老婆，喊救命", ""},
		{"有人持刀", "police"},
		{"楼下两伙人打起来了，拿着棍子", "police"},
		{"有人撬我家门，快来", "police"},
		{"一个男的一直跟着我，我不敢回家", "police"},
		{"骗子叫我妈马上转账，拦不住", "police"},
		{"他扬言要放火烧死我们，汽油都拎来了", "police"},
		{"疯狗在广场追着人咬", "police"},
		{"110", "police"},
		// crisis
		{"我不想活了", "crisis"},
		{"有人要跳楼，坐在楼顶边上", "crisis"},
		{"室友割腕了", "crisis"},
		{"她留了遗书，手机关机", "crisis"},
		{"桥栏杆外面站着个女孩在哭", "crisis"},
		{"药都数好了，你们不用劝我", "crisis"},
		// missing, unseen
		{"我奶奶走丢了，她有老年痴呆", "missing"},
		{"孩子放学到现在没回来", "missing"},
		{"五岁女儿在超市不见了", "missing"},
		{"独居的阿公三天没出门，敲门没人应", "elder"},
		{"我妈一个人住，电话打了一天没人接", "elder"},
		// collapse
		{"房子要塌了，墙还在裂，里面还有人", "collapse"},
		{"楼上正在砸承重墙", "collapse"},
		{"外墙水泥块往下掉，下面还有人走", "collapse"},
		// the same dangers in other words; whom to call may differ
		{"卡电梯了", ""},
		{"电梯停在五楼不开门，我还在里边", ""},
		{"电梯突然黑了，一动不动，我跟两个老太太", ""},
		{"电梯不走了，我手机快没电", ""},
		{"电梯里有人在喊", ""},
		{"听见电梯井里有人敲", ""},
		{"女儿放学坐电梯上来半天没到家，电梯显示停在8楼不动", ""},
		{"电梯门夹住老人的腿了", ""},
		{"被关电梯半小时了", ""},
		{"快来救我们，电梯掉了两层", ""},
		{"幕墙玻璃碎了往下掉，街上都是人", ""},
		{"阳台整个要掉下来了", ""},
		{"外墙大块大块往下掉，刚砸坏一辆车", ""},
		{"我家房梁断了", ""},
		{"楼歪了，能听到咯吱咯吱响", ""},
		{"天花板塌了一半，压到我妈了", ""},
		{"老房子后墙倒了，里面住着老人", ""},
		{"广告牌快掉了，在行人头上晃", ""},
		{"刚刚楼顶一块水泥板砸到人行道上", ""},
		{"地基在往下沉，门都打不开了，家里有小孩", ""},
		{"溪水漫上来了，一楼全是水，我们在二楼", ""},
		{"水越涨越高，车都漂起来了", ""},
		{"台风把屋顶掀了，全家没地方躲", ""},
		{"山上泥浆冲下来了", ""},
		{"地下室灌满了，保安还没上来", ""},
		{"洪水进村了", ""},
		{"村口的桥被冲断了，对面还有人", ""},
		{"江水漫堤了", ""},
		{"水快到二楼了救命", ""},
		{"我们被水围住了，出不去", ""},
		{"房子进水快一米了，奶奶不能走路", ""},
		{"活着太累了，我想走了", ""},
		{"我女儿把自己锁房间说不想活", ""},
		{"她爬上楼顶了，谁都劝不住", ""},
		{"我准备好了绳子", ""},
		{"有个小伙子坐在江边护栏上喝酒，一直哭", ""},
		{"我已经吃了一整瓶安眠药", ""},
		{"朋友圈发了遗言，电话打不通", ""},
		{"我撑不下去了，对不起爸妈", ""},
		{"老婆抱着孩子站在阳台外面", ""},
		{"有人站在大桥栏杆上要往下跳", ""},
		{"我儿子拿刀划自己", ""},
		{"他说今晚就了结，门反锁着", ""},
		{"开了煤气要自杀", ""},
		{"有人拿刀砍人", ""},
		{"有个疯子在砸车打人", ""},
		{"楼下抢包了，刚跑", ""},
		{"有人翻进我家院子了，我一个人在家", ""},
		{"外面有人在撬我的锁", ""},
		{"我妈正要去银行转二十万给骗子", ""},
		{"警察打电话说我洗钱让我转账，我正在操作", ""},
		{"有人在小区里绑小孩", ""},
		{"几个人围着一个学生打", ""},
		{"歹徒", ""},
		{"我被人跟踪了，躲在便利店里", ""},
		{"楼道里有个裸男堵着女生", ""},
		{"有人往幼儿园扔砖头", ""},
		{"隔壁吵得厉害有人喊杀人了", ""},
		{"邻居举着菜刀在门口骂", ""},
		{"偷电瓶的正在偷，快来抓", ""},
		{"有人要炸楼", ""},
		{"我被关在出租屋里出不去，他们不让走", ""},
		{"传销把我关起来了", ""},
		{"触电了快来人", ""},
		{"井里有人", ""},
		{"我爸不行了", ""},
		{"孩子吞了一颗纽扣电池", ""},
		{"孩子从三楼掉下去了", ""},
		{"煤气灶爆了", ""},
		{"高压锅炸了烫伤了", ""},
		{"我奶奶突然不会说话了", ""},
		{"老公突然倒地", ""},
		{"有个人躺在路边不动", ""},
		{"孕妇大出血", ""},
		{"割到动脉了血喷出来", ""},
		{"小孩手被绞进搅拌机", ""},
		{"孩子掉粪坑里了", ""},
		{"胸闷得不行快死了", ""},
		{"马路上有人被车撞飞了", ""},
		{"工地吊篮掉下来了人在上面", ""},
		{"楼上着了", ""},
		{"阳台在冒火", ""},
		{"厨房爆炸了", ""},
		{"有股浓浓的烧电线味道，插座烫手", ""},
		{"充电器烧起来了", ""},
		{"车着了", ""},
		{"旁边工厂爆炸", ""},
		{"消防车快来", ""},
	} {
		d := ruled(k, tt.text)
		if d.Level != 2 || tt.kind != "" && d.Kind != tt.kind {
			t.Errorf("%s: level %d kind %q by %q, want level 2 kind %q", tt.text, d.Level, d.Kind, d.Rule, tt.kind)
		}
	}
}

func TestRulesLowerRisks(t *testing.T) {
	k := shipped(t)
	for _, text := range []string{
		"去年三楼着火，墙到现在还是黑的",
		"上个月我爸在楼道晕倒过，能不能装个扶手",
		"昨天电梯困了我二十分钟",
		"火已经灭了，就是电线没人查",
		"前几天有人撬门，没撬开",
		"我前夫上个月打过我",
		"昨晚闻到煤气味，今天没有了",
		"飞线充电，迟早要起火",
		"怕哪天电梯掉下去",
		"万一着火消防车都进不来",
		"井盖破了一半，晚上看不清",
		"楼上经常往下扔烟头，怕着火",
		"消防通道被铁链锁死",
		"外墙瓷砖松动，要掉不掉的，楼下都是小孩",
		"一楼把电瓶拎进屋里充电",
		"我妈上礼拜被骗走三千",
		"遛狗不牵绳，那条狗扑人",
		"楼梯栏杆松了，一碰就晃",
		"配电箱门开着，小孩伸手就能碰到电线",
		"差点着火，还好发现得早",
		"如果烧起来跑都没地方跑",
	} {
		if d := ruled(k, text); d.Level != 1 {
			t.Errorf("%s: level %d by %q, want 1", text, d.Level, d.Rule)
		}
	}
}

func TestRulesLeaveLookalikesAlone(t *testing.T) {
	k := shipped(t)
	for _, text := range []string{
		// the word inside another word
		"落水管掉了一截",
		"跳楼价大甩卖",
		"新开的火锅店排队排到马路上",
		"她脾气火爆，一点就着",
		"打火机能带上公交吗",
		"煤气费怎么交",
		"燃气表没电了",
		"反诈宣传手册哪里领",
		"急救包过期了",
		"烟酒店晚上吵",
		"油烟太大了，开不了窗",
		"消防栓旁边停满车",
		"充电宝借一下",
		"量血压的地方在哪",
		"打架子鼓的能不能小声点",
		"电梯费多少一个月",
		"病毒消毒液还有吗",
		"防溺水的牌子歪了",
		// figures of speech
		"热死了，空调坏了",
		"笑死我了",
		"气死我了，又停我车位",
		"累死了，爬七楼",
		"吵死了",
		"急死人了，办个证跑三趟",
		"贵得要命",
		// drills, films, games
		"明天消防演练几点开始",
		"演练说三楼着火往哪跑",
		"电影里着火那段太假了",
		"打游戏被人砍了",
		// denied
		"没有着火，是烧烤的烟",
		"没人受伤，也没冒烟",
		"不是漏气，我闻错了",
		"电梯里没有人，就是不动",
		"不是煤气泄漏，虚惊一场",
		"没有困人，门关不上而已",
		// asked about
		"请问着火了打什么电话",
		"电梯困人应该怎么办理赔偿",
		"失火证明去哪里开",
		"心肺复苏培训免费吗",
		"煤气中毒怎么预防",
		"被狗咬了打疫苗能报销吗",
		// numbers
		"120平的房子物业费多少",
		"我住110室",
		"快递尾号1190",
		// plain matters
		"路灯不亮",
		"楼道堆了纸板",
		"垃圾三天没人收",
		"楼上半夜拖椅子",
		"健身器材坏了",
		"想报名邻里节",
		"谢谢师傅",
		"进度",
		"你好",
		"",
		"？",
	} {
		if d := ruled(k, text); d.Level == 2 {
			t.Errorf("%s: level 2 by %q", text, d.Rule)
		}
		if d := k.Danger(text); d.Level == 2 {
			t.Errorf("%s: level 2 by %q with the model", text, d.Rule)
		}
	}
}

func TestNegationKeepsToItsClause(t *testing.T) {
	k := shipped(t)
	for text, want := range map[string]int{
		"没有着火":            0,
		"没着火":             0,
		"没有人,着火了":         2,
		"没人管，着火了":         2,
		"没有冒烟,着火":         0, // a list under one negation
		"不知道怎么办,着火了":      2,
		"不是着火":            0,
		"不是开玩笑，着火了":       2,
		"消防还没来，火势越来越大":    2,
		"没有水，着火了":         2,
		"火没灭":             2,
		"没有电灯没有水的老屋现在着火了": 2,
		"没有着火.后来真的着火了":    2,
	} {
		if d := ruled(k, text); d.Level != want {
			t.Errorf("%s: level %d by %q, want %d", text, d.Level, d.Rule, want)
		}
	}
}

func TestDangerFileFloors(t *testing.T) {
	k := shipped(t)
	examples, err := ReadExampleFiles("testdata/danger.tsv")
	if err != nil {
		t.Fatal(err)
	}
	s := Evaluate(k, examples)
	if s.N < 100 || s.Danger == nil {
		t.Fatalf("%d sentences", s.N)
	}
	if s.Danger.Recall < 0.95 || s.Danger.FalseAlarms > 0.02 {
		t.Errorf("recall %.3f, false alarms %.3f; want at least 0.95, at most 0.02", s.Danger.Recall, s.Danger.FalseAlarms)
	}
}

func TestDangerNeedsNothingElse(t *testing.T) {
	k := shipped(t)
	for _, text := range []string{"", " ", "\x00", "\xff\xfe", strings.Repeat("着火了", 10000), strings.Repeat(",", 5000), "\x02\x03", "🔥🔥🔥", "^$"} {
		if d := k.Danger(text); d.Level < 0 || d.Level > 2 {
			t.Errorf("Danger(%.20q) = %+v", text, d)
		}
	}
	d := k.Danger("五楼着火了")
	if d.Level != 2 || d.Kind != "fire" || d.Category != "fire" || !strings.Contains(d.Rule, "着火") {
		t.Errorf("Danger = %+v", d)
	}
}

func TestEveryRuleCategoryExists(t *testing.T) {
	k := shipped(t)
	cats := categories(t)
	for _, r := range k.reader.danger.rules {
		if _, known := cats.Get(r.category); !known && r.category != "" {
			t.Errorf("rule %s implies %q, which is no category", r.name, r.category)
		}
	}
	for category, kind := range k.reader.danger.kinds {
		if _, known := cats.Get(category); !known || kind == "" {
			t.Errorf("kinds: %s: %q", category, kind)
		}
	}
}

func BenchmarkDanger(b *testing.B) {
	k := shipped(b)
	b.ReportAllocs()
	for b.Loop() {
		k.Danger("3幢楼下路灯不亮了，晚上老人走路看不见")
	}
}
