// The questions that the element asks: POST /check, /complete and /explain of `deltasib_query.integrations.web`.

export type Said = readonly (string | { readonly code: string })[];

export interface Fix {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
  readonly sure: boolean;
  readonly label: string;
}

export interface Problem {
  readonly from: number;
  readonly to: number;
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly key: string;
  readonly message: string;
  readonly said: Said;
  /** Whether it may be wrong only because somebody is still typing. */
  readonly unfinished: boolean;
  readonly fixes: readonly Fix[];
}

export interface Checked {
  readonly text: number;
  readonly canonical: string | null;
  readonly problems: readonly Problem[];
  readonly fixed: string | null;
}

export interface Item {
  readonly label: string;
  readonly insert: string;
  readonly caret: number;
  readonly kind: string;
  readonly detail: string;
  readonly documentation: string;
  readonly finds: readonly string[];
  readonly again: boolean;
}

export interface Completed {
  readonly text: number;
  readonly from: number;
  readonly to: number;
  readonly more: boolean;
  readonly items: readonly Item[];
}

export interface Clause {
  readonly kind: "all" | "any" | "comparison";
  readonly from: number;
  readonly to: number;
  readonly said: Said;
  readonly children: readonly Clause[];
}

export interface Explained {
  readonly language: string;
  readonly text: string | null;
  readonly clauses: Clause | null;
}

/** What sends a request: `fetch`, or a function of the page that adds its headers. */
export type Request = (url: string, init: RequestInit) => Promise<Response>;

const TIMEOUT = 3000; // milliseconds; after them the server counts as silent

export class Server {
  /** Whether the last request was answered. */
  answers = true;

  constructor(
    private readonly address: () => string,
    private readonly request: () => Request,
    /** Called whenever `answers` changes. */
    private readonly changed: () => void,
  ) {}

  check(text: string, caret: number, language: string, signal: AbortSignal): Promise<Checked | null> {
    const sound = (answer: Checked): boolean => answer.problems.every(({ said, fixes }) => Array.isArray(said) && Array.isArray(fixes));
    return this.ask("check", { text, caret, language }, signal, (answer: Checked) => answer.text === text.length && sound(answer));
  }

  complete(text: string, caret: number, language: string, signal: AbortSignal): Promise<Completed | null> {
    const fits = ({ text: length, from, to, items }: Completed): boolean =>
      length === text.length && 0 <= from && from <= caret && caret <= to && to <= length && Array.isArray(items);
    return this.ask("complete", { text, caret, language }, signal, fits);
  }

  explain(text: string, language: string, signal: AbortSignal): Promise<Explained | null> {
    return this.ask("explain", { text, language }, signal, ({ clauses }: Explained) => clauses === null || Array.isArray(clauses.said));
  }

  /** Return the answer; null where there is none, where it is none to this question, or where nobody waits any more. */
  private async ask<A>(endpoint: string, body: object, signal: AbortSignal, fits: (answer: A) => boolean): Promise<A | null> {
    try {
      const response = await this.request()(`${this.address().replace(/\/$/, "")}/${endpoint}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
      });
      if (!response.ok) throw new Error(`${endpoint}: ${response.status}`);
      const answer = (await response.json()) as A;
      if (!fits(answer)) throw new Error(`${endpoint}: not an answer to this question`);
      this.say(true);
      return signal.aborted ? null : answer;
    } catch {
      if (!signal.aborted) this.say(false);
      return null;
    }
  }

  private say(answers: boolean): void {
    if (this.answers === answers) return;
    this.answers = answers;
    this.changed();
  }
}
