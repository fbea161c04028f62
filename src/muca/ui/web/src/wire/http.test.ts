// @vitest-environment happy-dom
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type HttpFailure, http } from "./http";

interface Request {
	line: string;
	authorization: string | undefined;
	type: string | undefined;
	body: string;
}

/** happy-dom's own controls. */
const browser = (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM;
const requests: Request[] = [];
/** What is answered; null: the connection is cut. */
let answer: { status: number; body: string } | null;
let server: Server;

async function read(request: IncomingMessage): Promise<Request> {
	let body = "";
	for await (const chunk of request) body += chunk;
	const { authorization, "content-type": type } = request.headers;
	return { line: `${request.method} ${request.url}`, authorization, type, body };
}

beforeAll(async () => {
	server = createServer(async (request, response) => {
		requests.push(await read(request));
		if (answer === null) request.socket.destroy();
		else response.writeHead(answer.status, { "Content-Type": "application/json" }).end(answer.body);
	});
	await new Promise<void>((listening) => server.listen(0, "localhost", listening));
	const { port } = server.address() as AddressInfo;
	browser.setURL(`http://localhost:${port}/below/#/room/lobby`);
});

afterAll(() => {
	server.close();
});

beforeEach(() => {
	requests.length = 0;
});

const failureOf = (work: Promise<unknown>): Promise<HttpFailure> =>
	work.then(
		() => expect.unreachable(),
		(failure) => failure,
	);

describe("http", () => {
	it("asks who the server is, relative to where the page is", async () => {
		answer = { status: 200, body: '{"ID":"s","NAME":"Lab","VERSION":"1","PAGE":"p"}' };
		expect(await http.server()).toEqual({ ID: "s", NAME: "Lab", VERSION: "1", PAGE: "p" });
		expect(requests[0]?.line).toBe("GET /below/server");
	});

	it("says whose session it is", async () => {
		answer = { status: 204, body: "" };
		await http.authorize("secret");
		expect(requests[0]).toMatchObject({ line: "POST /below/session", authorization: "Bearer secret" });
	});

	it("hands on what the server says is wrong", async () => {
		answer = { status: 429, body: '{"CODE":"slow_down","TEXT":"Wait.","RETRY":3}' };
		const failure = await failureOf(http.authorize("secret"));
		expect(failure).toMatchObject({ code: "slow_down", message: "Wait.", retrySeconds: 3 });
	});

	it("takes what is no muca for a server that cannot be reached", async () => {
		answer = { status: 200, body: "<html>" };
		expect((await failureOf(http.server())).code).toBe("unreachable");
		answer = { status: 502, body: "<html>" };
		expect((await failureOf(http.server())).code).toBe("unreachable");
		answer = null;
		expect((await failureOf(http.server())).code).toBe("unreachable");
	});

	it("uploads the bytes as they are", async () => {
		answer = { status: 201, body: '{"FILE":"f-1","NAME":"a & b.txt","TYPE":"text/plain","BYTES":5}' };
		const file = new File(["hello"], "a & b.txt", { type: "text/plain" });
		expect(await http.upload(file, "secret", () => {}).done).toMatchObject({ FILE: "f-1" });
		expect(requests).toEqual([
			{
				line: "POST /below/files?name=a%20%26%20b.txt",
				authorization: "Bearer secret",
				type: "text/plain",
				body: "hello",
			},
		]);
	});

	it("uploads no more at once than the server takes, and the others in turn", async () => {
		answer = { status: 201, body: '{"FILE":"f-1","NAME":"x","TYPE":"text/plain","BYTES":1}' };
		const uploads = Array.from({ length: 6 }, () => http.upload(new File(["x"], "x"), "s", () => {}));
		uploads[5]?.cancel();
		expect((await failureOf(uploads[5]?.done ?? Promise.resolve())).code).toBe("cancelled");
		await Promise.all(uploads.slice(0, 5).map(({ done }) => done));
		expect(requests).toHaveLength(5);
	});

	it.each([
		[413, "too_large", ""],
		[403, "refused", "403"],
		[500, "refused", "500"],
		[502, "unreachable", ""],
		[200, "unreachable", ""],
	])(
		"knows by the status %i alone, as a proxy gives it, whether a file is refused: %s",
		async (status, code, message) => {
			answer = { status, body: "<html>" };
			const failure = await failureOf(http.upload(new File(["x"], "x"), "s", () => {}).done);
			expect(failure).toMatchObject({ code, message });
		},
	);

	it("tells a file that cannot be read from a server that cannot be reached", async () => {
		answer = null;
		const file = new File(["x"], "x");
		expect((await failureOf(http.upload(file, "s", () => {}).done)).code).toBe("unreachable");
		file.slice = () => ({ arrayBuffer: () => Promise.reject(new Error("gone")) }) as unknown as Blob;
		expect((await failureOf(http.upload(file, "s", () => {}).done)).code).toBe("unreadable");
	});

	it("says why a file is not taken, and when it was cancelled", async () => {
		answer = { status: 413, body: '{"CODE":"too_large","TEXT":"At most 25 MB."}' };
		const file = new File(["x"], "x");
		expect(await failureOf(http.upload(file, "s", () => {}).done)).toMatchObject({
			code: "too_large",
			message: "At most 25 MB.",
		});
		const uploading = http.upload(file, "s", () => {});
		uploading.cancel();
		expect((await failureOf(uploading.done)).code).toBe("cancelled");
	});

	it("knows where files are", () => {
		const file = { FILE: "f-1", NAME: "a/b #1.png", TYPE: "image/png", BYTES: 1 };
		expect(new URL(http.fileUrl(file)).pathname).toBe("/below/files/f-1/a%2Fb%20%231.png");
		expect(new URL(http.thumbnailUrl(file)).pathname).toBe("/below/files/f-1/thumbnail");
	});
});
