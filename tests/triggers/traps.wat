;; traps.wat: guest of triggers.py: divides by zero, three calls deep.
(module
  (memory 1)
  (func $divide (param i32 i32) (result i32)
    (local $unused i64)
    (i32.store (i32.const 16) (i32.const 77))
    (i32.div_u (local.get 0) (local.get 1)))
  (func $middle (param i32) (result i32)
    (call $divide (i32.const 9) (local.get 0)))
  (func (export "run") (result i32)
    (i32.add (i32.const 5) (call $middle (i32.const 0)))))
