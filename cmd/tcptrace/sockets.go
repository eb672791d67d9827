package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer/host"
	"tcptrace/tracer/sink/census"
	"tcptrace/tracer/sink/jsonl"
)

// newSockets makes the command that looks at this host's sockets without
// capturing anything.
func newSockets(p *program) *cobra.Command {
	o := &socketOptions{proc: "/proc", stuck: seconds(time.Minute), oldest: 100}
	cmd := &cobra.Command{
		Use:     "sockets",
		Short:   "show this host's TCP sockets by state, listener and owner, and what is wrong with them",
		Long:    socketsLong,
		Example: socketsExamples,
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.settle(args); err != nil {
				return err
			}
			return p.sockets(cmd.Context(), o)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().AddFlagSet(p.socketFlags(o))
	cmd.Flags().SortFlags = false
	completeValues(cmd, "color", colorModes)
	completeValues(cmd, "state", stateNames)
	completeValues(cmd, "netns", host.NamespaceNames)
	completeValues(cmd, "warn", thresholdStarts)
	completeValues(cmd, "critical", thresholdStarts)
	return cmd
}

func thresholdStarts() []string {
	var starts []string
	for _, name := range judgedNames() {
		starts = append(starts, name+"=")
	}
	return starts
}

const socketsLong = `sockets asks the kernel for all TCP sockets and captures nothing. It prints how many there are in each
state, with each listener and each process, which ones are stuck, and what is wrong. Nobody needs to
be root, but the owners of other users' sockets are hidden without.

Thresholds, unless --warn and --critical say otherwise:
  ESTABLISHED   600 and 800 of one listener or process: a site's policy, not a limit of the kernel
  CLOSE_WAIT    3 and 10 stuck ones of one process
  SYN_RECEIVED  three quarters of the listener's backlog, and all of it; more than 15 if it is not known
  TIME_WAIT     70 and 90 % of the local ports to one destination, or of tcp_max_tw_buckets
  FIN_WAIT_2    100 orphans, never critical

Exit status: 0 done, 1 it could not be done, 2 wrong usage, 3 --fail-on was met; of --watch that of the
last round. With --check, as monitoring systems expect: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. The
value of ESTABLISHED in its performance data is that of the listener or process with most; the others
are totals.`

const socketsExamples = `  tcptrace sockets                              everything at a glance
  sudo tcptrace sockets --state close-wait      who leaks sockets
  tcptrace sockets --watch 5s                   what grows
  tcptrace sockets --check --warn estab=600 --critical estab=800
  tcptrace sockets --json | jq '.stuck[]?.owner.command'`

// rounds is a census taken again and again.
type rounds struct {
	o        *socketOptions
	reader   socketReader
	last     *census.Census // nil before the first round
	counters host.Counters
	now      func() time.Time
}

// sockets carries out the command.
func (p *program) sockets(ctx context.Context, o *socketOptions) error {
	reader, err := openSockets(o)
	if err != nil {
		return unsupportedHere(err)
	}
	defer reader.Close()
	r := &rounds{o: o, reader: reader, now: time.Now}
	if o.check {
		return p.check(r)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	out := newOutput(p.out, cancel)
	err = p.watchSockets(ctx, r, out)
	return errors.Join(err, out.Flush())
}

// unsupportedHere is said in place of what a missing kernel function is.
func unsupportedHere(err error) error {
	if errors.Is(err, host.ErrNotSupported) {
		return errors.New("the sockets of this host cannot be read: " + err.Error())
	}
	return err
}

// watchSockets takes a census, with --watch again and again until a signal.
func (p *program) watchSockets(ctx context.Context, r *rounds, out *output) error {
	width := widthOf(p.out)
	for {
		before := r.last
		if err := r.take(); err != nil {
			return err
		}
		co := p.censusOptions(r.o)
		if width != nil {
			co.Width = width()
		}
		if err := r.write(out, before, co); err != nil {
			return err
		}
		if r.o.watch == 0 || !pause(ctx, time.Duration(r.o.watch)) {
			return errors.Join(r.end(out, co), r.verdict())
		}
	}
}

// pause waits; false if a signal came.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return ctx.Err() == nil
	}
}

// take reads the sockets and judges them.
func (r *rounds) take() error {
	got, err := r.reader.read()
	if err != nil {
		return unsupportedHere(err)
	}
	name, err := os.Hostname()
	if err != nil {
		name = "this host"
	}
	c := &census.Census{
		Host: name, Namespace: r.o.netns, Time: flows.TimeOf(r.now()), Sockets: got.sockets, Partial: got.partial,
		Root: os.Geteuid() == 0,
	}
	l := r.reader.limits()
	l.Now, l.Stuck, l.Thresholds, l.Counters = c.Time, time.Duration(r.o.stuck), r.o.thresholds(), got.counters
	if r.last != nil && got.counters != nil && r.counters != nil {
		l.Counters, l.Over = got.counters.Since(r.counters), c.Time.Sub(r.last.Time)
	}
	c.Findings = diagnose.JudgeSockets(c.Sockets, l)
	r.last, r.counters = c, got.counters
	return nil
}

func (p *program) censusOptions(o *socketOptions) *census.Options {
	return &census.Options{
		Stuck: time.Duration(o.stuck), Only: o.states.set, Most: o.oldest, Depth: p.depth(), Zone: time.Local,
	}
}

// write writes one round: the first in full, later ones by what changed.
func (r *rounds) write(w io.Writer, before *census.Census, co *census.Options) error {
	if r.o.json {
		if err := census.JSON(w, r.last, co); err != nil {
			return err
		}
		findings := jsonl.New(w, jsonl.Options{})
		for i := range r.last.Findings {
			findings.Finding(&r.last.Findings[i])
		}
		return nil
	}
	if before == nil {
		return census.Text(w, r.last, co)
	}
	return census.Growth(w, before, r.last, co)
}

// end writes what stands at the very end.
func (r *rounds) end(w io.Writer, co *census.Options) error {
	if !r.o.json {
		return nil
	}
	return census.Summary(w, r.last, co)
}

// verdict is a failOnMet if the last round found what --fail-on names.
func (r *rounds) verdict() error {
	if !r.o.failOn.given {
		return nil
	}
	met := &failOnMet{least: r.o.failOn.severity}
	for i := range r.last.Findings {
		if f := &r.last.Findings[i]; f.Severity() >= met.least {
			if met.n == 0 {
				met.first = f.ID
			}
			met.n++
		}
	}
	if met.n == 0 {
		return nil
	}
	return met
}

// oneLine is text that a monitoring system takes for one line without
// performance data.
func oneLine(text string) string {
	return strings.NewReplacer("|", "¦", "\n", " ").Replace(printable(text))
}
