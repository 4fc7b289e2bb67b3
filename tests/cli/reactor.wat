;; A WASI reactor: its exports count on _initialize.
(module
  (global $sum (mut i64) (i64.const 0))
  (func (export "_initialize")
    (local $i i32)
    (loop $again
      (global.set $sum (i64.add (i64.mul (global.get $sum) (i64.const 3)) (i64.const 1)))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
                              (i32.const 1000)))))
  (func (export "sum") (param i64) (result i64) (i64.add (global.get $sum) (local.get 0))))
