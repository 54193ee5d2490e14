package handlers

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"gridbot/redistest"
	"gridbot/task"
)

// get reads an address of the server.
func (w *world) get(path string) (int, string) {
	w.t.Helper()
	res, err := http.Get(w.web.URL + path)
	check(w.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	check(w.t, err)
	return res.StatusCode, string(body)
}

func TestHealth(t *testing.T) {
	r := redistest.ForTest(t, redistest.Options{Kind: redistest.Embedded})
	w := newWorld(t, r, func(o *Options) { o.SpoolBytes = 1 })
	if status, body := w.get("/healthz"); status != 200 || body != "ok" {
		t.Errorf("healthz: %d %s", status, body)
	}
	ready := func(want int, body string) {
		t.Helper()
		if status, got := w.get("/readyz"); status != want || got != body {
			t.Errorf("readyz: %d %s, want %d %s", status, got, want, body)
		}
	}
	ready(200, `{"redis":true,"directory":true,"spool":true,"serving":true}`)
	check(t, r.Kill())
	ready(200, `{"redis":false,"directory":true,"spool":true,"serving":true}`)
	w.send(w.textFrom(alice, "路灯", 1)) // which the full disk does not take
	ready(503, `{"redis":false,"directory":true,"spool":false,"serving":true}`)
	check(t, r.Restart(t.Context()))
	ready(200, `{"redis":true,"directory":true,"spool":false,"serving":true}`)
	w.server.inbox.stuck.Store(false)
	w.server.Drain()
	ready(503, `{"redis":true,"directory":true,"spool":true,"serving":false}`)
	if a := w.send(w.textFrom(alice, "电梯", 2)); a.body != "答：电梯" {
		t.Errorf("before the stop messages are answered still: %+v", a)
	}
	if status, _ := w.get("/healthz"); status != 200 {
		t.Errorf("healthz: %d", status)
	}
}

func TestMetrics(t *testing.T) {
	r := redistest.ForTest(t, redistest.Options{Kind: redistest.Embedded})
	w := newWorld(t, r, nil)
	w.send(w.textFrom(alice, "路灯不亮", 1))
	w.server.o.Metrics.Moved(task.Sign)
	w.server.o.Metrics.Settled(task.AboutNew, "custom", task.Delivered)
	w.server.o.Metrics.Called("message/custom/send", 45015)
	w.server.o.Metrics.Alarmed("spool")
	check(t, w.server.inbox.tell(t.Context(), w.open(w.textFrom(alice, "x", 2)), "晚了"))
	status, body := w.get("/metrics")
	if status != 200 {
		t.Fatalf("status %d", status)
	}
	for _, line := range []string{
		`gridbot_messages_total{kind="text",outcome="answered"} 1`, `gridbot_message_seconds_count{outcome="answered"} 1`,
		`gridbot_task_moves_total{move="sign"} 1`, `gridbot_notices_total{about="staff.new",channel="custom",outcome="delivered"} 1`,
		`gridbot_api_calls_total{api="message/custom/send",code="45015"} 1`, `gridbot_alarms_total{kind="spool"} 1`,
		"gridbot_spool_entries 0", "gridbot_spool_bytes 0", "gridbot_spool_oldest_seconds 0", "gridbot_persons_waiting 0",
		"gridbot_outbox_waiting 1", "gridbot_outbox_buried 0", "gridbot_outbox_oldest_seconds ",
	} {
		if !strings.Contains(body, line) {
			t.Errorf("no %s in\n%s", line, body)
		}
	}
	if strings.Contains(body, alice) || strings.Contains(body, "路灯") {
		t.Error("the metrics hold personal data")
	}
	check(t, r.Kill())
	if status, body := w.get("/metrics"); status != 200 || !strings.Contains(body, "gridbot_spool_entries") || strings.Contains(body, "gridbot_outbox_waiting ") {
		t.Errorf("without Redis: %d\n%s", status, body)
	}
}

// Two servers in one process cannot share a registry, and say so.
func TestMetricsTwice(t *testing.T) {
	r := prometheus.NewRegistry()
	if _, err := NewMetrics(r); err != nil {
		t.Fatal(err)
	}
	if _, err := NewMetrics(r); err == nil {
		t.Error("registered twice")
	}
}

func TestAge(t *testing.T) {
	now := time.Unix(1785900000, 0)
	for since, want := range map[time.Time]float64{{}: 0, now: 0, now.Add(-90 * time.Second): 90, now.Add(time.Hour): 0} {
		if got := age(now, since); got != want {
			t.Errorf("age(%v) = %v, want %v", since, got, want)
		}
	}
}

// No line of the log holds a person's words or openid, whatever happened.
func TestLogHoldsNothingPersonal(t *testing.T) {
	r := redistest.ForTest(t, redistest.Options{Kind: redistest.Embedded})
	w := newWorld(t, r, nil)
	w.send(w.textFrom(alice, "我家住三幢", 1))
	check(t, r.Kill())
	w.send(w.textFrom(alice, "我家住三幢", 2))
	check(t, r.Restart(t.Context()))
	w.server.inbox.round(t.Context())
	for _, personal := range []string{alice, "三幢", testKey, testToken} {
		if strings.Contains(w.log.String(), personal) {
			t.Errorf("the log holds %q:\n%s", personal, w.log)
		}
	}
	if !strings.Contains(w.log.String(), "outcome=answered") || !strings.Contains(w.log.String(), "outcome=fault") {
		t.Errorf("the log tells too little:\n%s", w.log)
	}
}
