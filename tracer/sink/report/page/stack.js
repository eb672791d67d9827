// The states of all connections over time: for each side bands that lie on each
// other, in the order of a connection's life.
function drawStack(width) {
	const crowd = data.crowd, left = 46, right = 8, high = 150, gap = 40;
	const from = crowd.start, until = crowd.start + crowd.n * crowd.width;
	const x = scale(from, until, left, width - right);
	const sides = [0, 1].filter((side) => crowd.sides[side].length > 0);
	const total = sides.length * (high + gap);
	const root = shape("svg", { viewBox: "0 0 " + width + " " + total, width, height: total, role: "img",
		"aria-label": "States of the ends over time; the table below has the numbers" });
	sides.forEach((side, i) => stackOf(root, side, { x, left, right, width, high, top: 18 + i * (high + gap), from, until }));
	const readout = node("p", { class: "readout", "aria-live": "off" }, "Point at the chart to read its numbers.");
	const cursor = shape("line", { class: "cursor", y1: 0, y2: total - gap + 18, visibility: "hidden" });
	root.append(cursor);
	root.addEventListener("pointermove", (event) => {
		const at = ((event.clientX - root.getBoundingClientRect().left) / root.getBoundingClientRect().width) * width;
		const i = Math.floor(((at - left) / (width - left - right)) * crowd.n);
		if (i < 0 || i >= crowd.n) return;
		cursor.setAttribute("x1", at);
		cursor.setAttribute("x2", at);
		cursor.setAttribute("visibility", "visible");
		readout.textContent = clock(from + i * crowd.width, crowd.width < 1e6 ? 3 : 0) + " · " + sides.map((side) =>
			["clients: ", "servers: "][side] + (crowd.sides[side].filter((s) => s.means[i] > 0)
				.map((s) => short(s.means[i]) + " " + stateName(s.state)).join(", ") || "none")).join(" · ");
	});
	return [root, legend(sides), readout];
}

const short = (v) => (v >= 100 ? grouped.format(Math.round(v)) : v >= 1 ? String(Math.round(v * 10) / 10) : v.toPrecision(2));

function legend(sides) {
	const states = new Set(sides.flatMap((side) => data.crowd.sides[side].map((s) => s.state)));
	return node("ul", { class: "legend" }, [...states].sort((a, b) => a - b).map((s) =>
		node("li", {}, shape("svg", { viewBox: "0 0 12 12", width: 12, height: 12, "aria-hidden": "true" }, shape("rect", { width: 12, height: 12, rx: 2, class: "s" + s })), stateName(s))));
}

function stackOf(root, side, box) {
	const crowd = data.crowd, list = crowd.sides[side], n = crowd.n;
	const sums = Array.from({ length: n }, (_, i) => list.reduce((sum, s) => sum + s.means[i], 0));
	const most = Math.max(...sums, 1e-3);
	const y = scale(0, most * 1.05, box.top + box.high, box.top);
	root.append(shape("text", { x: box.left, y: box.top - 6, class: "title" }, ["Client ends", "Server ends"][side]));
	for (const v of ticks(0, most, 3)) {
		root.append(shape("line", { class: "grid", x1: box.left, x2: box.width - box.right, y1: y(v), y2: y(v) }),
			shape("text", { class: "end", x: box.left - 6, y: y(v) + 4 }, short(v) === "0.0" ? "0" : short(v)));
	}
	const base = new Array(n).fill(0), labels = [];
	for (const s of list) {
		root.append(shape("path", { class: "s" + s.state, d: band(s.means, base, box, y) }));
		labels.push(bandName(s, base, box, y));
		s.means.forEach((v, i) => (base[i] += v));
	}
	root.append(...labels.filter(Boolean));
	root.append(shape("line", { class: "axis", x1: box.left, x2: box.width - box.right, y1: y(0), y2: y(0) }));
	for (const v of timeTicks(box.from, box.until, Math.max(2, box.width / 130))) {
		const at = box.x(v);
		root.append(shape("text", { class: at > box.width - 40 ? "end" : at < box.left + 20 ? "" : "mid", x: at, y: box.top + box.high + 15 },
			clock(v, box.until - box.from < 1e7 ? 3 : 0)));
	}
}

// band is the outline of one state: steps, for a mean holds for its interval.
function band(means, base, box, y) {
	const n = means.length, at = (i) => px(box.x(box.from + ((box.until - box.from) * i) / n));
	let top = "M" + at(0) + " " + px(y(base[0] + means[0])), back = "";
	for (let i = 0; i < n; i++) {
		top += "V" + px(y(base[i] + means[i])) + "H" + at(i + 1);
		back = "V" + px(y(base[i])) + "H" + at(i) + back;
	}
	return top + back + "Z";
}

// bandName stands in the band where it is widest, if there is room.
function bandName(s, base, box, y) {
	const n = s.means.length, need = Math.max(1, Math.ceil((stateName(s.state).length * 7.2 + 6) / ((box.width - box.left - box.right) / n)));
	let best = 0, where = -1;
	for (let i = 0; i + need <= n; i++) {
		let low = -Infinity, high = Infinity;
		for (let j = i; j < i + need; j++) {
			low = Math.max(low, base[j]);
			high = Math.min(high, base[j] + s.means[j]);
		}
		if (high - low > best) {
			best = high - low;
			where = { i, v: (high + low) / 2 };
		}
	}
	if (where === -1 || y(0) - y(best) < 14) return null;
	const x = box.x(box.from + ((box.until - box.from) * (where.i + need / 2)) / n);
	return shape("text", { class: "mid on" + (pale(s.state) ? " dark" : ""), x, y: y(where.v) + 4 }, stateName(s.state));
}

const pale = (s) => [4, 7, 9, 10, 3, 11].includes(s) && !matchMedia("(prefers-color-scheme: dark)").matches;
