/** The page's address, for others. */
export const share = {
	title: "Address and QR code",
	intro:
		"Open this address in a browser, or scan the code with a phone. Phones must be on the same network as this server, unless it can be reached from the internet.",
	invitationToo:
		"New people also need an invitation. Owners and moderators create one under Administration, Invitations.",
	address: "Address of this chat",
};
