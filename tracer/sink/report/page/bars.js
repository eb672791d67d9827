// How long handshakes took: a bar for each step of a logarithmic scale.
function drawBars(width) {
	const bars = data.shakes, left = 26, right = 26, top = 18, high = 130;
	const most = Math.max(...bars.map((b) => b.N));
	const each = Math.min(64, (width - left - right) / bars.length);
	const root = shape("svg", { viewBox: "0 0 " + width + " " + (top + high + 24), width, height: top + high + 24, role: "img",
		"aria-label": "Distribution of handshake times; the table below has the numbers" });
	bars.forEach((b, i) => {
		const h = b.N === 0 ? 0 : Math.max(2, (b.N / most) * high), x = left + i * each;
		const slow = b.From >= 0.95e9;
		root.append(shape("rect", { class: "bar" + (slow ? " slow" : ""), x: x + 1, width: Math.max(1, each - 2), y: top + high - h, height: h },
			shape("title", {}, lasting(b.From / 1000) + " to " + lasting(b.To / 1000) + ": " + count(b.N, "connection", "connections") +
				(slow ? " (a second or more: a SYN was lost, or its answer)" : ""))));
		if (b.N > 0 && each >= 26) root.append(shape("text", { class: "mid name", x: x + each / 2, y: top + high - h - 4 }, compact(b.N)));
	});
	root.append(shape("line", { class: "axis", x1: left, x2: left + bars.length * each, y1: top + high, y2: top + high }));
	const every = Math.ceil(58 / each);
	for (let i = 0; i <= bars.length; i += every) {
		const edge = i < bars.length ? bars[i].From : bars[bars.length - 1].To, at = left + i * each;
		root.append(shape("line", { class: "axis", x1: at, x2: at, y1: top + high, y2: top + high + 4 }),
			shape("text", { class: "mid", x: at, y: top + high + 17 }, lasting(edge / 1000)));
	}
	const slow = bars.filter((b) => b.From >= 0.95e9).reduce((sum, b) => sum + b.N, 0);
	return [root, slow ? node("p", { class: "soft" }, count(slow, "handshake", "handshakes") + " of a second or more (red): a SYN or its answer was lost.") : null].filter(Boolean);
}

const compact = (n) => (n < 10000 ? grouped.format(n) : n < 1e6 ? (n / 1000).toFixed(0) + "k" : (n / 1e6).toFixed(1) + "M");
