/** A short beep made by the browser: no file to fetch. Silent until the person has clicked once, as browsers demand. */

const MUTED = 'wanhao.agent.muted';
let audio: AudioContext | null = null;

export const isMuted = (): boolean => {
  try {
    return localStorage.getItem(MUTED) === 'yes';
  } catch {
    return false;
  }
};

function tone(context: AudioContext, from: number, hertz: number, seconds: number): void {
  const oscillator = context.createOscillator();
  const volume = context.createGain();
  oscillator.frequency.value = hertz;
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(0.14, from + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, from + seconds);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(from);
  oscillator.stop(from + seconds);
}

/** Two rising tones for an offered chat, one for a line. */
export function beep(what: 'offer' | 'line'): void {
  if (isMuted()) return;
  try {
    audio ??= new AudioContext();
    if (audio.state === 'suspended') void audio.resume();
    const now = audio.currentTime;
    tone(audio, now, 660, 0.22);
    if (what === 'offer') {
      tone(audio, now + 0.18, 880, 0.3);
      tone(audio, now + 0.6, 660, 0.22);
      tone(audio, now + 0.78, 880, 0.3);
    }
  } catch {
    // No sound device: the title still blinks.
  }
}

let blinking: ReturnType<typeof setInterval> | null = null;
let plain = '';

/** Makes the tab's title blink until the page is in front. */
export function blink(title: string): void {
  if (blinking || !document.hidden) return;
  plain = document.title;
  let shown = false;
  blinking = setInterval(() => {
    shown = !shown;
    document.title = shown ? title : plain;
  }, 900);
}

export function stopBlinking(): void {
  if (!blinking) return;
  clearInterval(blinking);
  blinking = null;
  document.title = plain;
}
