/** Two soft notes, a fifth apart. */

const NOTES_HZ = [587.33, 880];
const APART_S = 0.11;
const LASTS_S = 0.35;
const LOUDNESS = 0.12;

let context: AudioContext | null = null;

export function playSound(): void {
	context ??= new AudioContext();
	// Browsers mute a page until the user has clicked in it.
	void context.resume();
	const { currentTime, destination } = context;
	for (const [place, hertz] of NOTES_HZ.entries()) {
		const begin = currentTime + place * APART_S;
		const tone = new OscillatorNode(context, { type: "sine", frequency: hertz });
		const volume = new GainNode(context, { gain: 0 });
		volume.gain.setValueAtTime(0, begin);
		volume.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.015);
		volume.gain.exponentialRampToValueAtTime(0.0001, begin + LASTS_S);
		tone.connect(volume).connect(destination);
		tone.start(begin);
		tone.stop(begin + LASTS_S);
	}
}
