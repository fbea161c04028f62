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
 * there as text, and browsers bring a picture that was copied with HTML alone.
 */
export function isText(data: DataTransfer): boolean {
	const text = data.getData("text/plain");
	if (text.trim() === "") return false;
	return data.types.includes("text/html") || !Array.from(data.files).some(({ name }) => text.includes(name));
}
