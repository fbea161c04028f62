// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { HttpFailure } from "../wire/http";
import type { FileInfo } from "../wire/words";
import { Uploads } from "./uploads";

interface Attempt {
	progress(share: number): void;
	done(info: FileInfo): void;
	fail(code: string, text?: string, retrySeconds?: number): Promise<void>;
	cancelled: boolean;
}

let attempts: Attempt[];
let isJoined: boolean;
let uploads: Uploads;
const file = () => new File(["x"], "cake.jpg");
const info: FileInfo = { FILE: "f-1", NAME: "cake.jpg", TYPE: "image/jpeg", BYTES: 1 };
const last = (): Attempt => attempts.at(-1) ?? expect.unreachable();
const UNDER_WAY = { is: "under way", progress: 0 };

beforeEach(() => {
	vi.useFakeTimers();
	attempts = [];
	isJoined = true;
	uploads = new Uploads({
		get isJoined() {
			return isJoined;
		},
		upload(_, progress) {
			let resolve: Attempt["done"] = () => {};
			let reject: (why: HttpFailure) => void = () => {};
			const promise = new Promise<FileInfo>((done, failed) => {
				resolve = done;
				reject = failed;
			});
			const attempt: Attempt = {
				progress,
				done: resolve,
				async fail(code, text = "", retrySeconds) {
					reject(new HttpFailure(code, text, retrySeconds));
					await promise.catch(() => {});
				},
				cancelled: false,
			};
			attempts.push(attempt);
			const cancel = () => {
				attempt.cancelled = true;
				reject(new HttpFailure("cancelled", ""));
			};
			return { done: promise, cancel };
		},
	});
});
afterEach(() => {
	vi.useRealTimers();
});

it("uploads a file once, whoever asks", async () => {
	const cake = file();
	const upload = uploads.of(cake);
	expect(uploads.of(cake)).toBe(upload);
	last().progress(0.5);
	expect(uploads.progress(cake)).toBe(0.5);
	last().done(info);
	expect(await upload.done).toEqual(info);
	expect(upload.state.value).toEqual({ is: "done", info });
	expect(await uploads.of(cake).done).toEqual(info);
	expect(attempts).toHaveLength(1);
	expect(uploads.progress(cake)).toBeNull();
	expect(uploads.progress(file())).toBeNull();
});

it("waits for a session, without a try", () => {
	isJoined = false;
	const upload = uploads.of(file());
	expect(upload.state.value).toMatchObject({ is: "waiting" });
	vi.advanceTimersByTime(60_000);
	expect(attempts).toHaveLength(0);
	isJoined = true;
	uploads.joined();
	expect(upload.state.value).toEqual(UNDER_WAY);
});

it.each(["unreadable", "too_large", "quota_exceeded"])("says at once why a file is not taken: %s", async (code) => {
	const upload = uploads.of(file());
	const told = expect(upload.done).rejects.toMatchObject({ name: "Refusal" });
	await last().fail(code, code === "quota_exceeded" ? "Your files are full." : "");
	await told;
	expect(upload.state.value).toMatchObject({ is: "failed", text: expect.stringMatching(/\.$/) });
	vi.advanceTimersByTime(60_000);
	uploads.joined();
	expect(attempts).toHaveLength(1);
	upload.again();
	expect(upload.state.value).toEqual(UNDER_WAY);
});

it("tries again what broke off, and gives up in the end", async () => {
	const upload = uploads.of(file());
	for (let tries = 1; tries < 5; tries++) {
		await last().fail("unreachable");
		expect(upload.state.value.is).toBe("waiting");
		vi.advanceTimersByTime(3_000);
		expect(attempts).toHaveLength(tries + 1);
	}
	await last().fail("unreachable");
	expect(upload.state.value).toMatchObject({ is: "failed", text: expect.stringContaining("keeps failing") });
	upload.again();
	await last().fail("not_joined", "Join first."); // as long as the page has not noticed that its session is gone
	expect(upload.state.value).toEqual({ is: "waiting", text: "Join first." });
});

it("does not count what a lost connection breaks off", async () => {
	const upload = uploads.of(file());
	for (let tries = 0; tries < 10; tries++) {
		isJoined = false;
		await last().fail("unreachable");
		expect(upload.state.value.is).toBe("waiting");
		isJoined = true;
		uploads.joined();
	}
	expect(upload.state.value).toEqual(UNDER_WAY);
});

it("begins anew what stands still after the connection was gone, and goes on with what does not", () => {
	const [still, going] = [uploads.of(file()), uploads.of(file())];
	const [first, second] = attempts;
	for (const each of attempts) each.progress(0.4);
	uploads.lost();
	second?.progress(0.5);
	uploads.joined();
	expect(first?.cancelled).toBe(true);
	expect(still.state.value).toEqual(UNDER_WAY);
	first?.progress(0.9);
	expect(still.state.value).toEqual(UNDER_WAY);
	expect(going.state.value).toEqual({ is: "under way", progress: 0.5 });
	uploads.joined();
	expect(attempts).toHaveLength(3);
});

it("waits as long as the server says", async () => {
	const upload = uploads.of(file());
	await last().fail("slow_down", "Wait a little.", 20);
	expect(upload.state.value).toEqual({ is: "waiting", text: "Wait a little." });
	vi.advanceTimersByTime(19_000);
	expect(attempts).toHaveLength(1);
	vi.advanceTimersByTime(1_000);
	expect(attempts).toHaveLength(2);
});

it("can be cancelled, also while it waits", async () => {
	const upload = uploads.of(file());
	upload.cancel();
	expect(last().cancelled).toBe(true);
	expect(upload.state.value.is).toBe("failed");
	isJoined = false;
	const other = uploads.of(file());
	other.cancel();
	isJoined = true;
	uploads.joined();
	expect(other.state.value.is).toBe("failed");
	expect(attempts).toHaveLength(1);
});
