;; memory.wat: loads and stores for traces.
(module
  (memory 1)
  (global $g (mut i32) (i32.const 9))
  (func (export "touch") (param i32) (result i32)
    (i32.store offset=4 (local.get 0) (i32.const 0x01020304))
    (i32.load8_u offset=5 (local.get 0))))
