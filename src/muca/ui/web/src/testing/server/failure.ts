/** The refusal of a request: its CODE, TEXT and RETRY. */
export class FakeFailure extends Error {
	constructor(
		readonly code: string,
		message: string,
		readonly retry?: number,
	) {
		super(message);
	}
}
