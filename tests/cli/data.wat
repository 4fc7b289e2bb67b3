;; data.wat: every kind of segment, a table, a start function, and work that changes them.
(module
  (type $number (func (result i32)))
  (memory (export "memory") 3)
  (table $functions 8 funcref)
  (table $more 4 funcref)
  (global $counter (mut i64) (i64.const 0))
  (global $ratio (mut f64) (f64.const 0.5))
  (global $chosen (mut funcref) (ref.null func))
  (data (i32.const 100) "constant text")
  (data (i32.const 8190) "across two blocks")
  (data $passive "passive")
  (data (i32.const 131072) "far")
  (elem (i32.const 1) $one $two)
  (elem $spare func $three)
  (elem declare func $two)
  (start $prepare)
  (func $one (result i32) (i32.const 1))
  (func $two (result i32) (i32.const 2))
  (func $three (result i32) (i32.const 3))
  (func $prepare
    (i32.store (i32.const 20000) (i32.const 7)))
  ;; Counts down; the state then is a function of how often it went round.
  (func (export "work") (param $rounds i32) (result i64)
    (loop $again
      (global.set $counter (i64.add (global.get $counter) (i64.const 3)))
      (i32.store offset=40000 (i32.and (local.get $rounds) (i32.const 0xff))
        (i32.load (i32.const 20000)))
      (br_if $again (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
    (memory.init $passive (i32.const 50000) (i32.const 0) (i32.const 7))
    (table.init $more $spare (i32.const 2) (i32.const 0) (i32.const 1))
    (global.set $chosen (ref.func $two))
    (global.get $counter))
  ;; What is left of all that: 1 and 2 from the table, bytes of the segments, the counter.
  (func (export "look") (result i64)
    (i64.add
      (i64.mul (global.get $counter) (i64.const 1000))
      (i64.extend_i32_u (i32.add
        (i32.add (call_indirect $functions (type $number) (i32.const 1))
                 (call_indirect $functions (type $number) (i32.const 2)))
        (i32.load8_u (i32.const 100)))))))
