package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"gridbot/grid"
	"gridbot/redistest"
	"gridbot/sample"
)

// wholeCity tells whether the bars of a whole city are measured: CITY=full builds
// the program as it is shipped. Otherwise the city goes through the test's own
// program, which the race detector makes several times slower and larger.
func wholeCity() bool { return os.Getenv("CITY") == "full" }

// The bars of a whole city on a quiet machine with two cores are 30 s for the
// import, 2 s until it is served and 100 MB in memory then. Times are bound
// generously here, for whoever measures may not have the machine alone.
const (
	importWithin = 60 * time.Second
	readyWithin  = 10 * time.Second
	residentMB   = 100
)

// program is the path of the program to measure and what to add to its environment.
func program(t *testing.T) (path string, env []string) {
	t.Helper()
	if !wholeCity() {
		return os.Args[0], []string{childVariable + "=1"}
	}
	path = filepath.Join(t.TempDir(), "gridbot")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path, nil
}

// cityFiles writes the city as csv files, and as a workbook too when the bars are
// measured, and gives the arguments of an import of each.
func cityFiles(t *testing.T) map[string][]string {
	t.Helper()
	areas, staff := sample.City(1)
	files := map[string][]string{"csv": {"--areas", write(t, "areas.csv", string(areas)), "--staff", write(t, "staff.csv", string(staff))}}
	if wholeCity() {
		files["xlsx"] = []string{"--workbook", cityBook(t, areas, staff)}
	}
	return files
}

// cityBook writes a workbook of what the csv files say.
func cityBook(t *testing.T, areaText, staffText []byte) string {
	t.Helper()
	areas, err := grid.ReadAreas(bytes.NewReader(areaText))
	check(t, err)
	staff, err := grid.ReadStaff(bytes.NewReader(staffText))
	check(t, err)
	f, err := os.Create(filepath.Join(t.TempDir(), "city.xlsx"))
	check(t, err)
	check(t, errors.Join(grid.WriteWorkbook(f, grid.Ground{Areas: areas, Staff: staff}), f.Close()))
	return f.Name()
}

// measured runs the program to its end: how long it took, and the most memory it held.
func measured(t *testing.T, path string, env []string, args ...string) (took time.Duration, peakMB int) {
	t.Helper()
	c := exec.Command(path, args...)
	c.Env = append(os.Environ(), env...)
	begin := time.Now()
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v: %s", args, err, out[max(0, len(out)-2000):])
	}
	peak := c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	if runtime.GOOS == "darwin" { // in bytes there, in KB everywhere else
		peak >>= 10
	}
	return time.Since(begin), int(peak >> 10)
}

// A whole city is imported within the half minute an operator waits, and served
// from a small machine soon after the start.
func TestAWholeCity(t *testing.T) {
	r := redisFor(t, redistest.Options{Kind: redistest.Real})
	s := storeAt(t, r)
	path, env := program(t)
	for kind, files := range cityFiles(t) {
		check(t, r.Flush(t.Context()))
		codes := filepath.Join(t.TempDir(), "codes.tsv")
		took, peak := measured(t, path, env, append([]string{"import", "-c", settings(t, ""), "--codes", codes}, files...)...)
		t.Logf("%s: imported in %.1f s, at most %d MB", kind, took.Seconds(), peak)
		if wholeCity() && took > importWithin {
			t.Errorf("%s took %v, more than %v", kind, took, importWithin)
		}
		list, err := os.ReadFile(codes)
		g, loadErr := s.LoadGround(t.Context())
		if check(t, loadErr); err != nil || bytes.Count(list, []byte("\n")) != sample.CityPeople || len(g.Staff) != sample.CityPeople {
			t.Errorf("%s: %d codes, %d people, %v", kind, bytes.Count(list, []byte("\n")), len(g.Staff), err)
		}
	}
	serveCity(t, path, env)
}

// serveCity starts the program with the city imported.
func serveCity(t *testing.T, path string, env []string) {
	t.Helper()
	port := freePort(t)
	config := settings(t, fmt.Sprintf("server: {addr: \"127.0.0.1:%s\"}\nspool: {path: %s}\naccounts:\n  - {name: a, app_id: wx0123456789abcdef, mode: plain, street: \"12\"}\n",
		port, filepath.Join(t.TempDir(), "spool.db")))
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	check(t, err)
	defer log.Close()
	c := exec.Command(path, "serve", "-c", config)
	c.Env = append(append(os.Environ(), env...), "GRIDBOT_ACCOUNT_A_SECRET=s", "GRIDBOT_ACCOUNT_A_TOKEN=t")
	c.Stdout, c.Stderr = log, log
	begin := time.Now()
	check(t, c.Start())
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	eventually(t, 3*patience, "the service to be ready", func() bool {
		res, err := http.Get("http://127.0.0.1:" + port + "/readyz")
		if err != nil {
			return false
		}
		return res.Body.Close() == nil && res.StatusCode == http.StatusOK
	})
	ready := time.Since(begin)
	resident := int((&replica{port: port}).metric("process_resident_memory_bytes") / (1 << 20))
	t.Logf("served after %.2f s with %d MB resident", ready.Seconds(), resident)
	if wholeCity() && (ready > readyWithin || resident > residentMB) {
		t.Errorf("ready after %v with %d MB, want %v and %d MB", ready, resident, readyWithin, residentMB)
	}
	if told, _ := os.ReadFile(log.Name()); resident <= 0 || strings.Contains(string(told), "no areas and staff yet") {
		t.Errorf("%d MB: %s", resident, told)
	}
}
