/** The number of unread mentions and private messages, in the tab's title and on its icon. */

const SIZE = 64;
const ICON = "icon.svg";
/** The colour of private messages (style/tokens.css), which unread mentions have everywhere. */
const GROUND = "#b92c53";

/** “(2) Everyone – muca” */
export const pageTitle = (waiting: number, where: string | null): string =>
	`${waiting > 0 ? `(${badgeText(waiting)}) ` : ""}${where ? `${where} – ` : ""}muca`;

const badgeText = (waiting: number): string => (waiting > 99 ? "99+" : String(waiting));

let drawn = 0;
/** Never released, because the browser may fetch an icon late, and there are at most a hundred. */
const pictures = new Map<string, string>();

export async function showBadge(waiting: number): Promise<void> {
	if (waiting === drawn) return;
	drawn = waiting;
	const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
	if (!link) return;
	const picture = waiting > 0 ? await pictureOf(badgeText(waiting)) : null;
	if (waiting !== drawn) return; // the count has changed meanwhile
	link.type = picture ? "image/png" : "image/svg+xml";
	link.href = picture ?? ICON;
	// The icon of the installed page, if the system supports badges.
	if ("setAppBadge" in navigator) await navigator.setAppBadge(waiting).catch(() => undefined);
}

async function pictureOf(text: string): Promise<string | null> {
	const known = pictures.get(text);
	if (known) return known;
	const picture = await draw(text);
	if (!picture) return null;
	const address = URL.createObjectURL(picture);
	pictures.set(text, address);
	return address;
}

async function draw(text: string): Promise<Blob | null> {
	const icon = new Image(SIZE, SIZE);
	icon.src = ICON;
	await icon.decode();
	const canvas = document.createElement("canvas");
	canvas.width = canvas.height = SIZE;
	const pen = canvas.getContext("2d");
	if (!pen) return null;
	pen.drawImage(icon, 0, 0, SIZE, SIZE);
	const width = text.length > 2 ? 60 : text.length > 1 ? 48 : 38;
	pen.beginPath();
	pen.roundRect(SIZE - width, SIZE - 38, width, 38, 19);
	pen.fillStyle = GROUND;
	pen.fill();
	pen.lineWidth = 3;
	pen.strokeStyle = "#fff";
	pen.stroke();
	pen.fillStyle = "#fff";
	pen.font = "bold 30px system-ui, sans-serif";
	pen.textAlign = "center";
	pen.textBaseline = "middle";
	pen.fillText(text, SIZE - width / 2, SIZE - 17);
	return new Promise((resolve) => canvas.toBlob(resolve));
}
