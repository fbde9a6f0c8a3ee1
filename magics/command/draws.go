package command

// draws reads a key that is a number of random draws, at least low.
func (c *call) draws(key string, otherwise, low int) (int, error) {
	n := c.integer(key, otherwise)
	if a, ok := c.stmt.Key(key); ok && (n < low || n > 10_000_000) {
		return 0, c.valueError(a, "%s= is a number of draws between %d and 10,000,000, not %s", key, low, a.Value)
	}
	return n, nil
}

// seed reads seed=, 1 without it.
func (c *call) seed() (uint64, error) {
	n := c.integer("seed", 1)
	if a, ok := c.stmt.Key("seed"); ok && n < 1 {
		return 0, c.valueError(a, "seed= is a whole number from 1 on, not %s", a.Value)
	}
	return uint64(n), nil
}
