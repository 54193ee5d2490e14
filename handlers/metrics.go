package handlers

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"gridbot/bot"
	"gridbot/task"
)

// Metrics counts what happens. Its methods are handed to the packages that do
// not know Prometheus.
type Metrics struct {
	registry prometheus.Registerer
	messages *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	moves    *prometheus.CounterVec
	notices  *prometheus.CounterVec
	calls    *prometheus.CounterVec
	alarms   *prometheus.CounterVec
	systems  *prometheus.CounterVec
	fetched  *prometheus.CounterVec
	kept     *prometheus.CounterVec
}

// latencies are the bounds of the histogram in seconds. The platform hangs up
// after 5.
func latencies() []float64 {
	return []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2, 3, 4, 5}
}

// NewMetrics makes the counters and registers them.
func NewMetrics(r prometheus.Registerer) (*Metrics, error) {
	count := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &Metrics{
		registry: r,
		messages: count("gridbot_messages_total", "Pushes by kind and by what became of them.", "kind", "outcome"),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "gridbot_message_seconds",
			Help: "Time from a push to its answer.", Buckets: latencies()}, []string{"outcome"}),
		moves:   count("gridbot_task_moves_total", "Moves of tasks that were stored.", "move"),
		notices: count("gridbot_notices_total", "Attempts to deliver a notice.", "about", "channel", "outcome"),
		calls:   count("gridbot_api_calls_total", "Calls of the platform's API; code 0 is success.", "api", "code"),
		systems: count("gridbot_system_calls_total", "Calls of other systems by what became of them.", "system", "code"),
		alarms:  count("gridbot_alarms_total", "Things only the operator can mend.", "kind"),
		fetched: count("gridbot_media_fetches_total", "Attempts to fetch a photo or voice.", "kind", "outcome"),
		kept:    count("gridbot_media_bytes_total", "Bytes of photos and voices written to the folder.", "kind"),
	}
	var faults error
	for _, c := range []prometheus.Collector{m.messages, m.latency, m.moves, m.notices, m.calls, m.alarms, m.systems, m.fetched, m.kept} {
		faults = errors.Join(faults, r.Register(c))
	}
	if faults != nil {
		return nil, fmt.Errorf("handlers: register metrics: %w", faults)
	}
	return m, nil
}

func (m *Metrics) message(kind bot.Kind, outcome string, took time.Duration) {
	m.messages.WithLabelValues(string(kind), outcome).Inc()
	m.latency.WithLabelValues(outcome).Observe(took.Seconds())
}

// called counts a call of another system.
func (m *Metrics) called(system, code string) { m.systems.WithLabelValues(system, code).Inc() }

// Moved counts a move; it is dispatch.Options.Moved.
func (m *Metrics) Moved(k task.Kind) { m.moves.WithLabelValues(string(k)).Inc() }

// Settled counts an attempt to deliver; it is dispatch.CourierOptions.Settled.
func (m *Metrics) Settled(about task.About, channel string, o task.Outcome) {
	m.notices.WithLabelValues(string(about), channel, o.String()).Inc()
}

// Called counts an exchange with the platform; it is wechat.Options.Observe.
func (m *Metrics) Called(api string, code int) {
	m.calls.WithLabelValues(api, strconv.Itoa(code)).Inc()
}

// Fetched counts an attempt to fetch a photo or voice, and the bytes that were kept of it.
func (m *Metrics) Fetched(kind, outcome string, bytes int64) {
	m.fetched.WithLabelValues(kind, outcome).Inc()
	m.kept.WithLabelValues(kind).Add(float64(bytes))
}

// Alarmed counts an alarm by its kind.
func (m *Metrics) Alarmed(kind string) { m.alarms.WithLabelValues(kind).Inc() }

