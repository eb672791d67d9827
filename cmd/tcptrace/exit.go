package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"

	"tcptrace/tracer/capture"
	"tcptrace/tracer/host"
)

// What tcptrace exits with.
const (
	exitDone        = 0
	exitFailed      = 1   // it could not do it
	exitUsage       = 2   // it was called wrongly
	exitFound       = 3   // it found what --fail-on names
	exitInterrupted = 130 // by a second signal: 128 and SIGINT, as shells have it
)

// usageError is a wrong command line.
type usageError struct {
	err  error
	hint string
}

func (e *usageError) Error() string { return e.err.Error() }

func (e *usageError) Unwrap() error { return e.err }

// wrongUse makes a usageError from plain words.
func wrongUse(text, hint string) error { return &usageError{errors.New(text), hint} }

// exitCode is what an error exits with.
func exitCode(err error) int {
	code := exitDone
	for _, e := range failures(err) {
		var usage *usageError
		var filter *capture.FilterError
		if errors.As(e, &usage) || errors.As(e, &filter) {
			return exitUsage
		}
		var met *failOnMet
		if errors.As(e, &met) {
			code = cmp.Or(code, exitFound)
			continue
		}
		code = exitFailed
	}
	return code
}

// failures are the errors that were joined, each of them once. That a reader
// of the output went away, as head does, is nobody's failure.
func failures(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		if errors.Is(err, syscall.EPIPE) {
			return nil
		}
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		for _, f := range failures(e) {
			same := func(g error) bool { return g.Error() == f.Error() }
			if !slices.ContainsFunc(all, same) {
				all = append(all, f)
			}
		}
	}
	return all
}

// hintFor is what may help after an error, one hint a line; empty when nothing
// is known to.
func hintFor(err error) []string {
	var usage *usageError
	var filter *capture.FilterError
	var namespace *host.NoNamespaceError
	var create *notCreatedError
	var noPage *noPageError
	switch {
	case errors.As(err, &create):
		return []string{create.hint()}
	case errors.As(err, &noPage):
		return []string{noPage.hint()}
	case errors.As(err, &namespace):
		return []string{namespaceHint(namespace.Known)}
	case errors.Is(err, host.ErrNamespaceDenied):
		return []string{"run it as root: sudo tcptrace …"}
	case errors.As(err, &usage):
		return strings.Split(usage.hint, "\n")
	case errors.As(err, &filter):
		return []string{"man 7 pcap-filter explains filters, such as: tcp port 443 and host 10.0.0.9"}
	case errors.Is(err, capture.ErrPermission):
		return []string{
			"run it as root: sudo tcptrace …",
			"or give it the right to capture once and for all: " +
				"sudo setcap cap_net_raw,cap_net_admin=eip $(command -v tcptrace)",
		}
	case errors.Is(err, capture.ErrNoDevice):
		return []string{"tcptrace -D lists the interfaces"}
	}
	return nil
}

// namespaceHint says which network namespaces there are, or how else one is
// named.
func namespaceHint(known []string) string {
	const most = 20 // of a host with a container for each customer, a few will do
	if len(known) == 0 {
		return "ip netns knows none here; that of a container is --netns PID, with a process in it"
	}
	text := "there are " + strings.Join(known[:min(len(known), most)], ", ")
	if len(known) > most {
		text += fmt.Sprintf(" and %d more", len(known)-most)
	}
	return text + "; that of a container is --netns PID, with a process in it"
}

// writeError is what a write to standard output came to, without the operation
// and the file that package os puts in front.
func writeError(err error) error {
	if err == nil {
		return nil
	}
	var errno syscall.Errno
	if errors.As(err, &errno) {
		err = errno
	}
	return fmt.Errorf("write standard output: %w", err)
}
