package grid

import (
	"bytes"
	"fmt"
	"math"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"
)

// The size of a whole city.
const (
	cityMicrogrids = 43011
	cityPeople     = 23015
)

// syllables make up the names of a city that does not exist.
var syllables = strings.Split("翠 湖 云 栖 江 南 碧 海 金 桂 银 杏 东 方 锦 绣 望 潮 听 涛 和 风 柳 岸 橘 香 桃 源 松 鹤 兰 亭 梅 雪 竹 石 泉 龙 凤 星 月 春 晖 秋 实 安 康 宁 瑞 祥 福 禄", " ")

// inventedName is a name of three syllables, the same for the same number.
func inventedName(n int, ending string) string {
	k := len(syllables)
	n = n * 7919 % (k * k * k)
	return syllables[n%k] + syllables[n/k%k] + syllables[n/k/k] + ending
}

// city makes a city of the full size: 100 streets, three or four micro-grids to a 小区.
func city() ([]Area, []Staff) {
	areas := []Area{{ID: "city", Level: City, Name: "台城市"}}
	var grids []string
	for n := range cityMicrogrids {
		street, community, grid := 1+n/431, n/43, n/6
		if n%431 == 0 {
			areas = append(areas, Area{ID: strconv.Itoa(street), Level: Street, Name: inventedName(street, "街道"), Parent: "city"})
		}
		if c := fmt.Sprintf("c%d-%d", street, community); areas[len(areas)-1].Level == Street || n%43 == 0 {
			areas = append(areas, Area{ID: c, Level: Community, Name: inventedName(community+500, "社区"), Parent: strconv.Itoa(street)})
		}
		if g := fmt.Sprintf("g%d-%d-%d", street, community, grid); len(grids) == 0 || grids[len(grids)-1] != g {
			grids = append(grids, g)
			areas = append(areas, Area{ID: g, Level: Grid, Name: fmt.Sprintf("第%d网格", grid%8+1), Parent: fmt.Sprintf("c%d-%d", street, community)})
		}
		areas = append(areas, Area{
			ID: fmt.Sprintf("m%d", n), Level: Microgrid, Name: inventedName(n/4+2000, "小区"), Parent: grids[len(grids)-1],
			Aliases: []string{inventedName(n/4+30000, "苑")}, Roads: []string{inventedName(n/30+60000, "路")},
			Buildings: []string{fmt.Sprintf("%d-%d", n%4*6+1, n%4*6+6)},
			Lat:       28.4 + float64(n%207)*0.0012, Lon: 121.1 + float64(n/207)*0.0014,
		})
	}
	staff := make([]Staff, cityPeople)
	for i := range staff {
		role := []Role{FullTime, GridHead, Guide}[i/len(grids)%3]
		staff[i] = Staff{ID: fmt.Sprintf("s%05d", i), Name: inventedName(i, ""), Posts: []Post{{Role: role, Area: grids[i%len(grids)]}}}
	}
	return areas, staff
}

// cityGround is the city with departments in every street, leave and substitutes
// for every tenth of its people, and a roster of two shifts in every fourth grid.
func cityGround() Ground {
	areas, staff := city()
	g := Ground{Areas: areas, Staff: staff}
	for i := range staff {
		s := &staff[i]
		if i%10 == 0 {
			s.Leaves, s.Substitutes = []Leave{{Day(2026, 12, 1), Day(2026, 12, 4)}}, []string{staff[(i+1)%len(staff)].ID, staff[(i+2)%len(staff)].ID}
		}
		if i%40 == 0 {
			s.Posts = append(s.Posts, Post{Department, strconv.Itoa(1 + i%100), Units()[i/40%len(Units())]})
		}
		if i%4 == 0 {
			g.Roster = append(g.Roster, Shift{s.Posts[0].Area, EveryDay, hours(8, 20), s.ID}, Shift{s.Posts[0].Area, EveryDay, hours(20, 32), s.ID})
		}
	}
	return g
}

// theCity is built once for every test and benchmark that needs it.
var theCity = sync.OnceValues(func() (*Directory, *Gazetteer) {
	d, err := Build(cityGround())
	if err != nil {
		panic(err)
	}
	return d, NewGazetteer(d)
})

// heap is what is alive after collecting garbage, in bytes.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestACityFits(t *testing.T) {
	ground := cityGround()
	empty := heap()
	start := time.Now()
	d, err := Build(ground)
	if err != nil {
		t.Fatal(err)
	}
	directory, took := heap()-empty, time.Since(start)
	start = time.Now()
	g := NewGazetteer(d)
	gazetteer := heap() - empty - directory
	t.Logf("%d areas, %d people, %d shifts: directory %.1f MB in %v, gazetteer %.1f MB in %v, %d words",
		len(ground.Areas), len(ground.Staff), len(ground.Roster), float64(directory)/1e6, took, float64(gazetteer)/1e6, time.Since(start), len(g.names.list))
	if gazetteer > 40<<20 {
		t.Errorf("the gazetteer takes %d bytes", gazetteer)
	}
	if directory > 40<<20 {
		t.Errorf("the directory takes %d bytes", directory)
	}
	runtime.KeepAlive(ground)
	runtime.KeepAlive(g)
}

