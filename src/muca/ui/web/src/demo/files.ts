/** The files of the demo: pictures that are drawn, and uploads. */

import type { FakeServer } from "../testing/server/server";
import { HttpFailure, type Uploading } from "../wire/http";
import { random } from "../wire/random";
import type { FileInfo } from "../wire/words";

export class DemoFiles {
	private readonly urls = new Map<string, string>();

	constructor(private readonly server: FakeServer) {}

	url({ FILE }: FileInfo): string {
		return this.urls.get(FILE) ?? "";
	}

	picture(FILE: string, NAME: string, WIDTH: number, HEIGHT: number): FileInfo {
		this.urls.set(FILE, draw(WIDTH, HEIGHT));
		return { FILE, NAME, TYPE: "image/png", BYTES: 240_000, WIDTH, HEIGHT, THUMBNAIL: true };
	}

	/** Takes two seconds, whatever the size. */
	upload(file: File, progress: (share: number) => void): Uploading {
		let cancel = (): void => {};
		const done = new Promise<FileInfo>((resolve, reject) => {
			let share = 0;
			const timer = setInterval(() => {
				share += 0.1;
				progress(Math.min(1, share));
				if (share < 1) return;
				clearInterval(timer);
				resolve(this.store(file));
			}, 200);
			cancel = () => {
				clearInterval(timer);
				reject(new HttpFailure("cancelled", ""));
			};
		});
		return { done, cancel: () => cancel() };
	}

	private store(file: File): FileInfo {
		const image = file.type.startsWith("image/") && { WIDTH: 640, HEIGHT: 400, THUMBNAIL: true };
		const info = { FILE: `f-${random(8)}`, NAME: file.name, TYPE: file.type, BYTES: file.size, ...image };
		this.urls.set(info.FILE, URL.createObjectURL(file));
		this.server.files.set(info.FILE, info);
		return info;
	}
}

/** A picture of hills, as a URL. */
function draw(width: number, height: number): string {
	const canvas = document.createElement("canvas");
	canvas.width = width;
	canvas.height = height;
	const context = canvas.getContext("2d");
	for (let y = 0; context && y < height; y += 4) {
		context.fillStyle = `hsl(${210 - (150 * y) / height} 60% ${80 - (50 * y) / height}%)`;
		context.fillRect(0, y, width, 4);
	}
	return canvas.toDataURL();
}
