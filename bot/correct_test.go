package bot

import (
	"bytes"
	"testing"

	"gridbot/grid"
	"gridbot/sample"
	"gridbot/task"
)

func TestPlaceCorrected(t *testing.T) {
	w := street(t)
	w.dialogue(`
		wang: 楼下路灯不亮了 → 12-1001
		worker: 签收 → 已签收
		worker: 改址 → 没有查到这个地点, 改址 12-1001 柳岸花园6幢
		worker: 改址 1001 翡翠湾3幢 → 没有查到这个地点
		worker: 改址 1001 安居小区3幢 → 请写全小区和楼幢, 幸福里社区安居小区3幢, 柳岸社区安居小区3幢
		worker: 改地点 1001 3幢 → 12-1001的地点现在就是幸福里小区3幢
		head: 改址 1001 柳岸花园6幢 → 12-1001由张小燕负责，这一步要由经办人或指挥室来办
		worker: 改地址 5幢 → 12-1001的地点已改为幸福里小区5幢，由张小燕负责
		desk: 改址1001到柳岸花园6幢 → 12-1001的地点已改为柳岸花园6幢，由何彩萍负责
		worker: 改址 1001 幸福里小区3幢 → 没有查到1001`)
	x := w.tasks()[0]
	if x.Place != (task.Place{Text: "柳岸花园6幢", Microgrid: "12020102", Grid: "120201"}) || x.Handler != "s15" || x.Status != task.Dispatched {
		t.Errorf("%+v of %s, %s", x.Place, x.Handler, x.Status)
	}
}

// A place that was all that was missing lets the task go on; so does the kind after it.
func TestPlaceCorrectedAtTheDesk(t *testing.T) {
	street(t).dialogue(`
		li: 路灯不亮了 → 请问在哪里
		desk: 改址 柳岸花园6幢 → 12-1001的地点已改为柳岸花园6幢，由何彩萍负责
		wang: 人工 → 请直接写下您的事
		wang: 我家的事说来话长 → 12-1002
		desk: 改址 1002 柳岸花园6幢 → 请定类别：改类 12-1002 类别
		desk: 改类 1002 路灯故障 → 由何彩萍负责`)
}

func TestPlaceInAnotherStreet(t *testing.T) {
	w := street(t)
	areas, err := grid.ReadAreas(bytes.NewReader(sample.Areas))
	check(t, err)
	staff, err := grid.ReadStaff(bytes.NewReader(sample.Staff))
	check(t, err)
	areas = append(areas, grid.Area{ID: "13", Level: grid.Street, Name: "清溪街道"}, grid.Area{ID: "1301", Level: grid.Community, Name: "湖滨社区", Parent: "13"},
		grid.Area{ID: "130101", Level: grid.Grid, Name: "第一网格", Parent: "1301"}, grid.Area{ID: "13010101", Level: grid.Microgrid, Name: "湖滨花园", Parent: "130101"},
		grid.Area{ID: "13010102", Level: grid.Microgrid, Name: "望潮小区", Parent: "130101"})
	check(t, w.store.SaveDirectory(t.Context(), areas, staff))
	_, err = w.desk.Refresh(t.Context())
	check(t, err)
	w.dialogue(`
		wang: 楼下路灯不亮了 → 12-1001
		desk: 改址 1001 湖滨花园 → 湖滨花园在清溪街道，不在本街道, 请指挥室和清溪街道联系
		desk: 改址 1001 望潮小区1幢 → 12-1001的地点已改为柳岸社区望潮小区1幢`)
}

func TestUrgencySet(t *testing.T) {
	w := street(t)
	w.dialogue(`
		wang: 楼下路灯不亮了 → 12-1001
		worker: 定级 1001 → 特急、紧急、一般、复杂
		worker: 改急 1001 咨询 → 请写明紧急程度
		worker: 改急 1001 一般 → 12-1001现在就是“一般”，不用改
		worker: 改急 1001 复杂 → 要往慢里改得由指挥室来定
		head: 改急 1001 紧急 → 12-1001由张小燕负责
		worker: 改急 紧急，有老人摔倒 → 12-1001已改为紧急，明天10:00前办结
		worker: 1001 改紧急程度 特急 → 12-1001已改为特急
		desk: 改急1001：一般 → 12-1001已改为一般
		worker: 定级考试什么时候 → !12-1001`)
	if !w.holds("有老人摔倒") {
		t.Error("the reason is lost")
	}
	w.dialogue(`
		li: 桂语新村3幢着火了 → 12-1002
		desk: 改急 1002 一般 → 12-1002关系安全，要一直按特急办
		desk: 改急 1002 特急 → 12-1002现在就是“特急”`)
}
