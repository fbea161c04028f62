/** The HTTP requests: server information, the cookie for files, and files. URLs are relative to the page, which may be served below a path. */

import { Turns } from "./turns";
import type { Fail, FileInfo, ServerInfo } from "./words";

/**
 * An error: the server's CODE and TEXT. Codes of the page itself, without a text: `unreachable`, `cancelled`, and for files
 * `unreadable` and `too_large`. `refused` comes from something other than muca, with the HTTP status as its text.
 */
export class HttpFailure extends Error {
	override name = "HttpFailure";
	constructor(
		readonly code: string,
		message: string,
		readonly retrySeconds: number | null = null,
	) {
		super(message);
	}
}

/** The server's information, and the build of its page. */
export type Greeting = ServerInfo & { PAGE?: string };

export interface Uploading {
	done: Promise<FileInfo>;
	cancel(): void;
}

export interface Http {
	server(): Promise<Greeting>;
	/** Get the cookie for files. */
	authorize(session: string): Promise<void>;
	upload(file: File, session: string, progress: (share: number) => void): Uploading;
	fileUrl(file: FileInfo): string;
	thumbnailUrl(file: FileInfo): string;
}

const SECONDS_MAX = 10;
/** The server accepts four at a time per session. */
const uploads = new Turns(3);
/** Statuses of a proxy that cannot reach its server, or waits for it. */
const MISSING = new Set([408, 429, 502, 503, 504]);
const NOTHING_CAME = new HttpFailure("unreachable", "");

const at = (path: string): string => new URL(path, document.baseURI).href;
const bearer = (session: string): { Authorization: string } => ({ Authorization: `Bearer ${session}` });

function failure(body: unknown): HttpFailure {
	const { CODE, TEXT, RETRY } = (body ?? {}) as Partial<Fail>;
	return CODE === undefined ? NOTHING_CAME : new HttpFailure(CODE, TEXT ?? "", RETRY ?? null);
}

/** Why a file was refused. Anything other than muca has only a status. */
function notTaken(status: number, body: unknown): HttpFailure {
	const said = failure(body);
	if (said !== NOTHING_CAME || status < 400 || MISSING.has(status)) return said;
	return status === 413 ? new HttpFailure("too_large", "") : new HttpFailure("refused", String(status));
}

/** Whether a file can be read. Folders look like files, and files may be deleted or changed meanwhile; browsers then send nothing, without a reason. */
async function isReadable(file: File): Promise<boolean> {
	return file
		.slice(0, 1)
		.arrayBuffer()
		.then(
			() => true,
			() => false,
		);
}

async function request(path: string, init: RequestInit): Promise<Response> {
	const signal = AbortSignal.timeout(SECONDS_MAX * 1000);
	const response = await fetch(at(path), { ...init, signal }).catch(() => {
		throw NOTHING_CAME;
	});
	if (!response.ok) throw failure(await response.json().catch(() => null));
	return response;
}

export const http: Http = {
	async server() {
		const response = await request("server", { cache: "no-store" });
		return await response.json().catch(() => {
			throw NOTHING_CAME; // something else answers in its place
		});
	},

	async authorize(session) {
		await request("session", { method: "POST", headers: bearer(session) });
	},

	/** By XMLHttpRequest, because fetch does not report the progress of an upload. */
	upload(file, session, progress) {
		const sending = new XMLHttpRequest();
		sending.open("POST", at(`files?name=${encodeURIComponent(file.name)}`));
		sending.responseType = "json";
		sending.setRequestHeader("Authorization", bearer(session).Authorization);
		if (file.type) sending.setRequestHeader("Content-Type", file.type);
		let cancel = () => {};
		const done = new Promise<FileInfo>((resolve, reject) => {
			sending.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
			sending.onload = () => {
				if (sending.status === 201) resolve(sending.response);
				else reject(notTaken(sending.status, sending.response));
			};
			sending.onerror = async () => reject((await isReadable(file)) ? NOTHING_CAME : new HttpFailure("unreadable", ""));
			const over = uploads.take(() => sending.send(file));
			sending.onloadend = over;
			cancel = () => {
				reject(new HttpFailure("cancelled", ""));
				sending.abort();
				over();
			};
		});
		return { done, cancel };
	},

	fileUrl: ({ FILE, NAME }) => at(`files/${FILE}/${encodeURIComponent(NAME)}`),
	thumbnailUrl: ({ FILE }) => at(`files/${FILE}/thumbnail`),
};
