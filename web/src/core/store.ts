/** A value that views can read now and be told about when it changes. */

export type Listener = () => void;

/** What views get of a store: they read and listen, only the core writes. */
export type ReadonlyStore<State> = {
  readonly get: () => State;
  readonly subscribe: (listener: Listener) => () => void;
};

/** A value that views can read now and be told about when it changes. */
export class Store<State> implements ReadonlyStore<State> {
  #state: State;
  readonly #listeners = new Set<Listener>();

  constructor(initial: State) {
    this.#state = initial;
  }

  readonly get = (): State => this.#state;

  readonly subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(next: State): void {
    if (Object.is(next, this.#state)) return;
    this.#state = next;
    for (const listener of this.#listeners) listener();
  }
}
