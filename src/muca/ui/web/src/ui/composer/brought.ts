/** The content of a paste or drop. */

export interface Brought {
	files: readonly File[];
	/** The names of folders, which browsers provide as unreadable files. */
	folders: readonly string[];
}

export const hasFiles = (data: DataTransfer | null): data is DataTransfer => data?.types.includes("Files") ?? false;

export function broughtBy({ items }: DataTransfer): Brought {
	const files: File[] = [];
	const folders: string[] = [];
	for (const item of Array.from(items)) {
		const file = item.kind === "file" ? item.getAsFile() : null;
		if (!file) continue;
		if (item.webkitGetAsEntry()?.isDirectory) folders.push(file.name);
		else files.push(file);
	}
	return { files, folders };
}

/**
 * Whether a paste is text. Word, OneNote and spreadsheets add a picture of the text. File managers add the names of the files as
 * text. A single copied picture comes with its address, and HTML without text.
 */
export function isText(data: DataTransfer): boolean {
	const text = data.getData("text/plain").trim();
	if (text === "") return false;
	if (writtenIn(data.getData("text/html")) !== "") return true;
	return !/^[a-z]+:\S+$/iu.test(text) && !Array.from(data.files).some(({ name }) => text.includes(name));
}

/** A document parsed this way neither runs nor loads anything. */
function writtenIn(html: string): string {
	const { body } = new DOMParser().parseFromString(html, "text/html");
	for (const unseen of body.querySelectorAll("style, script")) unseen.remove();
	return body.textContent.trim();
}
