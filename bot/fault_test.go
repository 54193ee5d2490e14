package bot

import "testing"

// A number alone is a task, an answer or a question; it is never small talk.
func TestFaultABareNumberFallsIntoSmallTalk(t *testing.T) {
	w := street(t)
	w.says("wang", "楼下路灯不亮了", "12-1001")
	for _, number := range []string{"1001", "12-1001", "１００１号", "#1001"} {
		w.says("wang", number, "12-1001 路灯故障")
	}
	w.says("somebody", "1999", "没有查到")
	w.says("worker", "1001", "居民说")
}
