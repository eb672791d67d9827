// One connection on a page of its own.
function flowPage(i) {
	const flow = columns.flow[i], full = rank.has(flow) ? JSON.parse(byID("data-" + flow).textContent) : null;
	const at = grid.rows.indexOf(i);
	const step = (by, text, key) => node("button", { type: "button", class: "btn", title: "Key: " + key, disabled: at < 0 || at + by < 0 || at + by >= grid.rows.length,
		on: { click: () => openRow(at + by) } }, text);
	return [
		node("nav", { class: "crumbs" }, node("a", { href: "#flows", class: "back" }, "← all connections"), node("span", { class: "push" }), step(-1, "‹ previous", "k"), step(1, "next ›", "j")),
		node("h1", { tabindex: -1 }, "#" + flow + "  " + clientOf(i) + " → " + serverOf(i)),
		node("p", { class: "sub" }, outcomeLine(i)),
		...(full ? full.found.map(foundCard) : conditionsOf(i).map(conditionCard)),
		node("h2", {}, "Both ends"), endsTable(i),
		...(full ? inFull(flow, full) : [node("p", { class: "note" }, "This page holds the ladders and graphs of the worst " + grouped.format(data.full.length) +
			" connections, and this is none of them. From the capture itself: tcptrace ladder -r FILE --flow " + flow)]),
	];
}

function outcomeLine(i) {
	const parts = [outcomeOf(i), "began " + clock(columns.start[i], 6) + " " + data.zone, "lasted " + lasting(columns.lasted[i])];
	if (columns.rtt[i]) parts.push("handshake " + lasting(columns.rtt[i]));
	if (columns.guessed[i]) parts.push("which end is the client is a guess");
	return parts.join(" · ");
}

function foundCard(f) {
	const para = (label, text) => (text ? node("p", {}, node("span", { class: "soft" }, label), text) : null);
	return node("article", { class: "finding said is-" + f.severity },
		node("h3", {}, badge(f.severity), " " + f.title),
		node("p", { class: "where" }, node("code", {}, f.name), " · " + f.confidence + (f.at === "nobody" ? "" : " · look at the " + f.at) + " · after " + lasting(Math.max(f.when, 0)) +
			(f.packets ? " · " + (f.packets.length === 1 ? "packet " : "packets ") + f.packets.join(", ") : "")),
		node("p", {}, f.summary), para("Owner: ", f.owner), f.owner ? null : para("The kernel says: ", f.kernel), para("Or: ", f.otherwise), para("What to do: ", f.advice && f.advice + "."));
}

function conditionCard(c) {
	return node("article", { class: "finding said" }, node("h3", {}, badge(severities[c.severity + 1]), " " + c.title), node("p", { class: "where" }, node("code", {}, c.name)));
}

function endsTable(i) {
	const row = (name, of) => node("tr", {}, node("th", { scope: "row" }, name), node("td", {}, of(0)), node("td", {}, of(1)));
	return node("figure", {}, node("table", { class: "both" },
		node("thead", {}, node("tr", {}, node("th", {}), node("th", { scope: "col" }, "client " + clientOf(i)), node("th", { scope: "col" }, "server " + serverOf(i)))),
		node("tbody", {}, row("state at last", (s) => stateName(columns.state[s][i])), row("went through", (s) => historyOf(i, s).join(" → ") || "–"),
			row("packets", (s) => grouped.format(columns.packets[s][i])), row("payload", (s) => bytes(columns.bytes[s][i])), row("sent again", (s) => grouped.format(columns.again[s][i])))));
}

// inFull is what only the worst have: graphs that can be zoomed, and the ladder.
function inFull(flow, full) {
	const until = Math.max(full.until, 1), view = { from: 0, until, edge: false };
	const host = node("div", { class: "chart", id: "graph" }), graph = { draw: null };
	const busy = busyPart(full);
	const show = (from, to) => {
		view.from = Math.max(0, from);
		view.until = Math.max(Math.min(to, until), view.from + 10);
		graph.draw.force();
	};
	const zoom = (factor) => {
		const mid = (view.from + view.until) / 2, half = ((view.until - view.from) / 2) * factor;
		show(mid - half, mid + half);
	};
	const button = (text, act) => node("button", { type: "button", class: "btn", on: { click: act } }, text);
	const edge = node("button", { type: "button", class: "btn", "aria-pressed": "false", on: { click: () => {
		view.edge = !view.edge;
		edge.setAttribute("aria-pressed", view.edge);
		graph.draw.force();
	} } }, "whole window");
	const tools = node("div", { class: "zoom" }, button("whole time", () => show(0, until)), busy < until * 0.8 ? button("while segments flow", () => show(0, busy)) : null,
		button("zoom in", () => zoom(0.5)), button("zoom out", () => zoom(2)), button("◂", () => show(view.from - (view.until - view.from) / 3, view.until - (view.until - view.from) / 3)),
		button("▸", () => show(view.from + (view.until - view.from) / 3, Math.min(until, view.until + (view.until - view.from) / 3))), edge);
	const ladder = byID("ladder-" + flow);
	setTimeout(() => (graph.draw = chart(host, drawFlow(full, view))), 0);
	dragZoom(host, view, show);
	return [node("h2", {}, "Over time"), node("figure", {}, tools, host, full.points.some((p) => p[4] > 0) ? graphLegend() : null, movesTable(full)),
		node("h2", {}, "Ladder"), node("figure", { class: "ladder tall" }, ladder ? ladder.content.cloneNode(true) : null)];
}

// busyPart is until when segments flow, without the silence behind them.
function busyPart(full) {
	const times = full.points.map((p) => p[0]).sort((a, b) => a - b);
	let last = 0;
	for (const t of times) {
		if (last > 0 && t > last * 4 + 1e6) break;
		last = Math.max(last, t);
	}
	return Math.max(last * 1.1, 100);
}

// dragZoom shows the part of the time that is drawn over.
function dragZoom(host, view, show) {
	let from = null;
	const time = (event) => {
		const svg = host.querySelector("svg"), box = svg.getBoundingClientRect(), width = box.width, left = Math.min(96, width * 0.17);
		return view.from + ((event.clientX - box.left - left) / (width - left - 12)) * (view.until - view.from);
	};
	host.addEventListener("pointerdown", (event) => { if (event.pointerType === "mouse") from = event; });
	host.addEventListener("pointerup", (event) => {
		if (from && Math.abs(event.clientX - from.clientX) > 8) show(Math.min(time(from), time(event)), Math.max(time(from), time(event)));
		from = null;
	});
	host.addEventListener("dblclick", () => show(0, Infinity));
}

function movesTable(full) {
	const rows = full.moves.flatMap((moves, side) => moves.map((m) => [m[0], side, m]));
	rows.sort((a, b) => a[0] - b[0]);
	return node("details", {}, node("summary", {}, "The moves as a table"), node("table", {},
		node("thead", {}, node("tr", {}, node("th", { scope: "col" }, "after"), node("th", { scope: "col" }, "end"), node("th", { scope: "col" }, "enters"), node("th", { scope: "col" }, "because of"))),
		node("tbody", {}, rows.map(([at, side, m]) => node("tr", {}, node("td", { class: "num" }, (at / 1e6).toFixed(6) + " s"), node("td", {}, ["client", "server"][side]), node("td", {}, stateName(m[1])), node("td", {}, m[2]))))));
}
