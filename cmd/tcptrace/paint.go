package main

import (
	"github.com/fatih/color"

	"tcptrace/flows/explain"
	"tcptrace/tracer/sink/palette"
)

// painter colours the pages of explain: states and severities as in a trace.
func (p *program) painter() explain.Painter {
	depth := p.depth()
	if depth == palette.Plain {
		return explain.NoPaint
	}
	colors := make(map[explain.Tone]*color.Color)
	for tone, attributes := range tones(depth) {
		c := color.New(attributes...)
		c.EnableColor()
		colors[tone] = c
	}
	return func(tone explain.Tone, text string) string {
		if c := colors[tone]; c != nil && text != "" {
			return c.Sprint(text)
		}
		return text
	}
}

// tones are the colours of tones. Those of 256 have a contrast of at least 3 to
// 1 to black and to white.
func tones(depth palette.Depth) map[explain.Tone][]color.Attribute {
	if depth == palette.Colour16 {
		return map[explain.Tone][]color.Attribute{
			explain.Heading: {color.Bold}, explain.Command: {color.FgCyan}, explain.Wrong: {color.FgRed},
			explain.Warning: {color.FgYellow}, explain.Critical: {color.FgRed},
			explain.Opening: {color.FgYellow}, explain.Open: {color.FgGreen}, explain.Closing: {color.FgBlue},
			explain.Waiting: {color.FgMagenta}, explain.Closed: {color.FgHiBlack},
		}
	}
	return map[explain.Tone][]color.Attribute{
		explain.Heading: {color.Bold}, explain.Command: {38, 5, 31}, explain.Wrong: {38, 5, 196},
		explain.Warning: {38, 5, 136}, explain.Critical: {38, 5, 196},
		explain.Opening: {38, 5, 136}, explain.Open: {38, 5, 28}, explain.Closing: {38, 5, 33},
		explain.Waiting: {38, 5, 164}, explain.Closed: {38, 5, 244},
	}
}
