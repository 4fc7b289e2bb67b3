;; other.wat: not math.wat, and with an import that nobody has.
(module
  (import "env" "mystery" (func (param i32)))
  (func (export "_start")))
