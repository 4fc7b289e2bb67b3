;; state.wat: state that compilers for C rarely make: several tables, references in
;; tables, globals and locals, dropped segments, multi-value blocks, operands that
;; lie on the stack across calls, a start function.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1 3)
  (data $digits "0123456789abcdef")
  (data (i32.const 64) "________________\n")
  (table $a 4 10 funcref)
  (table $b 2 funcref)
  (elem $passive func $double $square)
  (elem (table $b) (i32.const 0) func $square $double)
  (type $unary (func (param i32) (result i32)))
  (global $f (mut funcref) (ref.null func))
  (global $i64 (mut i64) (i64.const 1))
  (global $f32 (mut f32) (f32.const 0.5))
  (global $f64 (mut f64) (f64.const 1.5))
  (global $started (mut i32) (i32.const 0))

  (func $double (type $unary) (i32.mul (local.get 0) (i32.const 2)))
  (func $square (type $unary) (i32.mul (local.get 0) (local.get 0)))

  (func $begin
    (local $i i32)
    (loop $again
      (global.set $started (i32.add (global.get $started) (i32.const 3)))
      (br_if $again (i32.lt_u
        (local.tee $i (i32.add (local.get $i) (i32.const 1)))
        (i32.const 50)))))
  (start $begin)

  ;; Writes a number as 16 hexadecimal digits and a newline.
  (func $print (param $n i64)
    (local $p i32)
    (local.set $p (i32.const 80))
    (loop $digit
      (local.set $p (i32.sub (local.get $p) (i32.const 1)))
      (i32.store8 (local.get $p)
        (i32.load8_u (i32.and (i32.wrap_i64 (local.get $n)) (i32.const 15))))
      (local.set $n (i64.shr_u (local.get $n) (i64.const 4)))
      (br_if $digit (i32.gt_u (local.get $p) (i32.const 64))))
    (i32.store (i32.const 96) (i32.const 64))
    (i32.store (i32.const 100) (i32.const 17))
    (drop (call $fd_write (i32.const 1) (i32.const 96) (i32.const 1)
                          (i32.const 104))))

  (func $swap (param i32 i64) (result i64 i32) (local.get 1) (local.get 0))

  ;; Returns its argument after printing it: an operand waits across the call.
  (func $tell (param i64) (result i64) (call $print (local.get 0)) (local.get 0))

  (func $main (export "_start")
    (local $i i32) (local $n i32) (local $g funcref) (local $x f64)
    (memory.init $digits (i32.const 0) (i32.const 0) (i32.const 16))
    (data.drop $digits)
    (table.init $a $passive (i32.const 1) (i32.const 0) (i32.const 2))
    (elem.drop $passive)
    (drop (table.grow $a (table.get $a (i32.const 2)) (i32.const 3)))
    (global.set $f (table.get $b (i32.const 1)))
    (local.set $g (table.get $a (i32.const 1)))
    (drop (memory.grow (i32.const 1)))
    (call $print (i64.extend_i32_u (global.get $started)))
    (loop $again
      ;; Operands of four types lie below the loops and calls.
      (i64.const 0x0123456789abcdef)
      (f64.const 2.5)
      (i32.const 11)
      (f32.const 0.25)
      (block $body (result i32)
        (table.set $b (i32.and (local.get $i) (i32.const 1)) (local.get $g))
        (table.set $a (i32.const 0) (global.get $f))
        (call_indirect $a (type $unary)
          (call_indirect $b (type $unary) (local.get $i)
            (i32.and (local.get $i) (i32.const 1)))
          (i32.and (local.get $i) (i32.const 1))))
      (call $swap (i64.const 77))
      drop
      (call $tell)
      (global.set $i64 (i64.add (global.get $i64)))
      (global.set $f32 (f32.mul (global.get $f32)))
      (local.set $i (i32.add (local.get $i) (i32.rem_u (i32.const 12))))
      (local.set $x (f64.add (local.get $x)))
      (global.set $f64 (f64.mul (global.get $f64) (local.get $x)))
      (global.set $i64 (i64.xor (global.get $i64)))
      (call $print (global.get $i64))
      (call $print (i64.extend_i32_u (i32.reinterpret_f32 (global.get $f32))))
      (call $print (i64.reinterpret_f64 (global.get $f64)))
      (call $print (i64.extend_i32_u (table.size $a)))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $n) (i32.const 30))))
    (i64.store (i32.const 131064) (global.get $i64))
    (call $print (i64.load (i32.const 131064)))
    (if (ref.is_null (local.get $g)) (then (unreachable)))
    (call $proc_exit (i32.add (memory.size) (i32.const 40)))))
