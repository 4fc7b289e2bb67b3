;; asks.wat: guest of triggers.py: asks for a snapshot of itself in the midst of a count.
(module
  (import "chiwawa" "snapshot" (func $snapshot (result i32)))
  (memory 1)
  ;; The answer, and how far the count had come, as answer * 1000 + count.
  (func (export "ask") (param $to i32) (result i32)
    (local $count i32) (local $answer i32)
    (loop $again
      (local.set $count (i32.add (local.get $count) (i32.const 1)))
      (if (i32.eq (local.get $count) (i32.const 5))
        (then (local.set $answer (call $snapshot))))
      (br_if $again (i32.lt_u (local.get $count) (local.get $to))))
    (i32.add (i32.mul (local.get $answer) (i32.const 1000)) (local.get $count))))
