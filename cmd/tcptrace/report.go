package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tcptrace/tracer"
)

const (
	reportLong = `report reads a capture and writes one page for a browser: the verdict first, then what was found and what
to do, how long handshakes took, the states over time, and a table of all connections. The worst of them,
200 at most, open with their ladders and with graphs of their sequence numbers and windows.

The page is one file without anything to load: it can be mailed, and opened without a network.
What stands after the flags is the filter, as in a trace.`

	reportExamples = `  tcptrace report -r capture.pcap -o report.html
  tcptrace report -r capture.pcap -o report.html tcp port 443
  tcptrace -i eth0 --duration 10m --report report.html      of a live trace, when it ends`
)

// newReport makes the command that writes a page of a capture.
func newReport(p *program) *cobra.Command {
	o := defaults()
	cmd := &cobra.Command{
		Use:     "report -r FILE -o OUT.html [filter]",
		Short:   "write one self-contained page about a capture: the verdict, all connections, the worst in full",
		Long:    reportLong,
		Example: reportExamples,
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := misplaced(cmd, args); err != nil {
				return err
			}
			return p.report(cmd.Context(), o, args)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().AddFlagSet(p.reportFlags(o))
	cmd.Flags().SetInterspersed(false)
	cmd.Flags().SortFlags = false
	completeValues(cmd, "color", colorModes)
	return cmd
}

func (p *program) reportFlags(o *options) *pflag.FlagSet {
	fs := flagSet()
	fs.StringArrayVarP(&o.files, "read", "r", nil, "read the capture `FILE`, as in a trace; may be repeated; - is standard input")
	fs.VarP((*fileName)(&o.report), "output", "o", "write the page to `FILE`; - is standard output")
	fs.VarP((*fileName)(&o.filterFile), "filter-file", "F", "read the filter from `FILE`")
	fs.Var(&o.stuck, "stuck", "an end that waits for `DURATION` counts as stuck")
	fs.Uint64VarP(&o.packets, "count", "c", 0, "stop after `N` packets")
	fs.Var(&o.duration, "duration", "stop after `DURATION` by the packets' times")
	fs.Var(&o.failOn, "fail-on", "exit with 3 when there is a finding of `SEVERITY` or above: info, warning or critical")
	fs.IntVar(&o.maxFlows, "max-flows", o.maxFlows, "follow `N` connections at once; beyond that the idle ones are ended early")
	fs.Var(&p.color, "color", "`WHEN` to use colours in messages: auto, always or never")
	fs.CountVarP(&o.numeric, "numeric", "n", "accepted and without effect: names are never looked up")
	return fs
}

// report carries out the command.
func (p *program) report(ctx context.Context, o *options, args []string) error {
	if err := o.checkReport(args); err != nil {
		return err
	}
	filter, err := p.filter(o, args)
	if err != nil {
		return err
	}
	src, err := p.openSource(ctx, o, filter)
	if err != nil || src == nil {
		return err
	}
	defer src.close()
	page, err := p.openPage(o, src, filter)
	if err != nil {
		return err
	}
	defer page.discard()
	o.quiet = true // nothing is printed that a bar could be in the way of
	bar := p.newBar(o, src)
	alarm := &gate{Sink: page, least: o.failOn}
	_, err = tracer.Run(ctx, tracer.Options{
		Source: src, Sink: alarm, Limits: o.limits(), Packets: o.packets, Duration: time.Duration(o.duration),
		Asked: p.signals.count, Tell: p.counters,
	})
	bar.stop()
	page.tell(p)
	return errors.Join(err, alarm.verdict())
}

// checkReport refuses what makes no sense together.
func (o *options) checkReport(args []string) error {
	switch {
	case len(o.files) == 0:
		return wrongUse("report reads a capture, but none is named",
			"tcptrace report -r FILE -o OUT.html; of a live trace: tcptrace -i NAME --report OUT.html")
	case o.report == "":
		return wrongUse("where to write the page?", "tcptrace report -r FILE -o OUT.html; -o - is standard output")
	}
	if err := o.checkPage("-o"); err != nil {
		return err
	}
	c := *o
	c.report = "" // what is wrong with it was found
	return c.check(args)
}

// checkPage refuses to write the page over what is read.
func (o *options) checkPage(flag string) error {
	if flag == "--report" && o.report == standardOutput {
		return wrongUse("--report - wants standard output, where the lines go", "tcptrace report -r FILE -o - writes the page there")
	}
	for _, name := range o.files {
		if sameFile(o.report, name) {
			return wrongUse(fmt.Sprintf("%s would overwrite the capture %q", flag, name), "give the page another name")
		}
	}
	if o.report != "" && sameName(o.report, o.write.path) {
		return wrongUse(fmt.Sprintf("-w and --report both want %q", o.report), "give the page another name")
	}
	return nil
}
