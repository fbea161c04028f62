export const conversation = {
	close: "Close",
};
