package svg

// Style is the style sheet of all ladders. Its classes begin with "lad".
func Style() string { return style }

// style has a contrast of at least 4.5 to 1 for text, in light and in dark.
const style = `
.lad{--lad-paper:#fff;--lad-ink:#1f2328;--lad-soft:#59636e;--lad-opening:#8a6100;--lad-open:#1a7f37;--lad-closing:#0969da;--lad-waiting:#a626a4;--lad-closed:#66707b;--lad-alarm:#cf222e;--lad-box:#fff8e6;--lad-red:#ffebe9;--lad-grey:#f3f4f6;
font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){.lad{--lad-paper:#0d1117;--lad-ink:#e6edf3;--lad-soft:#9aa4af;--lad-opening:#d9a521;--lad-open:#46b955;--lad-closing:#6cb0ff;--lad-waiting:#d98be0;--lad-closed:#929ba6;--lad-alarm:#ff7b72;--lad-box:#2b2410;--lad-red:#391517;--lad-grey:#1b2129}}
.lad text{fill:var(--lad-ink);white-space:pre}
.lad path{stroke:var(--lad-ink);fill:none;stroke-width:1.4}
.lad .lad-paper{fill:var(--lad-paper)}
.lad .lad-mid{text-anchor:middle}
.lad .lad-end{text-anchor:end}
.lad .lad-head{font-weight:600}
.lad .lad-small{font-size:11px;fill:var(--lad-soft)}
.lad .lad-note{fill:var(--lad-soft)}
.lad .lad-quiet{fill:var(--lad-soft);font-style:italic}
.lad .lad-axis{stroke-width:4;stroke:var(--lad-soft)}
.lad path.lad-opening{stroke:var(--lad-opening)}
.lad path.lad-open{stroke:var(--lad-open)}
.lad path.lad-closing{stroke:var(--lad-closing)}
.lad path.lad-waiting{stroke:var(--lad-waiting)}
.lad path.lad-closed{stroke:var(--lad-closed);stroke-dasharray:3 3}
.lad path.lad-unknown{stroke-dasharray:1 4}
.lad text.lad-opening{fill:var(--lad-opening)}
.lad text.lad-open{fill:var(--lad-open)}
.lad text.lad-closing{fill:var(--lad-closing)}
.lad text.lad-waiting{fill:var(--lad-waiting)}
.lad text.lad-closed{fill:var(--lad-closed)}
.lad text.lad-gone{fill:var(--lad-soft)}
.lad .lad-tip{fill:var(--lad-ink);stroke:none}
.lad .lad-cross{stroke:var(--lad-alarm);stroke-width:2}
.lad .lad-refused>path,.lad .lad-icmp>path{stroke-dasharray:5 4}
.lad .lad-reset>path,.lad .lad-wrong>path,.lad .lad-icmp>path{stroke:var(--lad-alarm)}
.lad .lad-refused>.lad-cross{stroke-dasharray:none}
.lad .lad-reset>.lad-tip,.lad .lad-wrong>.lad-tip,.lad .lad-icmp>.lad-tip{fill:var(--lad-alarm);stroke:none}
.lad .lad-find rect{fill:var(--lad-grey);stroke:var(--lad-closed)}
.lad .lad-warning rect{fill:var(--lad-box);stroke:var(--lad-opening)}
.lad .lad-critical rect{fill:var(--lad-red);stroke:var(--lad-alarm)}
`
