package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tcptrace/flows"
	"tcptrace/flows/ladder"
	"tcptrace/tracer"
	draw "tcptrace/tracer/sink/ladder"
	"tcptrace/tracer/sink/svg"
)

// ladderOptions are the flags of tcptrace ladder: those of a trace that say what
// is read, and its own.
type ladderOptions struct {
	*options
	flow    uint64
	svg     string
	mermaid bool
	ascii   bool
	width   int
}

const (
	ladderLong = `ladder draws one connection of a capture as a ladder diagram: an end on each side with its TCP states,
time downwards, an arrow for each segment. Long runs of data are folded. Findings stand where they arise.

A capture of at most five connections needs no more; else --flow or a filter says which. Numbers of
connections are those of the trace of the same files with the same filter.

  ──▶   a segment                            ══▶   sent again
  ──✗   no sign that it arrived: it was      ╌╌✗   its receiver cannot accept it
        sent again, or nothing came back     ──✗│  its receiver did not take it
  (STATE)  the end was taken to be in it, until it showed that it was not
  ↩STATE   so it never left this one`

	ladderExamples = `  tcptrace ladder -r capture.pcap --flow 3
  tcptrace ladder -r capture.pcap tcp port 40123
  tcptrace ladder -r capture.pcap --flow 3 --svg flow3.svg
  tcptrace ladder -r capture.pcap --flow 3 --mermaid        for a README or a ticket`

	listsLadderFlags = "tcptrace ladder --help lists the flags"
)

