;; Branches of each kind, forwards, backwards, out of the function.
(module
  (func (export "f") (param i32) (result i32)
    (block $out
      (block $two
        (block $one
          (block $zero
            (br_table $zero $one $two $out (local.get 0)))
          (br $two))
        (if (i32.eqz (local.get 0))
          (then (nop))
          (else (local.set 0 (i32.const 7)))))
      (if (i32.const 0) (then unreachable))
      (br_if $out (i32.const 1))
      unreachable)
    (loop $again
      (local.set 0 (i32.add (local.get 0) (i32.const 3)))
      (br_if $again (i32.lt_u (local.get 0) (i32.const 9))))
    (block
      (if (i32.eq (local.get 0) (i32.const 9))
        (then (br 1))
        (else (br 0))))
    (local.get 0)))
