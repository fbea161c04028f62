/** What a paste or a drop brings into the page. */

export interface Brought {
	files: readonly File[];
	/** Their names: browsers give them as files that cannot be read. */
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
 * Whether a paste is text. Word, OneNote and spreadsheets put a picture of the text beside it. File managers put the names of the files
 * there as text; with a picture that was copied alone come its address, and HTML in which nothing is written.
 */
export function isText(data: DataTransfer): boolean {
	const text = data.getData("text/plain").trim();
	if (text === "") return false;
	if (writtenIn(data.getData("text/html")) !== "") return true;
	return !/^[a-z]+:\S+$/iu.test(text) && !Array.from(data.files).some(({ name }) => text.includes(name));
}

/** A document that is parsed so neither runs nor loads anything. */
function writtenIn(html: string): string {
	const { body } = new DOMParser().parseFromString(html, "text/html");
	for (const unseen of body.querySelectorAll("style, script")) unseen.remove();
	return body.textContent.trim();
}
