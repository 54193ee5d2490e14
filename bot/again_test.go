package bot

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"gridbot/task"
)

// life is a conversation with every kind of step; who speaks stands before the colon.
const life = `wang:楼下路灯不亮了
wang:就是2单元门口那盏
wang:进度
worker:签收
worker:联系
worker:进展 已联系路灯所
worker:回复 1001 请问几单元？
wang:2单元
worker:办结 已修
worker:已更换灯泡，现场试亮正常
wang:未解决 晚上还是不亮
worker:签收 1001
worker:办结 1001 换了整个灯头，现场试亮
wang:满意
wang:太吵了
wang:1
wang:催办
wang:撤回 1002
li:路灯不亮了
li:幸福里小区6幢
li:太吵了
li:都不是
li:着火了！厨房着火了
li:幸福里小区7幢
li:人工
worker:退单 1003 不属本网格
desk:派 1003 李思远
desk:1
desk:改类 1004 广场商业噪声
worker:上报 1005 需要协调
li:嗯嗯
wang:楼下路灯又不亮了
li:幸福里小区3幢楼下的路灯又不亮了
worker:签收 1005
desk:补问 1005 请问是哪一盏？
li:我要投诉网格员张小燕，骂人
wang:东边那一盏
worker:吹哨 1005 志愿者 帮着守一下
worker:吹哨 1005 李思远
worker:1
worker:撤协 1005 邱志刚
worker:三方 1005 商量换灯
desk:督办 1005 今天看
desk:拆案 1006
desk:并案 1006 到 1005
worker:延期 1005 1天
worker:等厂家的配件
desk:同意 1005
desk:挂账 1005
desk:5天 等旧改
desk:恢复 1005 材料到了
desk:移交 张小燕
zhou:人工
zhou:村里的老戏台能不能挂个牌子
desk:不予受理 1008
desk:1
zhou:申诉 请再看一次
li:那个东西又坏了
li:就是那个东西`

// TestRepeatedBeforeCommit: when we die between making a move and remembering the
// message, it is delivered again. Every line of a life is worked twice, the first time
// without being remembered: nothing is made or moved twice.
func TestRepeatedBeforeCommit(t *testing.T) {
	once, twice := embedded(t), embedded(t)
	for _, w := range []*world{once, twice} {
		w.live("wang", "12010101.3")
		w.join("worker", "s11")
		w.join("desk", "s01")
	}
	for line := range strings.Lines(life) {
		who, words, _ := strings.Cut(strings.TrimSpace(line), ":")
		for _, w := range []*world{once, twice} { // nobody writes fast for long
			w.now = w.now.Add(4 * time.Second)
			w.redis.Advance(4 * time.Second)
		}
		want := once.say(who, words)
		m := twice.text(who, words)
		turn, err := twice.store.Begin(t.Context(), m.Person, m.Key, twice.bot.Window(m), false, twice.now)
		check(t, err)
		if _, err := twice.bot.Reply(t.Context(), m, turn); err != nil {
			t.Fatalf("%q: %v", words, err)
		}
		check(t, twice.store.Release(t.Context(), turn))
		got := twice.send(m)
		if a, b := outline(once), outline(twice); a != b {
			t.Fatalf("after %s said %q twice\n%s\nis\n%s\nanswered %s\ninstead of %s", who, words, a, b, got, want)
		}
	}
}

// outline is what became of all tasks.
func outline(w *world) string {
	w.Helper()
	var out strings.Builder
	for _, x := range w.tasks() {
		events, err := w.store.History(context.Background(), x.ID, 1000)
		check(w, err)
		out.WriteString(x.ID.String() + " " + string(x.Status) + " " + x.Category + " " + x.Handler + ":")
		for _, e := range events {
			out.WriteString(" " + string(e.Kind))
		}
		out.WriteString("\n")
	}
	return out.String()
}

// TestPhotoRepeatedBeforeCommit makes one task with one photo, although the task is
// on the person's list by then.
func TestPhotoRepeatedBeforeCommit(t *testing.T) {
	w := embedded(t)
	w.live("li", "12010101.3")
	m := w.text("li", "")
	m.Kind, m.MediaID = Image, "photo"
	turn, err := w.store.Begin(t.Context(), m.Person, m.Key, w.bot.Window(m), false, w.now)
	check(t, err)
	first, err := w.bot.Reply(t.Context(), m, turn)
	check(t, err)
	check(t, w.store.Release(t.Context(), turn))
	check(t, w.store.List(t.Context(), m.Person, w.tasks()[0].ID, w.now))
	w.now = w.now.Add(2 * time.Minute)
	if got := w.send(m); got != first.Text {
		t.Errorf("answered %q, then %q", first.Text, got)
	}
	if got := w.tasks(); len(got) != 1 || len(got[0].Media) != 1 {
		t.Errorf("tasks: %+v", got)
	}
}

// TestOldTelephone: whoever joined with a new telephone is a resident on the old one,
// and sees no task there, however it is asked for.
func TestOldTelephone(t *testing.T) {
	w := embedded(t)
	w.live("wang", "12010101.3")
	w.join("old", "s11")
	w.says("wang", "楼下路灯不亮了", "12-1001")
	w.says("old", "1001", "路灯故障")
	w.join("new", "s11")
	for _, words := range []string{"1001", "12-1001", "查询 1001", "签收 1001", "待办"} {
		w.says("old", words, "!路灯故障", "!已签收", "!手上")
	}
	w.says("new", "1001", "路灯故障")
	w.says("new", "签收 1001", "已签收")
	w.says("new", "办结", "不少于10个字")
	w.join("third", "s11")
	w.says("new", "已更换灯泡，现场试亮正常", "!已办结")
	if got := w.tasks()[0].Status; got != task.Signed {
		t.Errorf("a former telephone moved the task to %s", got)
	}
}

// TestOwnTasksBeyondTheNewest: a command names any task of the person, not only the
// newest few.
func TestOwnTasksBeyondTheNewest(t *testing.T) {
	w := embedded(t)
	w.live("wang", "12010101.3")
	for i := range 25 {
		w.redis.Advance(time.Minute)
		w.now = w.now.Add(joinFor * 2)
		w.says("wang", fmt.Sprintf("楼下第%d盏路灯不亮了", i+1), "编号")
	}
	w.says("wang", "撤回 1001", "已撤回")
	w.says("wang", "1002", "路灯故障")
	m := w.text("wang", "")
	m.Kind = Unsubscribe
	w.send(m)
	for _, x := range w.tasks() {
		if x.Reporter != (task.Person{}) {
			t.Errorf("%s still knows its reporter", x.ID)
		}
	}
}
