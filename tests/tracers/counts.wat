;; counts.wat: guest of tracers.py whose counts are known by reading it.
(module
  (type $unary (func (param i32) (result i32)))
  (memory 1)
  (table funcref (elem $double $square))
  (func $double (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
  (func $square (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))
  ;; Called for each of n: even numbers are doubled, odd ones squared, through the table.
  (func $step (param $i i32) (result i32)
    (call_indirect (type $unary) (local.get $i)
      (i32.and (local.get $i) (i32.const 1))))
  (func $sum (export "sum") (param $n i32) (result i32)
    (local $total i32)
    (loop $again
      (if (i32.and (local.get $n) (i32.const 3))
        (then (i32.store (i32.const 8) (local.get $n)))
        (else (nop)))
      (local.set $total (i32.add (local.get $total) (call $step (local.get $n))))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $total))
  (func (export "ten") (result i32) (call $sum (i32.const 10))))
