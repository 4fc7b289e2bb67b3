;; fill.wat: guest of bench/snapshot.py: fills its memory, then counts down for some
;; five million instructions.  PAGES is replaced.  Words are half random, so that lz4 has something to do.
(module
  (memory PAGES)
  (func (export "fill")
    (local $at i32) (local $end i32) (local $random i64)
    (local.set $random (i64.const 88172645463325252))
    (local.set $end (i32.mul (memory.size) (i32.const 65536)))
    (loop $again
      (local.set $random (i64.xor (local.get $random) (i64.shl (local.get $random) (i64.const 13))))
      (local.set $random (i64.xor (local.get $random) (i64.shr_u (local.get $random) (i64.const 7))))
      (local.set $random (i64.xor (local.get $random) (i64.shl (local.get $random) (i64.const 17))))
      (i64.store (local.get $at)
        (i64.or (i64.and (local.get $random) (i64.const 0x00000000ffffffff)) (i64.const 0x4100000000000000)))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br_if $again (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $at (i32.const 1000000))
    (loop $count_down
      (br_if $count_down
        (local.tee $at (i32.sub (local.get $at) (i32.const 1)))))))
