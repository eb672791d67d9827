package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"tcptrace/tracer/bench"
)

// style is how a table is written.
type style uint8

const (
	plain style = iota
	markdown
)

func styleOf(isMarkdown bool) style {
	if isMarkdown {
		return markdown
	}
	return plain
}

// write writes what came out.
func write(w io.Writer, machine []string, heats []heat, s style) error {
	fmt.Fprintf(w, "%s.\n", strings.Join(machine, "; "))
	ratios, taken := [][]string{{"capture", "measured", "against", "by", "result", "goal", ""}}, [][]string{
		{"capture", "command", "CPU s", "ns a packet", "packets a CPU second", "peak MB"},
	}
	for i := range heats {
		ratios = append(ratios, heats[i].ratios()...)
		taken = append(taken, heats[i].taken()...)
	}
	for _, rows := range [][][]string{ratios, taken} {
		fmt.Fprintln(w)
		if err := writeTable(w, rows, s); err != nil {
			return err
		}
	}
	return nil
}

// ratios are the rows that compare: medians of what came out round by round.
func (h *heat) ratios() (rows [][]string) {
	for _, g := range h.goals {
		result, ok := h.result(g)
		if !ok {
			continue
		}
		rows = append(rows, []string{h.name(), g.of, g.against, g.quantity.String(), number(result), bound(g.most), verdict(result, g.most)})
	}
	return rows
}

// result is how an entrant did, if it took part and who it is held against too.
func (h *heat) result(g goal) (float64, bool) {
	of, against := h.entrant(g.of), h.entrant(g.against)
	if of == nil || against == nil && g.against != "" {
		return 0, false
	}
	var results []float64
	for i, u := range of.rounds {
		v := g.quantity.of(u, h.counts.Flows)
		if against != nil {
			v /= g.quantity.of(against.rounds[i], h.counts.Flows)
		}
		results = append(results, v)
	}
	return median(results), true
}

func (h *heat) entrant(name string) *entrant {
	i := slices.IndexFunc(h.entrants, func(e entrant) bool { return e.name == name })
	if i < 0 {
		return nil
	}
	return &h.entrants[i]
}

// taken are the rows that say what everybody has taken, medians again.
func (h *heat) taken() (rows [][]string) {
	packets := float64(h.counts.Packets)
	for _, e := range h.entrants {
		median := func(q quantity) float64 {
			var all []float64
			for _, u := range e.rounds {
				all = append(all, q.of(u, h.counts.Flows))
			}
			return median(all)
		}
		seconds := median(cpu)
		rows = append(rows, []string{
			h.name(), e.name, number(seconds), fmt.Sprintf("%.0f", seconds*1e9/packets),
			fmt.Sprintf("%.2f M", packets/seconds/1e6), fmt.Sprintf("%.0f", median(megabytes)),
		})
	}
	return rows
}

func (h *heat) name() string {
	name := fmt.Sprintf("%s, %s packets", h.spec.Kind, short(h.counts.Packets))
	if h.spec.Kind == bench.Mixed {
		name += fmt.Sprintf(", %d MB", h.size/1e6)
	}
	return name
}

func short(n uint64) string {
	if n < 1_000_000 {
		return fmt.Sprintf("%.3g k", float64(n)/1e3)
	}
	return fmt.Sprintf("%.3g M", float64(n)/1e6)
}

// number has three digits that count.
func number(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	case v >= 1:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.3f", v)
}

func bound(most float64) string {
	if most == 0 {
		return ""
	}
	return fmt.Sprintf("≤ %g", most)
}

func verdict(result, most float64) string {
	switch {
	case most == 0:
		return ""
	case result <= most:
		return "reached"
	}
	return "not reached"
}

// writeTable writes rows, the first of which is the head.
func writeTable(w io.Writer, rows [][]string, s style) error {
	if s == markdown {
		rows = slices.Insert(slices.Clone(rows), 1, slices.Repeat([]string{"---"}, len(rows[0])))
		for _, row := range rows {
			if _, err := fmt.Fprintf(w, "| %s |\n", strings.Join(row, " | ")); err != nil {
				return err
			}
		}
		return nil
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(t, strings.Join(row, "\t"))
	}
	return t.Flush()
}
