package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// usage is what one run of a command has taken, from its start to its end.
type usage struct {
	cpu  time.Duration // in user mode and in the kernel
	wall time.Duration
	// peak is the memory that was resident at most, in bytes. Linux says no less
	// than what the starting process had itself, some 10 MB.
	peak int64
}

// quantity is what counts in a goal.
type quantity uint8

const (
	cpu quantity = iota
	wall
	megabytes // of peak memory
	perFlow   // bytes of peak memory
)

func (q quantity) String() string {
	return [...]string{"processor time", "elapsed time", "peak memory, MB", "peak memory, bytes a flow"}[q]
}

// of is the quantity in a usage.
func (q quantity) of(u usage, flows uint64) float64 {
	switch q {
	case cpu:
		return u.cpu.Seconds()
	case wall:
		return u.wall.Seconds()
	case megabytes:
		return float64(u.peak) / 1e6
	}
	return float64(u.peak) / float64(flows)
}

// measure runs a command on a capture; what it prints goes to /dev/null.
func measure(ctx context.Context, e *entrant, path string) (usage, error) {
	args := slices.Clone(e.args)
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], file, path)
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return usage{}, err
	}
	defer null.Close()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = null, &said
	cmd.Env = append(environment(), e.env...)
	begin := time.Now()
	err = cmd.Run()
	elapsed := time.Since(begin)
	if ctx.Err() != nil {
		return usage{}, errors.New("interrupted")
	}
	if err != nil {
		return usage{}, fmt.Errorf("%w: %s", err, bytes.TrimSpace(said.Bytes()))
	}
	p := cmd.ProcessState
	return usage{cpu: p.UserTime() + p.SystemTime(), wall: elapsed, peak: peak(p)}, nil
}

// environment is the same for all: no locale, no time zone that has to be looked
// up, a terminal that knows colours.
func environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "LC_ALL=C", "TZ=UTC0", "TERM=xterm-256color"}
}

// peak is the memory of a process that has ended.
func peak(p *os.ProcessState) int64 {
	r, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return int64(r.Maxrss) // bytes there, kilobytes elsewhere
	}
	return int64(r.Maxrss) << 10
}

// median is the middle of some numbers.
func median(of []float64) float64 {
	if len(of) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(of))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}