// newLadder makes the command that draws one flow.
func newLadder(p *program) *cobra.Command {
	o := &ladderOptions{options: defaults()}
	cmd := &cobra.Command{
		Use:     "ladder -r FILE [--flow N] [flags] [filter]",
		Short:   "draw one connection of a capture as a ladder diagram",
		Long:    ladderLong,
		Example: ladderExamples,
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := misplaced(cmd, args); err != nil {
				return ofLadder(err)
			}
			if err := o.check(args); err != nil {
				return ofLadder(err)
			}
			return p.ladder(cmd.Context(), o, args)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().AddFlagSet(p.ladderFlags(o))
	cmd.Flags().SetInterspersed(false)
	cmd.Flags().SortFlags = false
	completeValues(cmd, "color", colorModes)
	return cmd
}

func (p *program) ladderFlags(o *ladderOptions) *pflag.FlagSet {
	fs := flagSet()
	fs.StringArrayVarP(&o.files, "read", "r", nil, "read the capture `FILE`, as in a trace; may be repeated; - is standard input")
	fs.Uint64Var(&o.flow, "flow", 0, "draw the connection with the number `N`")
	fs.VarP((*fileName)(&o.filterFile), "filter-file", "F", "read the filter from `FILE`")
	fs.Var((*fileName)(&o.svg), "svg", "draw it as SVG into `FILE`; - is standard output")
	fs.BoolVar(&o.mermaid, "mermaid", false, "write it as a Mermaid sequence diagram")
	fs.BoolVar(&o.ascii, "ascii", false, "draw with ASCII only, as is done without being asked where the locale is not UTF-8")
	fs.IntVar(&o.width, "width", 0, "draw in `COLUMNS` from 40 to 110; without it as wide as the terminal, or 80")
	fs.BoolVarP(&o.raw, "raw-numbers", "S", false, "show raw sequence numbers beside the letters J, K, M and N")
	fs.Var(&o.stuck, "stuck", "an end that waits for `DURATION` counts as stuck")
	fs.Var(&p.color, "color", "`WHEN` to use colours: auto, always or never")
	fs.CountVarP(&o.numeric, "numeric", "n", "accepted and without effect: names are never looked up")
	return fs
}

// ofLadder makes the hint of a trace's usage error one of this command.
func ofLadder(err error) error {
	var usage *usageError
	if errors.As(err, &usage) {
		usage.hint = strings.Replace(usage.hint, "tcptrace -", "tcptrace ladder -", 1)
	}
	return err
}

// check refuses what makes no sense together.
func (o *ladderOptions) check(args []string) error {
	if err := o.options.check(args); err != nil {
		return err
	}
	switch {
	case len(o.files) == 0:
		return wrongUse("ladder reads a capture, but none is named", "tcptrace -r FILE")
	case o.svg != "" && o.mermaid:
		return wrongUse("--svg and --mermaid exclude each other", listsLadderFlags)
	case o.ascii && (o.svg != "" || o.mermaid):
		return wrongUse("--ascii is for the terminal", "neither --svg nor --mermaid is drawn with characters")
	case o.width != 0 && (o.width < 40 || o.width > 110):
		return wrongUse("--width is a number of columns from 40 to 110", listsLadderFlags)
	}
	for _, name := range o.files {
		if o.svg != "" && o.svg != "-" && sameFile(o.svg, name) {
			return wrongUse(fmt.Sprintf("--svg would overwrite the capture %q", name), "give the picture another name")
		}
	}
	return nil
}

// sameFile reports whether two names are of one file that exists.
func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// sameName reports whether two names are of one file, or would be if it existed.
func sameName(a, b string) bool {
	pathA, errA := filepath.Abs(a)
	pathB, errB := filepath.Abs(b)
	return a != "" && b != "" && errA == nil && errB == nil && pathA == pathB || sameFile(a, b)
}

// ladder carries out the command.
func (p *program) ladder(ctx context.Context, o *ladderOptions, args []string) error {
	filter, err := p.filter(o.options, args)
	if err != nil {
		return err
	}
	src, err := p.openSource(ctx, o.options, filter)
	if err != nil || src == nil {
		return err
	}
	defer src.close()
	o.quiet = true // until the end nothing is drawn that a bar could be in the way of
	bar := p.newBar(o.options, src)
	pick := newPicker(flows.FlowID(o.flow))
	_, err = tracer.Run(ctx, tracer.Options{
		Source: src, Sink: pick, Limits: o.limits(), Asked: p.signals.count, Tell: p.counters,
	})
	bar.stop()
	ladders, which := pick.ladders(o.single())
	if which != nil {
		return errors.Join(err, which)
	}
	return errors.Join(err, p.draw(o, ladders))
}

// single reports whether the output can hold no more than one ladder.
func (o *ladderOptions) single() bool { return o.svg != "" || o.mermaid }

// draw writes ladders in the way that the flags ask for.
func (p *program) draw(o *ladderOptions, ladders []*ladder.Ladder) error {
	do := draw.Options{Depth: p.depth(), ASCII: o.ascii || p.poorLocale(), Width: o.width, Raw: o.raw, Zone: time.Local}
	if width := widthOf(p.out); width != nil && do.Width == 0 {
		do.Width = width()
	}
	var b []byte
	switch {
	case o.svg != "":
		b = svg.Append(nil, ladders[0], svg.Options{Raw: o.raw, Zone: time.Local})
	case o.mermaid:
		b = draw.AppendMermaid(nil, ladders[0], do)
	default:
		for i, l := range ladders {
			if i > 0 {
				b = append(b, '\n')
			}
			b = draw.Append(b, l, do)
		}
	}
	if o.svg != "" && o.svg != "-" {
		if err := os.WriteFile(o.svg, b, 0o644); err != nil {
			return fmt.Errorf("write the picture: %w", err)
		}
		return nil
	}
	_, err := p.out.Write(b)
	return writeError(err)
}

// poorLocale reports whether the user's locale has another encoding than UTF-8.
// The first variable that is set decides, as in POSIX; where none is, as in many
// containers, the terminal mostly understands UTF-8 nevertheless.
func (p *program) poorLocale() bool {
	for _, name := range [...]string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := p.env(name); locale != "" {
			locale = strings.ToLower(locale)
			return !strings.Contains(locale, "utf-8") && !strings.Contains(locale, "utf8")
		}
	}
	return false
}
