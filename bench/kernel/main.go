// Command kernel measures the Jupyter kernel as a notebook sees it, over TCP on this machine, and prints a Markdown table:
// time until it is ready, a magic's and a Go cell's time to idle, and its memory after a thousand cells.
//
//	go run ./bench/kernel      (from the repository; GoNB on PATH or in GOBIN for the Go cells)
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/kernel/client"
	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
)

const (
	load = "%panel load data/dual-pilot.csv unit=city time=year"
	did  = "%did DIA ~ PGDP + FINDEV + OPEN + GOVSUP + MKTZ + URB | city + year treat=DID as=m"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench/kernel:", err)
		os.Exit(1)
	}
}

func run() error {
	dir, err := os.MkdirTemp("", "didnb-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	didnb := filepath.Join(dir, "didnb")
	if out, err := exec.Command("go", "build", "-o", didnb, "./magics/didnb").CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	fmt.Println("| kernel | measured |")
	fmt.Println("|---|---:|")
	if err := ready(dir, didnb); err != nil {
		return err
	}
	if err := magics(dir, didnb); err != nil {
		return err
	}
	return goCells(dir, didnb)
}

// ready starts a kernel again and again.
func ready(dir, didnb string) error {
	var times []time.Duration
	for range 20 {
		start := time.Now()
		k, err := open(dir, didnb, "kernel")
		if err != nil {
			return err
		}
		times = append(times, time.Since(start))
		k.close()
	}
	fmt.Printf("| process started to ready, median of %d | %s |\n", len(times), ms(median(times)))
	return nil
}

// magics times %did, and looks at the kernel's memory while a thousand cells run.
func magics(dir, didnb string) error {
	k, err := open(dir, didnb, "kernel")
	if err != nil {
		return err
	}
	defer k.close()
	if _, err := k.cell(load); err != nil {
		return err
	}
	cells := []string{did, "%session", "%describe DIA PGDP as=d", "%eventstudy DIA ~ PGDP | city + year treat=DID window=-6:8 as=e"}
	var times []time.Duration
	early := 0.0
	for i := range 1000 {
		if i == 100 {
			if early, err = k.memory(); err != nil {
				return err
			}
		}
		code := cells[0]
		if i%4 == 3 { // three %did, then one of the others
			code = cells[1+i/4%3]
		}
		t, err := k.cell(code)
		if err != nil {
			return err
		}
		if code == did && i > 0 {
			times = append(times, t)
		}
	}
	late, err := k.memory()
	if err != nil {
		return err
	}
	slices.Sort(times)
	fmt.Printf("| `%%did` on the study's panel, sent to idle, median of %d (99th percentile) | %s (%s) |\n", len(times), ms(median(times)), ms(times[len(times)*99/100]))
	fmt.Printf("| memory after 100 cells, after 1,000 | %.0f MB, %.0f MB |\n", early, late)
	return nil
}

// goCells runs cells alternately through didnb and in plain GoNB, each a program of its own that no cache knows.
func goCells(dir, didnb string) error {
	gonb, err := exec.LookPath("gonb")
	if err != nil {
		gonb = filepath.Join(os.Getenv("GOBIN"), "gonb")
		if _, err := os.Stat(gonb); err != nil {
			fmt.Fprintln(os.Stderr, "skipped: Go cells; gonb is neither on PATH nor in GOBIN")
			return nil
		}
	}
	ours, err := open(dir, didnb, "kernel")
	if err != nil {
		return err
	}
	defer ours.close()
	plain, err := open(dir, gonb, "--raw_error", "--kernel")
	if err != nil {
		return err
	}
	defer plain.close()
	var a, b []time.Duration
	const rounds = 40
	for i := range rounds + 2 {
		code := fmt.Sprintf("%%%%\nfmt.Println(%d)", time.Now().UnixNano())
		pair := []*kernel{ours, plain}
		if i%2 == 1 {
			slices.Reverse(pair) // neither is always the first
		}
		for j, k := range pair {
			t, err := k.cell(code + fmt.Sprintf(" // %d", j))
			if err != nil {
				return err
			}
			switch {
			case i < 2: // the child starts, the compiler warms up
			case k == ours:
				a = append(a, t)
			default:
				b = append(b, t)
			}
		}
	}
	var ratios []float64
	for i := range a {
		ratios = append(ratios, float64(a[i])/float64(b[i]))
	}
	slices.Sort(ratios)
	fmt.Printf("| a Go cell through didnb, in plain GoNB, medians of %d | %s, %s |\n", rounds, ms(median(a)), ms(median(b)))
	fmt.Printf("| ratio of the two, median over pairs | %.2f |\n", ratios[len(ratios)/2])
	return nil
}

// kernel is a running kernel and a notebook connected to it.
type kernel struct {
	cmd    *exec.Cmd
	client *client.Client
}

// open starts a kernel on free ports and waits until it answers.
func open(dir, program string, args ...string) (*kernel, error) {
	ports, err := freePorts(5)
	if err != nil {
		return nil, err
	}
	c := wire.Connection{Transport: "tcp", IP: "127.0.0.1", Shell: ports[0], IOPub: ports[1], Stdin: ports[2], Control: ports[3], Heartbeat: ports[4], Key: wire.NewKey(), Scheme: "hmac-sha256"}
	file := filepath.Join(dir, fmt.Sprintf("kernel-%d.json", ports[0]))
	if err := c.Write(file); err != nil {
		return nil, err
	}
	k := &kernel{cmd: exec.Command(program, append(args, file)...)}
	if err := k.cmd.Start(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if k.client, err = client.Dial(ctx, c, client.Options{}); err == nil {
		err = k.client.Ready(ctx)
	}
	if err != nil {
		k.cmd.Process.Kill()
		return nil, err
	}
	return k, nil
}

// cell runs a cell and times it from sent to idle.
func (k *kernel) cell(code string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	start := time.Now()
	a, err := k.client.Execute(ctx, code)
	t := time.Since(start)
	if err == nil && a.Status() != "ok" {
		err = fmt.Errorf("%q: %s", code, a.Reply.Content)
	}
	return t, err
}

// memory is what the process holds, in MB.
func (k *kernel) memory() (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", k.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmRSS:" {
			kb, err := strconv.ParseFloat(f[1], 64)
			return kb / 1024, err
		}
	}
	return 0, errors.New("the system does not say how much memory a process holds")
}

func (k *kernel) close() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_, _ = k.client.Request(ctx, client.Control, "shutdown_request", map[string]bool{"restart": false})
	k.client.Close()
	time.AfterFunc(3*time.Second, func() { k.cmd.Process.Kill() })
	_ = k.cmd.Wait()
}

func freePorts(n int) (ports []int, err error) {
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

func median(times []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[len(sorted)/2]
}

func ms(t time.Duration) string {
	if t < 20*time.Millisecond {
		return fmt.Sprintf("%.1f ms", float64(t)/float64(time.Millisecond))
	}
	return fmt.Sprintf("%d ms", t.Milliseconds())
}
