// The filters that were searched for, in this browser only.

const MOST = 20;

export class RecentFilters {
  private readonly address: string;

  /** key: whose filters they are. A page has to put the user and what the user may see into it. */
  constructor(key: string) {
    this.address = `deltasib-filter:${key}`;
  }

  /** The filters, the newest first. */
  all(): string[] {
    try {
      const stored: unknown = JSON.parse(localStorage.getItem(this.address) ?? "[]");
      return Array.isArray(stored) ? stored.filter((each) => typeof each === "string").slice(0, MOST) : [];
    } catch {
      return []; // storage that is forbidden, or that holds something else
    }
  }

  add(filter: string): void {
    const filters = [filter, ...this.all().filter((each) => each !== filter)].slice(0, MOST);
    try {
      localStorage.setItem(this.address, JSON.stringify(filters));
    } catch {
      // Forbidden or full: then there is no history.
    }
  }

  clear(): void {
    try {
      localStorage.removeItem(this.address);
    } catch {
      // Forbidden, so there is nothing to clear.
    }
  }
}
