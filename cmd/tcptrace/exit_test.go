package main

import (
	"errors"
	"fmt"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/tracer/capture"
)

func TestExitCode(t *testing.T) {
	damaged := errors.New("damaged")
	closed := writeError(syscall.EPIPE)
	tests := []struct {
		name string
		err  error
		want int
	}{
		{"nothing", nil, 0},
		{"a failure", damaged, 1},
		{"wrong use", wrongUse("text", "hint"), 2},
		{"wrong use, wrapped", fmt.Errorf("flags: %w", wrongUse("text", "hint")), 2},
		{"a bad filter", fmt.Errorf("open: %w", &capture.FilterError{Filter: "x", Err: damaged}), 2},
		{"the reader went away", closed, 0},
		{"twice", errors.Join(closed, closed), 0},
		{"and the file was damaged", errors.Join(errors.Join(damaged, closed), closed), 1},
		{"no room", writeError(syscall.ENOSPC), 1},
	}
	for _, tt := range tests {
		if got := exitCode(tt.err); got != tt.want {
			t.Errorf("%s: exit %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestFailuresAreSaidOnce(t *testing.T) {
	full := writeError(syscall.ENOSPC)
	var got []string
	for _, err := range failures(errors.Join(errors.Join(errors.New("damaged"), full), full)) {
		got = append(got, err.Error())
	}
	if diff := cmp.Diff([]string{"damaged", "write standard output: no space left on device"}, got); diff != "" {
		t.Errorf("failures (-want +got):\n%s", diff)
	}
}

func TestHints(t *testing.T) {
	permission := fmt.Errorf("open interface: %w", capture.ErrPermission)
	if hints := hintFor(permission); len(hints) != 2 {
		t.Errorf("hints %q, want two ways out", hints)
	}
	if diff := cmp.Diff([]string{"one", "two"}, hintFor(wrongUse("text", "one\ntwo"))); diff != "" {
		t.Errorf("hints (-want +got):\n%s", diff)
	}
}
