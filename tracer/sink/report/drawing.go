package report

import (
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/flows/ladder"
	"tcptrace/tracer/sink/svg"
)

// drawing is the ladder of a flow while it grows.
type drawing struct {
	builder *ladder.Builder
	rows    int // that it may have, at most
}

const (
	maxDrawn = 120 // rows of a ladder: four screens
	rowSize  = 450 // bytes of a row while the ladder grows, with its moves
)

func newDrawing() *drawing { return &drawing{builder: ladder.New(ladder.Options{MaxRows: maxDrawn})} }

// add adds a step, and returns by how many bytes the ladder can have grown.
func (d *drawing) add(st *flows.Step) int {
	d.builder.Step(st)
	return d.grown()
}

// find adds a finding.
func (d *drawing) find(f *diagnose.Finding) int {
	d.builder.Finding(f)
	return d.grown()
}

func (d *drawing) grown() int {
	if d.rows == maxDrawn {
		return 0
	}
	d.rows++
	return rowSize
}

// svg appends the ladder as it is at last.
func (d *drawing) svg(b []byte, zone *time.Location) []byte {
	return svg.Append(b, d.builder.Ladder(), svg.Options{NoStyle: true, Zone: zone})
}
