/** Keeps the last results of a function, at most this many. */
export function memoize<Key, Value extends {}>(maxResults: number, make: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    if (known.size >= maxResults) known.clear();
    known.set(key, made);
    return made;
  };
}
