package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"
)

// figures are one round's.
type figures struct {
	RPS, P50, P99                    float64 // a second; milliseconds
	Allocs, CPU, RedisCPU, Exchanges float64 // of the server for a message; microseconds
}

// spending is what a server and Redis have used so far.
type spending struct {
	server              used
	redisCPU, exchanges float64
}

// spent reads what has been used so far.
func (b *bench) spent(ctx context.Context, c *child) (s spending, err error) {
	if s.server, err = c.used(); err != nil {
		return s, err
	}
	info, err := b.info.InfoMap(ctx, "cpu", "stats").Result()
	if err != nil {
		return s, err
	}
	number := func(section, name string) float64 {
		v, _ := strconv.ParseFloat(info[section][name], 64)
		return v
	}
	s.redisCPU = number("CPU", "used_cpu_user") + number("CPU", "used_cpu_sys")
	s.exchanges = number("Stats", "total_reads_processed")
	return s, nil
}

// figuresOf are a round's, with what was used in it spread over its messages.
func figuresOf(s tally, before, after spending) figures {
	n := float64(max(len(s.took), 1))
	return figures{
		RPS: s.rps(), P50: s.quantile(.5), P99: s.quantile(.99),
		Allocs: (after.server.Mallocs - before.server.Mallocs) / n, CPU: (after.server.CPU - before.server.CPU) / n * 1e6,
		RedisCPU: (after.redisCPU - before.redisCPU) / n * 1e6, Exchanges: (after.exchanges - before.exchanges) / n,
	}
}

// row is one case.
type row struct {
	Name   string
	Answer string // the first answer of the last round
	RPSs   []float64
	rounds []figures
	sent   int // messages of the last round
	asked  int // messages that were ready for it
}

// wants is how many messages a round could take: more than the last one did.
func (r *row) wants(seconds float64) int {
	if len(r.RPSs) == 0 {
		return int(6000*seconds) + warmUp
	}
	return int(1.5*slices.Max(r.RPSs)*seconds) + 2*warmUp
}

// table is what a run has found.
type table struct {
	Redis                 map[string]string
	LoadBefore, LoadAfter string
	Resident, Seconds     float64
	mu                    sync.Mutex
	rows                  []*row
}

func (b *bench) newTable(ctx context.Context) (*table, error) {
	t := &table{Redis: map[string]string{}, LoadBefore: loadavg()}
	for _, name := range []string{"appendonly", "appendfsync", "save"} {
		v, err := b.info.ConfigGet(ctx, name).Result()
		if err != nil {
			return nil, err
		}
		t.Redis[name] = v[name]
	}
	info, err := b.info.InfoMap(ctx, "server").Result()
	t.Redis["version"] = info["Server"]["redis_version"]
	return t, err
}

// of is the row of a case, in the order in which they are first asked for.
func (t *table) of(name string) *row {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range t.rows {
		if r.Name == name {
			return r
		}
	}
	r := &row{Name: name}
	t.rows = append(t.rows, r)
	return r
}

func (t *table) add(name string, f figures) {
	r := t.of(name)
	r.rounds, r.RPSs = append(r.rounds, f), append(r.RPSs, f.RPS)
}

// ratio is the median of what each round gives against the same round of another case.
func (r *row) ratio(to *row) float64 {
	var all []float64
	for i := range min(len(r.RPSs), len(to.RPSs)) {
		all = append(all, r.RPSs[i]/to.RPSs[i])
	}
	return median(all)
}

func (r *row) median(of func(figures) float64) float64 {
	var all []float64
	for _, f := range r.rounds {
		all = append(all, of(f))
	}
	return median(all)
}

func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// line is a row as it is printed.
type line struct {
	Name       string  `json:"name"`
	RPS        float64 `json:"rps"`
	Ratio      float64 `json:"ratio,omitempty"`       // against the floor
	RatioSDK   float64 `json:"ratio_sdk,omitempty"`   // against the SDK's server
	RatioAsynq float64 `json:"ratio_asynq,omitempty"` // of notices
	P50        float64 `json:"p50_ms,omitempty"`
	P99        float64 `json:"p99_ms,omitempty"`
	Allocs     float64 `json:"allocs,omitempty"`
	CPU        float64 `json:"cpu_us,omitempty"`
	RedisCPU   float64 `json:"redis_cpu_us,omitempty"`
	Exchanges  float64 `json:"exchanges,omitempty"`
	Answer     string  `json:"answer,omitempty"`
}

func (t *table) lines() []line {
	floor, sdk, asynq := t.of(caseFloor), t.of(caseSDK), t.of(caseAsynq)
	out := make([]line, len(t.rows))
	for i, r := range t.rows {
		l := line{Name: r.Name, RPS: median(r.RPSs), Answer: r.Answer,
			P50: r.median(func(f figures) float64 { return f.P50 }), P99: r.median(func(f figures) float64 { return f.P99 }),
			Allocs: r.median(func(f figures) float64 { return f.Allocs }), CPU: r.median(func(f figures) float64 { return f.CPU }),
			RedisCPU:  r.median(func(f figures) float64 { return f.RedisCPU }),
			Exchanges: r.median(func(f figures) float64 { return f.Exchanges })}
		switch r.Name {
		case caseCourier, caseAsynq:
			l.RatioAsynq = r.ratio(asynq)
		case caseHalf, caseSigned, caseSignedAt:
		default:
			l.Ratio, l.RatioSDK = r.ratio(floor), r.ratio(sdk)
		}
		out[i] = l
	}
	return out
}

// print writes the table for people or as JSON.
func (t *table) print(w io.Writer, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		e.SetEscapeHTML(false)
		return e.Encode(struct {
			Cases    []line            `json:"cases"`
			Redis    map[string]string `json:"redis"`
			Resident float64           `json:"resident_mb"`
			Load     [2]string         `json:"load"`
			CPUs     int               `json:"cpus"`
			Go       string            `json:"go"`
		}{t.lines(), t.Redis, t.Resident, [2]string{t.LoadBefore, t.LoadAfter}, runtime.NumCPU(), runtime.Version()})
	}
	fmt.Fprintf(w, "Redis %s, appendonly %s, appendfsync %s; %s, %d processors; load %s before, %s after; %.0f s\n\n", t.Redis["version"],
		t.Redis["appendonly"], t.Redis["appendfsync"], runtime.Version(), runtime.NumCPU(), t.LoadBefore, t.LoadAfter, t.Seconds)
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tab, "a second\tof floor\tof SDK\tof asynq\tp50 ms\tp99 ms\tallocs\tCPU µs\tRedis µs\texchanges\t  case")
	for _, l := range t.lines() {
		fmt.Fprintf(tab, "%.0f\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t  %s\n", l.RPS, cell(l.Ratio, 2), cell(l.RatioSDK, 2), cell(l.RatioAsynq, 2), cell(l.P50, 2), cell(l.P99, 2),
			cell(l.Allocs, 0), cell(l.CPU, 0), cell(l.RedisCPU, 0), cell(l.Exchanges, 2), l.Name)
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\ngridbot holds %.0f MB\n", t.Resident)
	return err
}

func cell(v float64, digits int) string {
	if v == 0 {
		return ""
	}
	return strconv.FormatFloat(v, 'f', digits, 64)
}

// loadavg is how busy the machine is, "unknown" where it does not tell.
func loadavg() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(b))[:3], " ")
}
