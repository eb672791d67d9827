// The rows, column by column, and how they are found and sorted.
const columns = data.columns, size = columns.flow.length;
const rank = new Map(data.full.map((flow, i) => [flow, i]));
for (const name of ["flow", "start"]) for (let i = 1; i < size; i++) columns[name][i] += columns[name][i - 1];
const place = new Map();
for (let i = 0; i < size; i++) place.set(columns.flow[i], i);

const address = (a) => (data.addrs[a].includes(":") ? "[" + data.addrs[a] + "]" : data.addrs[a]);
const clientOf = (i) => address(columns.client[i]) + ":" + columns.port[i];
const serverOf = (i) => address(columns.server[i]) + ":" + columns.service[i];
const conditionsOf = (i) => data.sets[columns.set[i]].map((id) => data.conditions[id]);
const namesOf = (i) => conditionsOf(i).map((c) => c.name);
const outcomeOf = (i) => data.outcomes[columns.outcome[i]];
const statesOf = (i) => stateName(columns.state[0][i]) + (columns.state[0][i] === columns.state[1][i] ? "" : " / " + stateName(columns.state[1][i]));
const sentOf = (i) => columns.bytes[0][i] + columns.bytes[1][i];
const againOf = (i) => columns.again[0][i] + columns.again[1][i];
const historyOf = (i, side) => [...(data.histories[columns.history[i]].split(" ")[side] || "")].map((c) => stateName(parseInt(c, 36)));

// What a column is sorted by; a list is compared item by item.
const keys = {
	flow: (i) => columns.flow[i],
	finding: (i) => columns.worst[i] * 1e6 - (rank.has(columns.flow[i]) ? rank.get(columns.flow[i]) : 1e5),
	client: (i) => columns.client[i] * 65536 + columns.port[i],
	server: (i) => columns.server[i] * 65536 + columns.service[i],
	outcome: (i) => outcomeOf(i),
	states: (i) => statesOf(i),
	began: (i) => columns.start[i],
	lasted: (i) => columns.lasted[i],
	rtt: (i) => columns.rtt[i],
	data: sentOf,
	again: againOf,
};

// sorted puts rows into an order; among equals the worst come first.
function sorted(rows, by, down) {
	const key = Array.from({ length: size }), worst = new Float64Array(size);
	for (const i of rows) {
		key[i] = keys[by](i);
		worst[i] = keys.finding(i);
	}
	const sign = down ? -1 : 1;
	return rows.sort((a, b) => (key[a] < key[b] ? -sign : key[a] > key[b] ? sign : worst[b] - worst[a] || a - b));
}

// hay is what the search looks into: made once for each row, when it is needed.
const hays = [];
function hay(i) {
	return (hays[i] ??= ["#" + columns.flow[i], clientOf(i), serverOf(i), outcomeOf(i), statesOf(i),
		historyOf(i, 0).join(" "), historyOf(i, 1).join(" "), ...conditionsOf(i).map((c) => c.name + " " + c.title + " " + severities[c.severity + 1])].join(" ").toLowerCase() + " ");
}

// found are the rows that hold all words of a search.
function found(search, finding, outcome) {
	const words = search.toLowerCase().split(/\s+/).filter(Boolean), rows = [];
	const holds = (i, word) => (word[0] === "#" ? "#" + columns.flow[i] === word : hay(i).includes(word));
	for (let i = 0; i < size; i++) {
		if (outcome && outcomeOf(i) !== outcome) continue;
		if (finding && !matches(i, finding)) continue;
		if (words.every((word) => holds(i, word))) rows.push(i);
	}
	return rows;
}

// matches reports whether a row has a condition, or one at least so severe.
function matches(i, finding) {
	if (finding[0] === "=") return columns.worst[i] >= Number(finding.slice(1));
	return namesOf(i).includes(finding);
}
