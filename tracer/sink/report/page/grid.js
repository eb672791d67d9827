// The table. Only the rows that can be seen are in the page.
const grid = { rows: [], here: -1, by: "finding", down: true, drawn: [] };

const heads = [
	["flow", "#"], ["finding", "Finding"], ["client", "Client"], ["server", "Server"], ["outcome", "Outcome"], ["states", "Client / server state"],
	["began", "Began"], ["lasted", "Lasted"], ["rtt", "Handshake"], ["data", "Data → ←"], ["again", "Again"],
];
const numeric = new Set(["lasted", "rtt", "data", "again"]);
const narrow = matchMedia("(max-width: 700px)");
const rowHeight = () => (narrow.matches ? 68 : 32);

function makeGrid() {
	grid.head = node("div", { class: "g-head", role: "row" }, heads.map(([by, title]) =>
		node("span", { role: "columnheader", class: numeric.has(by) ? "num" : "", "data-by": by },
			node("button", { type: "button", title: "Sort by this column", on: { click: () => sortBy(by) } }, title))));
	grid.space = node("div", {});
	grid.body = node("div", { class: "g-body", tabindex: 0, role: "rowgroup", "aria-label": "Connections: arrow keys move, Enter opens" }, grid.space);
	const host = byID("grid");
	host.setAttribute("role", "grid");
	host.setAttribute("aria-label", "Connections");
	host.append(grid.head, grid.body);
	host.classList.toggle("plain-flows", !columns.worst.some((w) => w > 0));
	grid.body.addEventListener("scroll", drawRows, { passive: true });
	grid.body.addEventListener("click", (event) => {
		const row = event.target.closest(".g-row");
		if (row) openRow(Number(row.dataset.at));
	});
	narrow.addEventListener("change", layRows);
	window.addEventListener("resize", drawRows);
}

function sortBy(by) {
	grid.down = grid.by === by ? !grid.down : numeric.has(by) || by === "finding";
	grid.by = by;
	sorted(grid.rows, grid.by, grid.down);
	grid.here = -1;
	layRows();
}

// filterRows looks for rows and shows them.
function filterRows() {
	grid.rows = sorted(found(byID("search").value, byID("finding").value, byID("outcome").value), grid.by, grid.down);
	grid.here = -1;
	grid.body.scrollTop = 0;
	byID("shown").textContent = grid.rows.length === size ? count(size, "connection", "connections")
		: grouped.format(grid.rows.length) + " of " + grouped.format(size);
	layRows();
}

function layRows() {
	for (const head of grid.head.children) {
		const here = head.dataset.by === grid.by;
		if (here) head.setAttribute("aria-sort", grid.down ? "descending" : "ascending");
		else head.removeAttribute("aria-sort");
		const title = heads.find(([by]) => by === head.dataset.by)[1];
		head.firstChild.textContent = title + (here ? (grid.down ? " ▾" : " ▴") : "");
	}
	byID("grid").setAttribute("aria-rowcount", grid.rows.length + 1);
	grid.body.style.height = Math.max(64, grid.rows.length * rowHeight()) + "px";
	grid.space.style.height = grid.rows.length * rowHeight() + "px";
	grid.drawn = [];
	grid.space.replaceChildren();
	if (grid.rows.length === 0) grid.space.append(node("p", { class: "g-none" }, "No connection is like that."));
	drawRows();
}

// drawRows puts the rows into the page that can be seen, and a few more.
function drawRows() {
	const high = rowHeight(), more = 8;
	const first = Math.max(0, Math.floor(grid.body.scrollTop / high) - more);
	const last = Math.min(grid.rows.length, Math.ceil((grid.body.scrollTop + grid.body.clientHeight) / high) + more);
	grid.drawn = grid.drawn.filter((row) => {
		const at = Number(row.dataset.at), stays = at >= first && at < last;
		if (!stays) row.remove();
		return stays;
	});
	const have = new Set(grid.drawn.map((row) => Number(row.dataset.at)));
	for (let at = first; at < last; at++) {
		if (have.has(at)) continue;
		const row = rowNode(grid.rows[at], at);
		row.style.top = at * high + "px";
		grid.drawn.push(row);
		grid.space.append(row);
	}
	markRow();
}

function rowNode(i, at) {
	const flow = columns.flow[i], names = namesOf(i), worst = severities[columns.worst[i]];
	const cell = (name, ...content) => node("span", { role: "gridcell", class: name, title: content.every((c) => typeof c === "string") && content.join("").length > 17 ? content.join("") : null }, ...content);
	return node("div", { class: "g-row", role: "row", id: "row-" + at, "data-at": at, "aria-rowindex": at + 2 },
		cell("id", "#" + flow + (rank.has(flow) ? " ◆" : "")),
		cell("finding-cell", worst ? [sign(worst), names[0] + (names.length > 1 ? " +" + (names.length - 1) : "")] : ""),
		cell("client", narrow.matches ? clientOf(i) + " → " + serverOf(i) : clientOf(i) + (columns.guessed[i] ? " ?" : "")),
		cell("server", serverOf(i)), cell("outcome", outcomeOf(i)), cell("states", statesOf(i)),
		cell("began", clock(columns.start[i], 3)), cell("lasted num", lasting(columns.lasted[i])),
		cell("rtt num", columns.rtt[i] ? lasting(columns.rtt[i]) : "–"),
		cell("data num", bytes(columns.bytes[0][i]) + " · " + bytes(columns.bytes[1][i])), cell("again num", againOf(i) || ""));
}

function markRow() {
	for (const row of grid.drawn) row.classList.toggle("is-here", Number(row.dataset.at) === grid.here);
	if (grid.here >= 0) grid.body.setAttribute("aria-activedescendant", "row-" + grid.here);
	else grid.body.removeAttribute("aria-activedescendant");
}

// moveTo goes to a row and brings it into view.
function moveTo(at) {
	if (grid.rows.length === 0) return;
	grid.here = Math.min(Math.max(at, 0), grid.rows.length - 1);
	const high = rowHeight(), top = grid.here * high, view = grid.body;
	if (top < view.scrollTop) view.scrollTop = top;
	else if (top + high > view.scrollTop + view.clientHeight) view.scrollTop = top + high - view.clientHeight;
	drawRows();
}

function openRow(at) {
	if (at < 0 || at >= grid.rows.length) return;
	grid.here = at;
	location.hash = "flow-" + columns.flow[grid.rows[at]];
}
