/** The page's address, for others. */
export const share = {
	title: "Address and QR code",
	intro:
		"Open this address in a browser, or scan the code with a phone. Phones must be on the same network as this server, unless it can be reached from the internet.",
	/** The server's policy. */
	whoMayJoin: "Who can join",
	policy: {
		open: "Anyone who can reach this server can join. A name is enough.",
		registered:
			"Anyone who can reach this server can join. They need an account with a password, which they create themselves.",
		invite:
			"Only people with an account can join. To create one, they need an invitation. Owners and moderators create invitations under Administration → Invitations.",
	},
	policySet:
		"To change this, set policy to open, registered or invite in muca.toml and restart the server. See “Who is who” in docs/OPERATING.md first.",
	address: "Address of this chat",
};
