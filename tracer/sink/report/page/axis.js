// ticks are round numbers from low to high, about so many.
function ticks(low, high, about) {
	const span = Math.max(high - low, 1e-9);
	let step = Math.pow(10, Math.floor(Math.log10(span / about)));
	for (const factor of [1, 2, 5, 10]) {
		if (span / (step * factor) <= about) {
			step *= factor;
			break;
		}
	}
	const list = [];
	for (let v = Math.ceil(low / step) * step; v <= high + step * 1e-6; v += step) list.push(Math.round(v / step) * step);
	return list;
}

// timeTicks are round times, in µs.
function timeTicks(low, high, about) {
	const steps = [60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400, 604800];
	const want = (high - low) / 1e6 / about;
	if (want <= 30) return ticks(low, high, about);
	const step = (steps.find((s) => s >= want) || 604800) * 1e6;
	const list = [];
	for (let v = Math.ceil(low / step) * step; v <= high; v += step) list.push(v);
	return list;
}

// after is a time as a distance, with as many digits as the ticks need.
function after(us, span) {
	const s = us / 1e6;
	if (us === 0) return "0";
	if (span < 20000) return (us / 1000).toFixed(span < 2000 ? 2 : 1).replace(/\.?0+$/, "") + " ms";
	if (span < 2e6) return (us / 1000).toFixed(0) + " ms";
	if (span < 2e7) return s.toFixed(1).replace(/\.0$/, "") + " s";
	if (s < 120) return s.toFixed(0) + " s";
	return lasting(us);
}

const scale = (low, high, from, to) => (v) => from + ((v - low) / Math.max(high - low, 1e-9)) * (to - from);
const px = (v) => v.toFixed(1).replace(/\.0$/, "");

// drawn keeps charts at the width of what they stand in.
const charts = [];
function chart(host, draw) {
	let width = 0;
	const again = () => {
		const now = Math.floor(host.clientWidth);
		if (now > 0 && now !== width) {
			width = now;
			host.replaceChildren(...[draw(now)].flat());
		}
	};
	again();
	const one = { host, again, force: () => { width = 0; again(); } };
	charts.push(one);
	return one;
}
window.addEventListener("resize", () => charts.forEach((c) => c.again()));
