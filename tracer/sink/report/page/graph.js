// One connection over time: the states of both ends, and below them the numbers
// that each end sent, all on one axis.
const kinds = { plain: 0, again: 1, probe: 2, shut: 3, syn: 4, fin: 5, rst: 6 };
const marks = { 1: "R", 2: "P", 3: "0", 4: "S", 5: "F", 6: "X" };

function drawFlow(flow, view) {
	return (width) => {
		const left = Math.min(96, width * 0.17), right = 12, x = scale(view.from, view.until, left, width - right);
		const box = { x, left, right, width, view };
		const parts = [lanes(flow, box)];
		for (const side of [0, 1]) if (flow.points.some((p) => p[1] === side && p[4] > 0)) parts.push(numbers(flow, side, box));
		return parts.flat();
	};
}

function lanes(flow, box) {
	const high = 24, top = 6, height = top + 2 * (high + 8) + 20;
	const root = shape("svg", { viewBox: "0 0 " + box.width + " " + height, width: box.width, height, role: "img", "aria-label": "States of both ends over time" });
	flow.moves.forEach((moves, side) => {
		const y = top + side * (high + 8);
		root.append(shape("text", { class: "name", x: 0, y: y + 16 }, ["client", "server"][side]));
		moves.forEach((move, i) => {
			const until = i + 1 < moves.length ? moves[i + 1][0] : Math.max(flow.until, move[0]);
			const a = Math.max(box.x(move[0]), box.left), b = Math.min(box.x(until), box.width - box.right);
			if (b < box.left || a > box.width - box.right || b < a) return;
			const name = stateName(move[1]), w = Math.max(b - a, 1.5);
			root.append(shape("rect", { class: "lane s" + move[1], x: a, y, width: w, height: high, rx: 2 },
				shape("title", {}, name + " from " + after(move[0], 1e4) + " on, for " + lasting(until - move[0]) + " (" + move[2] + ")")));
			if (w > name.length * 7 + 4) root.append(shape("text", { class: "mid on" + (pale(move[1]) ? " dark" : ""), x: a + w / 2, y: y + 16 }, name));
		});
	});
	timeAxis(root, box, top + 2 * (high + 8));
	return root;
}

function timeAxis(root, box, y) {
	const { from, until } = box.view;
	root.append(shape("line", { class: "axis", x1: box.left, x2: box.width - box.right, y1: y, y2: y }));
	for (const v of timeTicks(from, until, Math.max(2, (box.width - box.left) / 110))) {
		const at = box.x(v);
		root.append(shape("line", { class: "axis", x1: at, x2: at, y1: y, y2: y + 4 }),
			shape("text", { class: at > box.width - 30 ? "end" : "mid", x: at, y: y + 16 }, after(v, until - from)));
	}
}

// numbers draws what one end sent, what its peer has acknowledged of that, and
// how far its peer would let it send.
function numbers(flow, side, box) {
	const top = 24, high = Math.max(130, Math.min(240, box.width * 0.28)), bottom = top + high, height = bottom + 22;
	const sent = flow.points.filter((p) => p[1] === side), answers = flow.points.filter((p) => p[1] !== side && p[5] >= 0);
	const seen = (p) => p[0] >= box.view.from && p[0] <= box.view.until;
	const used = [...sent.filter(seen).flatMap((p) => [p[3], p[3] + p[4]]), ...answers.filter(seen).map((p) => p[5])];
	const edges = answers.filter((p) => p[6] >= 0 && seen(p)).map((p) => p[6]);
	let low = Math.min(...used, Infinity), most = Math.max(...used, 1);
	if (!isFinite(low) || low < most * 0.5) low = 0;
	const beyond = Math.max(...edges, 0);
	if (box.view.edge || beyond <= low + (most - low) * 3) most = Math.max(most, beyond);
	const y = scale(low, low + (most - low) * 1.06, bottom, top), clip = "clip-" + side;
	const title = ["Client → server", "Server → client"][side] + ": sequence numbers";
	const root = shape("svg", { viewBox: "0 0 " + box.width + " " + height, width: box.width, height, role: "img",
		"aria-label": title + ", " + count(sent.length, "segment", "segments") + " drawn, acknowledgements and the edge of the window over time" });
	root.append(shape("text", { class: "title", x: 0, y: 13 }, title),
		shape("clipPath", { id: clip }, shape("rect", { x: box.left - 8, y: top - 12, width: box.width - box.left - box.right + 16, height: high + 13 })));
	for (const v of ticks(low, most, 4)) {
		root.append(shape("line", { class: "grid", x1: box.left, x2: box.width - box.right, y1: y(v), y2: y(v) }),
			shape("text", { class: "end", x: box.left - 6, y: y(v) + 4 }, bytes(v)));
	}
	const inside = shape("g", { "clip-path": "url(#" + clip + ")" });
	inside.append(shape("path", { class: "g-edge", d: stairs(answers.filter((p) => p[6] >= 0), 6, box, y) }),
		shape("path", { class: "g-acked", d: stairs(answers, 5, box, y) }), ...segments(flow, sent, box, y));
	root.append(inside);
	timeAxis(root, box, bottom);
	return root;
}

// stairs goes on to the right at the last value until the next one.
function stairs(points, at, box, y) {
	let d = "";
	for (const p of points) d += (d ? "H" + px(box.x(p[0])) + "V" : "M" + px(box.x(p[0])) + " ") + px(y(p[at]));
	return d;
}

function segments(flow, sent, box, y) {
	let usual = "", line = "", again = "";
	const letters = [];
	for (const p of sent) {
		const x = px(box.x(p[0])), a = y(p[3]), b = Math.min(y(p[3] + p[4]), a - (p[4] > 0 ? 2 : 0));
		if (p[4] > 0 && p[2] === kinds.again) again += "M" + x + " " + px(a) + "V" + px(b);
		else if (p[4] > 0) {
			usual += "M" + x + " " + px(a) + "V" + px(b);
			line += (line ? "L" : "M") + x + " " + px(a);
		}
		if (marks[p[2]]) letters.push(shape("text", { class: "g-mark mid" + ([1, 3, 6].includes(p[2]) ? " bad" : ""), x, y: px(b - 3) }, marks[p[2]]));
	}
	const parts = [shape("path", { class: "g-data", d: usual }), shape("path", { class: "g-again", d: again })];
	if (flow.thin > 1) parts.unshift(shape("path", { class: "g-data", d: line }));
	return [...parts, ...letters];
}

function graphLegend() {
	const sample = (name, dashed) => shape("svg", { viewBox: "0 0 22 12", width: 22, height: 12, "aria-hidden": "true" }, shape("path", { class: name, d: dashed || "M1 6H21" }));
	const item = (...content) => node("li", {}, ...content);
	return node("ul", { class: "legend lines" },
		item(sample("g-data", "M6 11V1M11 9V2M16 11V1"), " sent"), item(sample("g-acked"), " acknowledged"), item(sample("g-edge"), " edge of the window"),
		item(node("b", {}, "R"), " sent again"), item(node("b", {}, "S F X"), " SYN, FIN, RST"), item(node("b", {}, "P"), " probe"), item(node("b", {}, "0"), " its window is closed"));
}
