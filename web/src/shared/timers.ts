/** Named timers: setting one again replaces it. */
export class Timers<Name extends string> {
  private readonly running = new Map<Name, ReturnType<typeof setTimeout>>();

  set(name: Name, ms: number, act: () => void): void {
    this.clear(name);
    this.running.set(
      name,
      setTimeout(() => {
        this.running.delete(name);
        act();
      }, ms),
    );
  }

  runs(name: Name): boolean {
    return this.running.has(name);
  }

  clear(name: Name): void {
    clearTimeout(this.running.get(name));
    this.running.delete(name);
  }

  clearAll(): void {
    for (const name of [...this.running.keys()]) this.clear(name);
  }
}
