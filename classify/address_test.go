package classify

import "testing"

// What people answer to "where is it?" raises no alarm by itself.
func TestAnAddressIsNoDanger(t *testing.T) {
	k := shipped(t)
	for _, text := range []string{"5幢", "幸福里5幢", "就在大门右边", "3单元501", "12-2-602", "东门进来第二排", "菜场对面", "三楼", "我家楼下", "在3幢门口那一盏", "小区南门", "2单元"} {
		if d := k.Danger(text); d.Level == 2 {
			t.Errorf("%s: danger %+v", text, d)
		}
		if d := k.Classify(text).Danger; d.Level == 2 {
			t.Errorf("%s: danger %+v when classified", text, d)
		}
	}
}