// watch registers the gauges that are measured when somebody looks.
func (m *Metrics) watch(in *inbox) error {
	g := &gauges{in: in}
	for name, help := range map[**prometheus.Desc][2]string{
		&g.spooled:    {"gridbot_spool_entries", "Messages kept on disk."},
		&g.spoolBytes: {"gridbot_spool_bytes", "Size of the messages kept on disk."},
		&g.spoolAge:   {"gridbot_spool_oldest_seconds", "How long the oldest of them has waited."},
		&g.spoolLimit: {"gridbot_spool_limit_bytes", "Size beyond which messages are not kept."},
		&g.diskFree:   {"gridbot_spool_disk_free_bytes", "What the disk of the spool has left."},
		&g.damaged:    {"gridbot_spool_damaged_files", "Damaged spool files that were put aside and are still there."},
		&g.persons:    {"gridbot_persons_waiting", "Persons with a message under way."},
		&g.working:    {"gridbot_messages_worked", "Messages that are worked on at this moment."},
		&g.outbox:     {"gridbot_outbox_waiting", "Notices that wait to be delivered."},
		&g.outboxAge:  {"gridbot_outbox_oldest_seconds", "How long the oldest of them has been due."},
		&g.buried:     {"gridbot_outbox_buried", "Notices nobody could deliver."},
	} {
		*name = prometheus.NewDesc(help[0], help[1], nil, nil)
	}
	if err := m.registry.Register(g); err != nil {
		return fmt.Errorf("handlers: register gauges: %w", err)
	}
	return nil
}

// gauges measures depths and ages.
type gauges struct {
	in                            *inbox
	spooled, spoolBytes, spoolAge *prometheus.Desc
	outbox, outboxAge, buried     *prometheus.Desc
	spoolLimit, diskFree, damaged *prometheus.Desc
	persons, working              *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (g *gauges) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{g.spooled, g.spoolBytes, g.spoolAge, g.spoolLimit, g.diskFree, g.damaged,
		g.outbox, g.outboxAge, g.buried, g.persons, g.working} {
		ch <- d
	}
}

// Collect implements prometheus.Collector. While Redis is away the outbox's
// gauges are missing rather than wrong.
func (g *gauges) Collect(ch chan<- prometheus.Metric) {
	put := func(d *prometheus.Desc, v float64) { ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v) }
	now := g.in.now()
	put(g.spooled, float64(g.in.spool.Depth()))
	put(g.spoolBytes, float64(g.in.spool.Bytes()))
	put(g.spoolAge, age(now, g.in.spool.Oldest()))
	put(g.spoolLimit, float64(g.in.fill.limit))
	if free := g.in.spool.Free(); free >= 0 {
		put(g.diskFree, float64(free))
	}
	put(g.damaged, float64(len(g.in.spool.Aside())))
	put(g.persons, float64(g.in.lines.persons()))
	put(g.working, float64(g.in.crowd.working()))
	waiting, buried, oldest, err := g.outboxes()
	if err != nil {
		g.in.log.Warn("outbox not measured", "err", err)
		return
	}
	put(g.outbox, float64(waiting))
	put(g.buried, float64(buried))
	put(g.outboxAge, age(now, oldest))
}

// measureWithin bounds the look into every street's outbox.
const measureWithin = 2 * time.Second

// outboxes adds the streets up.
func (g *gauges) outboxes() (waiting, buried int, oldest time.Time, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), measureWithin)
	defer cancel()
	for _, street := range g.in.desk.Ground().Streets() {
		d, err := g.in.store.OutboxDepth(ctx, street)
		if err != nil {
			return 0, 0, time.Time{}, err
		}
		waiting += d.Waiting
		buried += d.Buried
		if !d.Oldest.IsZero() && (oldest.IsZero() || d.Oldest.Before(oldest)) {
			oldest = d.Oldest
		}
	}
	return waiting, buried, oldest, nil
}

// age is how long ago something was in seconds, 0 for never and for the future.
func age(now, since time.Time) float64 {
	if since.IsZero() {
		return 0
	}
	return max(0, now.Sub(since).Seconds())
}
