import { encode } from "uqr";

/** To be scanned from the screen: dark on white, even in the dark theme. */
export function QrCode({ value, label }: { value: string; label: string }) {
	const { data, size } = encode(value, { border: 3 });
	const squares = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")));
	return (
		<svg class="qr-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
			<path d={squares.join("")} />
		</svg>
	);
}
