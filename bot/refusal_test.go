package bot

import (
	"testing"

	"gridbot/task"
)

// TestEveryRefusalHasItsWords: what one may not do is said with who may, or why not now.
func TestEveryRefusalHasItsWords(t *testing.T) {
	w := street(t)
	w.live("li", "12010101.5")
	w.join("property", "s20")
	w.dialogue(`
		wang: 楼下路灯不亮了 → 12-1001
		worker: 签收 → 已签收
		worker: 挂账 1001 3天 等配件 → 由社区书记或指挥室
		worker: 恢复 1001 → 由社区书记或指挥室
		worker: 补问 1001 哪一盏 → 想问居民请回复
		worker: 督办 1001 → 由指挥室来定
		worker: 裁定 1001 潘晓东 → 由指挥室来定
		worker: 不予受理 1001 1 → 由指挥室来定
		worker: 剔除 1001 台风 → 由指挥室来定
		worker: 同意 1001 → 由上级来定
		worker: 不同意 1001 不行 → 由上级来定
		head: 不同意 1001 不行 → 没有人申请延期
		worker: 下派 1001 → 不是别人上报来的
		worker: 回应 1001 → 没有请您一起办
		worker: 撤协 1001 → 请写明不用等谁
		worker: 吹哨 1001 物业 换灯 → 已请卢永康一起办
		worker: 吹哨 1001 物业 换灯 → 已经请卢永康一起办了
		property: 进展 1001 正在换 → 您是一起办的
		property: 退单 1001 不归我 → 您是一起办的
		property: 回应 1001 → 已告诉张小燕
		property: 回应 1001 → 已经回应过
		worker: 办结 1001 已更换灯泡，现场试亮正常 → 还等卢永康
		property: 办结 1001 → 您这一部分
		property: 换好了 → 您这一部分已办好
		property: 办结 1001 再换一次 → 您这一部分已经办好了
		desk: 督办 1001 → 已督办
		desk: 督办 1001 → 已经在督办
		head: 平安 1001 → 不是危险的事
		worker: 办结 1001 已更换灯泡，现场试亮正常 → 等居民评价
		worker: 挂账 1001 3天 等配件 → 由社区书记
		wang: 催办 → 没有正在办的事可以催
		wang: 催办 1001 → 已经办结了
		wang: 撤回 1001 → 已经办好了
		wang: 申诉 1001 → 不用申诉
		wang: 满意 → 已结案
		wang: 基本满意 1001 → 已经结案了
		wang: 补充 1001 还有一盏 → 已经办好了`)
}

// TestTheResidentHasLeft: nobody is told that somebody was told who cannot be.
func TestTheResidentHasLeft(t *testing.T) {
	w := street(t)
	w.dialogue("wang: 楼下路灯不亮了 → 12-1001\nworker: 签收 → 已签收")
	m := w.text("wang", "")
	m.Kind = Unsubscribe
	w.send(m)
	w.dialogue(`
		desk: 补问 1001 哪一盏？ → 问不到了
		worker: 回复 1001 哪一盏？ → 带不到了
		worker: 联系 1001 → 收不到通知
		worker: 进展 1001 已约路灯所 → 收不到通知
		worker: 办结 1001 已更换灯泡，现场试亮正常 → 12-1001已办结。`)
}

// TestLateReasonIsNotAskedFor: nobody writes a reason for what is refused anyway.
func TestLateReasonIsNotAskedFor(t *testing.T) {
	w := street(t)
	w.dialogue(`
		wang: 我们楼的电梯坏了，停在一楼不动 → 12-1001
		worker: 签收 → 已签收
		worker: 延期 1001 9天 → 这个天数不行
		+31m
		worker: 退单 1001 → 已过可以退单的时间
		+24h
		worker: 延期 1001 1天 → 已过办结时间`)
}

// TestPhotoWhileAReasonIsAskedFor: a photo is no reason to give a task back, and does
// not finish it either.
func TestPhotoWhileAReasonIsAskedFor(t *testing.T) {
	w := street(t)
	w.dialogue("wang: 楼下路灯不亮了 → 12-1001\nworker: 签收 → 已签收\nworker: 退单 1001 → 原因")
	m := w.text("worker", "")
	m.Kind, m.MediaID = Image, "media"
	w.answers(w.send(m), "photo", "照片已放进12-1001")
	if got := w.tasks()[0]; got.Status != task.Processing && got.Status != task.Signed || len(got.Media) != 1 {
		t.Errorf("the task is %s with %d photos", got.Status, len(got.Media))
	}
	w.says("worker", "这盏灯在锦绣花苑，不属本网格", "已退回指挥室")
}

// TestCoHandlersPhoto: a photo of somebody called in shows that their part is done when
// they say so, and begins a matter of their own when not.
func TestCoHandlersPhoto(t *testing.T) {
	w := street(t)
	w.join("property", "s20")
	photo := func() string {
		m := w.text("property", "")
		m.Kind, m.MediaID = Image, "media"
		return w.send(m)
	}
	w.dialogue("wang: 楼下路灯不亮了 → 12-1001\nworker: 签收 → 已签收\nworker: 吹哨 1001 物业 换灯 → 已请卢永康")
	w.answers(photo(), "photo", "哪一件", "我这一部分办好了")
	w.says("property", "2", "12-1002", "是什么事")
	w.now = w.now.Add(joinFor * 2)
	w.says("property", "办结 1001", "请写一句您这一部分")
	w.answers(photo(), "photo for the result", "您这一部分已办好")
	if h := w.tasks()[0].Helpers; len(h) != 1 || h[0].Done.IsZero() {
		t.Errorf("helpers %+v", h)
	}
}
