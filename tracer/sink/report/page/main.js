// What happens when: which of the two views is shown, and what keys do.
const views = { overview: byID("overview"), flow: byID("flow"), scroll: 0, table: 0 };

// route shows what the address names behind its #.
function route() {
	const name = /^#flow-(\d+)$/.exec(location.hash), i = name ? place.get(Number(name[1])) : undefined;
	const was = views.overview.hidden;
	if (i === undefined) {
		if (was) showOverview();
		return;
	}
	if (!was) {
		views.scroll = scrollY;
		views.table = grid.body.scrollTop;
	}
	charts.length = Math.min(charts.length, views.charts);
	views.flow.replaceChildren(...flowPage(i));
	views.overview.hidden = true;
	views.flow.hidden = false;
	const at = grid.rows.indexOf(i);
	if (at >= 0) grid.here = at;
	scrollTo(0, 0);
	views.flow.querySelector("h1").focus({ preventScroll: true });
}

function showOverview() {
	views.flow.hidden = true;
	views.flow.replaceChildren();
	views.overview.hidden = false;
	charts.length = views.charts;
	charts.forEach((c) => c.again());
	grid.body.scrollTop = views.table;
	if (grid.here >= 0) moveTo(grid.here);
	else drawRows();
	scrollTo(0, views.scroll);
	grid.body.focus({ preventScroll: true });
}

// key handles the keys that work everywhere.
function key(event) {
	if (event.ctrlKey || event.metaKey || event.altKey) return;
	const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName);
	if (event.key === "Escape") return escape(typing);
	if (typing && !(event.key === "Enter" && document.activeElement.id === "search")) return;
	const act = views.overview.hidden ? flowKey(event.key) : tableKey(event);
	if (!act) return;
	event.preventDefault();
	act();
}

function escape(typing) {
	if (views.overview.hidden) location.hash = "flows";
	else if (typing) document.activeElement.blur();
}

function flowKey(name) {
	const at = grid.here;
	return { j: () => openRow(at + 1), k: () => openRow(at - 1), "/": () => { location.hash = "flows"; setTimeout(toSearch, 50); } }[name];
}

const toSearch = () => { byID("search").focus(); byID("search").select(); };

function tableKey(event) {
	const inTable = document.activeElement === grid.body, page = Math.max(1, Math.floor(grid.body.clientHeight / rowHeight()) - 1);
	const move = (by) => () => { grid.body.focus({ preventScroll: true }); moveTo(grid.here + by); };
	const always = { "/": toSearch, j: move(1), k: move(grid.here < 0 ? 1 : -1) };
	const inside = { ArrowDown: move(1), ArrowUp: move(-1), PageDown: move(page), PageUp: move(-page), Home: () => moveTo(0), End: () => moveTo(grid.rows.length - 1) };
	if (event.key === "Enter" && (inTable || document.activeElement.id === "search")) return () => openRow(Math.max(grid.here, 0));
	return always[event.key] || (inTable ? inside[event.key] : undefined);
}

// choices fills the two lists beside the search.
function choices() {
	const option = (value, text) => node("option", { value }, text);
	const severity = (least, text) => {
		const n = columns.worst.reduce((sum, w) => sum + (w >= least), 0);
		return n ? [option("=" + least, text + " (" + grouped.format(n) + ")")] : [];
	};
	const used = new Map();
	for (let i = 0; i < size; i++) for (const name of namesOf(i)) used.set(name, (used.get(name) || 0) + 1);
	byID("finding").append(option("", "any or none"), ...severity(3, "critical"), ...severity(2, "warning or critical"), ...severity(1, "any finding"),
		...[...used].sort((a, b) => b[1] - a[1]).map(([name, n]) => option(name, name + " (" + grouped.format(n) + ")")));
	const ends = new Set(columns.outcome);
	byID("outcome").append(option("", "any"), ...[...ends].sort((a, b) => a - b).map((o) => option(data.outcomes[o], data.outcomes[o])));
}

// look searches for something that was clicked on elsewhere on the page.
function look(search, outcome) {
	byID("search").value = search;
	byID("finding").value = "";
	byID("outcome").value = outcome;
	filterRows();
	byID("flows").scrollIntoView();
	grid.body.focus({ preventScroll: true });
}

if (byID("flows")) {
	makeGrid();
	choices();
	byID("grid").hidden = byID("tools").hidden = false;
	byID("plain").hidden = true;
	filterRows();
	if (byID("bars")) chart(byID("bars"), drawBars);
	if (byID("stack")) chart(byID("stack"), drawStack);
	views.charts = charts.length;
	let waiting = 0;
	byID("search").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filterRows, size > 20000 ? 150 : 0); });
	byID("finding").addEventListener("change", filterRows);
	byID("outcome").addEventListener("change", filterRows);
	for (const b of document.querySelectorAll("[data-search]")) b.addEventListener("click", () => look(b.dataset.search, ""));
	for (const b of document.querySelectorAll("[data-outcome]")) b.addEventListener("click", () => look("", b.dataset.outcome));
	document.addEventListener("keydown", key);
	window.addEventListener("hashchange", route);
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach((c) => c.force()));
	route();
}
