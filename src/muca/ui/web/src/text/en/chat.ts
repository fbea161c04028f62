export const chat = {
	offline: "This device has no network now.",
	unreachable: "The server cannot be reached.",
	closed: "The connection is lost.",
	cancelled: "Cancelled.",
	otherServer: "Another server answers at this address now.",
	notSecure: "That needs a protected connection: open this page by its https address.",
	gone: "That message is not there any more.",
	noAccount: "This browser does not know that account any more. Log in with its password, or choose another name.",
};
