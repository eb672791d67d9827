const byID = (id) => document.getElementById(id);
const data = JSON.parse(byID("data").textContent);

// node makes an element. Text becomes text, never markup.
function node(name, attributes, ...children) {
	return fill(document.createElement(name), attributes, children);
}

function shape(name, attributes, ...children) {
	return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fill(element, attributes, children) {
	for (const [key, value] of Object.entries(attributes || {})) {
		if (key === "on") {
			for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
		} else if (value === true) {
			element.setAttribute(key, "");
		} else if (value !== false && value !== undefined && value !== null) {
			element.setAttribute(key, value);
		}
	}
	for (const child of children.flat()) {
		if (child !== null && child !== undefined && child !== false) element.append(child);
	}
	return element;
}

// Numbers as people read them.
const grouped = new Intl.NumberFormat("en");
const count = (n, one, many) => (n === 1 ? "1 " + one : grouped.format(n) + " " + many);

function bytes(n) {
	if (n < 1000) return n + " B";
	let unit = 0;
	for (n /= 1000; n >= 999.5; n /= 1000) unit++;
	return n.toFixed(n < 9.95 ? 1 : 0) + " " + "kMGTPE"[unit] + "B";
}

// lasting says how long so many µs are.
function lasting(us) {
	const s = us / 1e6;
	if (us < 10) return us.toFixed(0) + " µs";
	if (us < 10000) return (us / 1000).toFixed(2) + " ms";
	if (us < 1e6) return (us / 1000).toFixed(0) + " ms";
	if (s < 10) return s.toFixed(1) + " s";
	if (s < 120) return s.toFixed(0) + " s";
	const two = (large, small, a, b) => {
		const all = Math.round(s / small), per = large / small;
		return Math.floor(all / per) + a + (all % per ? " " + (all % per) + b : "");
	};
	if (s < 3600) return two(60, 1, " min", " s");
	if (s < 172800) return two(3600, 60, " h", " min");
	return two(86400, 3600, " d", " h");
}

// clock is the time of day, in the trace's zone, so many µs after its start.
function clock(us, digits) {
	const at = new Date((data.start + data.shift + us) / 1000);
	const fraction = String(Math.floor((((data.start + us) % 1e6) + 1e6) % 1e6)).padStart(6, "0");
	return at.toISOString().slice(11, 19) + (digits ? "." + fraction.slice(0, digits) : "");
}

const stateName = (s) => data.states[s] || "?";
const severities = ["", "info", "warning", "critical"];
const signs = { critical: "‼", warning: "!", info: "i" };
const sign = (severity) => node("span", { class: "badge short is-" + severity, role: "img", "aria-label": severity, title: severity }, signs[severity]);
const badge = (severity) => node("span", { class: "badge is-" + severity }, severity);
