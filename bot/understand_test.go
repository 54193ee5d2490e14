package bot

import (
	"bytes"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"gridbot/classify"
	"gridbot/grid"
	"gridbot/sample"
)

// wholeCity is the gazetteer of a city of full size, one of its micro-grids in the
// middle, and how many bytes of heap directory and gazetteer take.
var wholeCity = sync.OnceValue(func() (c struct {
	places *grid.Gazetteer
	home   grid.Area
	heap   int64
}) {
	areas, staff := sample.City(1)
	before := alive()
	read, err := grid.ReadAreas(bytes.NewReader(areas))
	if err != nil {
		panic(err)
	}
	people, err := grid.ReadStaff(bytes.NewReader(staff))
	if err != nil {
		panic(err)
	}
	d, err := grid.Build(grid.Ground{Areas: read, Staff: people})
	if err != nil {
		panic(err)
	}
	c.places = grid.NewGazetteer(d)
	for i := len(read) / 2; c.home.ID == ""; i++ {
		if read[i].Level == grid.Microgrid {
			c.home = read[i]
		}
	}
	read, people = nil, nil
	c.heap = alive() - before
	return c
})

// alive is the heap after collecting garbage, in bytes.
func alive() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// resident is the memory of the process that stands in RAM, in bytes; 0 where the
// system does not tell.
func resident() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	pages, err := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// messagesOf are messages of about 20 and of 200 characters, with a place of the city.
func messagesOf(home grid.Area) map[string]string {
	short := home.Name + "3幢楼下路灯不亮了，电话13712340001"
	long := short + strings.Repeat("，晚上老人走路看不见，已经有人摔过一跤，请快点派人来修", 10)
	return map[string]string{"20": string([]rune(short)[:20]), "200": string([]rune(long)[:200])}
}

// BenchmarkUnderstand is what a message costs before anything is kept: danger and
// matter, the place in a city of full size, and masking.
func BenchmarkUnderstand(b *testing.B) {
	city := wholeCity()
	k, err := classifier()
	check(b, err)
	for length, text := range messagesOf(city.home) {
		b.Run(length, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				k.Hear(text)
				city.places.Find(text, city.home.ID)
				classify.Mask(text)
			}
			b.ReportMetric(float64(city.heap)/1e6, "city-heap-MB")
			b.ReportMetric(float64(alive())/1e6, "heap-MB")
			b.ReportMetric(float64(resident())/1e6, "resident-MB")
		})
	}
	runtime.KeepAlive(city.places)
}

// TestAWholeCityIsUnderstood: what the benchmark measures is understood.
func TestAWholeCityIsUnderstood(t *testing.T) {
	city := wholeCity()
	k, err := classifier()
	check(t, err)
	for length, text := range messagesOf(city.home) {
		if n := len([]rune(text)); strconv.Itoa(n) != length {
			t.Fatalf("%d characters, not %s", n, length)
		}
		_, r := k.Hear(text)
		got := city.places.Find(text, city.home.ID)
		if len(r.Guesses) == 0 || r.Guesses[0].Category != "streetlight" || len(got) != 1 || got[0].Area == "" || got[0].Building != "3" {
			t.Errorf("%s: %+v at %+v", text, r.Guesses, got)
		}
	}
}
