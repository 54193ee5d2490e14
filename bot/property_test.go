package bot

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"gridbot/task"
)

// reports are clear requests; %s is something of their own to find them by.
var reports = []string{"楼下路灯不亮了%s", "我们小区垃圾堆了好几天没人清%s", "5幢电梯坏了，停在一楼不动%s", "楼上天天半夜跳绳吵得睡不着%s",
	"幸福里小区6幢下水道堵了，污水冒出来了%s", "着火了！厨房着火了%s", "网格员张小燕态度恶劣骂人%s", "请问居住证怎么办%s", "太吵了%s", "电线杆旁边的井盖不见了%s"}

// phrases are what people say in between.
var phrases = []string{"1", "2", "3", "都不是", "是", "好的", "谢谢", "进度", "催办", "撤回", "满意", "不满意", "未解决", "人工", "帮助", "补充 门牌301", "12-1001",
	"1002", "1502", "幸福里小区3幢", "万达花园8幢", "就在门口", "你好", "算了", "？", "签收", "签收 1001", "联系 1001", "办结 1001 已经更换好了，试过正常", "办结 已修好",
	"退单 1001 不属本网格", "转 1001 李思远", "派 1001 张小燕", "改类 1001 路灯", "通过", "驳回 1001 不清楚", "回复 1001 请问几单元？", "上报 1001 要协调", "待办",
	"进展 1001 正在修", "查询 1001", "延期 1001 3天", "满意 1001",
	"补问 1001 请问是哪一盏？", "挂账 1001 3天 等配件", "恢复 1001", "挂账", "不予受理 1001 1", "申诉", "并案 1002 1001", "拆案 1002", "吹哨 1001 物业 来看一下", "三方 1001",
	"回应 1001 明天去", "撤协 1001", "督办 1001", "平安 1001", "同意 1001", "不同意 1001 不用", "本网格", "下一页", "移交 张小燕", "匿名", "取消匿名", "我的信息", "裁定 1001 张小燕", "下派 1001"}

// TestNothingIsLost plays random conversations of two residents, a worker and a
// dispatcher: nothing panics or fails, every answer can be sent, and every report
// ends in a task's report or history.
func TestNothingIsLost(t *testing.T) {
	w := embedded(t)
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		c := &conversation{w: w, rt: rt, mark: fmt.Sprintf("记%d", round)}
		w.live(c.who(0), "12010101.3")
		w.join("worker", "s11")
		w.join("desk", "s01")
		for range rapid.IntRange(1, 25).Draw(rt, "length") {
			c.step()
		}
		c.found()
	})
}

// conversation is one random life.
type conversation struct {
	w       *world
	rt      *rapid.T
	mark    string
	said    []string
	written int
}

// who are two residents of this round, and two of the staff.
func (c *conversation) who(i int) string {
	return []string{c.mark + "-wang", c.mark + "-li", "worker", "desk"}[i]
}

func (c *conversation) step() {
	who := c.who(rapid.IntRange(0, 3).Draw(c.rt, "who"))
	m := c.w.text(who, "")
	switch rapid.IntRange(0, 9).Draw(c.rt, "kind") {
	case 0, 1, 2:
		c.written++
		own := fmt.Sprintf("（%s之%d）", c.mark, c.written)
		m.Text = fmt.Sprintf(rapid.SampledFrom(reports).Draw(c.rt, "report"), own)
		c.said = append(c.said, own)
	case 3, 4, 5, 6:
		m.Text = rapid.SampledFrom(phrases).Draw(c.rt, "phrase")
	case 7:
		m.Text = rapid.String().Draw(c.rt, "noise")
	case 8:
		m.Kind = rapid.SampledFrom([]Kind{Image, Voice, Location, Scan, Click, Other, Quiet}).Draw(c.rt, "other")
		m.MediaID, m.Scene, m.Lat, m.Lon, m.Label = "media", "12010102.6", 28.6592, 121.4150, "幸福里"
		m.Text = map[Kind]string{Click: rapid.SampledFrom([]string{"status", "human", "list", "x"}).Draw(c.rt, "menu")}[m.Kind]
	case 9:
		c.w.now = c.w.now.Add(time.Duration(rapid.IntRange(0, 90000).Draw(c.rt, "seconds")) * time.Second)
		c.w.redis.Advance(time.Minute)
		return
	}
	got, err := c.w.try(context.Background(), m)
	if err != nil {
		c.rt.Fatalf("%s says %q: %v", who, m.Text, err)
	}
	if got == "" && m.Kind != Quiet || utf8.RuneCountInString(got) > maxRunes || len(got) > maxBytes || strings.Contains(got, "<no value>") {
		c.rt.Fatalf("%s says %q (%s) and is answered %q", who, m.Text, m.Kind, got)
	}
}

// found looks for every report of this round.
func (c *conversation) found() {
	var all strings.Builder
	for _, x := range c.w.tasks() {
		if x.Reporter == (task.Person{}) {
			c.rt.Fatalf("%s has lost its reporter", x.ID)
		}
		all.WriteString(c.w.words(x))
	}
	for _, own := range c.said {
		if !strings.Contains(all.String(), own) {
			c.rt.Fatalf("the report with %s is in no task", own)
		}
	}
	check(c.rt, c.w.redis.Flush(context.Background()))
	c.w.settle()
}
