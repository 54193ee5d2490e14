package classify

import (
	"strings"
	"testing"
)

// Every number in a text is hidden, not only the first.
func TestFaultTheSecondNumberIsLeft(t *testing.T) {
	got := Mask("打我电话13800001111，打不通就打 139-0000-2222，家里座机0576-88881234，还有13700003333。")
	for _, left := range []string{"00001111", "0000-2222", "88881234", "00003333"} {
		if strings.Contains(got, left) {
			t.Errorf("%s is left in %s", left, got)
		}
	}
}