func TestFindInACity(t *testing.T) {
	d, g := theCity()
	wrong := 0
	for n := 0; n < cityMicrogrids; n += 97 {
		a, _ := d.Area(fmt.Sprintf("m%d", n))
		got := g.Find(a.Name+strconv.Itoa(n%4*6+2)+"幢楼下路灯不亮", a.ID)
		if len(got) != 1 || got[0].Microgrid != a.ID || !got[0].Exact {
			wrong++
		}
		near, metres, ok := g.Nearest(a.Lat+0.0001, a.Lon-0.0001)
		if !ok || near != a.ID || metres > 20 {
			t.Fatalf("nearest to %s is %s, %v m", a.ID, near, metres)
		}
	}
	if wrong > 0 {
		t.Errorf("%d places wrong", wrong)
	}
}

// cornered gives every micro-grid a boundary of so many corners around its centre.
func cornered(areas []Area, corners int) {
	for i := range areas {
		a := &areas[i]
		if a.Level != Microgrid {
			continue
		}
		ring := make(orb.Ring, 0, corners+1)
		for c := range corners {
			sin, cos := math.Sincos(2 * math.Pi * float64(c) / float64(corners))
			ring = append(ring, orb.Point{sixPlaces(a.Lon + 0.0007*cos), sixPlaces(a.Lat + 0.0006*sin)})
		}
		a.Boundary = orb.MultiPolygon{{append(ring, ring[0])}}
	}
}

// boundedCity is the city with a boundary of 20 corners around every micro-grid.
var boundedCity = sync.OnceValue(func() *Gazetteer {
	areas, _ := city()
	cornered(areas, 20)
	d, err := Build(Ground{Areas: areas})
	if err != nil {
		panic(err)
	}
	return NewGazetteer(d)
})

func TestBoundariesOfACityFit(t *testing.T) {
	areas, _ := city()
	empty := heap()
	cornered(areas, 20)
	t.Logf("boundaries of %d micro-grids take %.1f MB", cityMicrogrids, float64(heap()-empty)/1e6)
	if took := heap() - empty; took > 40<<20 {
		t.Errorf("boundaries take %d bytes", took)
	}
	runtime.KeepAlive(areas)
	g := boundedCity()
	for n := 0; n < cityMicrogrids; n += 97 {
		a, _ := g.d.Area(fmt.Sprintf("m%d", n))
		if near, metres, ok := g.Nearest(a.Lat+0.0001, a.Lon-0.0001); !ok || near != a.ID || metres != 0 {
			t.Fatalf("%s has it inside, found %s, %v m", a.ID, near, metres)
		}
	}
}

func TestLongTextIsAnsweredSoon(t *testing.T) {
	_, g := theCity()
	for _, part := range []string{"幸福里小区翠湖花园3幢2单元501室", "小区花园新村", inventedName(2007, "小区"), "3-", "一二三", "我住", "1号2号", "第3网格"} {
		start := time.Now()
		text := strings.Repeat(part, 20000/len([]rune(part))+1)
		g.Find(text, "m28")
		ScanDoor(text)
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%q repeated to 20,000 characters took %v", part, took)
		}
	}
}

func TestFindManyAtOnce(t *testing.T) {
	_, g := theCity()
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for n := range 200 {
				g.Find(inventedName(n+2000, "小区")+"3幢", "m0")
			}
		})
	}
	wait.Wait()
}

func BenchmarkFind(b *testing.B) {
	_, g := theCity()
	for name, text := range map[string]string{
		"named":    inventedName(2007, "小区") + "3幢2单元501室楼下路灯不亮了，晚上老人走路看不见",
		"home":     "3幢楼下路灯不亮了，晚上老人走路看不见",
		"nothing":  "最近晚上总有人放音乐，实在太吵了，能不能管一管",
		"unknown":  "我在翡翠花园门口摔了一跤，井盖没有盖好，太危险了",
		"grid":     "第3网格的负责人是谁",
		"186runes": strings.Repeat("这里的垃圾一直没有人来收，天气热味道很大，蚊子苍蝇到处飞，", 6) + inventedName(2007, "小区"),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				g.Find(text, "m28")
			}
		})
	}
}

func BenchmarkNearest(b *testing.B) {
	_, centres := theCity()
	for name, g := range map[string]*Gazetteer{"centres": centres, "boundaries": boundedCity()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				g.Nearest(28.5512, 121.2207)
			}
		})
	}
}

func BenchmarkBuild(b *testing.B) {
	g := cityGround()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Build(g); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDuty(b *testing.B) {
	d, _ := theCity()
	now := at(2, 12, 0)
	street := d.StreetOf("m4242")
	for name, ask := range map[string]func(Duty){
		"ladder":     func(t Duty) { t.Ladder("m4242") },
		"superiors":  func(t Duty) { t.Superiors("s00707", "m4242") },
		"property":   func(t Duty) { t.Handlers("m4242", "property") },
		"grid":       func(t Duty) { t.Handlers("m4242", "grid") },
		"department": func(t Duty) { t.Handlers("m4242", "fire") },
		"called":     func(t Duty) { t.Called(street, words["role.grid_head"]) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ask(d.On(now))
			}
		})
	}
}

func BenchmarkWorkbook(b *testing.B) {
	g := cityGround()
	var file bytes.Buffer
	b.Run("write", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			file.Reset()
			if err := WriteWorkbook(&file, g); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(file.Len()), "bytes")
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := ReadWorkbook(bytes.NewReader(file.Bytes())); err != nil {
				b.Fatal(err)
			}
		}
	})
}
