// Draws a line with uPlot in the colours of the theme. Its own chunk: pages without charts never load it.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export function draw_line(into: HTMLElement, data: [number[], number[]], height: number, number: (n: number) => string, day: (ms: number) => string): uPlot {
	const style = getComputedStyle(into);
	const colour = (name: string) => style.getPropertyValue(name).trim();
	const font = `11px ${style.fontFamily}`;
	return new uPlot(
		{
			width: into.clientWidth || 320,
			height,
			padding: [8, 8, 0, 0],
			legend: { show: false },
			// Days are civil days at UTC: ticks on the first of a month must not slip to the day before.
			tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
			cursor: { y: false, points: { size: 6 } },
			scales: { y: { range: (_u, _min, max) => [0, Math.max(4, max * 1.15)] } },
			axes: [
				{ stroke: colour('--faint'), font, grid: { show: false }, ticks: { show: false }, size: 24, space: 72, values: (_u, values) => values.map((v) => day(v * 1000)) },
				{
					stroke: colour('--faint'),
					font,
					size: 40,
					ticks: { show: false },
					grid: { stroke: colour('--line'), width: 1 },
					values: (_u, values) => values.map((v) => (Number.isInteger(v) ? number(v) : ''))
				}
			],
			series: [{}, { stroke: colour('--celadon'), width: 1.75, points: { show: data[0].length < 3, size: 5 } }]
		},
		data,
		into
	);
}

/** Two series between −2 and +2: a line of what was read, and squares of what was said. */
export function draw_levels(
	into: HTMLElement,
	data: [number[], number[], (number | null)[]],
	height: number,
	level: (n: number) => string,
	day: (ms: number) => string
): uPlot {
	const style = getComputedStyle(into);
	const colour = (name: string) => style.getPropertyValue(name).trim();
	const font = `11px ${style.fontFamily}`;
	const squares: uPlot.Series.Points.Show = (u, series) => {
		u.ctx.fillStyle = colour('--ochre');
		u.data[series]!.forEach((value, i) => {
			if (value == null) return;
			const side = 7 * devicePixelRatio;
			u.ctx.fillRect(u.valToPos(u.data[0]![i]!, 'x', true) - side / 2, u.valToPos(value, 'y', true) - side / 2, side, side);
		});
		return false;
	};
	return new uPlot(
		{
			width: into.clientWidth || 320,
			height,
			padding: [8, 8, 0, 0],
			legend: { show: false },
			tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
			cursor: { y: false, points: { size: 6 } },
			scales: { y: { range: [-2.3, 2.3] }, x: { range: (_u, min, max) => (max > min ? [min, max] : [min - 604800, max + 604800]) } },
			axes: [
				{ stroke: colour('--faint'), font, grid: { show: false }, ticks: { show: false }, size: 24, space: 72, values: (_u, values) => values.map((v) => day(v * 1000)) },
				{ stroke: colour('--faint'), font, size: 92, ticks: { show: false }, grid: { stroke: colour('--line'), width: 1 }, splits: [-2, -1, 0, 1, 2], values: (_u, values) => values.map(level) }
			],
			series: [{}, { stroke: colour('--celadon'), width: 1.75, points: { show: true, size: 6, fill: colour('--celadon') } }, { paths: () => null, points: { show: squares } }]
		},
		data,
		into
	);
}
