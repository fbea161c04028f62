/** Uploads of files. The same file always has the same upload. */

import { effect, type Signal, signal } from "@preact/signals";
import { text } from "../text";
import type { Uploading } from "../wire/http";
import type { FileInfo } from "../wire/words";
import { Refusal, type Upload, type UploadState } from "./chat";
import { asRefusal, refusal } from "./refusal";

export interface UploadsOutside {
	upload(file: File, progress: (share: number) => void): Uploading;
	readonly isJoined: boolean;
}

/** The file was not the reason, so a retry may succeed. */
const LATER = new Set(["unreachable", "offline", "not_joined"]);
const AGAIN_MS = 3_000;
/** Number of interruptions of an upload within one session. */
const TRIES_MAX = 5;

export class Uploads {
	private readonly known = new WeakMap<File, Running>();
	/** Unfinished uploads. */
	private readonly open = new Set<Running>();

	constructor(private readonly outside: UploadsOutside) {}

	/** Starts it if necessary. */
	of(file: File): Upload {
		const upload = this.known.get(file) ?? new Running(file, this.outside, this.open);
		this.known.set(file, upload);
		return upload;
	}

	/** The progress of an upload that was started. */
	progress(file: File): number | null {
		const state = this.known.get(file)?.state.value;
		return state?.is === "under way" ? state.progress : null;
	}

	/** The connection is lost. */
	lost(): void {
		for (const upload of this.open) upload.lost();
	}

	/** A session is up. */
	joined(): void {
		for (const upload of [...this.open]) upload.joined();
	}
}

class Running implements Upload {
	readonly state: Signal<UploadState> = signal({ is: "under way", progress: 0 });
	private uploading: Uploading | null = null;
	private timer: ReturnType<typeof setTimeout> | undefined;
	private tries = 0;
	/** The progress when the connection was lost. */
	private stoodAt: number | null = null;

	constructor(
		private readonly file: File,
		private readonly outside: UploadsOutside,
		private readonly open: Set<Running>,
	) {
		this.begin();
	}

	get done(): Promise<FileInfo> {
		return new Promise((resolve, reject) => {
			const stop = effect(() => {
				const { value } = this.state;
				if (value.is === "done") resolve(value.info);
				else if (value.is === "failed") reject(new Refusal("failed", value.text));
				else return;
				queueMicrotask(() => stop());
			});
		});
	}

	again(): void {
		if (this.state.peek().is === "under way" || this.state.peek().is === "done") return;
		this.beginAnew();
	}

	cancel(): void {
		if (this.state.peek().is === "done") return;
		this.uploading?.cancel();
		this.end({ is: "failed", text: refusal("cancelled").message });
	}

	lost(): void {
		const state = this.state.peek();
		this.stoodAt = state.is === "under way" ? state.progress : null;
	}

	/** Restart, because a phone that has changed networks would wait minutes for the old connection to fail. */
	joined(): void {
		const state = this.state.peek();
		if (state.is === "waiting" || (state.is === "under way" && state.progress === this.stoodAt)) this.beginAnew();
		this.stoodAt = null;
	}

	private beginAnew(): void {
		const before = this.uploading;
		this.uploading = null; // its result no longer matters
		before?.cancel();
		this.tries = 0;
		this.begin();
	}

	private begin(): void {
		clearTimeout(this.timer);
		this.open.add(this);
		this.tries++;
		if (!this.outside.isJoined) {
			this.wait(refusal("unreachable"));
			return;
		}
		this.state.value = { is: "under way", progress: 0 };
		const uploading = this.outside.upload(this.file, (progress) => {
			if (this.uploading === uploading) this.state.value = { is: "under way", progress };
		});
		this.uploading = uploading;
		uploading.done.then(
			(info) => {
				if (this.uploading === uploading) this.end({ is: "done", info });
			},
			(failure) => {
				if (this.uploading === uploading) this.failed(asRefusal(failure));
			},
		);
	}

	private failed(why: Refusal): void {
		const isLater = LATER.has(why.code) || why.retrySeconds !== null;
		if (!isLater) this.end({ is: "failed", text: why.message });
		else if (this.tries < TRIES_MAX || !this.outside.isJoined) this.wait(why);
		else this.end({ is: "failed", text: why.code === "unreachable" ? text.peek().chat.cutOff : why.message });
	}

	/** The link may not have noticed yet that the server is away. */
	private wait(why: Refusal): void {
		this.state.value = { is: "waiting", text: why.message };
		if (this.outside.isJoined) this.timer = setTimeout(() => this.begin(), (why.retrySeconds ?? 0) * 1000 || AGAIN_MS);
	}

	private end(state: UploadState): void {
		clearTimeout(this.timer);
		this.open.delete(this);
		this.state.value = state;
	}
}
