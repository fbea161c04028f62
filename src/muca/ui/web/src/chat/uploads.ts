/** Files on their way to the server, each once: whoever asks for the same file has the same upload. */

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

/** Nothing was wrong with the file: it may be taken the next time. */
const LATER = new Set(["unreachable", "offline", "not_joined"]);
const AGAIN_MS = 3_000;
/** Times that an upload may break off in one session. */
const TRIES_MAX = 5;

export class Uploads {
	private readonly known = new WeakMap<File, Running>();
	/** What goes on once there is a session again. */
	private readonly waiting = new Set<Running>();

	constructor(private readonly outside: UploadsOutside) {}

	/** Begins it, unless that was done. */
	of(file: File): Upload {
		const upload = this.known.get(file) ?? new Running(file, this.outside, this.waiting);
		this.known.set(file, upload);
		return upload;
	}

	/** How far it is, as far as it was begun. */
	progress(file: File): number | null {
		const state = this.known.get(file)?.state.value;
		return state?.is === "under way" ? state.progress : null;
	}

	/** A session is up. */
	joined(): void {
		for (const upload of [...this.waiting]) upload.again();
	}
}

class Running implements Upload {
	readonly state: Signal<UploadState> = signal({ is: "under way", progress: 0 });
	private uploading: Uploading | null = null;
	private timer: ReturnType<typeof setTimeout> | undefined;
	private tries = 0;

	constructor(
		private readonly file: File,
		private readonly outside: UploadsOutside,
		private readonly waiting: Set<Running>,
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
		this.tries = 0;
		this.begin();
	}

	cancel(): void {
		if (this.state.peek().is === "done") return;
		this.settle();
		this.uploading?.cancel();
		this.state.value = { is: "failed", text: refusal("cancelled").message };
	}

	private begin(): void {
		this.settle();
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
				if (this.uploading === uploading) this.state.value = { is: "done", info };
			},
			(failure) => {
				if (this.uploading === uploading) this.failed(asRefusal(failure));
			},
		);
	}

	private failed(why: Refusal): void {
		const isLater = LATER.has(why.code) || why.retrySeconds !== null;
		if (!isLater) this.state.value = { is: "failed", text: why.message };
		else if (this.tries < TRIES_MAX || !this.outside.isJoined) this.wait(why);
		else this.state.value = { is: "failed", text: why.code === "unreachable" ? text.peek().chat.cutOff : why.message };
	}

	/** The link may not have noticed yet that the server is not there. */
	private wait(why: Refusal): void {
		this.state.value = { is: "waiting", text: why.message };
		this.waiting.add(this);
		if (this.outside.isJoined) this.timer = setTimeout(() => this.begin(), (why.retrySeconds ?? 0) * 1000 || AGAIN_MS);
	}

	private settle(): void {
		clearTimeout(this.timer);
		this.waiting.delete(this);
	}
}
