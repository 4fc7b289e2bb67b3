;; tail.wat without its import.
(module

  (global $limit i32 (i32.mul (i32.add (i32.const 40) (i32.const 2)) (i32.const 1000)))
  (table funcref (elem $even $odd))
  (type $t (func (param i32) (result i32)))
  (func $even (type $t)
    (if (result i32) (i32.eqz (local.get 0))
      (then (i32.const 1))
      (else (return_call $odd (i32.sub (local.get 0) (i32.const 1))))))
  (func $odd (type $t)
    (if (result i32) (i32.eqz (local.get 0))
      (then (i32.const 0))
      (else (return_call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0)))))
  (func (export "run") (result i32)
    (i32.add (call $even (global.get $limit)) (global.get $limit))))
